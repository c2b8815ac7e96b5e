"""测算: choose a calculator, type what is known, see what it comes to, keep it in the case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from desk_app.core.calculators import CALCULATORS
from desk_app.core.calculators.base import Calculator
from desk_app.core.estimates import Check, Estimate, check_again, estimates
from desk_app.core.fold import CaseState
from desk_app.services.drafting import Drafting
from desk_app.services.estimates import Estimates, Standard
from desk_app.ui.presenters.estimate_typing import TODAY, Answer, Form, Typing, field_text
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words
from desk_app.ui.presenters.topic_presenter import TopicHead, TopicPresenter

OPEN, WITHDRAW = "open", "withdraw"
DRAFT = "estimate:"
"""Drafts are kept under this and the calculator's id: what was typed, as JSON by input."""

CONFIDENCE_NAMES = {"high": "高", "medium": "中", "low": "低"}


@dataclass(frozen=True, slots=True)
class EstimatesState:
    """What the page shows of a case.

    Attributes:
        lines: its estimates, latest first.
        kept: the same by the id of their entry.
        drafts: what was being typed, by calculator and input.
        standards: local ones that somebody filled in on this machine, by name.
    """

    lines: tuple[Line, ...]
    kept: Mapping[str, Estimate]
    drafts: Mapping[str, Mapping[str, str]]
    standards: Mapping[str, Standard]


class EstimatesView(Protocol):
    """What the presenter asks of the page."""

    def show_topic(self, head: TopicHead, state: EstimatesState) -> None:
        """Draw the case's estimates."""

    def show_choices(self, lines: tuple[Line, ...]) -> None:
        """Draw the calculators that were found."""

    def show_form(self, form: Form | None) -> None:
        """Put another calculator into the form; None = none is chosen."""

    def show_answer(self, answer: Answer) -> None:
        """Draw what the figures come to."""

    def ask_for(self, name: str) -> None:
        """Put the caret into a field."""


