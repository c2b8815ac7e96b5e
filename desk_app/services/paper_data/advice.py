"""What advisers think, and a decision beside the rules that was filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from desk_app.core.advice import APPROVED, REFUSED, Filing, opinions
from desk_app.core.discretion import discreet
from desk_app.services.paper_data.source import PaperSource, TableRow, Value, long_day

LEANING_WORDS = {
    "yes": "可以办", "conditional": "有条件可以办", "no": "不可以办", "elsewhere": "另找路子",
}  # fmt: skip
ANSWER_WORDS = {APPROVED: "同意", REFUSED: "不同意"}


def _filing(read: Callable[[Filing], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.filing) if source.filing else ""


def _answer(filing: Filing) -> str:
    return "，".join(filter(None, (ANSWER_WORDS.get(filing.state, ""), discreet(filing.why))))


def _opinions(source: PaperSource) -> tuple[TableRow, ...]:
    """Every opinion, oldest first."""
    return tuple(
        {
            "who": one.by,
            "leaning": LEANING_WORDS.get(one.leaning, one.leaning),
            "said": discreet(one.said) + (f"（{one.basis}）" if one.basis else ""),
        }
        for one in opinions(source.case)
    )


ADVICE_DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        "opinions": _opinions,
        "filing_what": _filing(lambda one: discreet(one.what)),
        "filing_rule": _filing(lambda one: discreet(one.rule)),
        "filing_reason": _filing(lambda one: discreet(one.reason)),
        "filing_basis": _filing(lambda one: discreet(one.basis)),
        "filing_conditions": _filing(lambda one: discreet(one.conditions)),
        "filing_by": _filing(lambda one: one.entry.author),
        "filing_day": _filing(lambda one: long_day(one.entry.time.date())),
        "filing_answer": _filing(_answer),
        "filing_judge": _filing(lambda one: one.judge),
    }
)
