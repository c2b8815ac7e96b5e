"""待处理: what the centre refused is read, tried again, written anew or put aside; never lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.exchange import REJECTIONS
from desk_app.ui.presenters.tray_presenter import ADVICE
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.tray_page import TrayPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import acts, click, click_chip, press, take_back, texts, write
from tests.helpers.street import Street, StreetDesk, open_street

NOTE = "问了医院，明细单可以补打"


def refused(street: Street, cases: dict[str, str]) -> None:
    """A note of 陈's case is too large; a phone number of 赵's belongs to another centre."""
    casework = street.casework
    case = casework.add_note(cases["陈"], NOTE)
    street.refuse(case.timeline[-1].id, "too_large")
    case = casework.set_field(cases["赵"], "phone", "13812345678")
    street.refuse(case.timeline[-1].id, "foreign_case")


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[StreetDesk]:
    assert qtbot
    with open_street(tmp_path, refused) as street:
        yield street


def tray(at: StreetDesk) -> TrayPage:
    page = at.desk.show_page("tray")
    assert isinstance(page, TrayPage)
    return page


def row_of(at: StreetDesk, code: str) -> str:
    """The refused entry with this code."""
    return next(i.entry.id for i in at.street.store.tray() if i.code == code)


def test_reason_text_and_advice_are_there_and_numbers_stay_masked(at: StreetDesk) -> None:
    shown = texts(tray(at).list)
    assert NOTE in shown
    assert f"没收下：{REJECTIONS['too_large']}" in shown
    assert ADVICE["too_large"] in shown
    assert "138****5678" in shown
    assert "13812345678" not in shown
    assert "桂英" not in shown


def test_every_refusal_comes_with_advice() -> None:
    assert set(ADVICE) == set(REJECTIONS)


def test_it_blocks_nothing(at: StreetDesk) -> None:
    at.desk.casework.add_note(at.cases["陈"], "又打了电话")
    at.street.take()
    assert not at.street.store.outbox()
    assert len(at.street.store.tray()) == 2


def test_tried_again_by_one_key(at: StreetDesk) -> None:
    page = tray(at)
    page.list.select(row_of(at, "foreign_case"))
    row = page.list.current
    press(at.desk, Qt.Key.Key_1)
    assert [entry.id for entry in at.street.store.outbox()] == [row]
    assert at.street.tries == 1
    assert row not in {shown.id for shown in page.list.rows}


def test_a_note_is_written_anew_in_other_words(at: StreetDesk) -> None:
    page = tray(at)
    page.list.select(row_of(at, "too_large"))
    press(at.desk, Qt.Key.Key_2)
    assert page.list.prompt.text() == NOTE
    page.list.prompt.clear()
    write(at.desk, "明细单可以补打")
    press(at.desk, Qt.Key.Key_Return)
    notes = [note.text for note in at.desk.store.case(at.cases["陈"]).notes]
    assert notes == [NOTE, "明细单可以补打"]  # the first stays readable
    (entry,) = at.street.store.outbox()
    assert entry.body["text"] == "明细单可以补打"
    assert NOTE not in texts(page.list)
    page.which.show_value("done")
    page.which.chosen.emit("done")
    at.desk.settle()
    assert NOTE in texts(page.list)


def test_a_value_is_written_anew_as_it_was(at: StreetDesk) -> None:
    page = tray(at)
    page.list.select(row_of(at, "foreign_case"))
    press(at.desk, Qt.Key.Key_2)
    (entry,) = at.street.store.outbox()
    assert entry.body["value"] == "13812345678"
    case = at.desk.store.case(at.cases["赵"])
    assert case.fields["phone"] == "13812345678"
    case = at.desk.casework.set_field(at.cases["赵"], "phone", "13800000000")
    assert case.conflicts == ()  # it took the place of the refused one


def test_what_was_changed_since_is_not_undone(at: StreetDesk) -> None:
    page = tray(at)
    page.list.select(row_of(at, "foreign_case"))
    at.desk.casework.set_field(at.cases["赵"], "phone", "13800000000")
    at.street.take()
    press(at.desk, Qt.Key.Key_2)
    assert "后来已经改成别的了" in at.desk.window.notice.text
    assert not at.street.store.outbox()
    assert at.desk.store.case(at.cases["赵"]).fields["phone"] == "13800000000"


def test_put_aside_by_mouse_and_fetched_back(at: StreetDesk) -> None:
    page = tray(at)
    row = row_of(at, "foreign_case")
    page.list.select(row)
    at.desk.settle()
    click_chip(at.desk, page.list, row, "settle")
    assert [item.entry.id for item in at.street.store.tray(state="done")] == [row]
    take_back(at.desk)
    assert len(at.street.store.tray()) == 2
    assert row in {shown.id for shown in page.list.rows}


def test_enter_leads_to_the_case(at: StreetDesk) -> None:
    page = tray(at)
    page.list.select(row_of(at, "too_large"))
    press(at.desk, Qt.Key.Key_Return)
    assert at.desk.window.page_name == "case"


def test_the_status_line_counts_what_waits(at: StreetDesk) -> None:
    assert at.desk.window.status.calls.text() == "待处理 2"
    click(at.desk, at.desk.window.status.calls)
    assert at.desk.window.page_name == "centre"
    page = tray(at)
    page.list.select(row_of(at, "too_large"))
    press(at.desk, Qt.Key.Key_3)
    at.hear()
    assert at.desk.window.status.calls.text() == "待处理 1"


def test_a_case_of_which_something_was_refused_has_not_arrived(at: StreetDesk) -> None:
    page = at.desk.show_page("cases")
    rows = page.list  # type: ignore[attr-defined]
    assert acts(rows, at.cases["陈"]) == ["待处理 1"]
    click_chip(at.desk, rows, at.cases["陈"], "place")
    assert at.desk.window.page_name == "tray"
    tray(at).list.select(row_of(at, "too_large"))
    press(at.desk, Qt.Key.Key_3)
    at.desk.show_page("cases")
    assert acts(rows, at.cases["陈"]) == ["已到中心"]


def test_an_empty_tray_says_what_it_is_for(desk: OpenWindow) -> None:
    page = desk.show_page("tray")
    assert isinstance(page, TrayPage)
    assert page.words.text().startswith("没有待处理的。")
    assert not page.list.isVisible()


@pytest.mark.parametrize("scale", [100, 175])
def test_nothing_is_clipped(at: StreetDesk, scale: int) -> None:
    at.desk.dress(ThemeName.DARK, scale)
    page = tray(at)
    press(at.desk, Qt.Key.Key_2)
    assert clipped(at.desk.window) == []
    assert outside(at.desk.window) == []
    assert nameless(page) == []
