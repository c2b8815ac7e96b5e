"""Working the advance ledger; each method is one transaction and returns the case after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from desk_app.core.advance_ledger import VOID_WORDS, Leg, advance_ledger
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, UserFacingError
from desk_app.core.fold import CaseState
from desk_app.core.kinds import KINDS
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.services.promises import NOTHING_CHANGED


@dataclass(frozen=True, slots=True)
class NewAdvance:
    """What is asked for: ``amount`` in fen, paid to a hospital's public account only."""

    amount: int
    payee: str
    bank: str
    account: str
    purpose: str


@dataclass(frozen=True, slots=True)
class NewLeg:
    """A leg of the money.

    Attributes:
        leg: one of ``kinds.funds.LEGS``.
        amount, to_return: in fen; ``to_return`` = what of a reimbursement is to go back.
        sha256, paper: the voucher: an attachment, a number on paper.
    """

    leg: str
    amount: int
    day: date
    source: str = ""
    to_return: int = 0
    why: str = ""
    sha256: str = ""
    paper: str = ""


class Funds:
    """What one officer does in the ledger.

    Every method raises UserFacingError for what the ledger's rules do not let count, and
    BadInputError for what cannot be; then nothing was written.

    Args:
        numbers: the centre's numbers of a case's entries; None = this desk has no centre.
    """

    def __init__(
        self,
        store: CaseStore,
        author: str,
        numbers: Callable[[str], Mapping[str, int] | None],
    ) -> None:
        self._store = store
        self._author = author
        self._numbers = numbers

    def request(self, case_id: str, new: NewAdvance) -> CaseState:
        """Ask for an advance."""
        body: dict[str, Json] = {
            "amount": new.amount,
            "payee": new.payee.strip(),
            "bank": new.bank.strip(),
            "account": new.account.strip(),
            "purpose": new.purpose.strip(),
        }
        return self._write(case_id, "advance.requested", body)

    def judge(self, case_id: str, ref: str, step: str, answer: str, why: str = "") -> CaseState:
        """Check or approve another's request; or approve a waiver or a reversal (``ref``)."""
        if answer == "no" and not why.strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "请写一句为什么不同意。"), safe=NOTHING_CHANGED
            )
        body: dict[str, Json] = {"ref": ref, "step": step, "answer": answer, "why": why.strip()}
        return self._write(case_id, "advance.judged", body)

    def move(self, case_id: str, advance_id: str, new: NewLeg) -> CaseState:
        """Record a leg of the money."""
        body: dict[str, Json] = {
            "ref": advance_id,
            "leg": new.leg,
            "amount": new.amount,
            "day": new.day.isoformat(),
            "source": new.source.strip(),
            "to_return": new.to_return,
            "why": new.why.strip(),
            "sha256": new.sha256,
            "paper": new.paper.strip(),
        }
        return self._write(case_id, "advance.moved", body)

    def reverse(self, case_id: str, leg_id: str, why: str) -> CaseState:
        """Ask for a leg that was recorded wrongly to be taken out; another person approves it."""
        return self._write(case_id, "advance.reversed", {"ref": leg_id, "why": why.strip()})

    def _write(self, case_id: str, kind: str, body: dict[str, Json]) -> CaseState:
        state = self._store.case(case_id)
        if state.closing is not None:
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "案件已经销号，要先重新打开，才能动垫付台账。"),
                safe=NOTHING_CHANGED,
            )
        KINDS[kind].check_body(body)
        if void := self._why_void(state, kind, body):
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "垫付台账没有记下：{why}。"),
                safe=NOTHING_CHANGED,
                why=VOID_WORDS[void],
            )
        self._store.append(self._author, [NewEntry(case_id, kind, body)])
        return self._store.case(case_id)

    def _why_void(self, state: CaseState, kind: str, body: dict[str, Json]) -> str:
        """What the ledger itself would say of it, as the latest entry of the case."""
        trial = Entry(
            "", state.case_id, kind, KINDS[kind].version, body, self._author, "", "", "", "", ""
        )
        tried = replace(state, timeline=(*state.timeline, trial))
        ledger = advance_ledger(tried, self._numbers(state.case_id))
        legs: list[Leg] = [*ledger.strays]
        for advance in ledger.advances:
            legs += [advance.request, *advance.legs]
        return next(leg.void for leg in legs if leg.entry is trial)
