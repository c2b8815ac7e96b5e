"""队列: what waits at the centre, who holds what, what is offered to me."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.queue_lines import CASE
from desk_app.ui.presenters.queue_presenter import ALL, HandOver, QueuePresenter, QueueState
from desk_app.ui.views.hand_over_box import HandOverBox
from desk_app.ui.views.inquiry_box import InquiryBox
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.side_by_side import scrolled

LOOK_MS = 60_000
"""How often the centre is asked for inquiries while somebody looks at the page."""


class QueuePage(Page):
    """The queue, for officers and supervisors."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("队列")
        self.setAccessibleName(self.title)
        self.presenter = QueuePresenter(context, self)
        head = QHBoxLayout()
        head.addWidget(label(self.title, "title", wrap=False))
        head.addStretch(1)
        self.centre = button(self.tr("中心 F10"), lambda: context.shell.go("centre"))
        head.addWidget(self.centre)
        self.column.addLayout(head)
        self.parts = ChoiceRow("")
        self.parts.setAccessibleName(self.tr("看哪一部分"))
        self.parts.chosen.connect(self._part_chosen)
        self.column.addWidget(self.parts)
        self.words = label("", "second")
        self.hand_over = HandOverBox(self.presenter.hand_over)
        self.hand_over.closed.connect(self._back_to_list)
        self.list = ChipList(self.tr("队列：数字键做，回车打开案件"))
        self.list.pressed.connect(self._act)
        self.list.chosen.connect(lambda key: self.presenter.act(key, CASE))
        self.list.written.connect(self.presenter.write)
        card = Card("")
        card.head.hide()
        card.body.addWidget(self.words)
        card.body.addWidget(self.list)
        room = QWidget()
        inner = QVBoxLayout(room)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        self.inquiries = InquiryBox(context)
        self.inquiries.came.connect(self._inquiries_came)
        inner.addWidget(self.hand_over)
        inner.addWidget(self.inquiries)
        inner.addWidget(card)
        self._area, self._inside = scrolled(room), room
        self._follow = False
        self.column.addWidget(self._area, 1)
        self._looking = QTimer(self)
        self._looking.timeout.connect(self._look_again)
        self._looking.start(LOOK_MS)

    def come_up(self) -> None:
        """Read the queue, and ask for inquiries."""
        self.presenter.show(self.parts.value)
        self.inquiries.presenter.refresh()

    def take_focus(self) -> None:
        """The list, else what leads on."""
        if any(row.id for row in self.list.rows):
            self._back_to_list()
        elif self.inquiries.list.rows:
            self.inquiries.list.select_first()
            self.inquiries.list.setFocus()
        else:
            self.centre.setFocus()

    def show_queue(self, state: QueueState) -> None:
        """See ``QueueView``."""
        fresh = not self.list.rows and self.centre.hasFocus()
        chosen, focus = self.parts.value or ALL, self.window().focusWidget()
        on_parts = focus is not None and self.parts.isAncestorOf(focus)
        self.parts.put(state.parts)
        self.parts.show_value(chosen)
        if on_parts:  # its chip is another one now
            self.parts.setFocus()
        self.parts.setVisible(state.joined)
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self.words.setText(state.words)
        self.words.setVisible(bool(state.words))
        if fresh and self.list.rows:
            self.take_focus()
        if self._follow:  # after the layout has taken up the list's new height
            self._follow = False
            QTimer.singleShot(0, self, self._reveal)

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``QueueView``."""
        self.list.ask(key, name, hint)

    def open_hand_over(self, box: HandOver) -> None:
        """See ``QueueView``."""
        self.hand_over.open_for(box)

    def _inquiries_came(self) -> None:
        if self.centre.hasFocus():  # nobody has begun anything yet
            self.take_focus()

    def _look_again(self) -> None:
        if self.isVisible():
            self.inquiries.presenter.refresh()

    def _act(self, key: str, act: str) -> None:
        self._follow = True
        self.presenter.act(key, act)

    def _reveal(self) -> None:
        """The row that somebody works on stays in sight, however it grew or moved."""
        place = self.list.row_rect(self.list.current)
        top = self.list.viewport().mapTo(self._inside, place.topLeft()).y()
        for y in (top + place.height(), top):
            self._area.ensureVisible(0, y, 0, 8)

    def _back_to_list(self) -> None:
        self._follow = True
        if not self.list.current:
            self.list.select_first()
        self.list.setFocus()

    def _part_chosen(self, value: str) -> None:
        if not value:  # one always holds
            self.parts.show_value(ALL)
        self.presenter.show(value)
