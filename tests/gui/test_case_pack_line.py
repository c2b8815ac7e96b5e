"""The quiet line of the case page: by which version, what the newer one changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desk_app.content.changes import item_changes, sop_changes
from desk_app.core.catalogue import Pack, Sop
from desk_app.core.pack_change import PackChange
from desk_app.services.casework import Casework
from desk_app.ui.presenters.case_pack_lines import NEWS
from desk_app.ui.theme import Theme, ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.paper_page import PaperPage
from desk_app.ui.views.session_page import SessionPage
from tests.helpers.gui import OFFICER, OpenWindow, open_window
from tests.helpers.starter import starter_pack
from tests.helpers.ui_desk import NoFinder

ITEM = "hrss.funeral-grant-uninsured"
OLDER = "1" * 64


def older() -> Pack:
    """The starter pack as it might have been: another limit, one paper less, one other."""
    now = starter_pack()
    item = now.items[ITEM]
    needs = tuple(need for need in item.materials if need.role != "system_check")
    before = replace(
        item, materials=needs[1:], promised_days=77, ask_first=(*item.ask_first, "旧的问题？")
    )
    return replace(now, digest=OLDER, version="2025.9", items={**now.items, ITEM: before})


class Archive:
    """Keeps one pack, or none."""

    def __init__(self, kept: Pack | None) -> None:
        self._kept = kept

    def pack(self, digest: str) -> Pack | None:
        kept = self._kept
        return kept if kept is not None and kept.digest == digest else None

    def changes(self, old: Pack, new: Pack, items: Iterable[str]) -> tuple[PackChange, ...]:
        return item_changes(old, new, items)

    def sop_changes(self, old: Sop, new: Sop | None, pack: Pack) -> tuple[PackChange, ...]:
        return sop_changes(old, new, pack)


@contextmanager
def desk(
    qtbot: QtBot, folder: Path, *, kept: bool = True, theme: Theme | None = None
) -> Iterator[tuple[OpenWindow, CasePage]]:
    """A window with one case of the older version, and its page."""
    del qtbot  # it brings the application
    old = older()
    opened = []

    def seed(_casework: Casework, store: object, _clock: object) -> None:
        work = Casework(store, old, OFFICER)  # type: ignore[arg-type]
        opened.append(work.choose_items(work.open_case().case_id, [ITEM]).case_id)

    archive = Archive(old if kept else None)
    with open_window(folder, seed=seed, finder=NoFinder(), archive=archive, theme=theme) as window:
        window.context.shell.open_case(opened[0])
        window.settle()
        page = window.window.page("case")
        assert isinstance(page, CasePage)
        yield window, page


def key(window: OpenWindow, pressed: Qt.Key) -> None:
    QTest.keyClick(window.window.focusWidget() or window.window, pressed)
    window.settle()


def test_the_line_is_reached_by_tab_and_opened_and_closed_by_enter(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with desk(qtbot, tmp_path) as (window, page):
        (line,) = page.news.rows
        assert line.text.startswith("这个案件按 2025.9 版目录办；新版改了 ")
        for _ in range(40):
            if page.news.hasFocus():
                break
            key(window, Qt.Key.Key_Tab)
        assert page.news.hasFocus()
        key(window, Qt.Key.Key_Return)
        rows = {row.text: row.detail for row in page.news.rows}
        now = window.pack.items[ITEM]
        days = window.pack.label("day_unit", now.day_unit)
        assert rows["承诺时限"].startswith(f"原来：77 {days}　→　现在：")
        assert rows["先问的话"] == "原来：旧的问题？　→　现在：没有了"
        assert now.name in rows
        assert int(line.text.split()[-2]) == sum(bool(row.id) for row in page.news.rows) - 1
        key(window, Qt.Key.Key_Home)
        key(window, Qt.Key.Key_Return)
        assert [row.id for row in page.news.rows] == [NEWS]


def test_page_session_and_paper_all_keep_the_papers_of_the_older_version(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with desk(qtbot, tmp_path) as (window, page):
        was = {n.material for n in older().items[ITEM].materials if not n.when and not n.optional}
        shown = {r.id.removeprefix("paper:") for r in page.items.rows if r.id.startswith("paper:")}
        assert shown == was
        case_id = page.presenter.case_id
        window.context.shell.open_session(case_id)
        window.settle()
        session = window.window.page("session")
        assert isinstance(session, SessionPage)
        state = session.presenter.state
        assert state is not None
        assert {p.material.id for p in state.agenda.materials.papers if p.need == "yes"} == was
        assert session.presenter.pack.version == "2025.9"
        window.context.shell.open_paper(case_id)
        window.settle()
        paper = window.window.page("paper")
        assert isinstance(paper, PaperPage)
        assert paper.presenter.state is not None
        assert paper.presenter.state.sheet.before == len(was)


def test_a_version_that_is_not_here_is_said_plainly(qtbot: QtBot, tmp_path: Path) -> None:
    with desk(qtbot, tmp_path, kept=False) as (_, page):
        (line,) = page.news.rows
        assert line.text.startswith("这个案件按 2025.9 版目录办，本机没有这一版")


def test_a_case_of_the_version_in_force_has_no_such_line(qtbot: QtBot, tmp_path: Path) -> None:
    with desk(qtbot, tmp_path) as (window, page):
        work = window.casework
        case = work.choose_items(work.open_case().case_id, [ITEM])
        window.context.shell.open_case(case.case_id)
        window.settle()
        assert not page.news.isVisible()


def test_the_open_list_fits_a_narrow_page_of_large_type(qtbot: QtBot, tmp_path: Path) -> None:
    with desk(qtbot, tmp_path, theme=Theme(ThemeName.LIGHT, 175)) as (window, page):
        page.news.setFocus()
        key(window, Qt.Key.Key_Return)
        for number, row in enumerate(page.news.rows):
            assert page.news.lay(page.news.row_at(number)).height > 0
            if row.id:
                assert page.news.row_rect(row.id).right() <= page.news.viewport().width()
        last = page.news.rows[-1].id
        assert page.news.row_rect(last).bottom() <= page.news.height()
