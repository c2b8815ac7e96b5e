"""床边: dim, large and quiet; it goes on after a restart, veils itself, and loses no letter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desk_app.services.settings import BEDSIDE, THEME
from desk_app.system.power import battery_percent
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.attachments_page import AttachmentsPage
from desk_app.ui.views.bedside import Bedside
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.visits_page import VisitsPage
from desk_app.ui.widgets.block_columns import NARROW, WIDE, BlockColumns
from tests.helpers.gui import OpenWindow, a_few_cases, clipped, nameless, open_window, outside
from tests.helpers.hands import CTRL, click, click_words, press, write

BED = CTRL | Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key.Key_B


def case_of(desk: OpenWindow) -> str:
    (row,) = desk.store.search("杨志明")
    return row.case_id


@pytest.fixture
def bedside(desk: OpenWindow) -> Bedside:
    """The mode, turned on by its key over a case."""
    desk.context.shell.open_case(case_of(desk))
    desk.settle()
    press(desk, KEY, BED)
    (found,) = desk.window.findChildren(Bedside)
    assert found.is_on
    return found


def test_the_window_is_dim_large_and_of_one_column_and_comes_back(
    desk: OpenWindow, bedside: Bedside
) -> None:
    look = desk.window.theme
    assert (look.name, look.scale, look.roomy) == (ThemeName.DIM, 130, True)
    assert {one.mode for one in desk.window.findChildren(BlockColumns)} == {NARROW}
    tall = [made.height() for made in bedside.bar.findChildren(QPushButton) if made.isVisible()]
    assert min(tall) >= 60
    press(desk, KEY, BED)
    assert not bedside.is_on
    assert desk.window.theme.name == ThemeName.LIGHT
    page = desk.window.page("case")
    assert isinstance(page, CasePage)
    assert page.columns.mode == WIDE
    assert desk.store.setting(BEDSIDE) == ""
    assert desk.store.setting(THEME) == ""  # a bedside's look is nobody's choice


def test_photo_note_consent_and_record_are_one_key_away(desk: OpenWindow, bedside: Bedside) -> None:
    assert bedside.is_on
    press(desk, Qt.Key.Key_1, CTRL)
    assert isinstance(desk.window.page(desk.window.page_name), AttachmentsPage)
    press(desk, Qt.Key.Key_2, CTRL)
    write(desk, "他说愿意")
    press(desk, Qt.Key.Key_Return)
    assert desk.store.case(case_of(desk)).notes[-1].text == "他说愿意"
    press(desk, Qt.Key.Key_3, CTRL)
    assert desk.window.page_name == "consents"
    press(desk, Qt.Key.Key_4, CTRL)
    assert isinstance(desk.window.page(desk.window.page_name), VisitsPage)
    click(desk, bedside.bar.ways["session"])
    assert desk.window.page_name == "session"
    assert desk.window.case_id == case_of(desk)


def test_by_mouse_it_begins_on_the_page_of_visits_and_ends_in_its_line(desk: OpenWindow) -> None:
    desk.context.shell.open_topic(case_of(desk), "visits")
    desk.settle()
    page = desk.window.page("visits")
    assert isinstance(page, VisitsPage)
    click(desk, page.bed)
    (bedside,) = desk.window.findChildren(Bedside)
    assert bedside.is_on
    click(desk, bedside.bar.end)
    assert not bedside.is_on


def test_nothing_pops_up_and_the_way_back_stands_in_the_line(
    desk: OpenWindow, bedside: Bedside
) -> None:
    press(desk, Qt.Key.Key_2, CTRL)
    before = len(desk.store.case(case_of(desk)).notes)
    write(desk, "写错了")
    press(desk, Qt.Key.Key_Return)
    assert not desk.window.toasts.isVisible()
    click_words(desk, bedside.bar, "撤销")
    assert len(desk.store.case(case_of(desk)).notes) == before


def test_a_paper_waits_for_the_centre(desk: OpenWindow, bedside: Bedside) -> None:
    assert bedside.is_on
    desk.context.shell.open_paper(case_of(desk))
    desk.settle()
    press(desk, Qt.Key.Key_Return)
    assert desk.room.sent == []
    made = [one for one in desk.store.case(case_of(desk)).timeline if one.kind == "paper.made"]
    assert [one.body["how"] for one in made] == ["queue"]


def test_a_minute_without_a_hand_veils_it_and_text_stays(
    desk: OpenWindow, bedside: Bedside
) -> None:
    press(desk, Qt.Key.Key_2, CTRL)
    write(desk, "说到一半")
    (idle,) = [
        timer for timer in bedside.findChildren(QTimer)
        if timer.isSingleShot() and timer.interval() == 60_000
    ]  # fmt: skip
    assert idle.isActive()
    idle.timeout.emit()
    assert desk.window.veil.isVisible()
    press(desk, Qt.Key.Key_F9)
    page = desk.window.page("case")
    assert isinstance(page, CasePage)
    assert page.note.text() == "说到一半"


def test_it_goes_on_after_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot
    with open_window(tmp_path, seed=a_few_cases) as desk:
        case_id = case_of(desk)
        desk.store.save_setting(BEDSIDE, case_id)
    for opened in _again(tmp_path):
        (bedside,) = opened.window.findChildren(Bedside)
        assert bedside.is_on
        assert (opened.window.page_name, opened.window.case_id) == ("visits", case_id)


def test_a_case_that_is_not_here_any_more_has_no_bedside(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot
    with open_window(tmp_path) as desk:
        desk.store.save_setting(BEDSIDE, "nosuchcase")
    for opened in _again(tmp_path):
        (bedside,) = opened.window.findChildren(Bedside)
        assert (bedside.is_on, opened.window.page_name) == (False, "today")
        assert opened.store.setting(BEDSIDE) == ""


def _again(folder: Path) -> Iterator[OpenWindow]:
    with open_window(folder) as desk:
        desk.settle()
        yield desk


@pytest.mark.parametrize("scale", [100, 175])
def test_the_line_to_write_in_is_in_sight_at_every_size(desk: OpenWindow, scale: int) -> None:
    """What is for the office (stages, topics, the way to the bed) makes room for it."""
    desk.dress(ThemeName.LIGHT, scale)
    desk.context.shell.open_case(case_of(desk))
    desk.settle()
    press(desk, KEY, BED)
    press(desk, Qt.Key.Key_2, CTRL)
    page, visits = desk.window.page("case"), desk.window.page("visits")
    assert isinstance(page, CasePage)
    assert isinstance(visits, VisitsPage)
    assert page.note.visibleRegion().boundingRect().height() == page.note.height()
    assert not page.topics.isVisible()
    press(desk, Qt.Key.Key_4, CTRL)
    assert not visits.bed.isVisible()
    press(desk, KEY, BED)
    assert visits.bed.isVisible()


@pytest.mark.parametrize("way", ["attachments", "note", "consents", "visits", "session"])
def test_everything_fits_and_has_a_name(desk: OpenWindow, bedside: Bedside, way: str) -> None:
    bedside.bar.show_battery(80)
    bedside.show_way(way)
    desk.settle()
    page = desk.window.page(desk.window.page_name)
    for part in (*page.findChildren(BlockColumns), bedside.bar):
        assert clipped(part) == []
        assert nameless(part) == []
        assert outside(part) == []


def test_the_battery_is_told_where_the_system_tells(tmp_path: Path) -> None:
    for name, kind, level in (("AC", "Mains", None), ("BAT0", "Battery", "81\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "type").write_text(f"{kind}\n", "ascii")
        if level:
            (tmp_path / name / "capacity").write_text(level, "ascii")
    assert battery_percent(tmp_path) == 81
    (tmp_path / "BAT0" / "capacity").write_text("?", "ascii")
    assert battery_percent(tmp_path) is None
    assert battery_percent(tmp_path / "nowhere") is None
