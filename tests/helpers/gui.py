"""The whole window over a made-up desk, its pictures, and walks over its widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyleFactory,
    QWidget,
)

from desk_app.content.pinyin import readings
from desk_app.core.catalogue import Pack
from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft, ItemFinder
from desk_app.services.case_pack import CasePacks, PackArchive
from desk_app.services.casework import Casework, Ending
from desk_app.storage.store import SqlCaseStore
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.ui.context import UiContext
from desk_app.ui.furnish import Tools, furnish
from desk_app.ui.presenters.ports import CentreLink
from desk_app.ui.tasks.runner import QtTaskRunner
from desk_app.ui.theme import Theme, ThemeName, apply_theme, load_fonts
from desk_app.ui.views.shell import MainWindow
from tests.helpers.fakes import FakeClock
from tests.helpers.starter import starter_finder, starter_pack
from tests.helpers.ui_desk import KEY, FakePrintRoom, file_room_in, print_sheet

PATIENCE_S = 20.0
OFFICER = "小李"


@dataclass
class OpenWindow:
    """An open window with all that stands behind it."""

    window: MainWindow
    context: UiContext
    clock: FakeClock
    store: SqlCaseStore
    pack: Pack
    casework: Casework
    finder: ItemFinder
    runner: QtTaskRunner
    room: FakePrintRoom

    def wait(self, came: Callable[[], bool], what: str = "") -> None:
        """Let the window live until ``came``."""
        end = time.monotonic() + PATIENCE_S
        while not came():
            assert time.monotonic() < end, f"never came about: {what}"
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def settle(self) -> None:
        """Let the window live until nothing is under way and everything is drawn."""
        self.wait(lambda: self.runner.is_idle, "idle")
        for _ in range(3):
            QApplication.processEvents()
        self.wait(lambda: self.runner.is_idle, "idle")

    def show_page(self, name: str) -> QWidget:
        """Go to a page and let it fill."""
        self.window.go(name)
        self.settle()
        return self.window.page(name)

    def dress(self, name: ThemeName, scale: int = 100) -> None:
        """Change the look."""
        self.window.dress(Theme(name, scale))
        self.settle()

    def picture(self, path: Path) -> Path:
        """Keep what the window shows."""
        self.settle()
        assert self.window.grab().save(str(path))
        return path


def dressed_application(theme: Theme) -> QApplication:
    """The application with our style, faces and look."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    application.setStyle(QStyleFactory.create("Fusion"))
    load_fonts()
    apply_theme(application, theme)
    return application


@contextmanager
def open_window(
    folder: Path,
    *,
    theme: Theme | None = None,
    size: tuple[int, int] = (1366, 768),
    seed: Callable[[Casework, SqlCaseStore, FakeClock], object] | None = None,
    finder: ItemFinder | None = None,
    archive: PackArchive | None = None,
    link: Callable[[SqlSyncStore, Casework, FakeClock], CentreLink] | None = None,
) -> Iterator[OpenWindow]:
    """The furnished window over a fresh store in ``folder``.

    Args:
        seed: puts cases into the store before the window opens.
        finder: stands in for the real one.
        archive: versions of the content pack that cases were opened with.
        link: makes the way to the centre; None = there is none.
    """
    theme = theme or Theme(ThemeName.LIGHT, 100)
    application = dressed_application(theme)
    clock, room = FakeClock(step=timedelta(milliseconds=5)), FakePrintRoom()
    pack = starter_pack()
    store = SqlSyncStore.open(folder / "store.db", KEY, clock, readings, create=True)
    casework = Casework(store, pack, OFFICER, CasePacks(pack, archive))
    if seed is not None:
        seed(casework, store, clock)
    finder = finder or starter_finder()
    window = MainWindow(application, clock, theme)
    runner = QtTaskRunner(window.problem)
    desk = _Desk(store, pack, finder, casework)
    way = link(store, casework, clock) if link is not None else None
    tools = Tools(print_sheet, room.press(), readings, file_room_in(folder))
    try:
        context = furnish(window, desk, runner, clock, tools, way)
        opened = OpenWindow(window, context, clock, store, pack, casework, finder, runner, room)
        window.resize(*size)
        window.show()
        opened.settle()
        yield opened
    finally:
        window.close()
        runner.stop()
        store.close()
        window.deleteLater()
        # Outside of an event loop nobody else deletes what was asked to go later.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@dataclass(frozen=True)
class _Desk:
    store: SqlCaseStore
    pack: Pack
    finder: ItemFinder
    casework: Casework


