"""待处理: what the centre refused, why, and what to do about it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.tray_presenter import CASE, DONE, OPEN, TrayPresenter, TrayState
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.side_by_side import scrolled


class TrayPage(Page):
    """The tray."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("待处理")
        self.setAccessibleName(self.title)
        self.presenter = TrayPresenter(context, self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label(self.title, "title", wrap=False))
        self.which = ChoiceRow("", [(OPEN, self.tr("要处理的")), (DONE, self.tr("处理过的"))])
        self.which.setAccessibleName(self.tr("看哪些"))
        self.which.show_value(OPEN)
        self.which.chosen.connect(lambda _: self.come_up())
        head.addWidget(self.which, 1)
        self.column.addLayout(head)
        self.words = label("", "second")
        self.list = ChipList(self.tr("待处理：数字键做，回车打开案件"))
        self.list.pressed.connect(self.presenter.act)
        self.list.chosen.connect(lambda key: self.presenter.act(key, CASE))
        self.list.written.connect(self.presenter.write)
        card = Card("")
        card.head.hide()
        card.body.addWidget(self.words)
        card.body.addWidget(self.list)
        self.column.addWidget(scrolled(card), 1)

    def come_up(self) -> None:
        """Read the tray."""
        if not self.which.value:  # one of the two always holds
            self.which.show_value(OPEN)
        self.presenter.show(self.which.value)

    def take_focus(self) -> None:
        """The list, else the choice above it."""
        if any(row.id for row in self.list.rows):
            self.list.select_first()
            self.list.setFocus()
        else:
            self.which.setFocus()

    def show_tray(self, state: TrayState) -> None:
        """See ``TrayView``."""
        fresh = not self.list.rows
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self.words.setText(state.words)
        if fresh and self.list.rows and self.isVisible():
            self.take_focus()

    def ask_line(self, key: str, name: str, hint: str, text: str) -> None:
        """See ``TrayView``."""
        self.list.ask(key, name, hint, text)
