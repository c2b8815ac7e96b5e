"""Rounds between the desks and the hub, what lies in between, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from desk_app.core.entries import Entry
from desk_app.core.exchange import HubRefusesError, HubUnreachableError, PushAnswer
from desk_app.sync.round import Round, RoundResult
from tests.helpers.memory_ledger import CutError
from tests.simulation.fast.office import Desk, Office, ms_of
from tests.simulation.fast.wire import BrokenLawError, GuardedStore, KilledError, Wire

FATES = ("lost", "unanswered", "doubled", "delayed", "overtaken", "captive", "stranger")
CALM_PASSES = 14


class World(Office):
    """An office whose desks meet their hub."""

    def sync(self, desk: Desk) -> RoundResult | None:
        """A desk meets its centre, with whatever the wire and the plug do."""
        thorough = self.trouble.damage and (self.calm or self.dice.random() < 0.5)
        store = desk.store if self.calm else GuardedStore(self, desk)
        result = None
        try:
            result = Round(store, Wire(self, desk), thorough=thorough).run()  # type: ignore[arg-type]
        except (HubUnreachableError, HubRefusesError) as no:
            self.say(desk, f"round ended: {no}")
        except KilledError:
            self.say(desk, "killed")
        if result is not None:
            words = f"sent {result.sent} fetched {result.fetched} refused {result.refused}"
            self.say(desk, f"round: {words} repaired {result.repaired} shed {len(result.shed)}")
            if result.repaired and not self.trouble.disturbs_numbers:
                raise BrokenLawError(f"{desk.name} repaired {result.repaired} without damage")
        self._look_at_cursor(desk)
        return result

    def fate(self, is_reading: bool) -> str:
        """What becomes of one call over the wire."""
        if self.is_deaf and is_reading:
            return "lost"
        if self.calm or not self.trouble.wire or self.dice.random() > 0.2:
            if not self.calm and self.trouble.kills and self.dice.random() < 0.05:
                self.cut_after = self.dice.randrange(1, 12)
            return ""
        fate = self.dice.choice(FATES)
        self.count(fate)
        return fate

    def push(self, device: str, entries: Sequence[Entry]) -> PushAnswer:
        """Entries reach the hub."""
        left = self.cut_after
        self.cut_after = 0

        def step() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.count("hub cut")
                raise CutError

        self.hub.step = step
        now = self.now + timedelta(seconds=self.dice.randrange(-90, 90))
        answer = self.hub.push(device, entries, ms_of(now))
        for entry in entries:
            if entry.case_id in self.hub.tables.places:
                self.laws.note(entry.case_id, self.hub.tables.places[entry.case_id].queue)
        return answer

    def deliver(self, request: tuple[str, tuple[Entry, ...]]) -> None:
        """A request arrives late, and nobody waits for the answer."""
        self.count("late")
        device, entries = request
        self.cut_after = 0
        self.push(device, entries)

    def may_interrupt(self, desk: Desk) -> None:
        """The desk may be killed, or somebody writes at it."""
        self.may_kill(desk)
        if self.trouble.busy and self.dice.random() < 0.06:
            self.count("written meanwhile")
            self.write_one(desk)

    def may_kill(self, desk: Desk) -> None:
        """The desk's process may end here."""
        if self.trouble.kills and self.dice.random() < 0.015:
            self.count("killed")
            raise KilledError(desk.name)

    def braked(self, desk: Desk) -> int:
        """How many cases are on their way out, if they are too many to go unasked."""
        going = desk.store.leaving()
        cases = len(desk.store.case_ids())
        return len(going) if len(going) >= 3 and len(going) * 10 > cases else 0

    def look_at_gone(self, desk: Desk, gone: Sequence[str]) -> None:
        """Nothing is let go before all of it has arrived."""
        self.just_let_go = bool(gone)
        for entry in desk.store.all_entries().values() if gone else ():
            known = self.hub.tables.entries.get(entry.id)
            if entry.case_id in gone and (known is None or known.entry.sha256 != entry.sha256):
                raise BrokenLawError(f"{desk.name} let {entry.case_id} go before {entry.id}")

    @property
    def is_restored(self) -> bool:
        """Whether the hub ever went back to a backup."""
        return bool(self.faults["hub restored"] or self.faults["hub restored in silence"])

    @property
    def is_copied(self) -> bool:
        """Whether two stores ever had one identity, or one lived twice."""
        return bool(self.faults["cloned"] or self.faults["desk put back"])

    def settle(self) -> None:
        """The wire is whole, clocks are right, and everybody syncs until nothing changes."""
        self.calm = True
        self.cut_after = 0
        self.log.append("calm")
        for desk in self.desks:
            desk.lag = timedelta(0)
        while self.delayed:
            self.deliver(self.delayed.pop())
        for _ in range(CALM_PASSES):
            self.now += timedelta(minutes=10)
            if not any([self._has_changed(desk) for desk in self.desks]):
                return
        raise BrokenLawError("the desks do not come to rest")

    def _has_changed(self, desk: Desk) -> bool:
        result = self.sync(desk)
        if result is None:
            raise BrokenLawError(f"{desk.name} finds no peace: {self.log[-1]}")
        gone = desk.store.shed_ready(approved=True)
        self.look_at_gone(desk, gone)
        moved = result.sent + result.fetched + result.repaired + result.refused + len(gone)
        return bool(moved + len(result.shed))

    def _look_at_cursor(self, desk: Desk) -> None:
        cursor = desk.store.sync_state().cursor
        count, _ = desk.store.stream_digest(0, cursor)
        if count != cursor and not self.trouble.disturbs_numbers:
            raise BrokenLawError(f"{desk.name} has {count} rows up to its cursor {cursor}")
