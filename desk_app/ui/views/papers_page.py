"""文书: the page of that topic."""

from __future__ import annotations

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.papers_presenter import PapersPresenter, PapersState
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.side_by_side import scrolled


class PapersPage(TopicPage):
    """The papers of a case; Enter shows one as it will be printed."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = PapersPresenter(context, self)
        self.presenter = presenter
        self.column.addWidget(
            label(self.tr("回车看打出来是什么样，再打印、存 PDF，或者回中心再打。"), "second")
        )
        self.list = ChipList(self.tr("文书：回车看"))
        self.list.chosen.connect(presenter.open)
        card = Card("")
        card.head.hide()
        card.body.addWidget(self.list)
        self.column.addWidget(scrolled(card), 1)

    def take_focus(self) -> None:
        """The list."""
        if not self.list.current:
            self.list.select_first()
        self.list.setFocus()

    def show_topic(self, head: TopicHead, state: PapersState) -> None:
        """See ``TopicView``."""
        is_other = self.show_head(head)
        self.list.put(rows_of(state.lines))
        if is_other:
            self.list.select_first()
