"""Keeping the window's sums in a case: estimates, and an invoice beside its details.

Each method is one transaction and returns the case after it. The same thing kept twice in a row is
kept once, so an impatient double Enter is harmless.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desk_app.core.calculators import CALCULATORS
from desk_app.core.calculators.base import Input, Value
from desk_app.core.catalogue import CalendarYear
from desk_app.core.centre_book import Standard as BookStandard
from desk_app.core.entries import NewEntry, normalise
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.estimates import estimates, results_of, summary_of
from desk_app.core.fold import CaseState
from desk_app.core.invoice_compare import compare, read_bill
from desk_app.core.kept_comparisons import comparison_words, comparisons
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.services.centre_book import BookWork

NOTHING_CHANGED = QT_TRANSLATE_NOOP("Errors", "原来的记录没有变。")


STANDARD = "standard."
"""Before there was a book, a local standard was a setting under this and its name."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A local standard as somebody filled it in; the program knows none itself."""

    value: Value
    by: str
    day: date


class Estimates:
    """What one officer reckons for a case.

    Args:
        author: the officer's name or work number, written into each entry.
        calendars: holidays by year.
    """

    def __init__(
        self, store: CaseStore, author: str, calendars: Mapping[int, CalendarYear]
    ) -> None:
        self._store = store
        self._author = author
        self._calendars = calendars
        self._book = BookWork(store, author)

    def keep(self, case_id: str, calculator_id: str, values: Mapping[str, Value]) -> CaseState:
        """Keep what a calculator comes to, with its inputs.

        Raises:
            BadInputError: no such calculator, or values it refuses. Nothing was written.
        """
        calculator = CALCULATORS.get(calculator_id)
        if calculator is None:
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "没有这个测算。"), safe=NOTHING_CHANGED)
        outcome = calculator.run(values, self._calendars)
        state = self._store.case(case_id)
        body: dict[str, Json] = {
            "calculator": calculator.id,
            "version": calculator.version,
            "title": calculator.title,
            "inputs": dict(values),
            "results": dict(results_of(outcome)),
            "summary": summary_of(outcome),
        }
        kept = estimates(state)
        return self._write(state, "estimate.made", body, kept[-1].entry.body if kept else None)

    def keep_comparison(
        self,
        case_id: str,
        invoice: str,
        details: str,
        renamed: Mapping[str, str] | None = None,
        code: str = "",
    ) -> CaseState:
        """Keep an invoice beside its details, both as they were typed.

        Args:
            renamed: see ``invoice_compare.compare``.
            code: the text of the code on the invoice; empty = none was read.

        Raises:
            BadInputError: a side without a line, or one that cannot be read. Nothing was written.
        """
        found = compare(read_bill(invoice), read_bill(details), renamed)
        if not found.invoice.lines or not found.details.lines:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "发票和明细两边都要有能看懂的行，才能记下。"),
                safe=NOTHING_CHANGED,
            )
        state = self._store.case(case_id)
        body: dict[str, Json] = {
            "invoice": invoice,
            "details": details,
            "difference": found.difference,
            "summary": comparison_words(found),
            "renamed": dict(renamed or {}),
            "code": code,
        }
        kept = comparisons(state)
        return self._write(state, "invoice.compared", body, kept[-1].entry.body if kept else None)

    def standards(self) -> Mapping[str, Standard]:
        """The local standards that were filled in, by name."""
        names = {one.local: one for c in CALCULATORS.values() for one in c.inputs if one.local}
        written = {one.name: one for one in self._book.read().standards}
        found = {
            name: _standard(one, written[name]) if name in written else self._earlier(one)
            for name, one in names.items()
        }
        return {name: standard for name, standard in found.items() if standard is not None}

    def _earlier(self, one: Input) -> Standard | None:
        """What this machine alone remembered, before there was a book."""
        try:
            told = json.loads(self._store.setting(f"{STANDARD}{one.local}") or "null")
            day = date.fromisoformat(told["day"])
            value = json.dumps(told["value"])
            return _standard(one, BookStandard(one.local, value, str(told["by"]), day))
        except (ValueError, TypeError, KeyError):
            return None

    def keep_standards(
        self, calculator_id: str, values: Mapping[str, Value], day: date
    ) -> Mapping[str, Standard]:
        """Keep the local ones among ``values`` as the centre's standards; returns them all.

        Raises:
            BadInputError: a value that makes no sense. Nothing was kept.
        """
        local = [one for one in CALCULATORS[calculator_id].inputs if one.local]
        given = [one for one in local if one.name in values]
        for one in given:
            one.check(values[one.name])
        self._book.set_standards({one.local: values[one.name] for one in given}, day)
        return self.standards()

    def _write(
        self, state: CaseState, kind: str, body: Mapping[str, Json], last: Mapping[str, Json] | None
    ) -> CaseState:
        if last != normalise(body):
            self._store.append(self._author, [NewEntry(state.case_id, kind, body)])
        return self._store.case(state.case_id)


def _standard(one: Input, written: BookStandard) -> Standard | None:
    """A standard read back; None where it makes no sense."""
    try:
        standard = Standard(json.loads(written.value), written.by, written.day)
        one.check(standard.value)
    except (ValueError, TypeError, BadInputError):
        return None
    return standard
