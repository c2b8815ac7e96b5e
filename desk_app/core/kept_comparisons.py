"""The comparisons of invoices with their details that a case keeps, and one in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.core.calculators.base import Unit
from desk_app.core.calculators.typed import show_value
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.invoice_compare import DETAILS_ONLY, DIFFERS, INVOICE_ONLY, Comparison


@dataclass(frozen=True, slots=True)
class KeptComparison:
    """Both sides as they were typed.

    Attributes:
        difference: how much more the detail list came to, in fen.
        renamed: names of the detail list that a person said mean a name of the invoice.
        code: the text of the code on the invoice; empty = none was read.
    """

    invoice: str
    details: str
    difference: int
    summary: str
    renamed: Mapping[str, str]
    code: str
    entry: Entry


def comparisons(case: CaseState) -> tuple[KeptComparison, ...]:
    """The comparisons of a case in force, oldest first."""
    return tuple(
        KeptComparison(
            invoice=str(entry.body["invoice"]),
            details=str(entry.body["details"]),
            difference=int(str(entry.body["difference"])),
            summary=str(entry.body["summary"]),
            renamed=_names(entry),
            code=str(entry.body.get("code", "")),
            entry=entry,
        )
        for entry in case.entries_of("invoice.compared")
    )


def comparison_words(found: Comparison) -> str:
    """What the comparison comes to, in one sentence."""
    if found.difference == 0:
        words = f"发票和明细都是 {show_value(Unit.FEN, found.invoice.total)}"
    else:
        more = "明细比发票多" if found.difference > 0 else "明细比发票少"
        words = f"{more} {show_value(Unit.FEN, abs(found.difference))}"
    states = ((DIFFERS, "金额不同"), (INVOICE_ONLY, "只在发票上"), (DETAILS_ONLY, "只在明细上"))
    counts = [f"{name} {len(rows)} 项" for state, name in states if (rows := found.of_state(state))]
    return "；".join((words, "、".join(counts) or "逐项一致"))


def _names(entry: Entry) -> dict[str, str]:
    body = entry.body.get("renamed", {})
    return {str(k): str(v) for k, v in body.items()} if isinstance(body, Mapping) else {}
