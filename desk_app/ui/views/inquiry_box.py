"""网上留言, on the page of the queue: what residents wrote, one key to take it."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.inquiry_presenter import READ, InquiryPresenter, InquiryState
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.chip_list import ChipList


class InquiryBox(Card):
    """The box; it hides where there is nothing to say.

    Signals:
        came: there are inquiries now, and there were none before.
    """

    came = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.head.hide()
        self.presenter = InquiryPresenter(context, self)
        self.list = ChipList(self.tr("网上留言：1 接下建案，2 看全文"))
        self.list.pressed.connect(self.presenter.act)
        self.list.chosen.connect(lambda number: self.presenter.act(number, READ))
        self.words = label("", "second")
        self.body.addWidget(self.list)
        self.body.addWidget(self.words)
        self.hide()

    def show_inquiries(self, state: InquiryState) -> None:
        """See ``InquiryView``."""
        fresh = not self.list.rows and bool(state.lines)
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self.words.setText(state.words)
        self.words.setVisible(bool(state.words))
        self.setVisible(bool(state.lines or state.words))
        if fresh:
            self.came.emit()
