"""Relief for households, housing and children (calculations 9, 10, 11, 13, 16)."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

from desk_app.core.calculators.base import (
    NO_SOURCE,
    TO_FEN,
    Calculator,
    Given,
    Input,
    Outcome,
    Result,
    Unit,
    half_up,
    money,
    said,
)
from desk_app.core.catalogue import Confidence
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

PEOPLE = Input("people", "共同生活人数", Unit.COUNT, low=1, high=50)
EDGE = Input(
    "edge", "正好等于标准时", Unit.CHOICE, default="below",
    options=(("below", "不算（低于）"), ("not_above", "也算（不高于）")),
    note="按当地文件的措辞；不改就是“低于”",
)  # fmt: skip
ASSETS = "财产情况另外核对。"


def _under(value: Fraction, limit: Fraction, edge: str) -> bool:
    return value <= limit if edge == "not_above" else value < limit


def _threshold(given: Given) -> Outcome:
    income, off = given.number("income"), given.number("deduction")
    if off > income:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "扣减比收入还多：请核对，或者用“支出型困难”测算。")
        )
    per = Fraction(income - off, given.number("people"))
    standard, edge = Fraction(given.number("standard")), given.choice("edge")
    if _under(per, standard, edge):
        words = "低保候选"
    elif _under(per, standard * given.share("factor"), edge):
        words = "低收入候选"
    else:
        words = "高于低收入线"
    return Outcome((said("verdict", words), money("per", "每人每月", per, main=True)), (ASSETS,))


RELIEF_THRESHOLD = Calculator(
    id="relief_threshold",
    title="低保、低收入门槛",
    inputs=(
        Input("income", "家庭月收入", Unit.FEN),
        Input("deduction", "允许扣减", Unit.FEN, note="没有就填 0"),
        PEOPLE,
        Input("standard", "低保标准（每人每月）", Unit.FEN, low=1, local="dibao_standard"),
        Input(
            "factor",
            "低收入的倍数",
            Unit.TIMES,
            local="low_income_factor",
            note="低保的几倍，例如 1.5 或 2",
        ),
        EDGE,
    ),
    formula=(
        "每人每月 =（家庭月收入 − 允许扣减）÷ 人数；低于低保标准是低保候选，低于标准的几倍是"
        "低收入候选"
    ),
    rounding="先用没取整的数比较，显示时四舍五入到分。",
    source=NO_SOURCE,
    confidence=Confidence.HIGH,
    confidence_note="算法高；参数是地方口径，可信度低",
    notes=(ASSETS,),
    words="低保 低收入 门槛 边缘",
    work=_threshold,
)


def _expenditure(given: Given) -> Outcome:
    left = max(0, given.number("income") - given.number("spent"))
    per = Fraction(left, 12 * given.number("people"))
    results = [money("per", "扣除支出后每人每月", per, main=True)]
    if given.has("standard"):
        under = _under(per, Fraction(given.number("standard")), given.choice("edge"))
        results.insert(0, said("verdict", "低于标准，可以申请" if under else "没有低于标准"))
    return Outcome(tuple(results), (ASSETS,))


EXPENDITURE_POVERTY = Calculator(
    id="expenditure_poverty",
    title="支出型困难",
    inputs=(
        Input("income", "家庭年收入", Unit.FEN),
        Input("spent", "认可的必需支出（一年）", Unit.FEN, note="例如自负医疗费"),
        PEOPLE,
        Input(
            "standard", "标准（每人每月）", Unit.FEN, required=False, low=1,
            local="expenditure_standard", note="不填就只算每人每月",
        ),
        EDGE,
    ),
    formula="每人每月 =（家庭年收入 − 认可必需支出）÷ 12 ÷ 人数，不小于 0；再和标准比",
    rounding="先用没取整的数比较，显示时四舍五入到分。",
    source=NO_SOURCE,
    confidence=Confidence.MEDIUM,
    notes=(ASSETS,),
    words="支出 因病 困难",
    work=_expenditure,
)  # fmt: skip


def _gap(given: Given) -> Outcome:
    gap = max(0, given.number("standard") * given.number("people") - given.number("income"))
    if given.choice("rounding") == "yuan_up":
        gap = math.ceil(Fraction(gap, 100)) * 100
    return Outcome((money("gap", "每月补差", gap, main=True),))


DIBAO_GAP = Calculator(
    id="dibao_gap",
    title="低保补差",
    inputs=(
        Input("standard", "低保标准（每人每月）", Unit.FEN, low=1, local="dibao_standard"),
        PEOPLE,
        Input("income", "家庭可计收入（每月）", Unit.FEN),
        Input(
            "rounding", "取整", Unit.CHOICE, default="yuan_up",
            options=(("yuan_up", "到元，向上"), ("fen", "到分")), note="按当地；不改就是到元向上",
        ),
    ),
    formula="补差 = 低保标准 × 人数 − 家庭可计收入，不小于 0",
    rounding="默认到元、向上取整；当地另有规定的选“到分”。",
    source=NO_SOURCE,
    confidence=Confidence.MEDIUM,
    words="低保 差额 补助",
    work=_gap,
)  # fmt: skip


def _area(given: Given) -> Outcome:
    # Cut, not rounded: somebody just under the line stays under it.
    per = given.number("area") // given.number("people")
    results = [Result("per", "人均面积", Unit.AREA, per, main=True)]
    if given.has("line"):
        under = per < given.number("line")
        results.insert(0, said("verdict", "低于准入线" if under else "没有低于准入线"))
    return Outcome(tuple(results))


PER_CAPITA_AREA = Calculator(
    id="per_capita_area",
    title="公租、廉租人均面积",
    inputs=(
        Input("area", "住房面积", Unit.AREA, low=1),
        PEOPLE,
        Input(
            "line", "准入线（每人）", Unit.AREA, required=False, low=1, local="housing_line",
            note="不填就只算人均",
        ),
    ),
    formula="人均面积 = 面积 ÷ 人数；再和准入线比",
    rounding="保留两位小数，后面的舍去。",
    source=NO_SOURCE,
    confidence=Confidence.MEDIUM,
    words="住房 公租房 廉租房 面积",
    work=_area,
)  # fmt: skip

ALLOWANCE_START = date(2025, 1, 1)
ALLOWANCE_YEAR = 3_600_00
"""National base standard of 2025, fen a child and year."""


def _allowance(given: Given) -> Outcome:
    born = given.day("born")
    start = max(born, ALLOWANCE_START)
    third = (born.year + 3, born.month)
    months = (third[0] - start.year) * 12 + third[1] - start.month
    if given.choice("last_month") == "counts":
        months += 1
    months = max(0, months)
    month_pay = Fraction(ALLOWANCE_YEAR, 12)
    if given.has("extra"):
        month_pay += given.number("extra")
    remarks = () if months else ("2025 年 1 月 1 日以前已满 3 周岁，没有可以折算的月份。",)
    return Outcome(
        (
            money("total", "合计", half_up(month_pay * months), main=True),
            Result("months", "月数", Unit.MONTHS, months, main=True),
        ),
        remarks,
    )


CHILD_ALLOWANCE = Calculator(
    id="child_allowance",
    title="育儿补贴折算",
    inputs=(
        Input("born", "孩子出生日期", Unit.DATE),
        Input(
            "last_month", "满 3 周岁的那个月", Unit.CHOICE, default="left_out",
            options=(("left_out", "不算"), ("counts", "算")),
            note="首尾月按当地口径；不改就是不算，足 36 个月",
        ),
        Input(
            "extra", "地方每月加发", Unit.FEN, required=False, local="child_extra",
            note="没有加发就空着",
        ),
    ),
    formula=(
        "月数 × 300 元；月数从 2025 年 1 月或出生月（较晚的）起，到满 3 周岁前（每孩每年 3,600 元）"
    ),
    rounding=TO_FEN,
    source="2025 年国家基础标准：每孩每年 3,600 元，至 3 周岁；2025-01-01 前出生的按剩余月数折算。",
    confidence=Confidence.HIGH,
    confidence_note="标准高；月数口径中",
    words="育儿 补贴 孩子 生育",
    work=_allowance,
)  # fmt: skip

CALCULATORS = (
    RELIEF_THRESHOLD,
    EXPENDITURE_POVERTY,
    DIBAO_GAP,
    PER_CAPITA_AREA,
    CHILD_ALLOWANCE,
)
