"""What a calculator is: declared inputs, a pure function, and where its formula comes from.

Money is whole fen, shares are whole basis points (1 % = 100), stretches of time are whole months,
areas are hundredths of a square metre. Inside a formula everything is an exact ``Fraction``; only
what comes out is rounded, half up. What is not known stays empty: nothing ever stands in for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from desk_app.core.catalogue import CalendarYear, Confidence
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

Value = int | str
"""One input or result: a whole number, a day as ISO text, or the value of a choice."""

WHOLE_BP = 10_000
"""Basis points of the whole (100 %)."""

MAX_FEN = 100_000_000_00
"""Largest amount a counter ever sees, in fen (1 亿元): beyond it a key was hit twice."""

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""Days outside of these are slips of the hand."""


class Unit(StrEnum):
    """What a number counts."""

    FEN = "fen"
    BASIS_POINTS = "basis_points"
    TIMES = "times"
    """A multiple in basis points: 20,000 = 2 倍."""
    MONTHS = "months"
    DAYS = "days"
    COUNT = "count"
    AREA = "area"
    DATE = "date"
    CHOICE = "choice"


LIMITS: Mapping[Unit, tuple[int, int]] = {
    Unit.FEN: (0, MAX_FEN),
    Unit.BASIS_POINTS: (0, WHOLE_BP),
    Unit.TIMES: (WHOLE_BP, 10 * WHOLE_BP),
    Unit.MONTHS: (0, 1200),
    Unit.DAYS: (0, 3660),
    Unit.COUNT: (0, 1000),
    Unit.AREA: (0, 1_000_000),
}


class MissingInputError(BadInputError):
    """Something the formula needs is not there yet; not a mistake, only not the time."""

    code = "missing_input"

    def __init__(self, *labels: str) -> None:
        super().__init__(
            QT_TRANSLATE_NOOP("Errors", "缺少 {names}，暂不能算。"), names="、".join(labels)
        )


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a calculator asks for.

    Attributes:
        required: False = the formula holds without it, or asks for it only in some cases.
        low, high: narrower limits than the unit's own; None = the unit's.
        options: (value, words) of a choice.
        default: a choice that holds until another is made, where the rule names one.
        local: name of a standard that differs from place to place, shared by the calculators that
            use it; empty = the same everywhere. The program knows none of them: a person fills them
            in, and a result says that it rests on them.
        note: one line under the field.
    """

    name: str
    label: str
    unit: Unit
    required: bool = True
    low: int | None = None
    high: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""
    local: str = ""
    note: str = ""

    @property
    def limits(self) -> tuple[int, int]:
        """Smallest and largest number allowed; only for units that are numbers."""
        low, high = LIMITS[self.unit]
        return (
            low if self.low is None else self.low,
            high if self.high is None else self.high,
        )

    def check(self, value: Value) -> None:
        """Raises BadInputError with a sentence where ``value`` makes no sense here."""
        if self.unit is Unit.DATE:
            self._check_day(value)
        elif self.unit is Unit.CHOICE:
            if value not in dict(self.options):
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "“{name}”没有这个选项。"), name=self.label
                )
        else:
            self._check_number(value)

    def _check_day(self, value: Value) -> None:
        try:
            good = FIRST_DAY <= date.fromisoformat(str(value)) <= LAST_DAY
        except ValueError:
            good = False
        if not good:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "“{name}”要在 {first} 和 {last} 之间。"),
                name=self.label, first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat(),
            )  # fmt: skip

    def _check_number(self, value: Value) -> None:
        low, high = self.limits
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "“{name}”应当是数字。"), name=self.label
            )
        if value < low:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "“{name}”太小了，请核对。"), name=self.label
            )
        if value > high:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "“{name}”太大了，请核对。"), name=self.label
            )


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that came out.

    Attributes:
        value: in ``unit``; for a choice the words themselves.
        main: what the resident asked; shown large.
    """

    name: str
    label: str
    unit: Unit
    value: Value
    main: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that came out; ``remarks`` are sentences that belong to the figures."""

    results: tuple[Result, ...]
    remarks: tuple[str, ...] = ()

    def value(self, name: str) -> Value:
        """A result's value. Raises KeyError."""
        return {result.name: result.value for result in self.results}[name]


