"""The topics of a case as one row of buttons: what there is of each, and the way to its page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from desk_app.core.fold import CaseState
from desk_app.ui.views.topics import TOPICS
from desk_app.ui.widgets.basic import FlowLayout, button


class TopicRow(QWidget):
    """The row.

    Args:
        open_topic: called with the name of a topic.
    """

    def __init__(self, open_topic: Callable[[str], object]) -> None:
        super().__init__()
        flow = FlowLayout()
        self.setLayout(flow)
        self.buttons: dict[str, QPushButton] = {}
        for topic in TOPICS:
            made = self.buttons[topic.name] = button("", partial(open_topic, topic.name))
            flow.addWidget(made)

    def show_case(self, case: CaseState | None) -> None:
        """Say what there is of each topic."""
        if case is None:
            return
        for topic in TOPICS:
            words = "　".join(filter(None, (topic.shown_title, topic.summary(case))))
            self.buttons[topic.name].setText(words)
            self.buttons[topic.name].setAccessibleName(words)
