"""Block 2, 问: each question once over all chosen items, the telling ones first."""

from __future__ import annotations

from functools import partial

from desk_app.core.agenda import FactQuestion
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import SessionState, asking
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import Chip, ChipGroup, ChipRow

SHOWN = 5
"""Unanswered questions shown at once; a page of boxes frightens."""

EVERY = 1000
MORE = "more"
SLOT = "question:"


class QuestionsBlock(Card):
    """Questions with set answers as chips; free ones open a line when they are chosen."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("2　问　还要问清"))
        self.setAccessibleName(self.tr("问：还要问清"))
        self._every = False
        self._said = label(self.tr("选好事项，这里会列出要问的，每样只问一次。"), "second")
        self.body.addWidget(self._said)
        self.list = ChipList(self.tr("要问的：数字选答案，回车写回答"))
        self.list.pressed.connect(self._press)
        self.list.chosen.connect(self._choose)
        self.list.written.connect(self._written)
        self.list.writing.connect(self._writing)
        self.body.addWidget(self.list)
        self._restored = ""

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the questions."""
        self._every = self._every and not fresh
        self._draw(state)
        if fresh:
            self._restored = ""
        self._restore(state)

    def show_suggestions(self, state: SessionState) -> None:
        """The finder's questions may have changed."""
        if not state.case.items:
            self._draw(state)
            self._restore(state)

    def take_focus(self) -> None:
        """Go to the first question that nobody has answered."""
        open_ = [
            row.id
            for row in self.list.rows
            if isinstance(row, ChipRow) and row.id and row.mark != "✓"
        ]
        if open_ and not self.list.current:
            self.list.select(open_[0])
        self.list.setFocus()

    def settle(self) -> None:
        """An answer that is being written counts."""
        self.list.settle()

    def _draw(self, state: SessionState) -> None:
        asked = asking(self._presenter.pack, state, EVERY if self._every else SHOWN)
        rows = [self._fact_row(question) for question in asked.facts]
        rows += [self._open_row(text, answer) for text, answer in asked.open]
        if asked.folded:
            words = self.tr("还有 %1 个问题").replace("%1", str(asked.folded))
            rows.append(ChipRow(MORE, words, mark="…", quiet=True))
        elif self._every and len(rows) > SHOWN:
            rows.append(ChipRow(MORE, self.tr("收起"), mark="…", quiet=True))
        self.list.put(rows)
        self.list.setVisible(bool(rows))
        self._said.setVisible(not rows)

    def _fact_row(self, question: FactQuestion) -> ChipRow:
        fact = question.fact
        chips = tuple(
            Chip(
                option.value,
                option.label,
                question.answer == option.value,
                str(number) if number < 10 else "",
            )
            for number, option in enumerate(fact.options, start=1)
        )
        about = self.tr("关系到 %1 样材料").replace("%1", str(question.papers))
        hint = f"{about}。{fact.hint}" if fact.hint else about
        return ChipRow(
            f"fact:{fact.id}",
            fact.question,
            mark="✓" if question.answer else "?",
            tone="ok" if question.answer else "info",
            tag=self.tr("我们自己查") if fact.asked_of == "staff" else "",
            chips=chips,
            groups=(ChipGroup(hint),),
        )

    def _open_row(self, text: str, answer: str) -> ChipRow:
        return ChipRow(
            f"{SLOT}{text}",
            text,
            mark="✓" if answer else "?",
            tone="ok" if answer else "info",
            detail=self.tr("答：%1").replace("%1", answer) if answer else "",
            groups=() if answer else (ChipGroup(self.tr("回车写下回答")),),
        )

    def _press(self, row: str, value: str) -> None:
        fact = row.partition(":")[2]
        state = self._presenter.state
        same = state is not None and state.case.answers.get(fact, "") == value
        self._presenter.answer_fact(fact, "" if same else value)

    def _choose(self, row: str) -> None:
        if row == MORE:
            self._every = not self._every
            if self._presenter.state is not None:
                self._draw(self._presenter.state)
        elif row.startswith(SLOT):
            state = self._presenter.state
            known = state.case.questions.get(row.removeprefix(SLOT), "") if state else ""
            self._ask(row, known, -1)

    def _ask(self, row: str, text: str, cursor: int) -> None:
        name = row.removeprefix(SLOT)
        self.list.ask(row, name, self.tr("居民怎么说，回车记下"), text, cursor)

    def _written(self, row: str, text: str) -> None:
        self._presenter.answer_question(row.removeprefix(SLOT), text)
        self._presenter.drop_draft(row)
        self.list.move_on()

    def _writing(self, row: str, text: str, cursor: int) -> None:
        self._presenter.keep_draft(row, text, cursor)

    def _restore(self, state: SessionState) -> None:
        # The row of an interrupted answer may only come once the finder has answered.
        slots = [slot for slot in state.drafts if slot.startswith(SLOT)]
        for slot in slots:
            shown = any(row.id == slot for row in self.list.rows)
            if shown and self._restored != state.case.case_id:
                self._restored = state.case.case_id
                draft = state.drafts[slot]
                ask = partial(self._ask, slot, draft.text, draft.cursor)
                ask()
