"""研判: the page of that topic."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from desk_app.core.kinds.advice import LEANINGS
from desk_app.services.paper_data.advice import LEANING_WORDS
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.advice_presenter import (
    ASK,
    FILE,
    LINES,
    OPINE,
    SLOT,
    AdvicePresenter,
    AdviceState,
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


class AdvicePage(TopicPage):
    """Advisers' opinions and filed decisions, and one form that asks, writes down or files."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = AdvicePresenter(context, self)
        self.presenter = presenter
        self._advice = presenter
        self._question = ""
        self.asked = ChipList(self.tr("智囊团：1 记意见，2 不用了"))
        self.filed = ChipList(self.tr("备案：数字键批"))
        self._rows: list[RowDrafts] = []
        for rows in (self.asked, self.filed):
            rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            rows.pressed.connect(presenter.act)
            rows.written.connect(presenter.written)
            self._rows.append(RowDrafts(rows, presenter, SLOT))
        self._nobody = label(self.tr("还没有请教过谁。"), "second")
        self._nothing = label(
            self.tr("没有报过备案。规定里没有写、又想给居民办的，写清楚报上去，别人批了再办。"),
            "second",
        )
        opinions, filings = Card(self.tr("智囊团的意见")), Card(self.tr("备案"))
        for card, none, rows in (
            (opinions, self._nobody, self.asked), (filings, self._nothing, self.filed),
        ):  # fmt: skip
            card.body.addWidget(none)
            card.body.addWidget(rows)
        self.columns = BlockColumns(
            [self._make_form()],
            [(self.tr("智囊团的意见"), opinions), (self.tr("备案"), filings)],
            self.tr("请教、备案"),
        )
        self.column.addWidget(self.columns, 1)
        self._fit()

    def settle(self) -> None:
        """What is being typed is kept as a draft."""
        self._drafts.settle()
        for rows in self._rows:
            rows.settle()

    def take_focus(self) -> None:
        """What waits, else the form."""
        for rows in (self.filed, self.asked):
            if any(row.id for row in rows.rows):
                rows.select_first()
                rows.setFocus()
                return
        self.lines["whom"].setFocus()

    def show_topic(self, head: TopicHead, state: AdviceState) -> None:
        """See ``TopicView``."""
        is_other = self.show_head(head)
        for rows, lines, none in (
            (self.asked, state.asked, self._nobody), (self.filed, state.filed, self._nothing),
        ):  # fmt: skip
            rows.put(rows_of(lines))
            rows.setVisible(bool(lines))
            none.setVisible(not lines)
        self.panel.put(state.panel)
        self._fit()
        for drafts in self._rows:
            drafts.restore(state.drafts)
        if not is_other:
            return
        self.due.show_day(state.due)
        self.recorded()
        begun = [
            form for form, names in LINES.items() if any(SLOT + n in state.drafts for n in names)
        ]
        self.form.show_value(begun[0] if begun else ASK)
        self._fit()
        self._drafts.restore(state.drafts)
        if self.isVisible():
            self.take_focus()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``AdviceView``."""
        for rows, drafts in zip((self.asked, self.filed), self._rows, strict=True):
            if any(row.id == key for row in rows.rows):
                drafts.ask(key, name, hint)

    def answer_of(self, question: str, by: str) -> None:
        """See ``AdviceView``."""
        self._question = question
        self.form.show_value(OPINE)
        self._fit()
        if not self.lines["by"].text():
            self.lines["by"].setText(by)
        self.columns.show_block(self.lines["said"])
        self.lines["said"].setFocus()

    def recorded(self) -> None:
        """See ``AdviceView``."""
        self._question = ""
        self.panel.show_value("")
        self._lines.clear()

    def _make_form(self) -> Card:
        card = Card(self.tr("请教、备案"))
        self.form = ChoiceRow(
            "",
            [
                (ASK, self.tr("请教智囊团")),
                (OPINE, self.tr("记一条意见")),
                (FILE, self.tr("报备案")),
            ],
        )
        self.form.setAccessibleName(self.tr("做什么"))
        self.form.show_value(ASK)
        self.form.chosen.connect(lambda _: self._fit())
        card.body.addWidget(self.form)
        self.leaning = ChoiceRow(self.tr("倾向"), [(o, LEANING_WORDS[o]) for o in LEANINGS])
        self.leaning.show_value(LEANINGS[0])
        card.body.addWidget(self.leaning)
        words = {
            "whom": (self.tr("请教谁"), self.tr("姓名，或者哪个部门的谁")),
            "question": (self.tr("问什么"), self.tr("卡在哪条规定、想怎么办，不写姓名和病情")),
            "by": (self.tr("谁说的"), self.tr("谁的意见")),
            "said": (self.tr("意见"), self.tr("怎么说的")),
            "basis": (self.tr("依据"), self.tr("哪个文件、哪一条，没有就空着")),
            "what": (self.tr("决定怎么办"), self.tr("一句话写清给居民办什么")),
            "rule": (self.tr("哪条不一样"), self.tr("和哪条规定、哪项要求不一样")),
            "reason": (self.tr("为什么"), self.tr("为什么可以这样办")),
            "ground": (self.tr("依据"), self.tr("文件和条款，没有找到就空着")),
            "conditions": (self.tr("条件"), self.tr("容缺要补什么、谁来补、到哪天")),
        }
        self._lines = LineForm(self, self._advice, SLOT, words, self._record)
        self.lines, self._drafts = self._lines.lines, self._lines.drafts
        self.panel = ChoiceRow(self.tr("请教谁"))
        self.panel.chosen.connect(self.lines["whom"].setText)
        card.body.addWidget(self.panel)
        card.body.addLayout(self._lines)
        self.due = DayEdit(self.tr("哪天前"))
        self._due_name = label(self.tr("哪天前"), "second", wrap=False)
        row = QHBoxLayout()
        row.addWidget(self._due_name)
        row.addWidget(self.due)
        row.addStretch(1)
        self.keep = button(self.tr("记下（回车）"), self._record, "primary")
        row.addWidget(self.keep)
        card.body.addLayout(row)
        card.body.addStretch(1)
        return card

    def _fit(self) -> None:
        """Ask only for what this form needs."""
        if not self.form.value:
            self.form.show_value(ASK)
        chosen = self.form.value
        for form, names in LINES.items():
            for name in names:
                self._lines.show_line(name, form == chosen)
        self.leaning.setVisible(chosen == OPINE)
        self.panel.setVisible(chosen == ASK and self.panel.has_options)
        self._due_name.setVisible(chosen == ASK)
        self.due.setVisible(chosen == ASK)

    def _record(self) -> None:
        typed = {name: line.text() for name, line in self.lines.items()}
        chosen = self.form.value
        if chosen == ASK:
            self._advice.ask(typed, self.due.day)
        elif chosen == OPINE:
            self._advice.opine(typed, self.leaning.value or LEANINGS[0], self._question)
        else:
            self._advice.file(typed)
