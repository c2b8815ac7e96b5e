"""授权: the page of that topic."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from desk_app.core.kinds.consents import CAPACITIES, ROLES, WAYS
from desk_app.services.consents import NewConsent
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.consent_words import CAPACITY_NAMES, ROLE_NAMES, WAY_NAMES
from desk_app.ui.presenters.consents_presenter import (
    SLOT,
    ConsentsPresenter,
    ConsentsState,
    names_in,
)
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.line_drafts import RowDrafts
from desk_app.ui.views.line_form import LineForm
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.day_edit import DayEdit


class ConsentsPage(TopicPage):
    """What was agreed to, and a form for one more."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = ConsentsPresenter(context, self)
        self.presenter = presenter
        self._consents = presenter
        self.list = ChipList(self.tr("授权：1 收回"))
        self.list.pressed.connect(presenter.act)
        self.list.written.connect(presenter.end)
        self._asked = RowDrafts(self.list, presenter, SLOT)
        self.capacity = ChoiceRow(
            self.tr("本人能不能自己拿主意"), [(one, CAPACITY_NAMES[one]) for one in CAPACITIES]
        )
        self.capacity.chosen.connect(self._judge)
        self._none = label(self.tr("还没有授权。"), "second")
        given = Card(self.tr("有过的授权"))
        for part in (self.capacity, self._none, self.list):
            given.body.addWidget(part)
        given.body.addStretch(1)
        self.columns = BlockColumns(
            [self._make_form()], [(self.tr("有过的授权"), given)], self.tr("记一条授权")
        )
        self.column.addWidget(self.columns, 1)
        self._fit()

    def settle(self) -> None:
        """What is being typed is kept as a draft."""
        self._drafts.settle()
        self._asked.settle()

    def take_focus(self) -> None:
        """Who agrees."""
        self.lines["by"].setFocus()

    def show_topic(self, head: TopicHead, state: ConsentsState) -> None:
        """See ``TopicView``."""
        is_other = self.show_head(head)
        self.capacity.show_value(state.capacity)
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self._asked.restore(state.drafts)
        self._none.setVisible(not state.lines)
        chosen = self.file.value
        self.file.put(state.files)
        self.file.show_value(chosen)
        self.file.setVisible(bool(state.files))
        self._no_file.setVisible(not state.files)
        if is_other:
            self.recorded()
            self._drafts.restore(state.drafts)
            self.until.show_day(state.until)

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``ConsentsView``."""
        self._asked.ask(key, name, hint)

    def recorded(self) -> None:
        """See ``ConsentsView``."""
        self._lines.clear()
        self.file.show_value("")

    def _make_form(self) -> Card:
        card = Card(self.tr("记一条授权"))
        self.role = ChoiceRow(self.tr("谁授权"), [(one, ROLE_NAMES[one]) for one in ROLES])
        self.way = ChoiceRow(self.tr("怎么授权"), [(one, WAY_NAMES[one]) for one in WAYS])
        self.role.show_value(ROLES[0])
        self.way.show_value(WAYS[0])
        for choice in (self.role, self.way):
            choice.chosen.connect(lambda _: self._fit())
            card.body.addWidget(choice)
        words = {
            "by": (self.tr("姓名"), self.tr("授权的人叫什么")),
            "matter": (self.tr("办什么"), self.tr("一项一项写，不写“一切事宜”")),
            "shown": (self.tr("出示"), self.tr("看了什么证件")),
            "guardian_proof": (self.tr("监护证明"), self.tr("判决书、居委会指定……")),
            "said": (self.tr("原话"), self.tr("问他愿不愿意，他怎么回答")),
            "witnesses": (self.tr("在场的人"), self.tr("用顿号隔开；视频要两名工作人员")),
        }
        self._lines = LineForm(self, self._consents, SLOT, words, self._record)
        self.lines, self._drafts = self._lines.lines, self._lines.drafts
        card.body.addLayout(self._lines)
        self.file = ChoiceRow(self.tr("凭据"))
        self._no_file = label(self.tr("录像、签了字的委托书先放进“附件”，再在这里选。"), "second")
        card.body.addWidget(self.file)
        card.body.addWidget(self._no_file)
        self.until = DayEdit(self.tr("到哪天"))
        last = QHBoxLayout()
        last.addWidget(label(self.tr("到哪天"), "second", wrap=False))
        last.addWidget(self.until)
        last.addWidget(label(self.tr("一般不超过 6 个月"), "second", wrap=False))
        last.addStretch(1)
        self.add = button(self.tr("记下（回车）"), self._record, "primary")
        last.addWidget(self.add)
        card.body.addLayout(last)
        card.body.addStretch(1)
        return card

    def _fit(self) -> None:
        """Ask only for what this way of consenting needs."""
        wanted = {
            "guardian_proof": self.role.value == "guardian",
            "said": self.way.value != "paper",
        }
        for name, shown in wanted.items():
            self._lines.show_line(name, shown)

    def _judge(self, capacity: str) -> None:
        if capacity:
            self._consents.judge(capacity)
        else:  # a judgement is replaced by another, never left open
            self.presenter.refresh()

    def _record(self) -> None:
        typed = {name: line.text() for name, line in self.lines.items() if not line.isHidden()}
        self._consents.record(
            NewConsent(
                by=typed["by"],
                role=self.role.value or ROLES[0],
                way=self.way.value or WAYS[0],
                matter=typed["matter"],
                shown=typed["shown"],
                until=self.until.day,
                said=typed.get("said", ""),
                witnesses=names_in(typed["witnesses"]),
                guardian_proof=typed.get("guardian_proof", ""),
                sha256=self.file.value,
            )
        )
