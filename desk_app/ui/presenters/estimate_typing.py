"""What is typed into a calculator, and what it comes to; plain functions of the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desk_app.core.calculators.base import (
    Calculator,
    Input,
    MissingInputError,
    Outcome,
    Unit,
    Value,
)
from desk_app.core.calculators.typed import UNIT_WORDS, read_value, show_value
from desk_app.core.catalogue import CalendarYear
from desk_app.core.errors import BadInputError
from desk_app.services.estimates import Standard

TODAY = "today"
"""The one input that the program fills in by itself."""


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
        new_standards: local standards are typed that this machine does not remember so.
    """

    main: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str = ""
    waiting: bool = False
    new_standards: bool = False


class Typing:
    """A calculator with what is typed into it so far.

    Args:
        typed: by input, as a person typed it; what is absent begins with its default, with the
            standard that this machine remembers, or with today.
        standards: local ones that this machine remembers, by name.
    """

    def __init__(
        self,
        calculator: Calculator,
        typed: Mapping[str, str],
        standards: Mapping[str, Standard],
        calendars: Mapping[int, CalendarYear],
        today: date,
    ) -> None:
        self.calculator = calculator
        self.standards = standards
        self._calendars = calendars
        self._today = today
        self.typed = {**self._begin(), **typed}

    def values(self) -> tuple[dict[str, Value], BadInputError | None]:
        """What the fields hold, and the first that cannot be read."""
        values: dict[str, Value] = {}
        problem = None
        for one in self.calculator.inputs:
            try:
                value = read_value(one, self.typed.get(one.name, ""))
            except BadInputError as error:
                problem = problem or error
                continue
            if value is not None:
                values[one.name] = value
        return values, problem

    def answer(self) -> Answer:
        """What it comes to, or what is still in the way."""
        values, problem = self.values()
        new, remembered = self._beside_standards(values)
        outcome, trouble = (None, problem) if problem else self._run(values)
        if outcome is None:
            waiting = isinstance(trouble, MissingInputError)
            return Answer(problem=str(trouble), waiting=waiting, new_standards=new)
        said = [
            (result.main, (result.label, show_value(result.unit, result.value)))
            for result in outcome.results
        ]
        return Answer(
            tuple(words for main, words in said if main),
            tuple(words for main, words in said if not main),
            (*outcome.remarks, *remembered),
            new_standards=new,
        )

    def first_wanted(self) -> str:
        """The first field that is wanted or cannot be read, else the first that is empty."""
        values, inputs = self.values()[0], self.calculator.inputs
        lacking = [one for one in inputs if one.name not in values]
        wrong = [one for one in lacking if one.required or self.typed.get(one.name)]
        return (wrong or lacking or list(inputs))[0].name

    def _begin(self) -> dict[str, str]:
        begun = {}
        for one in self.calculator.inputs:
            if one.name == TODAY:
                begun[one.name] = self._today.isoformat()
            elif one.default:
                begun[one.name] = one.default
            elif (standard := self.standards.get(one.local)) is not None:
                begun[one.name] = field_text(one, standard.value)
        return begun

    def _run(self, values: Mapping[str, Value]) -> tuple[Outcome | None, BadInputError | None]:
        try:
            return self.calculator.run(values, self._calendars), None
        except BadInputError as error:
            return None, error

    def _beside_standards(self, values: Mapping[str, Value]) -> tuple[bool, tuple[str, ...]]:
        """Whether standards are typed that are not remembered, and what is said of the others."""
        local = [one for one in self.calculator.inputs if one.local and one.name in values]
        known: dict[tuple[str, date], list[str]] = {}
        for one in local:
            standard = self.standards.get(one.local)
            if standard is not None and standard.value == values[one.name]:
                known.setdefault((standard.by, standard.day), []).append(one.label)
        new = sum(len(labels) for labels in known.values()) < len(local)
        return new, tuple(
            f"{'、'.join(labels)}是本中心记住的：{by}，{show_value(Unit.DATE, str(day))}"
            + ("。" if day.year == self._today.year else "，不是今年的，请核对。")
            for (by, day), labels in known.items()
        )


def field_text(one: Input, value: Value) -> str:
    """``value`` as one would type it."""
    if one.unit in (Unit.CHOICE, Unit.DATE):
        return str(value)
    return show_value(one.unit, value).removesuffix(UNIT_WORDS.get(one.unit, "")).strip()