class EstimatesPresenter(TopicPresenter[EstimatesState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: EstimatesView) -> None:
        super().__init__(services, view)
        self._page = view
        casework = services.casework
        self._calendars = services.pack.calendars
        self._estimates = Estimates(services.store, casework.author, self._calendars)
        self._drafting = Drafting(services.store, casework.author, services.clock)
        self._typing: Typing | None = None
        self._drafts: dict[str, Mapping[str, str]] = {}
        self._kept: Mapping[str, Estimate] = {}
        self._standards: Mapping[str, Standard] = {}

    def read(self, case: CaseState) -> EstimatesState:
        """See ``TopicPresenter``."""
        now = self._services.clock.now()
        kept = {one.entry.id: one for one in estimates(case)}
        return EstimatesState(
            tuple(
                Line(
                    one.entry.id, one.title, detail=one.summary,
                    status=time_words(one.entry.at, now),
                    acts=(Act(OPEN, "打开重算", "1"), Act(WITHDRAW, "撤回", "2")),
                )
                for one in reversed(kept.values())
            ),
            kept,
            {
                slot.removeprefix(DRAFT): _from_json(draft.text)
                for slot, draft in self._drafting.of_case(case.case_id).items()
                if slot.startswith(DRAFT)
            },
            self._estimates.standards(),
        )  # fmt: skip

    def show(self, case_id: str) -> None:
        """Show another case; what was typed for the last one stays with it as a draft."""
        if case_id != self.case_id:
            self._typing, self._drafts = None, {}
            self._page.show_form(None)
        super().show(case_id)

    def take_up(self, state: EstimatesState) -> None:
        """Go on with what was being typed in this case, unless something is open already."""
        self._kept, self._standards = state.kept, state.standards
        if self._typing is None:
            self._drafts = dict(state.drafts)
            if begun := next((name for name in state.drafts if name in CALCULATORS), ""):
                self.choose(begun)

    def find(self, query: str) -> None:
        """Show the calculators that ``query`` speaks of; all of them for an empty one."""
        parts = query.casefold().split()
        self._page.show_choices(
            tuple(
                Line(one.id, one.title)
                for one in CALCULATORS.values()
                if all(part in f"{one.title} {one.words} {one.formula}" for part in parts)
            )
        )

    def choose(self, calculator_id: str) -> None:
        """Open a calculator, with what was typed into it before."""
        calculator = CALCULATORS.get(calculator_id)
        if calculator is not None:
            self._open(calculator, self._drafts.get(calculator_id, {}))

    def act(self, entry_id: str, act: str) -> None:
        """Do what a kept estimate offers; Enter opens it."""
        if act == WITHDRAW:
            work = partial(self._services.casework.withdraw, self.case_id, entry_id)
            self.write(work, "", "撤回了这个测算。")
        else:
            self._open_kept(entry_id)

    def type(self, name: str, text: str) -> None:
        """A field holds something else now."""
        if self._typing is not None:
            self._typing.typed[name] = text
            self._page.show_answer(self._typing.answer())

    def clear(self) -> None:
        """Empty the form."""
        if self._typing is not None:
            calculator = self._typing.calculator
            self._drafts.pop(calculator.id, None)
            work = partial(self._drafting.drop, self.case_id, f"{DRAFT}{calculator.id}")
            self._services.runner.store(work, lambda _: None)
            self._open(calculator, {})

    def keep_draft(self) -> None:
        """Store what is typed, durably."""
        if self._typing is None or not self.case_id:
            return
        begun = self._typing.calculator.id
        typed = {name: text for name, text in self._typing.typed.items() if text and name != TODAY}
        self._drafts[begun] = typed
        text = json.dumps(typed, ensure_ascii=False) if typed else ""
        work = partial(self._drafting.keep, self.case_id, f"{DRAFT}{begun}", text, 0)
        self._services.runner.store(work, lambda _: self._services.shell.saved())

    def keep_standards(self) -> None:
        """Remember the local standards that are typed; the next calculation begins with them."""
        typing, shell = self._typing, self._services.shell
        if typing is None:
            return
        today = self.today
        work = partial(
            self._estimates.keep_standards, typing.calculator.id, typing.values()[0], today
        )

        def done(standards: Mapping[str, Standard]) -> None:
            self._standards = typing.standards = standards
            shell.saved()
            shell.toast("记住了这些本地口径，本中心的窗口都自动带出。")
            if typing is self._typing:
                self._page.show_answer(typing.answer())

        self._services.runner.store(work, done)

    def enter(self) -> None:
        """Enter: keep the estimate, or go to the first field that is still wanted."""
        typing = self._typing
        if typing is None:
            return
        if typing.answer().problem:
            self._page.ask_for(typing.first_wanted())
            return
        case_id, begun = self.case_id, typing.calculator.id
        keep = partial(self._estimates.keep, case_id, begun, typing.values()[0])
        self._drafts.pop(begun, None)
        self.write(
            lambda: self._drafting.settle(case_id, keep, f"{DRAFT}{begun}"),
            "estimate.made", "记入案件了。",
        )  # fmt: skip

    def _open(self, calculator: Calculator, typed: Mapping[str, str], news: str = "") -> None:
        today = self.today
        self._typing = Typing(calculator, typed, self._standards, self._calendars, today)
        self._page.show_form(Form(calculator, dict(self._typing.typed), news))
        self._page.show_answer(self._typing.answer())

    def _open_kept(self, entry_id: str) -> None:
        kept = self._kept.get(entry_id)
        calculator = CALCULATORS.get(kept.calculator) if kept else None
        if kept is None or calculator is None:
            self._services.shell.toast("这台电脑的程序还没有这个测算，当时的结果照样保留。")
            return
        # What was left empty then is left empty now: no standard of today slips in.
        typed = {
            one.name: field_text(one, kept.inputs[one.name]) if one.name in kept.inputs else ""
            for one in calculator.inputs
        }
        self._open(calculator, typed, _news(kept, check_again(kept, self._calendars)))


def confidence_words(calculator: Calculator) -> str:
    """How far the formula can be trusted, in words."""
    note = f"（{calculator.confidence_note}）" if calculator.confidence_note else ""
    return f"可信度：{CONFIDENCE_NAMES[calculator.confidence.value]}{note}"


def summary(case: CaseState) -> str:
    """What the case page says of the estimates."""
    count = len(estimates(case))
    return f"{count} 次" if count else ""


def _news(kept: Estimate, check: Check) -> str:
    if not check.same_formula:
        same = "结果没有变" if check.same_results else f"当时的结果：{kept.summary}"
        return f"公式在那之后改过，下面按新公式重算。{same}。"
    if not check.same_results:
        return f"重算的结果和当时不一样。当时的结果：{kept.summary}。"
    return "公式没有改过，重算的结果和当时一样。"


def _from_json(text: str) -> Mapping[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
