"""Working in the centre's queue: each method is one use case and one transaction.

Everything here is an ordinary entry, written offline too. What the queue, as this desk knows it,
already says cannot work is refused at once; whether the rest took effect is known when the centre
has numbered it, and what had none stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from desk_app.core.clock import Clock
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, UserFacingError
from desk_app.core.exchange import IncomingOffer, QueueRow, SyncState
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds import KINDS
from desk_app.core.kinds.kind import Json
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.core.queue import (
    DEFAULT_HOURS,
    MAX_HOURS,
    REASONS,
    Offer,
    QueueState,
    advance,
)

NOTHING_CHANGED = QT_TRANSLATE_NOOP("Errors", "原来的记录没有变。")


class QueueStore(Protocol):
    """What is asked of the store (``CaseStore`` and ``SyncStore``)."""

    def append(self, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        """See ``CaseStore.append``."""

    def case(self, case_id: str) -> CaseState:
        """See ``CaseStore.case``."""

    def sync_state(self) -> SyncState:
        """See ``SyncStore.sync_state``."""

    def queue_row(self, case_id: str) -> QueueRow:
        """See ``SyncStore.queue_row``."""

    def incoming_offers(self) -> list[IncomingOffer]:
        """See ``SyncStore.incoming_offers``."""

    def life(self) -> tuple[str, str, int]:
        """See ``SyncStore.life``."""


class QueueWork:
    """What one officer does in the queue.

    Every method returns the case after it, and raises UserFacingError for what cannot work; then
    nothing was written.

    Args:
        author: the officer's name or work number.
        clock: only to see whether a lease may have ended; the centre's clock decides.
    """

    def __init__(self, store: QueueStore, author: str, clock: Clock) -> None:
        self._store = store
        self._author = author
        self._clock = clock

    def refer(self, case_id: str, why: str, to_centre: str = "", summary: str = "") -> CaseState:
        """Put a case into the queue for whoever is free, or ask another centre to take it.

        Args:
            summary: what the other centre may read before it says yes.
        """
        body: dict[str, Json] = {"why": _said(why)}
        if to_centre:
            self._check_centre(to_centre)
            body |= {"to_centre": to_centre, "summary": _said(summary)}
        return self._write(case_id, "case.referred", body)

    def claim(self, case_id: str, hours: int = DEFAULT_HOURS) -> CaseState:
        """Take a case that nobody holds, for ``hours``."""
        return self._write(case_id, "case.claimed", {"hours": _checked(hours)})

    def renew(self, case_id: str, hours: int = DEFAULT_HOURS) -> CaseState:
        """Hold one's case for ``hours`` from when the centre hears of it, e.g. for a visit."""
        return self._write(case_id, "lease.renewed", {"hours": _checked(hours)})

    def release(self, case_id: str, why: str) -> CaseState:
        """Give a case back into the queue."""
        return self._write(case_id, "case.released", {"why": _said(why)})

    def offer(
        self, case_id: str, to: str, why: str, to_centre: str = "", summary: str = ""
    ) -> CaseState:
        """Ask a colleague (``to`` empty: anyone) here or in another centre to take a case over."""
        body: dict[str, Json] = {"to": to, "why": _said(why)}
        if to_centre:
            self._check_centre(to_centre)
            body |= {"to_centre": to_centre, "summary": _said(summary)}
        return self._write(case_id, "handover.offered", body)

    def answer(self, case_id: str, ref: str, *, accept: bool, why: str = "") -> CaseState:
        """Answer an offer. Who offered takes it back by refusing.

        Args:
            ref: the offer's id (``Offer.entry_id``, ``IncomingOffer.ref``).
            why: needed to refuse.
        """
        answer = "accept" if accept else "refuse"
        body: dict[str, Json] = {"ref": ref, "answer": answer, "why": why if accept else _said(why)}
        return self._write(case_id, "handover.answered", body)

    def escalate(self, case_id: str, why: str) -> CaseState:
        """Ask the supervisors for help."""
        return self._write(case_id, "case.escalated", {"why": _said(why)})

    def link(self, case_id: str, other: str, why: str = "") -> CaseState:
        """Say that two cases are of one person; both stay what they are."""
        return self._same_person(case_id, other, why, same=True)

    def unlink(self, case_id: str, other: str, why: str = "") -> CaseState:
        """Say that two cases are of two people: takes a link back, or refuses a suggestion."""
        return self._same_person(case_id, other, why, same=False)

    def _same_person(self, case_id: str, other: str, why: str, *, same: bool) -> CaseState:
        if case_id == other:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这是同一个案件，不用关联。"), safe=NOTHING_CHANGED
            )
        new = []
        for here, there in ((case_id, other), (other, case_id)):
            state = self._store.case(here)
            slot = state.slots.get(f"same:{there}")
            if slot is not None and slot.entry.body.get("same") is same:
                continue
            body: dict[str, Json] = {"case": there, "same": same, "why": why}
            new.append(state.on_top("person.linked", body))
        if new:
            self._store.append(self._author, new)
        return self._store.case(case_id)

    def _write(self, case_id: str, kind: str, body: dict[str, Json]) -> CaseState:
        if not self._store.sync_state().hub:
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "本机没有加入中心，转交、接办和移交用不了。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "请先在“中心”页加入。"),
            )
        row = self._store.queue_row(case_id)
        if row.number and self._store.case(case_id).practice:
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "演练的案件不进队列。"), safe=NOTHING_CHANGED
            )
        state = self._expected(row)
        if "fence" in KINDS[kind].required:
            body = {"fence": state.fence, **body}
        if code := self._would_fail(state, case_id, kind, body):
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "现在办不了：{reason}。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "请先看看队列里现在是谁在办。"),
                reason=REASONS[code],
            )
        written = self._store.append(self._author, [NewEntry(case_id, kind, body)])
        # A case that another centre offers is not here yet: there is only our answer.
        return self._store.case(case_id) if row.number else fold(case_id, written)

    def _expected(self, row: QueueRow) -> QueueState:
        """Where the case stands if what this desk has not sent yet takes effect."""
        state = row.state
        if not row.pending:
            return state
        case = self._store.case(row.case_id)
        mine = f"{self._store.life()[0]}-"
        written = [e for e in case.timeline if e.kind in QUEUE_KINDS and e.id.startswith(mine)]
        unsent = written[-len(row.pending) :]
        if tuple(entry.kind for entry in unsent) != row.pending:
            return state
        for entry in unsent:
            state, _ = advance(state, entry, self._now(state))
        return state

    def _would_fail(
        self, state: QueueState, case_id: str, kind: str, body: Mapping[str, Json]
    ) -> str:
        """Why the centre would let this have no effect; empty = it may work."""
        if kind == "handover.answered" and state.offer is None:
            # The case itself may be in another centre: all that is known is its offer.
            for offer in self._store.incoming_offers():
                if (offer.ref, offer.case_id) == (body["ref"], case_id):
                    here = self._store.sync_state().centre
                    state = QueueState(
                        offer=Offer(offer.ref, offer.to, here, offer.by, offer.why, offer.summary)
                    )
        device, incarnation, counter = self._store.life()
        entry = Entry(
            id=f"{device}-{incarnation}-{counter + 1}", case_id=case_id, kind=kind,
            version=KINDS[kind].version, body=body, author=self._author,
            hlc="", at="", base="", prev="", sha256="",
        )  # fmt: skip
        return advance(state, entry, self._now(state))[1].code

    def _now(self, state: QueueState) -> int:
        """ms since 1970: this machine's clock, but never before what the centre has said."""
        return max(int(self._clock.now().timestamp() * 1000), state.since)

    def _check_centre(self, to_centre: str) -> None:
        if to_centre == self._store.sync_state().centre:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这就是本中心，请直接移交给同事。"),
                safe=NOTHING_CHANGED,
            )


def _said(text: str) -> str:
    if not text.strip():
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "请写一句为什么，对方要看。"), safe=NOTHING_CHANGED
        )
    return text


def _checked(hours: int) -> int:
    if not 1 <= hours <= MAX_HOURS:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "可以留 1 到 {most} 小时。"),
            safe=NOTHING_CHANGED,
            most=MAX_HOURS,
        )
    return hours
