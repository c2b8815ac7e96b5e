"""Formal papers as PDF: what can be read back, faces, margins, places to sign, pages."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PageObject

from desk_app.core.errors import UserFacingError
from desk_app.core.fold import CaseState
from desk_app.core.paper_form import (
    FormColumn,
    FormField,
    FormFields,
    FormStamp,
    FormTable,
    FormText,
    PaperForm,
)
from desk_app.core.sheet import PrintedPaper
from desk_app.printing.papers import paper_pdf
from desk_app.services.paper import WindowFacts
from desk_app.services.paper_data.source import PaperFacts, paper_source
from desk_app.services.papers import at, fill, subjects
from tests.helpers.paper_cases import ID_NUMBER, NUMBER, empty_case, full_case
from tests.helpers.pdf_reading import PT_PER_MM, codes, fonts, lines, pages, picture, spans, words
from tests.helpers.starter import starter_pack

PAPERS = tuple(starter_pack().papers)
LINK = "https://desk.invalid/r/c1/token"
TWO_PAGES = {"referral_slip", "reply_letter", "route_sheet"}
"""正反两页; the receipt of the letter stands on its own page; large print."""
TABLE = FormTable(
    (FormColumn("序号", 1), FormColumn("材料", 3)), tuple((str(n), "材料") for n in range(1, 61))
)


def form(paper: str, case: CaseState) -> PaperForm:
    facts = PaperFacts(WindowFacts("021-00008888", "小李", date(2026, 11, 23)), "示范中心", LINK)
    pack = starter_pack()
    source = paper_source(pack, case, facts)
    found = subjects(pack.papers[paper], source)
    return fill(pack.papers[paper], at(source, found[0][0] if found else ""))


@functools.cache
def printed(paper: str, full: bool = True) -> PrintedPaper:
    """Made once for all tests: the same paper has the same bytes."""
    return paper_pdf(form(paper, full_case() if full else empty_case()), 0)


@functools.cache
def read_back(paper: str, full: bool = True) -> str:
    return words(printed(paper, full).pdf)


def frames(page: PageObject) -> list[tuple[float, float]]:
    """Width and height, in mm, of the places to sign: upright pairs of lines with both ends."""
    drawing: Any = page.get_contents()
    uprights: dict[tuple[float, float], list[float]] = {}
    x = y = 0.0
    for operands, operator in drawing.operations:
        if operator == b"m":
            x, y = (float(value) for value in operands)
        elif operator == b"l" and abs(float(operands[0]) - x) < 0.01:
            low, high = sorted((y, float(operands[1])))
            uprights.setdefault((round(low, 1), round(high, 1)), []).append(x)
    return [
        (round((b - a) / PT_PER_MM), round((high - low) / PT_PER_MM))
        for (low, high), found in uprights.items()
        for a, b in zip(found[::2], found[1::2], strict=False)
    ]


@pytest.mark.parametrize("paper", PAPERS)
def test_each_paper_has_its_pages_its_faces_and_its_codes(paper: str) -> None:
    layout = starter_pack().papers[paper]
    made = printed(paper)
    assert made.pages == (2 if paper in TWO_PAGES else 1)
    for font in fonts(made.pdf):
        for inner in font.get("/DescendantFonts", [font]):
            assert "/FontFile2" in inner.get_object()["/FontDescriptor"].get_object()
    said = {LINK} if layout.audience == "resident" else set()
    assert set(codes(made.pdf)) == {NUMBER, *said}


@pytest.mark.parametrize("paper", PAPERS)
def test_neither_illness_nor_id_number_stands_on_a_paper(paper: str) -> None:
    for full in (True, False):
        text = read_back(paper, full)
        assert layout_title(paper) in text
        assert not any(bad in text for bad in ("癌", ID_NUMBER, ID_NUMBER[6:14], "{"))


def layout_title(paper: str) -> str:
    return starter_pack().papers[paper].title


@pytest.mark.parametrize("paper", ["notice_once", "power_of_attorney", "route_sheet"])
def test_ink_stays_inside_the_margins(paper: str) -> None:
    """上 25、下 20、左 28（装订边）、右 20 毫米."""
    pixel = 100 / 25.4
    page = picture(printed(paper).pdf).point(lambda grey: 255 if grey < 200 else 0)
    left, top, right, bottom = page.getbbox() or (0, 0, 0, 0)
    assert left >= 28 * pixel - 2
    assert top >= 25 * pixel - 2
    assert right <= 190 * pixel + 2
    assert bottom <= 277 * pixel + 2


def test_a_place_to_sign_is_80_by_20_mm_and_one_for_a_fingerprint_beside_it() -> None:
    (page,) = pages(printed("power_of_attorney").pdf)
    found = frames(page)
    assert found.count((80, 20)) == 3
    assert found.count((20, 20)) == 1
    assert "按指印" in read_back("power_of_attorney")


def test_what_the_notice_says_can_be_read_in_its_order() -> None:
    text = read_back("notice_once")
    places = [
        text.index(part)
        for part in (
            "一次性告知单", "〔2026〕告知", "广先生：您这次还差3样东西", "申请事项", "已收到",
            "还需要", "办理地点", "办理期限", "监督电话", "不收费", "不再另加材料", "告知人",
            "示范中心", "2026年11月23日", "一式两份", "第1页，共1页",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "扫这里看" in text


def test_large_print_is_at_least_22_points_with_phones_on_lines_of_their_own() -> None:
    whole = printed("route_sheet").pdf
    body = [s for page in pages(whole) for s in spans(page) if s.size >= 22]
    assert {s.size for s in body} == {22.0, 28.0}
    assert "021 0000 8888" in [line for page in pages(whole) for line in lines(page)]
    assert "最多" not in read_back("route_sheet")
    assert max(len(line) for page in pages(whole) for line in lines(page) if "：" in line) <= 20


def test_a_paper_that_is_too_long_goes_on_with_its_head_and_the_head_of_its_table() -> None:
    long = PaperForm("长单子", "", NUMBER, (TABLE,), copies="一式两份", reprint=2)
    made = paper_pdf(long, 0)
    assert made.pages > 1
    for page in pages(made.pdf)[1:]:
        found = lines(page)
        assert found[0].startswith("长单子（接上一页）")
        assert NUMBER in found[0]
        assert found[1] == "序号材料"
        assert any("补打第 2 次" in line for line in found)
    text = words(made.pdf)
    assert all(f"{number}材料" in text for number in range(1, 61))


@pytest.mark.parametrize("lines_before", range(20, 26))
def test_a_seal_never_stands_alone_on_a_page(lines_before: int) -> None:
    """Whatever comes before it, the contact's line goes over the page's end with it."""
    contact = FormFields((FormField("联系人", "小李"),))
    blocks = (*[FormText("一行。")] * lines_before, contact, FormStamp("示范中心", "11月23日"))
    made = paper_pdf(replace(form("reply_letter", empty_case()), blocks=blocks), 0)
    texts = [page.extract_text() for page in pages(made.pdf)]
    (page,) = (text for text in texts if "11月23日" in text)
    assert "小李" in page


def test_the_same_paper_has_the_same_bytes() -> None:
    once = form("fund_approval", full_case())
    assert paper_pdf(once, 0).sha256 == printed("fund_approval").sha256


def test_a_character_that_cannot_be_printed_is_refused_with_the_paper_it_stands_on() -> None:
    bad = replace(form("notice_once", empty_case()), blocks=(FormText("好😀"),))
    with pytest.raises(UserFacingError) as refused:
        paper_pdf(bad, 0)
    assert "U+1F600" in str(
        refused.value.params if hasattr(refused.value, "params") else refused.value
    )
