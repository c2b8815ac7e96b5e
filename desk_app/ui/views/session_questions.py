"""Block 2, 问: each question once over all chosen items."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.core.agenda import FactQuestion, OpenQuestion
from desk_app.ui.presenters.session_presenter import SessionPresenter, SessionState
from desk_app.ui.widgets.basic import Card, button, clear, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingLine

SHOWN = 4
"""Questions of each sort shown at once; a page of boxes frightens."""


class QuestionsBlock(Card):
    """Questions with set answers as chips, free ones as lines."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("2  问　还要问清"))
        self.setAccessibleName(self.tr("问：还要问清"))
        self._all = False
        self._room = QWidget()
        self._list = QVBoxLayout(self._room)
        self._list.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._room)
        self._more = button(self.tr("全部问题"), self._show_all, "quiet")
        self.body.addWidget(self._more)
        self._drawn: tuple[object, ...] = ()
        self._state: SessionState | None = None

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the questions; lines being typed in are left alone."""
        self._state = state
        self._all = self._all and not fresh
        facts, questions = state.agenda.facts, state.agenda.questions
        drawn = (
            state.case.case_id, self._all,
            tuple(q.fact.id for q in facts), tuple(q.text for q in questions),
        )  # fmt: skip
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw(facts, questions)
        for question in facts:
            if (row := self._rows.get(question.fact.id)) is not None:
                row.show_value(question.answer)
        for asked in questions:
            if (line := self._lines.get(asked.text)) is not None:
                line.restore(asked.answer)

    def _draw(self, facts: tuple[FactQuestion, ...], questions: tuple[OpenQuestion, ...]) -> None:
        clear(self._list)
        self._rows: dict[str, ChoiceRow] = {}
        self._lines: dict[str, KeepingLine] = {}
        shown = None if self._all else SHOWN
        for question in facts[:shown]:
            fact = question.fact
            words = fact.question
            if fact.asked_of == "staff":
                words = self.tr("（我们自己查）%1").replace("%1", words)
            self._list.addWidget(label(words, tip_role(fact.asked_of)))
            row = ChoiceRow("", [(option.value, option.label) for option in fact.options])
            row.setAccessibleName(words)
            row.setToolTip(fact.hint)
            row.chosen.connect(lambda v, f=fact.id: self._presenter.answer_fact(f, v))
            self._rows[fact.id] = row
            self._list.addWidget(row)
        for asked in questions[:shown]:
            self._list.addWidget(label(asked.text))
            line = KeepingLine(asked.text, self.tr("记下居民的回答"))
            line.settled.connect(lambda a, q=asked.text: self._presenter.answer_question(q, a))
            self._lines[asked.text] = line
            self._list.addWidget(line)
        if not facts and not questions:
            self._list.addWidget(
                label(self.tr("选好事项，这里会列出要问的，每样只问一次。"), "second")
            )
        hidden = max(0, len(facts) - SHOWN) + max(0, len(questions) - SHOWN)
        self._more.setVisible(bool(hidden) and not self._all)
        self._more.setText(self.tr("还有 %1 个问题").replace("%1", str(hidden)))

    def _show_all(self) -> None:
        self._all = True
        if self._state is not None:
            self.show_state(self._state, fresh=False)


def tip_role(asked_of: str) -> str:
    """How a question looks: what staff look up themselves is set back, it is not read aloud."""
    return "second" if asked_of == "staff" else ""
