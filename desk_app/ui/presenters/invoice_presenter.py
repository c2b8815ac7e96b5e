"""对票: an invoice beside its detail list, and what the code on it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from desk_app.core.calculators.base import Unit
from desk_app.core.calculators.typed import show_value
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.invoice_compare import Bill, Comparison, compare, read_bill
from desk_app.core.kept_comparisons import KeptComparison, comparison_words, comparisons
from desk_app.services.drafting import Drafting
from desk_app.services.estimates import Estimates
from desk_app.ui.presenters.invoice_lines import (
    ALIKE,
    APART,
    bill_words,
    code_words,
    comparison_lines,
)
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words
from desk_app.ui.presenters.topic_presenter import TopicHead, TopicPresenter

INVOICE, DETAILS, CODE = "invoice", "details", "code"
SIDES = (INVOICE, DETAILS)
DRAFT = "invoice:"
"""Drafts are kept under this and the name of the side."""

OPEN, WITHDRAW = "open", "withdraw"


@dataclass(frozen=True, slots=True)
class InvoicesState:
    """What the page shows of a case.

    Attributes:
        lines: what it keeps, latest first.
        kept: the same by the id of their entry.
        drafts: what was being typed, by side.
    """

    lines: tuple[Line, ...]
    kept: Mapping[str, KeptComparison]
    drafts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides as far as they are typed.

    Attributes:
        headline: what it comes to; empty while a side is.
        sides: what is said under each side: how many lines, their sum, what cannot be read.
        lines: line by line, what differs first.
    """

    headline: str
    sides: Mapping[str, str]
    lines: tuple[Line, ...]


class InvoiceView(Protocol):
    """What the presenter asks of the page."""

    def show_topic(self, head: TopicHead, state: InvoicesState) -> None:
        """Draw what the case keeps."""

    def restore(self, typed: Mapping[str, str]) -> None:
        """Put texts into the editors of both sides and the line for the code."""

    def show_compared(self, compared: Compared) -> None:
        """Draw both sides beside each other."""

    def show_code(self, words: str) -> None:
        """Say what the code on the invoice holds; empty = none was read."""


