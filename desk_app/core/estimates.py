"""The estimates of a case: what a calculator came to, with its inputs, and whether it still does.

An estimate is never a promise; it is kept so that the next officer sees what was said and from
which figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.core.calculators import CALCULATORS
from desk_app.core.calculators.base import Outcome, Unit, Value
from desk_app.core.calculators.typed import show_value
from desk_app.core.catalogue import CalendarYear
from desk_app.core.entries import Entry
from desk_app.core.errors import DeskAppError
from desk_app.core.fold import CaseState

NO_PROMISE = "测算，不作承诺，以经办机构核定为准"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate as it was made.

    Attributes:
        calculator, version: of the formula at that time.
        inputs, results: by name, in the units of the calculator.
        summary: what the officer was shown then.
    """

    calculator: str
    version: int
    title: str
    inputs: Mapping[str, Value]
    results: Mapping[str, Value]
    summary: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Check:
    """An estimate worked out again.

    Attributes:
        known: whether this program has the calculator.
        same_formula: whether its formula is of the same version.
        same_results: whether it still comes to the same.
    """

    known: bool
    same_formula: bool = False
    same_results: bool = False


def estimates(case: CaseState) -> tuple[Estimate, ...]:
    """The estimates of a case in force, oldest first."""
    return tuple(
        Estimate(
            calculator=str(entry.body["calculator"]),
            version=int(str(entry.body["version"])),
            title=str(entry.body["title"]),
            inputs=_values(entry, "inputs"),
            results=_values(entry, "results"),
            summary=str(entry.body["summary"]),
            entry=entry,
        )
        for entry in case.entries_of("estimate.made")
    )


def check_again(estimate: Estimate, calendars: Mapping[int, CalendarYear]) -> Check:
    """Work an estimate out again with the formula this program has."""
    calculator = CALCULATORS.get(estimate.calculator)
    if calculator is None:
        return Check(known=False)
    try:
        outcome: Outcome | None = calculator.run(estimate.inputs, calendars)
    except DeskAppError:  # the formula of today asks for more, or refuses what it once took
        outcome = None
    return Check(
        known=True,
        same_formula=calculator.version == estimate.version,
        same_results=outcome is not None and results_of(outcome) == estimate.results,
    )


def results_of(outcome: Outcome) -> dict[str, Value]:
    """What came out, by name."""
    return {result.name: result.value for result in outcome.results}


def summary_of(outcome: Outcome) -> str:
    """The main results in one line."""
    return "，".join(
        show_value(result.unit, result.value)
        if result.unit is Unit.CHOICE
        else f"{result.label} {show_value(result.unit, result.value)}"
        for result in outcome.results
        if result.main
    )


def _values(entry: Entry, key: str) -> dict[str, Value]:
    body = entry.body[key]
    assert isinstance(body, Mapping)
    return {
        str(name): value if isinstance(value, int) else str(value) for name, value in body.items()
    }
