"""案件: all cases, found by anything one remembers of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.cases_presenter import CasesPresenter, CasesState
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, button, chip, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.prompt_line import CommittedLine
from desk_app.ui.widgets.side_by_side import scrolled

PAUSE_MS = 150


class CasesPage(Page):
    """The list of cases."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("案件")
        self.setAccessibleName(self.title)
        self.presenter = CasesPresenter(context, self)
        head = QHBoxLayout()
        head.addWidget(label(self.title, "title", wrap=False))
        head.addStretch(1)
        self.queue = button(self.tr("队列 F3"), lambda: context.shell.go("queue"))
        head.addWidget(self.queue)
        head.addWidget(button(self.tr("新接待 F2"), context.shell.new_session, "primary"))
        self.column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.search = SearchLine(
            self.tr("找案件"), self.tr("姓名、拼音首字母、两个字的词、案件号、电话或证件末几位")
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.come_up)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.entered.connect(lambda _: self._open_first())
        self.search.down = self._into_list
        self.only_open = chip(self.tr("只看没办完的"), lambda _: self.come_up())
        row.addWidget(self.search, 1)
        row.addWidget(self.only_open)
        self.column.addLayout(row)
        self.count = label("", "second")
        card = Card("")
        card.head.hide()
        self.list = ChipList(self.tr("案件，回车打开"))
        self.list.chosen.connect(self.presenter.open)
        self.list.pressed.connect(self.presenter.press)
        card.body.addWidget(self.count)
        card.body.addWidget(self.list)
        self.column.addWidget(scrolled(card), 1)

    def come_up(self) -> None:
        """Read the list, as searched for."""
        self.presenter.find(self.search.text(), only_open=self.only_open.isChecked())

    def take_focus(self) -> None:
        """Type to find."""
        self.search.setFocus()

    def show_cases(self, state: CasesState) -> None:
        """See ``CasesView``."""
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self.count.setText(state.words)

    def _into_list(self) -> None:
        self.list.select_first()
        self.list.setFocus()

    def _open_first(self) -> None:
        # What shows may be older than what was typed a moment ago: look first.
        if self._pause.isActive():
            self._pause.stop()
            self.come_up()
            return
        first = next((row.id for row in self.list.rows if row.id), "")
        if first:
            self.presenter.open(first)


class SearchLine(CommittedLine):
    """A line above a list: ↓ goes into the list, Enter stays.

    Attributes:
        down: called for ↓.
    """

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(name, hint)
        self.down: Callable[[], object] = self.focusNextChild

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↓ is the list's."""
        if event.key() == Qt.Key.Key_Down and not self.is_composing:
            self.down()
        else:
            super().keyPressEvent(event)
