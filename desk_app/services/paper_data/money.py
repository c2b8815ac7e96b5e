"""Money of the fund: asked for, passed by three people, given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from desk_app.core.advance_ledger import Advance
from desk_app.core.discretion import discreet
from desk_app.core.money import money_capitals, money_text
from desk_app.services.paper_data.source import PaperSource, TableRow, Value, long_day


def _advance(read: Callable[[Advance], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.advance) if source.advance else ""


def _amount(advance: Advance) -> int:
    return int(str(advance.request.entry.body["amount"]))


def _asked(key: str) -> Callable[[Advance], str]:
    return lambda advance: str(advance.request.entry.body.get(key, ""))


def _steps(source: PaperSource) -> tuple[TableRow, ...]:
    """The three columns of the form; who has not judged yet has an empty row."""
    advance = source.advance
    rows: list[dict[str, str]] = [{"step": "经办"}, {"step": "审核"}, {"step": "审批"}]
    if advance is None:
        return tuple(rows)
    request = advance.request.entry
    rows[0] |= {"who": request.author, "answer": "申请", "day": long_day(request.time.date())}
    for leg in advance.legs:
        body = leg.entry.body
        if leg.entry.kind == "advance.judged" and not leg.void and body["ref"] == advance.id:
            row = rows[1 if body["step"] == "check" else 2]
            answer = "同意" if body["answer"] == "yes" else f"不同意：{body.get('why', '')}"
            row |= {
                "who": leg.entry.author,
                "answer": answer,
                "day": long_day(leg.entry.time.date()),
            }
    return tuple(rows)


def _leg(read: Callable[[Mapping[str, object]], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.leg.entry.body) if source.leg else ""


def _fen(body: Mapping[str, object]) -> int:
    return int(str(body["amount"]))


def _yuan(fen: int) -> str:
    return f"￥{money_text(fen)} 元"


MONEY_DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        "advance_amount": _advance(lambda one: _yuan(_amount(one))),
        "advance_capitals": _advance(lambda one: money_capitals(_amount(one))),
        "advance_payee": _advance(_asked("payee")),
        "advance_bank": _advance(_asked("bank")),
        "advance_account": _advance(_asked("account")),
        "advance_purpose": _advance(lambda one: discreet(_asked("purpose")(one))),
        "advance_steps": _steps,
        "return_amount": _leg(lambda body: _yuan(_fen(body))),
        "return_capitals": _leg(lambda body: money_capitals(_fen(body))),
        "return_day": _leg(lambda body: long_day(date.fromisoformat(str(body["day"])))),
        "return_by": _leg(lambda body: str(body.get("source", ""))),
        "return_voucher": _leg(lambda body: str(body.get("paper", ""))),
    }
)
