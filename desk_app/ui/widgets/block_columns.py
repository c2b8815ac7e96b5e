"""Places blocks of a page: two columns, tabs on the right, or one column of tabs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from desk_app.ui.widgets.side_by_side import hide_idle_bar

TWO_COLUMNS, RIGHT_TABS = 44, 36
"""Widths in line heights from which there are two columns, and two with tabs on the right."""

WIDE, TABS, NARROW = "wide", "tabs", "narrow"


class BlockColumns(QWidget):
    """The blocks, in one of three layouts by width and size of type.

    Signals:
        mode_changed(str): another layout.

    Args:
        left: blocks of the listening side.
        right: (name, block) of the working side.
        left_name: what the left side is called when it is a tab.
    """

    mode_changed = Signal(str)

    def __init__(
        self, left: Sequence[QWidget], right: Sequence[tuple[str, QWidget]], left_name: str
    ) -> None:
        super().__init__()
        self._left, self._right, self._left_name = tuple(left), tuple(right), left_name
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._mode = ""
        self._narrow = False
        self._tabs: QTabWidget | None = None
        self._lay_out()

    @property
    def mode(self) -> str:
        """wide | tabs | narrow."""
        return self._mode

    def keep_narrow(self, on: bool) -> None:
        """One column however wide it is."""
        self._narrow = on
        self._lay_out()

    def show_block(self, block: QWidget) -> None:
        """Make sure that ``block`` is in sight."""
        if self._tabs is not None:
            for number in range(self._tabs.count()):
                page = self._tabs.widget(number)
                if page is not None and page.isAncestorOf(block):
                    self._tabs.setCurrentIndex(number)
        area: QWidget | None = block.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureVisible(0, block.y() + min(block.height(), area.height()), 0, 0)
            area.ensureVisible(0, block.y(), 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may want another layout."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """A larger scale makes the page narrow too."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()

    def _lay_out(self) -> None:
        lines = self.width() / max(1, self.fontMetrics().height())
        if self._narrow:
            lines = 0
        mode = WIDE if lines >= TWO_COLUMNS else TABS if lines >= RIGHT_TABS else NARROW
        if mode == self._mode:
            return
        self._mode = mode
        self.mode_changed.emit(mode)
        window = self.window()
        focus = window.focusWidget() if self._row.count() else None
        old = [item.widget() for item in map(self._row.itemAt, range(self._row.count())) if item]
        right = [block for _, block in self._right]
        self._tabs = None
        if mode == WIDE:
            self._row.addWidget(_scrolled(self._left, stretch=False), 5)
            self._row.addWidget(_scrolled(right, stretch=True), 6)
        else:
            self._tabs = QTabWidget()
            self._tabs.setDocumentMode(True)
            self._tabs.setTabBarAutoHide(True)  # one tab needs no name twice
            if mode == NARROW:
                self._tabs.addTab(_scrolled(self._left, stretch=False), self._left_name)
            else:
                self._row.addWidget(_scrolled(self._left, stretch=False), 5)
            for name, block in self._right:
                self._tabs.addTab(_scrolled([block], stretch=True), name)
            self._row.addWidget(self._tabs, 6)
        for block in (*self._left, *right):
            block.show()
        for widget in old:
            if widget is not None:
                self._row.removeWidget(widget)
                widget.deleteLater()
        if focus is not None and self.isAncestorOf(focus):
            self.show_block(focus)
            focus.setFocus()


def _scrolled(blocks: Sequence[QWidget], *, stretch: bool) -> QScrollArea:
    room = QWidget()
    column = QVBoxLayout(room)
    column.setContentsMargins(0, 0, 4, 0)
    column.setSpacing(12)
    for block in blocks:
        column.addWidget(block)
    if stretch:
        column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # Always there: a bar that comes and goes would change the width that made it come.
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(room)
    hide_idle_bar(area)
    return area