class Given:
    """The inputs of one calculation as a formula wants them.

    Args:
        values: checked against their inputs.
        calendars: holidays by year, for formulas that count working days.
    """

    def __init__(
        self,
        inputs: tuple[Input, ...],
        values: Mapping[str, Value],
        calendars: Mapping[int, CalendarYear],
    ) -> None:
        self._inputs = {one.name: one for one in inputs}
        self._values = values
        self.calendars = calendars

    def has(self, name: str) -> bool:
        """Whether ``name`` was given."""
        return name in self._values

    def number(self, name: str) -> int:
        """A number. Raises MissingInputError."""
        value = self._value(name)
        assert isinstance(value, int)
        return value

    def share(self, name: str) -> Fraction:
        """Basis points as a fraction of the whole. Raises MissingInputError."""
        return Fraction(self.number(name), WHOLE_BP)

    def day(self, name: str) -> date:
        """A day. Raises MissingInputError."""
        return date.fromisoformat(str(self._value(name)))

    def choice(self, name: str) -> str:
        """The value chosen, or the one that holds by default. Raises MissingInputError."""
        return str(self._value(name))

    def _value(self, name: str) -> Value:
        one = self._inputs[name]
        if name in self._values:
            return self._values[name]
        if one.default:
            return one.default
        raise MissingInputError(one.label)


Formula = Callable[[Given], Outcome]


@dataclass(frozen=True, slots=True)
class Calculator:
    """One calculator.

    Attributes:
        version: goes up when the formula changes, so that an older estimate is known as such.
        formula: in words, as the officer reads it out.
        rounding: how the result is rounded, in words.
        source: where the rule comes from, as far as the starter data say.
        confidence, confidence_note: how far it can be trusted, as the starter data say.
        words: what people also call it, for the search box.
    """

    id: str
    title: str
    inputs: tuple[Input, ...]
    formula: str
    rounding: str
    source: str
    confidence: Confidence
    work: Formula
    confidence_note: str = ""
    notes: tuple[str, ...] = ()
    words: str = ""
    version: int = 1

    def run(
        self, values: Mapping[str, Value], calendars: Mapping[int, CalendarYear] | None = None
    ) -> Outcome:
        """Calculate.

        Args:
            values: by input; what is absent is not known.

        Raises:
            BadInputError: a value that makes no sense, or an input this calculator has not.
            MissingInputError: something required is absent.
        """
        known = {one.name: one for one in self.inputs}
        for name, value in values.items():
            if name not in known:
                raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这个测算没有这一项输入。"))
            known[name].check(value)
        missing = [
            one.label
            for one in self.inputs
            if one.required and not one.default and one.name not in values
        ]
        if missing:
            raise MissingInputError(*missing)
        outcome = self.work(Given(self.inputs, values, calendars or {}))
        rests_on = [one.label for one in self.inputs if one.local and one.name in values]
        if not rests_on:
            return outcome
        remark = f"用的是自填的本地口径：{'、'.join(rests_on)}。请以本市当年公布的为准。"
        return Outcome(outcome.results, (*outcome.remarks, remark))


def half_up(exact: Fraction) -> int:
    """``exact`` rounded to a whole number, halves upwards."""
    return math.floor(exact + Fraction(1, 2))


def money(name: str, label: str, exact: Fraction | int, *, main: bool = False) -> Result:
    """A result in fen, rounded half up."""
    return Result(name, label, Unit.FEN, half_up(Fraction(exact)), main)


def share(name: str, label: str, exact: Fraction, *, main: bool = False) -> Result:
    """A result in basis points, rounded half up."""
    return Result(name, label, Unit.BASIS_POINTS, half_up(exact * WHOLE_BP), main)


def said(name: str, words: str, label: str = "结论") -> Result:
    """A result in words."""
    return Result(name, label, Unit.CHOICE, words, main=True)


TO_FEN = "中间不取整，最后一步四舍五入到分。"
NO_SOURCE = "窗口测算器起始数据；没有写明文件，须由本中心核对。"
