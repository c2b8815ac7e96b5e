"""研判 of a case: who was asked and thinks what, and decisions beside the rules that were filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol

from desk_app.core.advice import (
    APPROVED,
    DISPUTED,
    OPEN,
    Filing,
    Opinion,
    Question,
    filings,
    opinions,
    questions,
)
from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft
from desk_app.core.sheet import day_in_words
from desk_app.core.workdays import add_working_days
from desk_app.services.advice import Advice
from desk_app.services.centre_book import BookWork
from desk_app.services.drafting import Drafting
from desk_app.services.paper_data.advice import LEANING_WORDS
from desk_app.ui.presenters.advice_words import STATE_NAMES
from desk_app.ui.presenters.asked_line import AskedLine
from desk_app.ui.presenters.case_lines import due_status
from desk_app.ui.presenters.draft_keeping import DraftKeeping, row_slot
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView

SLOT = "advice:"
ASK, OPINE, FILE = "ask", "opine", "file"
"""The three forms: ask an adviser, write an opinion down, file a decision."""

LINES: Mapping[str, tuple[str, ...]] = {
    ASK: ("whom", "question"),
    OPINE: ("by", "said", "basis"),
    FILE: ("what", "rule", "reason", "ground", "conditions"),
}
"""What is typed in each; each has a draft of its own."""

USUAL_DAYS = 3
"""Working days that an adviser is usually given; the officer changes it."""

ANSWER, DROP, YES, NO, TAKE_BACK = "answer", "drop", "yes", "no", "take_back"
ASKED: Mapping[str, tuple[str, str]] = {
    DROP: ("为什么不用请教了", "写一句为什么，回车记下"),
    NO: ("为什么不批", "写一句为什么，报的人看得到，回车记下"),
    TAKE_BACK: ("为什么收回", "写一句为什么，回车收回"),
}
TONES = {APPROVED: "ok", OPEN: "", DISPUTED: "warn"}


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    waiting = [one for one in questions(case) if one.is_open]
    if any(one.is_open for one in filings(case)):
        return "备案等人批"
    return f"{len(waiting)} 条在等意见" if waiting else ""


@dataclass(frozen=True, slots=True)
class AdviceState:
    """What the page shows.

    Attributes:
        asked: questions and opinions, the latest first.
        filed: filed decisions, the latest first.
        drafts: what was being typed, by slot.
        due: the day offered for an answer.
        panel: whom one may ask, with what.
    """

    asked: tuple[Line, ...]
    filed: tuple[Line, ...]
    drafts: Mapping[str, Draft]
    due: date
    panel: tuple[tuple[str, str], ...] = ()


class AdviceView(TopicView[AdviceState], Protocol):
    """What the presenter asks of the page."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below a line; ``written`` takes what is written."""

    def answer_of(self, question: str, by: str) -> None:
        """Ask for the opinion of whom a question went to."""

    def recorded(self) -> None:
        """What was typed is an entry now."""


