"""给居民的链接: the page of that topic."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.resident_presenter import LINK, ResidentPresenter, ResidentState
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.side_by_side import scrolled


class ResidentPage(TopicPage):
    """What the resident sees, the link, and what comes next."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = ResidentPresenter(context, self)
        self.presenter = presenter
        self._ask_centre = presenter.ask_centre
        self._url = ""
        self.words = label("", "second")
        self.list = ChipList(self.tr("给居民的链接：数字键做"))
        self.list.pressed.connect(presenter.act)
        card = Card("")
        card.head.hide()
        card.body.addWidget(self.words)
        card.body.addWidget(self.list)
        self.column.addWidget(scrolled(card), 1)

    def come_up(self) -> None:
        """Read the case; ask the centre where its pages are."""
        super().come_up()
        self._ask_centre()

    def take_focus(self) -> None:
        """The line of the link."""
        self.list.select(LINK)
        self.list.setFocus()

    def show_topic(self, head: TopicHead, state: ResidentState) -> None:
        """See ``TopicView``."""
        self.show_head(head)
        self._url = state.url
        self.words.setText(state.words)
        self.words.setVisible(bool(state.words))
        fresh = not self.list.rows
        self.list.put(rows_of(state.lines))
        if fresh and self.isVisible():
            self.take_focus()

    def copy(self) -> None:
        """See ``ResidentView``."""
        QGuiApplication.clipboard().setText(self._url)
