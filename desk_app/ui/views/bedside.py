"""Beside a bed: the whole window dim, large and quiet, one column, about one case."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desk_app.services.settings import BEDSIDE
from desk_app.system.power import battery_percent
from desk_app.ui.context import UiContext
from desk_app.ui.theme import Theme, ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.page import Page
from desk_app.ui.views.shell import MainWindow
from desk_app.ui.widgets.basic import FlowLayout, FocusButton, button, label
from desk_app.ui.widgets.block_columns import BlockColumns

KEY = "Ctrl+Shift+B"
SCALE = 130
VEIL_MS = 60_000
"""Nobody touched anything: a visitor may stand behind the chair."""
LOOK_MS = 60_000
SAID_MS = 10_000
PHOTO, NOTE, CONSENT, VISIT, LIST = "attachments", "note", "consents", "visits", "session"


class BedsideBar(QFrame):
    """The line above every page: what comes first at a bedside, and what was said last.

    Signals:
        chosen(str): one of the ways.
        ended(): back to the office.
    """

    chosen = Signal(str)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bedside")
        self.setAccessibleName(self.tr("床边"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        ways, flow = QWidget(), FlowLayout(8)
        ways.setLayout(flow)
        self.ways = {
            PHOTO: button(self.tr("拍照、贴图 Ctrl+1"), partial(self.chosen.emit, PHOTO)),
            NOTE: button(self.tr("记一句 Ctrl+2"), partial(self.chosen.emit, NOTE)),
            CONSENT: button(self.tr("授权 Ctrl+3"), partial(self.chosen.emit, CONSENT)),
            VISIT: button(self.tr("上门记录 Ctrl+4"), partial(self.chosen.emit, VISIT)),
            LIST: button(self.tr("检查单 Ctrl+5"), partial(self.chosen.emit, LIST)),
        }
        for made in self.ways.values():
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has the keys
            flow.addWidget(made)
        self._said = label("", "second")
        flow.addWidget(self._said)
        self._undo = FocusButton(self.tr("撤销"))
        self._undo.setAccessibleName(self.tr("撤销刚才这一步"))
        self._undo.clicked.connect(self._take_back)
        flow.addWidget(self._undo)
        row.addWidget(ways, 1)
        self.battery = label("", "second", wrap=False)
        row.addWidget(self.battery)
        tip = self.tr("结束床边（%1）").replace("%1", KEY)
        self.end = button(self.tr("回中心了"), self.ended.emit, "quiet", tip)
        row.addWidget(self.end)
        self._back: Callable[[], object] | None = None
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(SAID_MS)
        self._gone.timeout.connect(lambda: self.say(""))
        self.say("")

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """What a toast would say, without one."""
        self._back = undo
        self._said.setText(text)
        self._said.setVisible(bool(text))
        self._undo.setVisible(undo is not None)
        if text:
            self._gone.start()

    def show_battery(self, percent: int | None) -> None:
        """How full it is; nothing where nobody tells."""
        self.battery.setVisible(percent is not None)
        self.battery.setText(self.tr("电量 %1%").replace("%1", str(percent or 0)))

    def _take_back(self) -> None:
        back = self._back
        self.say("")
        if back is not None:
            back()


class Bedside(QObject):
    """Turns the mode on and off; it outlives a restart, and no letter is lost by either."""

    def __init__(self, window: MainWindow, context: UiContext) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._case_id = ""
        self._before: Theme | None = None
        self.bar = BedsideBar()
        self.bar.chosen.connect(self.show_way)
        self.bar.ended.connect(self.toggle)
        self.bar.hide()
        window.lay_on_top(self.bar)
        self._keys = [
            QShortcut(QKeySequence(f"Ctrl+{number}"), window)
            for number in range(1, len(self.bar.ways) + 1)
        ]
        for key, way in zip(self._keys, self.bar.ways, strict=True):
            key.activated.connect(partial(self.show_way, way))
            key.setEnabled(False)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(VEIL_MS)
        self._idle.timeout.connect(self._cover)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)

    @property
    def is_on(self) -> bool:
        """Whether the window is dressed for a bedside."""
        return self._before is not None

    def resume(self) -> None:
        """Go on where the program was closed at a bedside."""
        store = self._context.store

        def look() -> str:
            case_id = store.setting(BEDSIDE)
            return store.case(case_id).case_id if case_id else ""

        # The case may have gone to another centre meanwhile: then there is no bedside any more.
        self._context.runner.store(look, self._resume, lambda _: self._keep(""))

    def toggle(self) -> None:
        """To the bedside with the case that shows, or back."""
        if self.is_on:
            self._end()
        elif case_id := self._window.case_id:
            self._begin(case_id)
            self._keep(case_id)
        else:
            self._context.shell.toast(
                self.tr("先打开要带去的那件案件，再按 %1。").replace("%1", KEY)
            )

    def show_way(self, way: str) -> None:
        """Show what the mode is for."""
        shell = self._context.shell
        if way == LIST:
            shell.open_session(self._case_id)
        elif way == NOTE:
            shell.open_case(self._case_id)
            page = self._window.page("case")
            assert isinstance(page, CasePage)
            page.write_note()
        else:
            shell.open_topic(self._case_id, way)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Anything that a person does puts the veil off."""
        if event.type() in (
            QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove,
            QEvent.Type.Wheel, QEvent.Type.InputMethod, QEvent.Type.TouchBegin,
        ):  # fmt: skip
            self._idle.start()
        return super().eventFilter(watched, event)

    def _resume(self, case_id: str) -> None:
        if case_id and not self.is_on:
            self._begin(case_id)
            self.show_way(VISIT)

    def _begin(self, case_id: str) -> None:
        self._case_id, self._before = case_id, self._window.theme
        scale = max(SCALE, self._before.scale)
        self._window.dress(Theme(ThemeName.DIM, scale, roomy=True))
        self._window.speak_through(self.bar.say)
        self._set(on=True)
        self._idle.start()
        self._look()

    def _end(self) -> None:
        before, self._before, self._case_id = self._before, None, ""
        self._window.speak_through(None)
        self._set(on=False)
        self._idle.stop()
        if before is not None:
            self._window.dress(before)
        self._keep("")

    def _set(self, *, on: bool) -> None:
        self._window.show_rail(not on)
        self.bar.setVisible(on)
        for key in self._keys:
            key.setEnabled(on)
        for columns in self._window.findChildren(BlockColumns):
            columns.keep_narrow(on)
        for page in self._window.findChildren(Page):
            page.at_bedside(on)
        application = QGuiApplication.instance()
        assert application is not None
        if on:
            application.installEventFilter(self)
            self._looking.start()
        else:
            application.removeEventFilter(self)
            self._looking.stop()

    def _keep(self, case_id: str) -> None:
        store = self._context.store
        self._context.runner.store(partial(store.save_setting, BEDSIDE, case_id), lambda _: None)

    def _cover(self) -> None:
        if not self._window.veil.isVisible():
            self._window.toggle_veil()

    def _look(self) -> None:
        self.bar.show_battery(battery_percent())