class AdvicePresenter(DraftKeeping, TopicPresenter[AdviceState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: AdviceView) -> None:
        super().__init__(services, view)
        self._page = view
        self._work = Advice(services.store, services.casework.author)
        self._drafting = Drafting(services.store, services.casework.author, services.clock)
        self._book = BookWork(services.store, services.casework.author)
        self._asked = AskedLine(view.ask_line)

    def read(self, case: CaseState) -> AdviceState:
        """See ``TopicPresenter.read``."""
        asked = [self._question(one) for one in reversed(questions(case))]
        free = [_free(one) for one in reversed(opinions(case)) if not one.ref]
        due = add_working_days(self.today, USUAL_DAYS, self._services.pack.calendars).day
        return AdviceState(
            tuple(asked + free),
            tuple(self._filing(one) for one in reversed(filings(case))),
            self._drafting.of_case(case.case_id),
            due,
            tuple((one.name, f"{one.name}（{one.field}）") for one in self._book.read().advisers),
        )

    def ask(self, typed: Mapping[str, str], due: date) -> None:
        """Ask an adviser; what was typed stays where it is refused."""
        case_id, today = self.case_id, self.today
        work = partial(self._work.ask, case_id, typed["whom"], typed["question"], due, today)
        words = f"记下了，{day_in_words(due)}前没有意见会在今日提醒。"
        self._record(ASK, work, "opinion.asked", words)

    def opine(self, typed: Mapping[str, str], leaning: str, question: str) -> None:
        """Write an opinion down."""
        work = partial(
            self._work.opine, self.case_id, typed["by"], typed["said"], leaning, typed["basis"],
            question,
        )  # fmt: skip
        self._record(OPINE, work, "opinion.given", "意见记下了。")

    def file(self, typed: Mapping[str, str]) -> None:
        """File a decision beside the rules."""
        work = partial(
            self._work.file, self.case_id, typed["what"], typed["rule"], typed["reason"],
            typed["ground"], typed["conditions"],
        )  # fmt: skip
        self._record(FILE, work, "filing.made", "报上去了，等别人批。")

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        if act == ANSWER and self.case is not None:
            asked = [one for one in questions(self.case) if one.id == key]
            if asked:
                self._page.answer_of(key, asked[0].whom)
        elif act == YES:
            work = partial(self._work.judge, self.case_id, key, "yes")
            self.write(work, "filing.judged", "批了。")
        elif act in ASKED:
            self._asked.ask(key, act, *ASKED[act])

    def written(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        act, text = self._asked.answer(key, text)
        if not act:
            return
        case_id = self.case_id
        does: dict[str, tuple[Callable[[], CaseState], str]] = {
            DROP: (partial(self._work.drop_question, case_id, key, text), "opinion.dropped"),
            NO: (partial(self._work.judge, case_id, key, "no", text), "filing.judged"),
            TAKE_BACK: (partial(self._work.drop_filing, case_id, key, text), "filing.dropped"),
        }
        work, kind = does[act]
        settle = partial(self._drafting.settle, case_id, work, row_slot(SLOT, key))
        self.write(settle, kind, "记下了。")

    def _record(self, form: str, work: Callable[[], CaseState], kind: str, words: str) -> None:
        slots = [SLOT + name for name in LINES[form]]
        settle = partial(self._drafting.settle, self.case_id, work, *slots)
        self.write(settle, kind, words, self._page.recorded)

    def _question(self, one: Question) -> Line:
        line = Line(
            one.id, f"请教{one.whom}：{one.question}", mark="○",
            detail=f"{one.entry.author}问的，{day_in_words(one.due)}前",
            news=tuple(map(_opinion, one.answers)),
        )  # fmt: skip
        if one.is_open:
            status, tone = due_status(one.due, self.today, self._services.pack)
            acts = (Act(ANSWER, "有意见了", "1"), Act(DROP, "不用了", "2"))
            return replace(line, status=status, tone=tone, acts=acts)
        if one.answers:
            return replace(line, status="有意见了", tone="ok", mark="✓")
        return replace(line, status=f"不用了：{one.dropped}", mark="—", quiet=True)

    def _filing(self, one: Filing) -> Line:
        mine = one.entry.author == self._services.casework.author
        news = [f"和规定不一样的地方：{one.rule}", f"为什么：{one.reason}"]
        news += [f"依据：{one.basis}"] if one.basis else ["依据：没有找到"]
        news += [f"条件：{one.conditions}"] if one.conditions else []
        acts: tuple[Act, ...] = ()
        if one.is_open:
            acts = (
                (Act(TAKE_BACK, "收回", "1"),)
                if mine
                else (Act(YES, "同意", "1"), Act(NO, "不同意", "2"))
            )
        said = "，".join(filter(None, (STATE_NAMES[one.state], one.judge, one.why)))
        mark = {APPROVED: "✓", OPEN: "○"}.get(one.state, "—")
        return Line(
            one.id, one.what, detail=f"{one.entry.author}报的", status=said, mark=mark,
            tone=TONES.get(one.state, "warn"), news=tuple(news), acts=acts,
        )  # fmt: skip


def _opinion(one: Opinion) -> str:
    leaning = LEANING_WORDS.get(one.leaning, one.leaning)
    basis = f"（依据：{one.basis}）" if one.basis else ""
    return f"{one.by}：{leaning}。{one.said}{basis}"


def _free(one: Opinion) -> Line:
    return Line(one.id, _opinion(one), detail=f"{one.entry.author}记的", mark="✓")