class InvoicePresenter(TopicPresenter[InvoicesState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: InvoiceView) -> None:
        super().__init__(services, view)
        self._page = view
        casework = services.casework
        self._work = Estimates(services.store, casework.author, services.pack.calendars)
        self._drafting = Drafting(services.store, casework.author, services.clock)
        self._typed: dict[str, str] = {}
        self._renamed: dict[str, str] = {}
        self._kept: Mapping[str, KeptComparison] = {}
        self._found: Comparison | None = None
        self._asked = 0

    def read(self, case: CaseState) -> InvoicesState:
        """See ``TopicPresenter``."""
        now = self._services.clock.now()
        kept = {one.entry.id: one for one in comparisons(case)}
        return InvoicesState(
            tuple(
                Line(
                    one.entry.id, one.summary, status=time_words(one.entry.at, now),
                    acts=(Act(OPEN, "打开", "1"), Act(WITHDRAW, "撤回", "2")),
                )
                for one in reversed(kept.values())
            ),
            kept,
            {
                slot.removeprefix(DRAFT): draft.text
                for slot, draft in self._drafting.of_case(case.case_id).items()
                if slot.startswith(DRAFT)
            },
        )  # fmt: skip

    def show(self, case_id: str) -> None:
        """Show another case; what was typed for the last one stays with it as a draft."""
        if case_id != self.case_id:
            self._fill({})
        super().show(case_id)

    def take_up(self, state: InvoicesState) -> None:
        """Go on with what was being typed in this case, unless something stands there already."""
        self._kept = state.kept
        if not any(self._typed.values()) and state.drafts:
            self._fill(state.drafts)

    def type(self, side: str, text: str, cursor: int) -> None:
        """A side holds something else now: compare again, and keep a draft."""
        self._typed[side] = text
        work = partial(self._drafting.keep, self.case_id, f"{DRAFT}{side}", text, cursor)
        self._services.runner.store(work, lambda _: self._services.shell.saved())
        self._compare()

    def read_code(self, text: str) -> None:
        """Read what a scanner typed, or what was pasted from one."""
        self.type(CODE, text, len(text))

    def clear(self) -> None:
        """Empty both sides and the code."""
        case_id = self.case_id
        self._fill({})
        self._services.runner.store(lambda: self._drop_drafts(case_id), lambda _: None)

    def keep(self) -> None:
        """Keep both sides in the case."""
        case_id, typed = self.case_id, dict(self._typed)
        renamed = dict(self._renamed)

        def work() -> CaseState:
            case = self._work.keep_comparison(
                case_id, typed.get(INVOICE, ""), typed.get(DETAILS, ""), renamed,
                typed.get(CODE, ""),
            )  # fmt: skip
            self._drop_drafts(case_id)
            return case

        self.write(work, "invoice.compared", "记入案件了。")

    def act(self, row: str, act: str) -> None:
        """Do what a line offers: one name or two, open what was kept, take it back."""
        if act == WITHDRAW:
            work = partial(self._services.casework.withdraw, self.case_id, row)
            self.write(work, "", "撤回了这次对票。")
        elif act == ALIKE and self._found is not None:
            for one in self._found.suggestions:
                if one.details == row:
                    self._renamed[one.details] = one.invoice
            self._compare()
        elif act == APART:
            self._renamed.pop(row.partition(" ")[2], None)
            self._compare()
        elif (kept := self._kept.get(row)) is not None:
            typed = {INVOICE: kept.invoice, DETAILS: kept.details, CODE: kept.code}
            self._fill(typed, kept.renamed)

    def _fill(self, typed: Mapping[str, str], renamed: Mapping[str, str] | None = None) -> None:
        self._typed, self._renamed = dict(typed), dict(renamed or {})
        self._page.restore(typed)
        self._compare()

    def _drop_drafts(self, case_id: str) -> None:
        for side in (*SIDES, CODE):
            self._drafting.drop(case_id, f"{DRAFT}{side}")

    def _compare(self) -> None:
        """Compare beside the store: hundreds of names take a moment; the latest answer counts."""
        self._asked += 1
        asked, typed, renamed = self._asked, dict(self._typed), dict(self._renamed)

        def done(found: tuple[Comparison, Mapping[str, str], str]) -> None:
            if asked == self._asked:
                self._show(*found)

        self._services.runner.side(lambda: _look(typed, renamed), done)

    def _show(self, found: Comparison, troubles: Mapping[str, str], code: str) -> None:
        self._found = found
        bills = {INVOICE: found.invoice, DETAILS: found.details}
        whole = bool(found.invoice.lines and found.details.lines) and not troubles
        self._page.show_code(code)
        self._page.show_compared(
            Compared(
                comparison_words(found) if whole else "",
                {side: troubles.get(side) or bill_words(bill) for side, bill in bills.items()},
                tuple(comparison_lines(found)) if whole else (),
            )
        )


def _look(
    typed: Mapping[str, str], renamed: Mapping[str, str]
) -> tuple[Comparison, Mapping[str, str], str]:
    bills, troubles = {}, {}
    for side in SIDES:
        try:
            bills[side] = read_bill(typed.get(side, ""))
        except BadInputError as error:
            bills[side], troubles[side] = Bill(()), str(error)
    found = compare(bills[INVOICE], bills[DETAILS], renamed)
    return found, troubles, code_words(typed.get(CODE, ""), found)


def summary(case: CaseState) -> str:
    """What the case page says of it: how far the latest two sides were apart."""
    kept = comparisons(case)
    if not kept:
        return ""
    gap = kept[-1].difference
    return f"差 {show_value(Unit.FEN, abs(gap))}" if gap else "合计一致"
