"""The centre's queue: who holds a case, decided by the order in which the centre received entries.

A pure function over a case's entries in the order of their sequence numbers. The hub and every desk
compute it alike, so nobody has to be told the result. Taking, giving back and handing over are
ordinary entries, written offline too; whether one *took effect* is known once the centre has
numbered it. What came too late has no effect and stays readable: nothing is refused for it.

Fencing: each change of the holder raises ``fence``. Whoever acts on a case names the fence that he
saw; with an older one he acts on what is no longer his (M. Kleppmann, "How to do distributed
locking", 2016). Only the centre's clock counts for leases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from desk_app.core.entries import Entry
from desk_app.core.ids import EntryId
from desk_app.core.kinds.queue import QUEUE_KINDS

HOUR_MS = 3_600_000
DEFAULT_HOURS = 24
MAX_HOURS = 72
"""Longest lease: a visit over a long weekend. Then the case is free for a colleague."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A hand-over that waits for its answer.

    Attributes:
        entry_id: of the entry that offered; the answer names it.
        to: the officer who is asked; empty = anyone there.
        to_centre: another centre's id; empty = a colleague in the same centre.
        by: who offered.
        summary: what the other side may read before it says yes.
    """

    entry_id: str
    to: str
    to_centre: str
    by: str
    why: str
    summary: str


@dataclass(frozen=True, slots=True)
class QueueState:
    """Where a case stands in the queue.

    Attributes:
        waiting: somebody referred it, nobody has taken it.
        holder, device: officer and device that hold it; empty = nobody.
        fence: raised by each change of the holder.
        until: end of the lease, ms since 1970 by the centre's clock; 0 = nobody holds it.
        escalated_by: who asked the supervisors for help; empty = nobody.
        why: the latest reason given (referred, released, refused, escalated).
        since: when it came to stand so, ms since 1970 by the centre's clock.
    """

    waiting: bool = False
    holder: str = ""
    device: str = ""
    fence: int = 0
    until: int = 0
    offer: Offer | None = None
    escalated_by: str = ""
    why: str = ""
    since: int = 0

    def is_held(self, now: int) -> bool:
        """Whether somebody's lease runs at ``now`` (ms since 1970, the centre's clock)."""
        return bool(self.holder) and now < self.until


@dataclass(frozen=True, slots=True)
class Effect:
    """What one entry did to the queue.

    Attributes:
        code: empty = it took effect (or is no queue entry); otherwise why it had none, a key of
            ``REASONS``; ``contribution`` = ordinary work beside the one who holds the case.
        moves_to: id of the centre that the case now belongs to; empty = stays.
    """

    code: str = ""
    moves_to: str = ""


NO_EFFECT = Effect()

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "stale_fence": "已经换了经办人",
        "held": "已由别人接手",
        "lease_expired": "租约已过期",
        "not_holder": "不是当前经办人",
        "not_addressee": "不是移交给这个人的",
        "no_offer": "没有等待答复的移交",
        "is_open_offer": "已有一个移交在等答复",
        "self_offer": "不能移交给自己",
        "contribution": "补充",
    }
)
"""Why an entry had no effect on the queue, in the words a screen shows."""


def advance(state: QueueState, entry: Entry, received: int) -> tuple[QueueState, Effect]:
    """The queue after the centre took in ``entry``.

    Args:
        received: ms since 1970 by the centre's clock.
    """
    if entry.kind not in QUEUE_KINDS or not entry.is_understood:
        beside = state.is_held(received) and _device(entry) != state.device
        return state, Effect("contribution") if beside else NO_EFFECT
    return _STEPS[entry.kind](state, entry, received)


Step = tuple[QueueState, Effect]


def _referred(state: QueueState, entry: Entry, received: int) -> Step:
    if state.is_held(received) and not _is_holder(state, entry):
        return state, Effect("held")
    if state.offer is not None:
        return state, Effect("is_open_offer")
    freed = _freed(state, received, entry.text("why"))
    if to_centre := entry.text("to_centre"):
        return replace(freed, offer=_offer(entry, "", to_centre)), NO_EFFECT
    return replace(freed, waiting=True), NO_EFFECT


def _claimed(state: QueueState, entry: Entry, received: int) -> Step:
    if state.is_held(received):
        return state, Effect("stale_fence" if _fence(entry) != state.fence else "held")
    if _fence(entry) != state.fence:
        return state, Effect("stale_fence")
    if state.offer is not None:
        return state, Effect("is_open_offer")
    return _held(state, entry, received, _hours(entry)), NO_EFFECT


def _renewed(state: QueueState, entry: Entry, received: int) -> Step:
    if code := _not_mine(state, entry, received):
        return state, Effect(code)
    return replace(state, until=received + _hours(entry) * HOUR_MS), NO_EFFECT


def _released(state: QueueState, entry: Entry, received: int) -> Step:
    if code := _not_mine(state, entry, received):
        return state, Effect(code)
    if state.offer is not None:
        return state, Effect("is_open_offer")
    return replace(_freed(state, received, entry.text("why")), waiting=True), NO_EFFECT


def _offered(state: QueueState, entry: Entry, received: int) -> Step:
    if state.offer is not None:
        return state, Effect("is_open_offer")
    if _fence(entry) != state.fence:
        return state, Effect("stale_fence")
    if state.is_held(received) and not _is_holder(state, entry):
        return state, Effect("not_holder")
    to, to_centre = entry.text("to"), entry.text("to_centre")
    if to == entry.author and not to_centre:
        return state, Effect("self_offer")
    return replace(state, offer=_offer(entry, to, to_centre), since=received), NO_EFFECT


def _answered(state: QueueState, entry: Entry, received: int) -> Step:
    offer = state.offer
    if offer is None or offer.entry_id != entry.text("ref"):
        return state, Effect("no_offer")
    answer = entry.text("answer")
    if entry.author == offer.by and answer == "refuse" and entry.author != offer.to:
        # Who offered may take it back while nobody has said yes.
        return replace(state, offer=None, why=entry.text("why"), since=received), NO_EFFECT
    if offer.to and entry.author != offer.to:
        return state, Effect("not_addressee")
    if not offer.to_centre and entry.author == offer.by:
        return state, Effect("not_addressee")
    if answer == "refuse":
        return replace(state, offer=None, why=entry.text("why"), since=received), NO_EFFECT
    taken = _held(replace(state, offer=None), entry, received, DEFAULT_HOURS)
    return taken, Effect(moves_to=offer.to_centre)


def _escalated(state: QueueState, entry: Entry, received: int) -> Step:
    why = entry.text("why")
    return replace(state, escalated_by=entry.author, why=why, since=received), NO_EFFECT


_STEPS = {
    "case.referred": _referred,
    "case.claimed": _claimed,
    "lease.renewed": _renewed,
    "case.released": _released,
    "handover.offered": _offered,
    "handover.answered": _answered,
    "case.escalated": _escalated,
}


def _held(state: QueueState, entry: Entry, received: int, hours: int) -> QueueState:
    return QueueState(
        holder=entry.author,
        device=_device(entry),
        fence=state.fence + 1,
        until=received + hours * HOUR_MS,
        since=received,
    )


def _freed(state: QueueState, received: int, why: str) -> QueueState:
    fence = state.fence + 1 if state.holder else state.fence
    return QueueState(fence=fence, why=why, since=received, escalated_by=state.escalated_by)


def _not_mine(state: QueueState, entry: Entry, received: int) -> str:
    if _fence(entry) != state.fence:
        return "stale_fence"
    if not _is_holder(state, entry):
        return "not_holder"
    return "" if state.is_held(received) else "lease_expired"


def _is_holder(state: QueueState, entry: Entry) -> bool:
    return (entry.author, _device(entry)) == (state.holder, state.device)


def _offer(entry: Entry, to: str, to_centre: str) -> Offer:
    return Offer(
        entry_id=entry.id,
        to=to,
        to_centre=to_centre,
        by=entry.author,
        why=entry.text("why"),
        summary=entry.text("summary"),
    )


def _device(entry: Entry) -> str:
    return EntryId.parse(entry.id).device


def _fence(entry: Entry) -> int:
    return int(str(entry.body["fence"]))


def _hours(entry: Entry) -> int:
    return min(max(1, int(str(entry.body.get("hours", DEFAULT_HOURS)))), MAX_HOURS)
