"""Every page in every look and size: nothing clipped, sideways, nameless or out of reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget

from desk_app.ui.theme import SCALES, ThemeName
from desk_app.ui.views.keys_sheet import KeysSheet
from desk_app.ui.views.palette import Palette
from tests.helpers.gui import OpenWindow, clipped, nameless, outside

PAGES = ("today", "session", "cases", "map", "promises", "more", "case", "paper")
MINE = ("today", "cases", "promises", "more", "case")


def pages(desk: OpenWindow) -> Iterator[tuple[str, QWidget]]:
    """Each page with something in it."""
    case_id = next(row.case_id for row in desk.store.cases() if row.resident == "沈淑珍")
    for name in MINE:
        if name == "case":
            desk.context.shell.open_case(case_id)
            desk.settle()
            yield name, desk.window.page(name)
        else:
            yield name, desk.show_page(name)


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("scale", SCALES)
def test_no_word_is_clipped_and_nothing_sticks_out(
    desk: OpenWindow, scale: int, size: tuple[int, int]
) -> None:
    desk.window.resize(*size)
    desk.window.toast("记下了：做到了。", lambda: None)
    desk.dress(ThemeName.LIGHT, scale)
    for name, page in pages(desk):
        assert clipped(desk.window) == [], name
        assert outside(desk.window) == [], name
        for area in page.findChildren(QScrollArea):
            inner = area.widget()
            assert not area.isVisible() or inner.width() <= area.viewport().width(), name
    assert (desk.window.width(), desk.window.height()) == size  # no page asked for more


@pytest.mark.parametrize("look", [ThemeName.DARK, ThemeName.DIM, ThemeName.CONTRAST])
def test_no_word_is_clipped_in_any_look(desk: OpenWindow, look: ThemeName) -> None:
    desk.window.resize(1366, 768)
    desk.dress(look, 130)
    for name, _ in pages(desk):
        assert clipped(desk.window) == [], name
        assert outside(desk.window) == [], name


def test_the_right_column_becomes_a_tab_where_it_gets_narrow(desk: OpenWindow) -> None:
    for scale, tabs in ((100, False), (175, True)):
        desk.dress(ThemeName.LIGHT, scale)
        for name, page in pages(desk):
            if name == "case":
                shown = [w for w in page.findChildren(QWidget) if w.inherits("QTabWidget")]
                assert bool([w for w in shown if w.isVisible()]) is tabs
            if name == "today":
                assert page.columns.is_narrow is tabs  # type: ignore[attr-defined]


def test_everything_that_takes_the_keyboard_has_a_name(desk: OpenWindow) -> None:
    for _, page in pages(desk):
        assert nameless(page) == []
    for box in (desk.window.findChild(Palette), desk.window.findChild(KeysSheet)):
        assert box is not None
        assert nameless(box) == []
    assert nameless(desk.window.unlock) == []


def test_everything_that_takes_the_keyboard_is_reached_by_tab(desk: OpenWindow) -> None:
    for name, page in pages(desk):
        able = {
            widget
            for widget in page.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisible()
            and widget.isEnabled()
            and not widget.objectName().startswith("qt_")
            and not (isinstance(widget, QAbstractScrollArea) and not widget.accessibleName())
        }
        seen: set[QWidget | None] = set()
        for _ in range(len(able) + 20):
            QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
            seen.add(desk.window.focusWidget())
        assert able <= seen, name


def test_every_button_is_forty_units_high(desk: OpenWindow) -> None:
    for scale in (100, 150):
        desk.dress(ThemeName.LIGHT, scale)
        page = desk.show_page("today")
        assert page.new.height() >= desk.window.theme.px(40) - 1  # type: ignore[attr-defined]
        line = desk.show_page("cases").search  # type: ignore[attr-defined]
        assert line.height() >= desk.window.theme.px(40) - 1


def test_focus_moves_no_word(desk: OpenWindow) -> None:
    page = desk.show_page("cases")
    line = page.search  # type: ignore[attr-defined]
    with_focus = line.size(), line.cursorRect().left()
    page.only_open.setFocus()  # type: ignore[attr-defined]
    desk.settle()
    assert (line.size(), line.cursorRect().left()) == with_focus
