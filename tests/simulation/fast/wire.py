"""What lies between a round and the two ends it speaks to: a wire that lies, a plug that is
pulled.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from desk_app.core.entries import Entry
from desk_app.core.exchange import (
    Answer,
    Head,
    HubUnreachableError,
    Meanwhile,
    PullAnswer,
    PushAnswer,
    SnapshotAnswer,
)
from tests.helpers.memory_ledger import CutError

if TYPE_CHECKING:
    from tests.simulation.fast.office import Desk
    from tests.simulation.fast.world import World

T = TypeVar("T")

MOST_CALLS = 400
"""A round that asks its hub for more than this goes in circles."""


STRANGER = Head("hub9", "south", "epoch9", 0, 0)
"""An empty hub that answers at our hub's address."""


class KilledError(BaseException):
    """The desk's process ends here."""


class BrokenLawError(AssertionError):
    """Something happened that must never happen."""


class GuardedStore:
    """A store whose process may end before or after any call, while somebody works at it."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._world = world
        self._desk = desk

    def __getattr__(self, name: str) -> Callable[..., Any]:
        world, desk = self._world, self._desk
        call = getattr(desk.store, name)

        def guarded(*arguments: Any, **named: Any) -> Any:
            world.may_interrupt(desk)
            result = call(*arguments, **named)
            world.may_kill(desk)
            return result

        return guarded

    def outbox(self, behind: str = "") -> list[Entry]:
        """A few at a time, so that a round has many batches."""
        self._world.may_interrupt(self._desk)
        return self._desk.store.outbox(self._world.batch, behind=behind)

    def shed_ready(self) -> tuple[str, ...]:
        """Looks at what is let go, and at what must be held."""
        store = self._desk.store
        held = store.sync_state().hold or self._world.braked(self._desk)
        gone = store.shed_ready()
        if held and gone:
            raise BrokenLawError(f"{self._desk.name} let {len(gone)} cases go past the brake")
        self._world.look_at_gone(self._desk, gone)
        return gone


class Wire:
    """The hub as one desk reaches it. Implements ``exchange.Hub``."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._world = world
        self._desk = desk
        self._device = desk.store.life()[0]
        self._calls = 0
        dice = world.dice
        self._is_busy = not world.calm and world.trouble.wire and dice.random() < 0.06

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """See ``Hub.push``."""
        world = self._world
        if self._is_busy:
            world.count("deferred")
            answers = tuple(Answer(entry.id, "deferred", code="busy") for entry in entries)
            return PushAnswer(world.hub.head(self._desk.centre), answers)
        return self._over(
            lambda: world.push(self._device, entries),
            lambda: world.delayed.append((self._device, tuple(entries))),
            lambda: PushAnswer(STRANGER, tuple(Answer(e.id, "rejected") for e in entries)),
            meanwhile,
        )

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """See ``Hub.pull``."""
        del epoch
        return self._over(
            lambda: self._world.hub.rows(self._desk.centre, cursor, 1 << 60),
            strange=lambda: PullAnswer(STRANGER, (), 0, 0),
        )

    def rows(self, low: int, high: int) -> PullAnswer:
        """See ``Hub.rows``."""
        return self._over(lambda: self._world.hub.rows(self._desk.centre, low, high))

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """See ``Hub.snapshot``."""
        self._world.count("first load")
        return self._over(
            lambda: self._world.hub.snapshot(self._desk.centre, upto, after), meanwhile=meanwhile
        )

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """See ``Hub.digest``."""
        return self._over(lambda: self._world.hub.digest(self._desk.centre, low, high))

    def _over(
        self,
        call: Callable[[], T],
        later: Callable[[], None] | None = None,
        strange: Callable[[], T] | None = None,
        meanwhile: Meanwhile | None = None,
    ) -> T:
        world = self._world
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise BrokenLawError(f"a round of {self._desk.name} does not come to an end")
        fate = world.fate(is_reading=later is None)
        if fate == "stranger" and strange is not None:
            return strange()
        if fate in ("lost", "captive"):
            raise HubUnreachableError(fate)
        if fate == "delayed":
            if later is not None:
                later()
            raise HubUnreachableError("offline")
        if fate == "overtaken" and world.delayed:
            world.deliver(world.delayed.pop(random_place(world.dice, world.delayed)))
        if meanwhile is not None and world.dice.random() < 0.3:
            meanwhile()  # the desk is faster than the centre
        try:
            if fate == "doubled":
                call()
            answer = call()
        except CutError:
            raise HubUnreachableError("cut") from None
        if meanwhile is not None and world.dice.random() < 0.3:
            meanwhile()
        if fate == "unanswered":
            raise HubUnreachableError("offline")
        return answer


def random_place(dice: random.Random, things: Sequence[object]) -> int:
    """An index into ``things``."""
    return dice.randrange(len(things))
