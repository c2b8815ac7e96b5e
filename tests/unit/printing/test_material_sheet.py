"""The large-print sheet: what stands on the paper, read back from the PDF."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pypdf import PageObject, PdfReader

from desk_app.core.errors import BadInputError, UserFacingError
from desk_app.core.sheet import MaterialSheet, SheetChoice, SheetPaper
from desk_app.printing.material_sheet import SIZES, material_sheet_pdf
from tests.helpers.pdf_reading import (
    PT_PER_MM,
    codes,
    fonts,
    lines,
    pages,
    picture,
    spans,
    words,
)
from tests.helpers.sheets import EXPLANATION, FULL, ONE_PAGE, many_papers

A4 = (595.28, 841.89)


@pytest.mark.parametrize("size", SIZES)
def test_everything_on_the_sheet_can_be_read_back(size: int) -> None:
    text = words(material_sheet_pdf(FULL, size).pdf)
    for wanted in (
        "请照这张单子准备", "陈阿姨，您好！", "2026年11月23日星期一", "BCS-20261123-02",
        "遗属待遇申领", "您要带的东西（4样）", "身份证（居民身份证）", "复印件2份",
        "去哪办：示范医院病案室", "地址：示范路1200号", "8:30—11:30，13:30—16:30",
        "怎么走：坐94路", "没有的话：先问我们", "注意期限：2027年3月1日以前",
        "下面几样，带一样就行", "结婚证", "或者", "单位开的夫妻关系证明",
        "有下面情况的，再带上", "公证书", "已经有了，不用再带", "医保卡",
        "我们来办，不用您跑", "存档证明", "我们说好的", "最晚12月3日星期四上午",
        "我们：打电话告诉您结果", "原来分开办要5份材料，现在3份；少跑3趟。",
        "有不明白的，请打窗口电话", "经办：李",
    ):  # fmt: skip
        assert wanted in text


@pytest.mark.parametrize("place", ["to_bring", "perhaps", "by_us", "choice"])
def test_every_word_known_of_a_paper_is_printed_wherever_it_stands(place: str) -> None:
    paper = SheetPaper(**{
        field.name: f"甲{number}乙" for number, field in enumerate(dataclasses.fields(SheetPaper))
    })  # fmt: skip
    entry = {"choice": {"to_bring": (SheetChoice((paper,)),)}}.get(place, {place: (paper,)})
    text = words(material_sheet_pdf(replace(ONE_PAGE, **{"to_bring": (), **entry})).pdf)
    for number in range(len(dataclasses.fields(SheetPaper))):
        assert text.count(f"甲{number}乙") == 1


@pytest.mark.parametrize("size", SIZES)
def test_the_text_is_set_in_the_size_asked_for(size: int) -> None:
    printed = material_sheet_pdf(FULL, size)
    found = {span.text: span for page in pages(printed.pdf) for span in spans(page)}
    assert found["带原件，看一下就还您"].size == size
    assert found["请照这张单子准备"].size == 26
    assert found["已经有了，不用再带"].size == 22
    assert found["021 0000 8888"].size == 24
    assert found["021 0000 8888"].face == "NotoSansSC-Bold"
    assert found["户口本"].face == "NotoSansSC-Bold"
    assert found[f"第 1 页，共 {printed.pages} 页"].size == 16


def test_phones_are_grouped_each_on_a_line_of_its_own() -> None:
    found = [line for page in pages(material_sheet_pdf(FULL).pdf) for line in lines(page)]
    assert "电话：021 0000 1234" in found
    assert "电话：138 0013 8000" in found


def test_lines_stand_one_and_a_half_sizes_apart() -> None:
    page = pages(material_sheet_pdf(EXPLANATION, 18).pdf)[0]
    at = {span.text: span.y for span in spans(page)}
    assert at["您的缴费年限还差几个月。"] - at["我们打电话核实过。"] == pytest.approx(27)


@pytest.mark.parametrize("size", SIZES)
def test_ink_stays_inside_margins_of_20_mm_on_a4(size: int) -> None:
    pdf = material_sheet_pdf(FULL, size).pdf
    for number, page in enumerate(pages(pdf)):
        assert [float(edge) for edge in page.mediabox[2:]] == pytest.approx(A4, abs=0.01)
        ink = picture(pdf, number, dpi=100).point(lambda grey: 255 if grey < 200 else 0).getbbox()
        assert ink is not None
        margin = 20 / 25.4 * 100
        left, top, right, bottom = ink
        assert left >= margin - 2
        assert top >= margin - 2
        assert right <= A4[0] / 72 * 100 - margin + 2
        assert bottom <= A4[1] / 72 * 100 - margin + 2


def test_ink_is_black_or_white_only() -> None:
    for page in pages(material_sheet_pdf(FULL).pdf):
        drawing = page.get_contents()
        assert drawing is not None
        operators = {bytes(operator) for _, operator in drawing.operations}
        colours = operators & {b"rg", b"RG", b"k", b"K", b"sc", b"scn", b"SC", b"SCN", b"gs"}
        for operands, operator in drawing.operations:
            if bytes(operator) in (b"rg", b"RG"):
                assert [float(part) for part in operands] == [0, 0, 0]
        assert colours <= {b"rg", b"RG"}


def test_tick_boxes_are_8_mm_wide() -> None:
    drawing = pages(material_sheet_pdf(ONE_PAGE).pdf)[0].get_contents()
    assert drawing is not None
    sides = [float(operands[2]) for operands, operator in drawing.operations
             if bytes(operator) == b"re" and float(operands[2]) > 15]  # fmt: skip
    assert sides.count(pytest.approx(8 * PT_PER_MM, abs=0.01)) == len(ONE_PAGE.to_bring)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [7, 8, 30])
def test_a_page_holds_at_most_seven_papers_and_none_is_lost(size: int, count: int) -> None:
    printed = material_sheet_pdf(many_papers(count), size)
    on_pages = [
        sum(span.text.endswith("号证明") for span in spans(page)) for page in pages(printed.pdf)
    ]
    assert sum(on_pages) == count
    assert max(on_pages) <= 7
    assert len(on_pages) == printed.pages


def test_seven_papers_a_page_holds_for_an_either_or_of_many() -> None:
    names = [f"第{n}号证明" for n in range(20)]
    sheet = replace(ONE_PAGE, to_bring=(SheetChoice(tuple(SheetPaper(name) for name in names)),))
    found = [[span.text for span in spans(page) if span.text in names]
             for page in pages(material_sheet_pdf(sheet, 16).pdf)]  # fmt: skip
    assert [name for page in found for name in page] == names
    assert max(map(len, found)) <= 7


def test_a_paper_is_not_torn_between_two_pages_when_it_fits_on_one() -> None:
    for size in SIZES:
        for page in pages(material_sheet_pdf(FULL, size).pdf):
            text = "".join(lines(page))
            assert ("去哪办：示范医院" in text) == ("注意期限" in text)
            assert ("下面几样" in text) == ("单位开的夫妻关系证明" in text)


def test_a_head_is_never_the_last_thing_on_a_page() -> None:
    heads = {"您要带的东西（7 样）", "有下面情况的，再带上", "已经有了，不用再带"}
    for count in range(1, 12):
        sheet = replace(many_papers(count), perhaps=FULL.perhaps, in_hand=("医保卡",) * count)
        for page in pages(material_sheet_pdf(sheet).pdf):
            above_footer = lines(page)[: -2 - 1]
            assert above_footer[-1] not in heads


@pytest.mark.parametrize("size", SIZES)
def test_a_text_of_2000_characters_flows_on_and_is_never_cut(size: int) -> None:
    long = "".join(f"第{n}句话说得很长很长，一直说下去。" for n in range(130))
    assert len(long) > 2000
    sheet = replace(
        EXPLANATION,
        title=long[:200],
        addressee=long[:100],
        explanation=((long, long),),
        items=(long,),
        to_bring=(SheetPaper(long, long, deadline=long, phone=long),),
        in_hand=(long,),
    )
    printed = material_sheet_pdf(sheet, size)
    text = "".join(map(body_of, pages(printed.pdf)))
    # head and text of the explanation, item, two names, deadline, phone, in hand
    assert [text.count(f"第{n}句") for n in range(20, 130)] == [8] * 110
    for number, page in enumerate(pages(printed.pdf), start=1):
        assert f"第 {number} 页，共 {printed.pages} 页" in "".join(lines(page))
        assert all(span.y >= 20 * PT_PER_MM for span in spans(page))
        assert all(span.y <= A4[1] - 20 * PT_PER_MM for span in spans(page))


def body_of(page: PageObject) -> str:
    """The text of a page without what stands at the head and foot of every page."""
    around = (
        "接上一页", EXPLANATION.case_number, "有不明白的，请打窗口电话：", "经办：欧阳",
        "021 0000 8888", r"第 \d+ 页，共 \d+ 页", "电话：",
    )  # fmt: skip
    return re.sub("|".join(around), "", "".join(lines(page)))


def test_every_page_has_its_number_and_the_case_number() -> None:
    printed = material_sheet_pdf(FULL)
    assert printed.pages > 1
    for number, page in enumerate(pages(printed.pdf), start=1):
        text = "".join(lines(page))
        assert f"第 {number} 页，共 {printed.pages} 页" in text
        assert "BCS-20261123-02" in text
        assert "021 0000 8888" in text


def test_a_reprint_says_which_one_it_is_and_a_first_print_says_nothing() -> None:
    again = pages(material_sheet_pdf(replace(FULL, reprint=3)).pdf)
    assert all("补打第 3 次" in "".join(lines(page)) for page in again)
    assert "补打" not in words(material_sheet_pdf(FULL).pdf)


@pytest.mark.parametrize("size", SIZES)
def test_the_code_holds_the_case_number_and_nothing_else(size: int) -> None:
    assert codes(material_sheet_pdf(FULL, size).pdf) == ["BCS-20261123-02"]


def test_without_a_case_there_is_no_code() -> None:
    assert codes(material_sheet_pdf(replace(FULL, case_number="")).pdf) == []


def test_what_is_not_known_is_a_line_to_fill_by_hand_never_an_empty_label() -> None:
    bare = MaterialSheet(
        title="请照这张单子准备",
        case_number="",
        addressee="",
        items=(),
        to_bring=(SheetPaper("证明", where="示范街道办事处"), SheetPaper("")),
    )
    pdf = material_sheet_pdf(bare).pdf
    text = words(pdf)
    assert "，您好！" in text
    for nothing in ("None", "____", "时间：", "怎么走：", "没有的话：", "期限", "（）", "{", "1年"):
        assert nothing not in text
    # greeting, address and phone of the paper, the unnamed paper, officer, window phone
    assert rules_to_write_on(pdf) == 5


def rules_to_write_on(pdf: bytes) -> int:
    drawing = pages(pdf)[0].get_contents()
    assert drawing is not None
    thin = count = 0
    for operands, operator in drawing.operations:
        if bytes(operator) == b"w":
            thin = float(operands[0]) == 0.8
        count += bool(thin and bytes(operator) == b"l")
    return count - 1  # the line above the footer


def test_an_explanation_without_grounds_leaves_lines_for_them() -> None:
    empty = replace(EXPLANATION, explanation=(("依据", ""),))
    filled = replace(EXPLANATION, explanation=(("依据", "按规定。"),))
    more = rules_to_write_on(material_sheet_pdf(empty).pdf)
    assert more == rules_to_write_on(material_sheet_pdf(filled).pdf) + 3
    text = words(material_sheet_pdf(EXPLANATION).pdf)
    for wanted in ("情况说明", "为什么现在办不了", "依据", "您还可以", "先申请临时救助。"):
        assert wanted in text


def test_what_is_in_hand_is_ticked_and_crossed_out() -> None:
    with_it = picture(material_sheet_pdf(replace(ONE_PAGE, in_hand=("医保卡",))).pdf)
    page = pages(material_sheet_pdf(ONE_PAGE).pdf)[0]
    span = next(span for span in spans(page) if span.text == "医保卡")
    scale = 100 / 72
    middle = round((A4[1] - span.y - span.size * 0.36) * scale)
    across = [
        min(with_it.getpixel((x, y)) for y in range(middle - 1, middle + 2))
        for x in range(round(span.x * scale) + 1, round((span.x + 3 * span.size) * scale) - 1)
    ]
    assert max(across) < 160


def test_counts_are_shown_only_where_something_was_saved() -> None:
    assert "分开办" not in words(material_sheet_pdf(replace(ONE_PAGE, before=3)).pdf)
    assert "少跑" not in words(material_sheet_pdf(replace(ONE_PAGE, trips_after=4)).pdf)


def test_a_sheet_with_nothing_to_bring_says_so() -> None:
    assert "这次没有要您带的东西。" in words(material_sheet_pdf(replace(ONE_PAGE, to_bring=())).pdf)


def test_the_type_has_no_place_for_an_id_number_a_diagnosis_or_a_full_name() -> None:
    names = {
        field.name
        for kind in (MaterialSheet, SheetPaper, SheetChoice)
        for field in dataclasses.fields(kind)
    }
    forbidden = ("id_number", "diagnosis", "illness", "birth", "name_full", "resident_name", "home")
    assert not [name for name in names if any(word in name for word in forbidden)]


def test_metadata_says_nothing_of_the_person_or_the_case() -> None:
    sheet = replace(FULL, addressee="欧阳阿姨", case_number="X-777")
    info = PdfReader(io.BytesIO(material_sheet_pdf(sheet).pdf)).metadata
    assert info is not None
    text = " ".join(map(str, info.values()))
    for secret in ("欧阳", "777", "李", "证"):
        assert secret not in text
    assert info.title == "材料单"
    assert info.creation_date is not None
    assert info.creation_date.year == 2000


def test_all_faces_are_embedded_subsets_and_a_page_stays_small() -> None:
    printed = material_sheet_pdf(replace(FULL, addressee="𠮷阿姨"))
    faces = list(fonts(printed.pdf))
    assert {str(face["/BaseFont"]).partition("+")[2] for face in faces} == {
        "NotoSansSC-Regular", "NotoSansSC-Bold", "HanaMinB",
    }  # fmt: skip
    for face in faces:
        assert "/FontFile2" in face["/FontDescriptor"]
    assert len(material_sheet_pdf(ONE_PAGE).pdf) <= 100_000
    assert len(printed.pdf) <= 100_000 * printed.pages


def test_the_same_sheet_gives_the_same_bytes_here_and_in_another_process() -> None:
    printed = material_sheet_pdf(FULL, 18)
    assert material_sheet_pdf(FULL, 18) == printed
    assert hashlib.sha256(printed.pdf).hexdigest() == printed.sha256
    program = (
        "from tests.helpers.sheets import FULL, EXPLANATION\n"
        "from desk_app.printing.material_sheet import material_sheet_pdf\n"
        "material_sheet_pdf(EXPLANATION, 16)\n"
        "print(material_sheet_pdf(FULL, 18).sha256)"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert other.stdout.strip() == printed.sha256


def test_papers_made_at_the_same_time_do_not_mix() -> None:
    sheets = [replace(FULL, addressee=f"{name}阿姨") for name in "陈广沈杨𠮷𫖯"] * 2
    alone = [material_sheet_pdf(sheet).sha256 for sheet in sheets]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda sheet: material_sheet_pdf(sheet).sha256, sheets))
    assert together == alone


def test_other_sizes_are_refused() -> None:
    with pytest.raises(BadInputError, match="16、18 或 22"):
        material_sheet_pdf(ONE_PAGE, 12)


def test_a_footer_that_leaves_no_room_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadInputError, match="改短"):
        material_sheet_pdf(replace(ONE_PAGE, officer="很长的名字" * 200))


@pytest.mark.parametrize(
    ("sheet", "place"),
    [
        (replace(ONE_PAGE, addressee="张\U00030000"), "称呼（姓名）里"),
        (replace(ONE_PAGE, officer="\U00030000"), "经办人里"),
        (replace(ONE_PAGE, items=("好", "\U00030000")), "第 2 个事项里"),
        (replace(ONE_PAGE, to_bring=(SheetPaper("证", instead="\U00030000"),)), "要带的第 1 样里"),
        (replace(ONE_PAGE, in_hand=("卡", "\U00030000")), "已经有了的第 2 样里"),
        (replace(EXPLANATION, explanation=(("头", "\U00030000"),)), "说明的第 1 段里"),
    ],
)
def test_a_character_no_face_has_is_refused_naming_code_point_and_place(
    sheet: MaterialSheet, place: str
) -> None:
    with pytest.raises(UserFacingError) as refusal:
        material_sheet_pdf(sheet)
    said = str(refusal.value)
    assert "U+30000" in said
    assert place in said
    assert "张" not in said
    assert "\U00030000" not in said
