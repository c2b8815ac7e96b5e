"""Ctrl+K: one box for cases, items, events, checklists and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desk_app.services.search import CASE, COMMAND, EVENT, ITEM, SOP, Hit, Search
from desk_app.ui.presenters.ports import Runner
from desk_app.ui.widgets.basic import label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import ChipRow
from desk_app.ui.widgets.overlay import OverlayBox
from desk_app.ui.widgets.prompt_line import CommittedLine
from desk_app.ui.widgets.side_by_side import scrolled

PAUSE_MS = 80
CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Palette(OverlayBox):
    """The box.

    Args:
        open_hit: what a chosen hit does, by kind.
    """

    def __init__(
        self,
        over: QWidget,
        search: Search,
        runner: Runner,
        open_hit: Mapping[str, Callable[[str], object]],
    ) -> None:
        super().__init__(over, "")
        self.setAccessibleName(self.tr("找人、找事、找命令"))
        self._search = search
        self._runner = runner
        self._open_hit = open_hit
        self._hits: dict[str, Hit] = {}
        self._shown_query = ""
        self._enter_waits = False
        self.line = CommittedLine(
            self.tr("找人、找事、找命令"),
            self.tr("姓名、拼音首字母、两个字的词、末几位号码、事项、命令"),
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.line.textChanged.connect(lambda _: self._pause.start())
        self.line.entered.connect(lambda _: self._enter())
        self.top.addWidget(self.line, 1)
        self.top.addWidget(self.close_button)
        self.list = ChipList(self.tr("找到的，回车打开"))
        self.list.chosen.connect(self._pick)
        self.list.installEventFilter(self)
        self.none = label(self.tr("没有找到，换个说法试试。"), "second")
        self.body.addWidget(self.none)
        self.body.addWidget(scrolled(self.list), 1)

    def open_box(self) -> None:
        """Show the box, empty, with the latest cases and the commands."""
        super().open_box()
        self.line.clear()
        self.none.hide()
        self.line.setFocus()
        self._look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes from the line into the list."""
        if event.key() == Qt.Key.Key_Down and self.line.hasFocus():
            self.list.select_first()
            self.list.setFocus()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is typed in the list goes to the line, and so does ↑ from its first row."""
        if watched is self.list and isinstance(event, QKeyEvent) and self._leaves_list(event):
            self.line.setFocus()
            if event.key() == Qt.Key.Key_Backspace:
                self.line.backspace()
            elif event.key() != Qt.Key.Key_Up:
                self.line.insert(event.text())
            return True
        return super().eventFilter(watched, event)

    def _leaves_list(self, event: QKeyEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or event.modifiers() & CHORDS:
            return False
        if event.key() == Qt.Key.Key_Up:
            return self.list.currentIndex().row() == 0
        typed = event.text().isprintable() and bool(event.text().strip())
        return typed or event.key() == Qt.Key.Key_Backspace

    def _enter(self) -> None:
        if self.line.text().strip() == self._shown_query:
            self._pick(next(iter(self._hits), ""))
        else:  # a quick hand: open the first of what is about to be found
            self._enter_waits = True

    def _look(self) -> None:
        query = self.line.text().strip()
        self._runner.store(lambda: self._search.find(query), lambda hits: self._show(query, hits))

    def _show(self, query: str, hits: tuple[Hit, ...]) -> None:
        if query != self.line.text().strip() or not self.isVisible():
            return
        kinds = {
            CASE: self.tr("案件"), ITEM: self.tr("事项"), EVENT: self.tr("事件"),
            SOP: self.tr("检查单"), COMMAND: self.tr("命令"),
        }  # fmt: skip
        self._shown_query = query
        self._hits = {f"{hit.kind}:{hit.id}": hit for hit in hits}
        rows = []
        for key, hit in self._hits.items():
            is_command = hit.kind == COMMAND
            about, keys = ("", hit.about) if is_command else (hit.about, "")
            rows.append(ChipRow(key, hit.title, tag=kinds[hit.kind], detail=about, status=keys))
        self.list.put(rows)
        self.none.setVisible(bool(query) and not hits)
        if self._enter_waits:
            self._enter_waits = False
            self._pick(next(iter(self._hits), ""))

    def _pick(self, key: str) -> None:
        hit = self._hits.get(key)
        if hit is not None:
            self.close_box()
            self._open_hit[hit.kind](hit.id)
