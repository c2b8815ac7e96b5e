"""Sheets for the tests of printing: made up, like everything here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from desk_app.core.sheet import MaterialSheet, SheetChoice, SheetPaper, SheetPromise

ONE_PAGE = MaterialSheet(
    title="请照这张单子准备",
    case_number="BCS-20261123-02",
    addressee="陈阿姨",
    items=("遗属待遇申领", "丧葬补助金和抚恤金申领"),
    to_bring=(
        SheetPaper("身份证", "居民身份证", form="带原件，看一下就还您，复印件 2 份"),
        SheetPaper("户口本", "居民户口簿", form="带原件，看一下就还您"),
    ),
    in_hand=("医保卡",),
    before=5,
    after=3,
    trips_before=4,
    trips_after=1,
    window_phone="021-00008888",
    officer="李",
    day=date(2026, 11, 23),
)

FULL = replace(
    ONE_PAGE,
    to_bring=(
        *ONE_PAGE.to_bring,
        SheetPaper(
            "死亡证明",
            "居民死亡医学证明（推断）书",
            form="交原件 1 份，复印件 2 份",
            where="示范医院病案室",
            address="示范路 1200 号 2 号楼 3 楼 305 室",
            phone="021-00001234、13800138000",
            hours="周一至周五 8:30—11:30，13:30—16:30",
            route="坐 94 路到“示范公园”站下，往北走 200 米",
            instead="先问我们，有的可以带火化证明",
            deadline="2027年3月1日以前",
        ),
        SheetChoice(
            (
                SheetPaper("结婚证", form="带原件", where="示范区婚姻登记处"),
                SheetPaper("单位开的夫妻关系证明", form="交原件 1 份"),
            )
        ),
    ),
    perhaps=(SheetPaper("公证书", form="交原件 1 份", why="有别的继承人的时候"),),
    by_us=(SheetPaper("存档证明", form="我们联系区档案馆出"),),
    promises=(SheetPromise("我们", "打电话告诉您结果", "12月3日 星期四 上午"),),
)

EXPLANATION = MaterialSheet(
    title="情况说明",
    case_number="BCS-20261123-07",
    addressee="广先生",
    items=("病残津贴",),
    explanation=(
        ("为什么现在办不了", "您的缴费年限还差几个月。\n我们打电话核实过。"),
        ("依据", ""),
        ("您还可以", "带上病历到 3 楼，先申请临时救助。"),
    ),
    window_phone="021-00008888",
    officer="欧阳",
    day=date(2026, 11, 23),
)


def many_papers(count: int) -> MaterialSheet:
    """A sheet with ``count`` short papers."""
    return replace(
        ONE_PAGE, to_bring=tuple(SheetPaper(f"第{n}号证明", form="带原件") for n in range(count))
    )
