"""对票 of one case: both sides to type or paste, the code on the invoice, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.invoice_presenter import (
    CODE,
    DETAILS,
    INVOICE,
    Compared,
    InvoicePresenter,
    InvoicesState,
)
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.editor import KeepingEditor
from desk_app.ui.widgets.prompt_line import CommittedLine


class InvoicePage(TopicPage):
    """The page."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        self.presenter = self._presenter = InvoicePresenter(context, self)
        self.editors = {
            INVOICE: self._editor(INVOICE, self.tr("发票")),
            DETAILS: self._editor(DETAILS, self.tr("明细清单")),
        }
        self._sides = {side: label("", "second") for side in self.editors}
        typing = [self._make_code()]
        for side, editor in self.editors.items():
            card = Card(editor.accessibleName())
            card.body.addWidget(editor)
            card.body.addWidget(self._sides[side])
            typing.append(card)
        self.columns = BlockColumns(
            typing,
            [(self.tr("对下来"), self._make_result()), (self.tr("记过的"), self._make_kept())],
            self.tr("填两边"),
        )
        self.column.addWidget(self.columns, 1)
        keep = QShortcut(QKeySequence("Ctrl+Return"), self)
        keep.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keep.activated.connect(self._keep)

    def take_focus(self) -> None:
        """The first side that is empty."""
        empty = [editor for editor in self.editors.values() if not editor.toPlainText()]
        (empty or list(self.editors.values()))[0].setFocus()

    def settle(self) -> None:
        """What is typed is kept as a draft."""
        for editor in self.editors.values():
            editor.settle()

    def show_topic(self, head: TopicHead, state: InvoicesState) -> None:
        """See ``InvoiceView``."""
        self.show_head(head)
        self.kept.put(rows_of(state.lines))
        self.kept.setVisible(bool(state.lines))
        self._none.setVisible(not state.lines)
        self._presenter.take_up(state)

    def restore(self, typed: Mapping[str, str]) -> None:
        """See ``InvoiceView``."""
        for side, editor in self.editors.items():
            editor.restore(typed.get(side, ""))
        self.code.setText(typed.get(CODE, ""))

    def show_code(self, words: str) -> None:
        """See ``InvoiceView``."""
        self._code_words.setText(words)
        self._code_words.setVisible(bool(words))

    def show_compared(self, compared: Compared) -> None:
        """See ``InvoiceView``."""
        for side, words in compared.sides.items():
            self._sides[side].setText(words)
            self._sides[side].setVisible(bool(words))
        self.headline.setText(compared.headline or self.tr("两边都填上，就对出来。"))
        self.lines.put(rows_of(compared.lines))
        self.lines.setVisible(bool(compared.lines))
        self.keep.setEnabled(bool(compared.headline))

    def _make_code(self) -> Card:
        card = Card(self.tr("票上的码"))
        card.head.hide()
        self.code = CommittedLine(
            self.tr("票上的码"), self.tr("票上的码：扫码枪扫一下，或粘贴，回车")
        )
        self.code.entered.connect(self._presenter.read_code)
        self._code_words = label("")
        card.body.addWidget(self.code)
        card.body.addWidget(self._code_words)
        return card

    def _make_result(self) -> Card:
        card = Card(self.tr("对下来"))
        self.headline = label("", "head")
        card.body.addWidget(self.headline)
        self.lines = ChipList(self.tr("逐项对照"))
        self.lines.pressed.connect(self._presenter.act)
        card.body.addWidget(self.lines)
        row = QHBoxLayout()
        self.keep = button(self.tr("记入案件（Ctrl+回车）"), self._keep, "primary")
        self.empty = button(self.tr("清空"), self._presenter.clear)
        row.addWidget(self.keep)
        row.addWidget(self.empty)
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    def _make_kept(self) -> Card:
        card = Card(self.tr("这个案件记过的"))
        self._none = label(self.tr("还没有。"), "second")
        self.kept = ChipList(self.tr("记过的，回车打开"))
        self.kept.chosen.connect(lambda row: self._presenter.act(row, ""))
        self.kept.pressed.connect(self._presenter.act)
        card.body.addWidget(self._none)
        card.body.addWidget(self.kept)
        return card

    def _editor(self, side: str, name: str) -> KeepingEditor:
        hint = self.tr("一行一项：名称 金额。可以从表格、微信里整块粘贴")
        editor = KeepingEditor(name, hint)
        editor.typed.connect(partial(self._presenter.type, side))
        editor.settled.connect(lambda text: self._presenter.type(side, text, len(text)))
        return editor

    def _keep(self) -> None:
        self.settle()
        self._presenter.keep()
