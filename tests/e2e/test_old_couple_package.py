"""老夫妇: five services in one package, one list of papers, and what will be paid.

Through the real window by keyboard, offline; what is printed is read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.agenda import build_agenda
from desk_app.core.estimates import estimates
from desk_app.ui.views.estimates_page import EstimatesPage
from desk_app.ui.views.session_page import SessionPage
from tests.helpers.gui import OpenWindow, open_window
from tests.helpers.hands import CTRL, press, write
from tests.helpers.pdf_reading import words
from tests.helpers.stories import print_paper, receive, the_case, topic_page
from tests.helpers.ui_desk import FakePrinter

ENTER, F4 = Qt.Key.Key_Return, Qt.Key.Key_F4
SAID = "儿子离了婚，中风瘫在床上，医保断了，药费太贵，我们两个老的不晓得怎么办"
SOP = "sop.paralysed-family-package"
PACKAGE = {
    "失业保险金申领": "hrss.unemployment-benefit",
    "流动人员人事档案": "hrss.file-transfer",
    "领取失业金期间": "hrss.unemployment-medical",
    "低收入": "civil.low-income",
    "住院医疗费零星": "medical.reimburse-inpatient",
}


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with open_window(tmp_path) as opened:
        opened.room.printers[:] = [FakePrinter("前台", is_default=True)]
        yield opened


def session(desk: OpenWindow) -> SessionPage:
    page = desk.window.page("session")
    assert isinstance(page, SessionPage)
    return page


def take(desk: OpenWindow, page: SessionPage, typed: str) -> None:
    """Type a name into the search box and take the first item found."""
    page.items.search.setFocus()
    write(desk, typed)
    count = len(the_case(desk).items)
    press(desk, ENTER)
    desk.wait(lambda: len(the_case(desk).items) > count, typed)


def test_the_package_of_five_and_what_it_comes_to(desk: OpenWindow) -> None:
    receive(desk, "李阿婆", SAID)
    page = session(desk)
    desk.wait(lambda: bool(page.items.list.rows), "suggestions for their words")
    suggested = {suggestion.item for suggestion in page.presenter.state.suggestions}  # type: ignore[union-attr]
    assert suggested & set(PACKAGE.values())
    for typed in PACKAGE:
        take(desk, page, typed)
    assert {item.item for item in the_case(desk).items} == set(PACKAGE.values())
    merged = build_agenda(desk.pack, the_case(desk)).materials
    papers = [one.material.id for one in merged.papers]
    assert len(papers) == len(set(papers))  # five services ask for each paper once
    assert merged.saving.papers_after < merged.saving.papers_before
    assert merged.saving.trips_after < merged.saving.trips_before
    press(desk, F4)
    rows = page.checklist.list
    rows.select(f"offer:{SOP}")
    press(desk, Qt.Key.Key_1)
    steps = [row.id for row in rows.rows if row.id.startswith(f"step:{SOP}/")]
    assert [one.rpartition("/")[2] for one in steps] == [f"h{n}" for n in range(1, 9)]
    page.promise.what.setFocus()
    write(desk, "去看看，报一报办到哪一步")
    press(desk, ENTER)
    press(desk, Qt.Key.Key_P, CTRL)
    press(desk, ENTER)
    sheet = words(desk.room.sent[-1][0])
    for part in ("档案", "失业", "低收入", "医疗费", "李阿婆"):
        assert part in sheet
    topic_page(desk, "estimates", EstimatesPage)
    for typed in ("80 95", "100000", "80", "95"):
        write(desk, typed)
        desk.settle()
        press(desk, ENTER)
    press(desk, ENTER)
    (kept,) = estimates(the_case(desk))
    assert (kept.results["effective"], kept.results["self"]) == (9900, 1_000_00)
    answer = print_paper(desk, "答复")
    assert "因病瘫在床上" in answer  # their own words, but not which illness
    assert "中风" not in answer + sheet