def a_few_cases(casework: Casework, store: SqlCaseStore, clock: FakeClock) -> list[CaseState]:
    """Four made-up cases: one in the middle, one waiting, one overdue, one closed."""
    clock.advance(days=-6)
    first = _case(casework, "沈淑珍", "沈女士", "老伴走了，火化证明找不到了，丧葬补贴办不了")
    casework.choose_items(first.case_id, ["hrss.funeral-grant-uninsured"])
    casework.set_field(first.case_id, "phone", "13900001234")
    casework.set_field(first.case_id, "id_number", "310106194903121012")
    casework.promises.make(
        first.case_id, "回电：火葬场档案室是否找到记录", OFFICER,
        clock.now().date() + timedelta(days=4), "沈女士",
    )  # fmt: skip
    for stage in ("triage", "coordinate"):
        casework.stages.move(first.case_id, stage, "先打电话问清")
    clock.advance(days=2, hours=3)
    closed = _case(casework, "赵建国", "赵师傅", "想问低保怎么申请")
    casework.close_case(closed.case_id, "done_now", Ending(explained=True, sheet_given=True))
    clock.advance(days=3, hours=-2)
    second = _case(casework, "杨志明", "小杨", "长期住院，参保缴费没有人办")
    casework.promises.make(
        second.case_id, "提醒医院医务科：下月缴费", "小王", clock.now().date() + timedelta(days=1)
    )
    casework.promises.make(
        second.case_id, "问清派出所能不能上门办证", OFFICER,
        clock.now().date() + timedelta(days=9),
    )  # fmt: skip
    clock.advance(hours=5)
    third = _case(casework, "陈桂英", "陈阿姨", "外地看病垫了两百多，发票和明细对不上")
    casework.choose_items(
        third.case_id, ["medical.reimburse-remote", "medical.reimburse-outpatient"]
    )
    store.save_draft(
        Draft(OFFICER, third.case_id, "field:words", "外地看病垫了两百多，发票和明细对不上，还说",
              21, clock.now().isoformat())
    )  # fmt: skip
    clock.advance(hours=16)
    return [casework.case(case.case_id) for case in (first, second, third, closed)]


def _case(casework: Casework, name: str, title: str, words: str) -> CaseState:
    case = casework.open_case()
    casework.set_field(case.case_id, "resident_name", name)
    casework.set_field(case.case_id, "resident_title", title)
    return casework.set_field(case.case_id, "words", words)


def shown(root: QWidget) -> list[QWidget]:
    """Everything below ``root`` that a person can see now."""
    return [widget for widget in root.findChildren(QWidget) if widget.isVisible()]


def nameless(root: QWidget) -> list[str]:
    """Widgets that take the keyboard's focus and have no name for screen readers."""
    found = []
    for widget in root.findChildren(QWidget):
        policy = widget.focusPolicy()
        if policy is Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
            continue
        proxy = widget.focusProxy()
        owner = widget.parentWidget()
        inner = isinstance(owner, (QComboBox, QDateEdit)) or proxy is not None
        said = isinstance(widget, QPushButton) and widget.text()
        if not inner and not said and not widget.accessibleName():
            found.append(f"{type(widget).__name__} in {type(owner).__name__}")
    return found


def clipped(root: QWidget) -> list[str]:
    """Texts that do not fit their widget, with what is missing in pixels."""
    found = []
    for widget in shown(root):
        if isinstance(widget, QPushButton):
            need, have = widget.sizeHint(), widget.size()
            bad = need.width() > have.width() + 1 or need.height() > have.height() + 1
        elif isinstance(widget, QLabel) and widget.wordWrap():
            need, have = widget.sizeHint(), widget.size()
            bad = widget.heightForWidth(have.width()) > have.height() + 1
        elif isinstance(widget, QLabel):
            need, have = widget.sizeHint(), widget.size()
            bad = need.width() > have.width() + 1 or need.height() > have.height() + 1
        elif isinstance(widget, QLineEdit):
            need, have = widget.sizeHint(), widget.size()
            bad = need.height() > have.height() + 1
        else:
            continue
        if bad:
            words = widget.text() if isinstance(widget, (QLabel, QPushButton)) else ""
            found.append(
                f"{type(widget).__name__} {(words or widget.accessibleName())[:20]!r}"
                f" needs {need.width()}x{need.height()}, has {have.width()}x{have.height()}"
            )
    return found


def outside(root: QWidget) -> list[str]:
    """Buttons, labels and fields that stick out of ``root`` to the right."""
    right = root.width()
    return [
        f"{type(widget).__name__} {widget.accessibleName()[:20]!r}"
        for widget in shown(root)
        if isinstance(widget, (QPushButton, QLabel, QLineEdit))
        and widget.mapTo(root, widget.rect().topRight()).x() > right
    ]
