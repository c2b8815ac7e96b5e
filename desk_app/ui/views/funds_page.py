"""垫付: the page of that topic."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.funds_presenter import SLOT, FundsPresenter, FundsState
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.line_drafts import RowDrafts
from desk_app.ui.views.line_form import LineForm
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList


class FundsPage(TopicPage):
    """The ledger, and a form to ask for an advance."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = FundsPresenter(context, self)
        self.presenter = presenter
        self._funds = presenter
        self.words = label("", "second")
        self.list = ChipList(self.tr("垫付台账：数字键做"))
        self.list.pressed.connect(presenter.act)
        self.list.written.connect(presenter.written)
        self._asked = RowDrafts(self.list, presenter, SLOT)
        ledger = Card(self.tr("垫付台账"))
        ledger.body.addWidget(self.words)
        ledger.body.addWidget(self.list)
        ledger.body.addStretch(1)
        self.columns = BlockColumns(
            [self._make_form()], [(self.tr("垫付台账"), ledger)], self.tr("申请垫付")
        )
        self.column.addWidget(self.columns, 1)

    def settle(self) -> None:
        """What is being typed is kept as a draft."""
        self._drafts.settle()
        self._asked.settle()

    def take_focus(self) -> None:
        """The ledger where there is one, else the form."""
        if self.list.rows:
            self.list.select_first()
            self.list.setFocus()
        else:
            self.lines["amount"].setFocus()

    def show_topic(self, head: TopicHead, state: FundsState) -> None:
        """See ``TopicView``."""
        is_other = self.show_head(head)
        self.words.setText(state.words)
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self._asked.restore(state.drafts)
        if is_other:
            self.recorded()
            self._drafts.restore(state.drafts)
            if self.isVisible():
                self.take_focus()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``FundsView``."""
        self._asked.ask(key, name, hint)

    def recorded(self) -> None:
        """See ``FundsView``."""
        self._lines.clear()

    def _make_form(self) -> Card:
        card = Card(self.tr("申请垫付"))
        words = {
            "amount": (self.tr("金额"), self.tr("元，比如 12000")),
            "payee": (self.tr("收款医院"), self.tr("只付医院的对公账户")),
            "bank": (self.tr("开户行"), ""),
            "account": (self.tr("对公账号"), ""),
            "purpose": (self.tr("为什么"), self.tr("不写病情，写“因病住院”")),
        }
        self._lines = LineForm(self, self._funds, SLOT, words, self._request)
        self.lines, self._drafts = self._lines.lines, self._lines.drafts
        card.body.addLayout(self._lines)
        last = QHBoxLayout()
        last.addWidget(label(self.tr("经办、审核、审批要三个人"), "second"), 1)
        self.add = button(self.tr("申请（回车）"), self._request, "primary")
        last.addWidget(self.add)
        card.body.addLayout(last)
        card.body.addStretch(1)
        return card

    def _request(self) -> None:
        self._funds.request({name: line.text() for name, line in self.lines.items()})
