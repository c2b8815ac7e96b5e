"""The laws of the queue, told a second time: what no entry may ever bring about."""

from __future__ import annotations

from collections.abc import Mapping

from desk_app.core.entries import Entry
from desk_app.core.ids import EntryId
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.core.queue import HOUR_MS, MAX_HOURS, Effect, QueueState
from desk_app.hub.ledger import CasePlace
from tests.simulation.fast.wire import BrokenLawError

NAMES_FENCE = ("case.claimed", "lease.renewed", "case.released", "handover.offered")
ONLY_HOLDER = ("lease.renewed", "case.released")


class QueueLaws:
    """Watches every step of the hub's queue."""

    def __init__(self) -> None:
        self._holders: dict[tuple[str, int], str] = {}

    def begin_again(self, places: Mapping[str, CasePlace]) -> None:
        """The hub was restored: fences that were given since are given again."""
        self._holders = {
            (case_id, place.queue.fence): _holder(place.queue)
            for case_id, place in places.items()
            if place.queue.holder
        }

    def watch(
        self, before: QueueState, entry: Entry, received: int, after: QueueState, effect: Effect
    ) -> None:
        """Raise BrokenLawError where this step must not be."""
        for law, holds in (
            ("no effect changes nothing", not effect.code or after == before),
            ("a fence only grows", after.fence >= before.fence),
            ("other entries change nothing", entry.kind in QUEUE_KINDS or after == before),
            ("a new holder has a new fence", self._is_new_fence(before, after)),
            ("an old fence has no effect", self._is_fresh(before, entry, after)),
            ("a lease ends by the centre's clock", _ends_well(before, received, after)),
            ("a lease that ended holds nobody up", _is_free(before, entry, received, after)),
            ("a lease is its holder's", _is_his(before, entry, received, after)),
        ):
            if not holds:
                raise BrokenLawError(f"{law}: {entry.kind} {entry.id} {before} {after}")

    def note(self, case_id: str, state: QueueState) -> None:
        """One holder a fence, whoever asks and whenever."""
        if state.holder:
            known = self._holders.setdefault((case_id, state.fence), _holder(state))
            if known != _holder(state):
                raise BrokenLawError(f"{case_id}: two holders at fence {state.fence}")

    def _is_new_fence(self, before: QueueState, after: QueueState) -> bool:
        return _holder(before) == _holder(after) or after.fence == before.fence + 1

    def _is_fresh(self, before: QueueState, entry: Entry, after: QueueState) -> bool:
        if entry.kind not in NAMES_FENCE or after == before:
            return True
        return entry.body.get("fence") == before.fence


def _holder(state: QueueState) -> str:
    return f"{state.holder}@{state.device}"


def _ends_well(before: QueueState, received: int, after: QueueState) -> bool:
    if after.until in (0, before.until):
        return True
    return received < after.until <= received + MAX_HOURS * HOUR_MS


def _is_free(before: QueueState, entry: Entry, received: int, after: QueueState) -> bool:
    ended = received >= before.until and before.offer is None
    asked = entry.kind == "case.claimed" and entry.body.get("fence") == before.fence
    return not (ended and asked) or after.fence == before.fence + 1


def _is_his(before: QueueState, entry: Entry, received: int, after: QueueState) -> bool:
    mine = (entry.author, EntryId.parse(entry.id).device) == (before.holder, before.device)
    if not before.holder or received >= before.until or mine:
        return after == before or entry.kind not in ONLY_HOLDER or mine
    if entry.kind == "handover.answered":  # the holder offered it
        return before.offer is not None or after == before
    return (after.holder, after.device, after.until) == (
        before.holder, before.device, before.until,
    )  # fmt: skip
