"""The page of one topic of a case: whose case it is, the way back, and the topic below."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout

from desk_app.ui.presenters.topic_presenter import TopicHead, TopicPresenter
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import button, label


class TopicPage(Page):
    """What the pages of all topics share; a topic adds its parts to ``column``.

    Subclasses set ``presenter`` and draw in ``show_topic``, which first calls ``show_head``.
    """

    presenter: TopicPresenter[Any]

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._shown_case = ""
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        self._number = label("", "number", wrap=False)
        self._who = label("", "title", wrap=False)
        self.back = button(self.tr("回案件"), lambda: self.presenter.open_case())
        for part in (self._number, self._who, label(title, "title", wrap=False)):
            self.head.addWidget(part)
        self.head.addStretch(1)
        self.head.addWidget(self.back)
        self.column.addLayout(self.head)

    @property
    def about(self) -> str:
        """See ``Page``."""
        return self.presenter.case_id

    def show_case(self, case_id: str) -> None:
        """Show another case; what is being typed stays with this one."""
        self.settle()
        self.presenter.show(case_id)

    def come_up(self) -> None:
        """Read the case."""
        self.presenter.refresh()

    def show_head(self, head: TopicHead) -> bool:
        """Say whose case it is; whether it is another one than the page showed before."""
        self._number.setText(head.number)
        self._who.setText(head.who)
        is_other = self._shown_case != self.presenter.case_id
        self._shown_case = self.presenter.case_id
        return is_other
