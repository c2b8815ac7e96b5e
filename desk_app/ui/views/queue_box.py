"""Where a case stands in the queue, and what one does about it, on the case's own page."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from desk_app.ui.presenters.case_queue_presenter import CaseQueuePresenter
from desk_app.ui.presenters.lines import PLACE
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.queue_presenter import HandOver, QueueState
from desk_app.ui.views.hand_over_box import HandOverBox
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.widgets.basic import Card
from desk_app.ui.widgets.chip_list import ChipList


class QueueBox(Card):
    """The box; without a centre there is nothing to show."""

    def __init__(self, services: Services) -> None:
        super().__init__("")
        name = self.tr("队列")
        self.setAccessibleName(name)
        self.head.setText(name)
        self._shell = services.shell
        self.presenter = CaseQueuePresenter(services, self)
        self.list = ChipList(self.tr("这件案件在队列里：数字键做"))
        self.list.pressed.connect(self._press)
        self.list.written.connect(self.presenter.write)
        self.hand_over = HandOverBox(self.presenter.hand_over)
        self.hand_over.closed.connect(self.list.setFocus)
        self.list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.list)
        self.body.addWidget(self.hand_over)
        self.hide()

    def show_case(self, case_id: str) -> None:
        """Show where a case stands."""
        if case_id != self.presenter.case_id:
            self.hand_over.hide()
        self.presenter.show_case(case_id)

    def show_queue(self, state: QueueState) -> None:
        """See ``QueueView``."""
        self.list.put(rows_of(state.lines))
        self.setVisible(state.joined)
        if state.lines and not self.list.current:
            self.list.select_first()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``QueueView``."""
        self.list.ask(key, name, hint)

    def open_hand_over(self, box: HandOver) -> None:
        """See ``QueueView``."""
        self.hand_over.open_for(box)

    def _press(self, key: str, act: str) -> None:
        if act == PLACE:
            self._shell.go("centre")
        else:
            self.presenter.act(key, act)
