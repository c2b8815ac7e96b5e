"""Ctrl+K: one box for cases, items, events, checklists and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desk_app.services.search import CASE, COMMAND, EVENT, ITEM, Hit, Search
from desk_app.ui.models.rows import Row
from desk_app.ui.presenters.ports import Runner
from desk_app.ui.widgets.basic import label
from desk_app.ui.widgets.editor import KeepingLine
from desk_app.ui.widgets.row_list import RowList

PAUSE_MS = 80


class Palette(QFrame):
    """The box, over the page; Esc or a choice closes it.

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
        super().__init__(over)
        self._over = over
        self._search = search
        self._runner = runner
        self._open_hit = open_hit
        self._hits: dict[str, Hit] = {}
        self._before: QWidget | None = None
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("找人、找事、找命令"))
        column = QVBoxLayout(self)
        self.line = KeepingLine(
            self.tr("找人、找事、找命令"),
            self.tr("姓名、拼音首字母、两个字的词、末几位号码、事项、命令"),
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.line.textChanged.connect(lambda _: self._pause.start())
        self.list = RowList(self.tr("找到的，回车打开"), lines=8)
        self.list.pick_on_click()
        self.list.picked.connect(self._pick)
        self._none = label(self.tr("没有找到，换个说法试试。"), "second")
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        column.addWidget(self._none)
        self.hide()

    def toggle(self) -> None:
        """Show the box, or put it away."""
        if self.isVisible():
            self.close_box()
            return
        self._before = self.window().focusWidget()
        self.line.clear()
        self.list.put([])
        self._none.hide()
        width = min(self._over.width() - 64, self.fontMetrics().horizontalAdvance("跨") * 40)
        height = min(self._over.height() - 64, self.fontMetrics().height() * 24)
        self.setGeometry((self._over.width() - width) // 2, 32, width, height)
        self.show()
        self.raise_()
        self.line.setFocus()
        self._look()

    def close_box(self) -> None:
        """Put the box away; the caret goes back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes into the list, Enter takes the first, Esc closes."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_box()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.line.hasFocus():
            self.list.select_first()
            self.list.setFocus()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hits:
            self._pick(next(iter(self._hits)))
        else:
            super().keyPressEvent(event)

    def _look(self) -> None:
        query = self.line.text().strip()
        self._runner.store(lambda: self._search.find(query), lambda hits: self._show(query, hits))

    def _show(self, query: str, hits: tuple[Hit, ...]) -> None:
        if query != self.line.text().strip():
            return
        kinds = {
            CASE: self.tr("案件"), ITEM: self.tr("事项"), EVENT: self.tr("事件"),
            COMMAND: self.tr("命令"),
        }  # fmt: skip
        self._hits = {f"{hit.kind}:{hit.id}": hit for hit in hits}
        self.list.put(
            [
                Row(
                    key,
                    f"〔{kinds.get(hit.kind, self.tr('检查单'))}〕{hit.title}"
                    + (f"\n      {hit.about}" if hit.about else ""),
                )
                for key, hit in self._hits.items()
            ]
        )
        self._none.setVisible(bool(query) and not hits)

    def _pick(self, key: str) -> None:
        hit = self._hits.get(key)
        if hit is None:
            return
        self.hide()
        act = self._open_hit.get(hit.kind)
        if act is not None:
            act(hit.id)
