"""待办: every promise over all cases, the overdue ones first."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.promises_presenter import (
    CASE,
    KEPT,
    OPEN,
    PromisesPresenter,
    PromisesState,
)
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, chip, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.side_by_side import scrolled


class PromisesPage(Page):
    """The list of promises."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("待办")
        self.setAccessibleName(self.title)
        self.presenter = PromisesPresenter(context, self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label(self.title, "title", wrap=False))
        self.which = ChoiceRow("", [(OPEN, self.tr("还没做到")), (KEPT, self.tr("做到了的"))])
        self.which.setAccessibleName(self.tr("看哪些约定"))
        self.which.show_value(OPEN)
        self.which.chosen.connect(lambda _: self.come_up())
        self.mine = chip(self.tr("只看我的"), lambda _: self.come_up())
        head.addWidget(self.which, 1)
        head.addWidget(self.mine)
        self.column.addLayout(head)
        self.count = label("", "second")
        self.list = ChipList(self.tr("待办：数字键做，回车打开案件"))
        self.list.pressed.connect(self.presenter.act)
        self.list.chosen.connect(lambda key: self.presenter.act(key, CASE))
        self.list.written.connect(self.presenter.write)
        card = Card("")
        card.head.hide()
        card.body.addWidget(self.count)
        card.body.addWidget(self.list)
        self.column.addWidget(scrolled(card), 1)

    def come_up(self) -> None:
        """Read the promises."""
        if not self.which.value:  # one of the two always holds
            self.which.show_value(OPEN)
        self.presenter.show(self.which.value, mine=self.mine.isChecked())

    def take_focus(self) -> None:
        """The list."""
        self.list.select_first()
        self.list.setFocus()

    def settle(self) -> None:
        """A line that is being written is kept."""
        self.list.settle()

    def show_promises(self, state: PromisesState) -> None:
        """See ``PromisesView``."""
        fresh = not self.list.rows
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self.count.setText(state.words)
        if fresh and self.list.rows and not self.list.current:
            self.take_focus()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``PromisesView``."""
        self.list.ask(key, name, hint)
