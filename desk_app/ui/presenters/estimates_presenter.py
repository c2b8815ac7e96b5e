"""测算: choose a calculator, type what is known, see what it comes to, keep it in the case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from desk_app.core.calculators import CALCULATORS
from desk_app.core.calculators.base import (
    Calculator,
    Input,
    MissingInputError,
    Outcome,
    Unit,
    Value,
)
from desk_app.core.calculators.typed import UNIT_WORDS, read_value, show_value
from desk_app.core.errors import BadInputError
from desk_app.core.estimates import Check, Estimate, check_again, estimates
from desk_app.core.fold import CaseState
from desk_app.services.drafting import Drafting
from desk_app.services.estimates import Estimates
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words
from desk_app.ui.presenters.topic_presenter import TopicHead, TopicPresenter

OPEN, WITHDRAW = "open", "withdraw"
DRAFT = "estimate:"
"""Drafts are kept under this and the calculator's id: what was typed, as JSON by input."""

TODAY = "today"
"""The one input that the program fills in by itself."""

CONFIDENCE_NAMES = {"high": "高", "medium": "中", "low": "低"}


@dataclass(frozen=True, slots=True)
class EstimatesState:
    """What the page shows of a case.

    Attributes:
        lines: its estimates, latest first.
        kept: the same by the id of their entry.
        drafts: what was being typed, by calculator and input.
    """

    lines: tuple[Line, ...]
    kept: Mapping[str, Estimate]
    drafts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Form:
    """A calculator with what is typed so far; ``news`` is said above the fields."""

    calculator: Calculator
    typed: Mapping[str, str]
    news: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the figures come to.

    Attributes:
        main, more: (label, words) of the results; none while ``problem`` says why not.
        remarks: sentences that belong to the figures.
        waiting: the problem is only that something is not typed yet.
    """

    main: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str = ""
    waiting: bool = False


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
        self._calculator: Calculator | None = None
        self._typed: dict[str, str] = {}
        self._drafts: dict[str, Mapping[str, str]] = {}
        self._kept: Mapping[str, Estimate] = {}

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
        )  # fmt: skip

    def show(self, case_id: str) -> None:
        """Show another case; what was typed for the last one stays with it as a draft."""
        if case_id != self.case_id:
            self._calculator, self._typed, self._drafts = None, {}, {}
            self._page.show_form(None)
        super().show(case_id)

    def take_up(self, state: EstimatesState) -> None:
        """Go on with what was being typed in this case, unless something is open already."""
        self._kept = state.kept
        if self._calculator is None:
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
            self._open(calculator, dict(self._drafts.get(calculator_id, {})))

    def act(self, entry_id: str, act: str) -> None:
        """Do what a kept estimate offers; Enter opens it."""
        if act == WITHDRAW:
            work = partial(self._services.casework.withdraw, self.case_id, entry_id)
            self.write(work, "", "撤回了这个测算。")
        else:
            self._open_kept(entry_id)

    def type(self, name: str, text: str) -> None:
        """A field holds something else now."""
        self._typed[name] = text
        self._show_answer()

    def clear(self) -> None:
        """Empty the form."""
        if self._calculator is not None:
            self._drop_draft(self._calculator.id)
            self._open(self._calculator, {})

    def keep_draft(self) -> None:
        """Store what is typed, durably."""
        if self._calculator is None or not self.case_id:
            return
        typed = {name: text for name, text in self._typed.items() if text and name != TODAY}
        self._drafts[self._calculator.id] = typed
        text = json.dumps(typed, ensure_ascii=False) if typed else ""
        work = partial(self._drafting.keep, self.case_id, f"{DRAFT}{self._calculator.id}", text, 0)
        self._services.runner.store(work, lambda _: self._services.shell.saved())

    def enter(self) -> None:
        """Enter: keep the estimate, or go to the first field that is still wanted."""
        calculator = self._calculator
        if calculator is None:
            return
        values, problem = self._values()
        if (problem or self._run(values)[1]) is None:
            self._keep(calculator, values)
        else:
            self._page.ask_for(self._first_wanted(calculator))

    def _keep(self, calculator: Calculator, values: Mapping[str, Value]) -> None:
        case_id, slot = self.case_id, f"{DRAFT}{calculator.id}"
        keep = partial(self._estimates.keep, case_id, calculator.id, values)
        self._drafts.pop(calculator.id, None)
        self.write(
            lambda: self._drafting.settle(case_id, slot, keep), "estimate.made", "记入案件了。"
        )

    def _drop_draft(self, calculator_id: str) -> None:
        self._drafts.pop(calculator_id, None)
        work = partial(self._drafting.drop, self.case_id, f"{DRAFT}{calculator_id}")
        self._services.runner.store(work, lambda _: None)

    def _open(self, calculator: Calculator, typed: dict[str, str], news: str = "") -> None:
        self._calculator, self._typed = calculator, typed
        for one in calculator.inputs:
            if one.name == TODAY:
                typed.setdefault(TODAY, self._services.clock.now().date().isoformat())
            elif one.default:
                typed.setdefault(one.name, one.default)
        self._page.show_form(Form(calculator, dict(typed), news))
        self._show_answer()

    def _open_kept(self, entry_id: str) -> None:
        kept = self._kept.get(entry_id)
        calculator = CALCULATORS.get(kept.calculator) if kept else None
        if kept is None or calculator is None:
            return
        wanted = {one.name: one for one in calculator.inputs}
        typed = {
            name: _field_text(wanted[name], value)
            for name, value in kept.inputs.items()
            if name in wanted
        }
        self._open(calculator, typed, _news(kept, check_again(kept, self._calendars)))

    def _values(self) -> tuple[dict[str, Value], BadInputError | None]:
        """What the fields hold, and the first that cannot be read."""
        assert self._calculator is not None
        values: dict[str, Value] = {}
        problem = None
        for one in self._calculator.inputs:
            try:
                value = read_value(one, self._typed.get(one.name, ""))
            except BadInputError as error:
                problem = problem or error
                continue
            if value is not None:
                values[one.name] = value
        return values, problem

    def _run(self, values: Mapping[str, Value]) -> tuple[Outcome | None, BadInputError | None]:
        assert self._calculator is not None
        try:
            return self._calculator.run(values, self._calendars), None
        except BadInputError as error:
            return None, error

    def _first_wanted(self, calculator: Calculator) -> str:
        """The first field that is wanted and empty, else the first that cannot be read."""
        values, _ = self._values()
        wrong = [
            one.name
            for one in calculator.inputs
            if one.name not in values and (one.required or self._typed.get(one.name))
        ]
        empty = [one.name for one in calculator.inputs if one.name not in values]
        return (wrong or empty or [calculator.inputs[0].name])[0]

    def _show_answer(self) -> None:
        values, problem = self._values()
        outcome, trouble = (None, problem) if problem else self._run(values)
        if outcome is None:
            waiting = isinstance(trouble, MissingInputError)
            self._page.show_answer(Answer(problem=str(trouble), waiting=waiting))
            return
        said = [
            (result.main, (result.label, show_value(result.unit, result.value)))
            for result in outcome.results
        ]
        self._page.show_answer(
            Answer(
                tuple(words for main, words in said if main),
                tuple(words for main, words in said if not main),
                outcome.remarks,
            )
        )


def confidence_words(calculator: Calculator) -> str:
    """How far the formula can be trusted, in words."""
    note = f"（{calculator.confidence_note}）" if calculator.confidence_note else ""
    return f"可信度：{CONFIDENCE_NAMES[calculator.confidence.value]}{note}"


def summary(case: CaseState) -> str:
    """What the case page says of the estimates."""
    count = len(estimates(case))
    return f"{count} 次" if count else ""


def _field_text(one: Input, value: Value) -> str:
    """``value`` as one would type it."""
    if one.unit in (Unit.CHOICE, Unit.DATE):
        return str(value)
    return show_value(one.unit, value).removesuffix(UNIT_WORDS.get(one.unit, "")).strip()


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
