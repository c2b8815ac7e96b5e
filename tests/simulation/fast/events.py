"""The course of events: what happens next, drawn from one seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from desk_app.core.entries import NewEntry
from desk_app.core.kinds.kind import Json
from tests.simulation.fast.office import CENTRES, Desk, tokens_of
from tests.simulation.fast.world import World

Events = list[tuple[Callable[[Desk], object], int]]


class Course(World):
    """A world in which things happen."""

    def step(self) -> None:
        """One thing that happens."""
        self.now += timedelta(seconds=self.dice.choice((1, 60, 900, 7200, 40_000)))
        trouble = self.trouble
        events: Events = [(self.write, 46), (self.sync, 34), (self.retry, 2)]
        events += [(self.clone, 2)] if trouble.clones else []
        events += [(self.copy, 3), (self.put_back, 3)] if trouble.put_back else []
        restored = trouble.hub_restored or trouble.in_silence
        nights: Events = [(self.back_up, 3), (self.restore_hub, 3), (self.short_night, 1)]
        events += nights if restored else []
        events += [(self.turn_clock, 4), (self.rivals, 2)] if trouble.clocks else []
        events += [(self.hand_over, 3), (self.accept, 4), (self.merge, 2)] if trouble.moves else []
        events += [(self.damage, 2)] if trouble.damage else []
        events += [(self.newcomer, 2)] if trouble.newcomers else []
        events += [(self.month, 2)] if trouble.months else []
        events += [(self.late, 2)] if self.delayed else []
        what = self.dice.choices([e for e, _ in events], [share for _, share in events])[0]
        if restored and self.just_let_go and self.dice.random() < 0.4:
            what = self.restore_hub
        self.just_let_go = False
        what(self.dice.choice(self.desks))

    def write(self, desk: Desk) -> None:
        """Somebody works at a desk for a moment."""
        for _ in range(self.dice.choice((1, 1, 2, 4))):
            self.write_one(desk)

    def retry(self, desk: Desk) -> None:
        """Somebody puts what was refused back into the outbox."""
        for item in desk.store.tray():
            desk.store.retry(item.entry.id)
            self.count("retried")

    def clone(self, desk: Desk) -> None:
        """A copy of a desk's store goes on as another desk, noticed or not."""
        if len(self.desks) > 7:
            return
        twin = Desk(f"{desk.name}+", desk.centre, desk.store.copy(), desk.lag)
        if noticed := self.dice.random() < 0.4:
            twin.store.begin_incarnation()
        self.desks.append(twin)
        self.count("cloned")
        self.say(desk, f"cloned as {twin.name}, {noticed=}")
        if self.dice.random() < 0.4:
            for one in (desk, twin):
                self.note_and_correct(one)

    def copy(self, desk: Desk) -> None:
        """Somebody copies a desk's folder away."""
        desk.copy = desk.store.copy()

    def put_back(self, desk: Desk) -> None:
        """A desk's disk is put back to the copy; what came since is gone from it."""
        if desk.copy is None:
            return
        before = tokens_of(desk.store)
        desk.store = desk.copy.copy()
        if noticed := self.dice.random() < 0.5:
            desk.store.begin_incarnation()
        self.lost_from_disk(before - tokens_of(desk.store))
        self.count("desk put back")
        self.say(desk, f"put back, {noticed=}")

    def back_up(self, _desk: Desk) -> None:
        """The hub's nightly backup."""
        self.backups.append(self.hub.tables.copy())

    def restore_hub(self, desk: Desk) -> None:
        """The hub goes back to one of its last backups, and says so or not."""
        says_so = self.trouble.hub_restored
        if self.trouble.hub_restored and self.trouble.in_silence:
            says_so = self.dice.random() < 0.5
        backup = self.dice.choice(self.backups[-3:])
        self.hub.restore(backup, f"epoch{self.dice.randrange(10**9)}" if says_so else "")
        self.lost |= self.weakened - self.everywhere()
        self.laws.begin_again(self.hub.tables.places)
        self.faults["hub restored twice"] += self.is_restored
        self.count("hub restored" if says_so else "hub restored in silence")
        high = {centre: self.hub.high(centre) for centre in CENTRES}
        self.say(desk, f"(hub restored to {high}, {says_so=})")

    def turn_clock(self, desk: Desk) -> None:
        """A desk's clock jumps by years, or is put right."""
        days = self.dice.choice((-3650, -1, 1, 3650, 0, 0))
        desk.lag = timedelta(days=days, minutes=self.dice.choice((0, 0, 4, 6)))
        self.count("clock jumped")
        self.say(desk, f"clock off by {desk.lag}")

    def damage(self, desk: Desk) -> None:
        """A numbered entry is gone from a journal, and nothing notices."""
        here = [name for name in desk.store.numbered() if name in self.hub.tables.entries]
        if here:
            name = self.dice.choice(here)
            token = str(desk.store.all_entries()[name].body.get("tok", ""))
            desk.store.lose(name)
            self.lost_from_disk({token})
            self.count("damaged")
            self.say(desk, f"lost {name}")

    def newcomer(self, desk: Desk) -> None:
        """A new desk, which has nothing yet."""
        if len(self.desks) < 8:
            self.new_desk(f"{desk.centre[0]}{len(self.desks) + 3}", desk.centre)
            self.count("new desk")

    def month(self, _desk: Desk) -> None:
        """Nobody comes for five weeks."""
        self.now += timedelta(days=36)
        self.count("months")

    def late(self, _desk: Desk) -> None:
        """A request arrives that its desk has given up."""
        self.deliver(self.delayed.pop(self.dice.randrange(len(self.delayed))))

    def hand_over(self, desk: Desk) -> None:
        """A whole desk's cases are offered to the other centre."""
        other = "west" if desk.centre == "east" else "east"
        for case_id in [c for c in desk.store.case_ids() if c not in self.practice][:5]:
            fence = desk.store.queue_state(case_id).fence
            body: dict[str, Json] = {"fence": fence, "to": "", "to_centre": other, "why": "并"}
            self.write_as_said(desk, NewEntry(case_id, "handover.offered", body))

    def accept(self, desk: Desk) -> None:
        """Somebody takes all that the other centre offers."""
        for offer in desk.store.incoming_offers():
            body: dict[str, Json] = {"ref": offer.ref, "answer": "accept", "why": "收"}
            self.write_as_said(desk, NewEntry(offer.case_id, "handover.answered", body))

    def merge(self, desk: Desk) -> None:
        """A desk's cases go over to the other centre in one go."""
        there = self.dice.choice([other for other in self.desks if other.centre != desk.centre])
        self.hand_over(desk)
        self.sync(desk)
        self.sync(there)
        self.accept(there)
        if self.trouble.hub_restored and self.dice.random() < 0.5:
            self.sync_sending_only(there)
            for other in self.desks:
                if other.centre == desk.centre:
                    self.sync(other)
            self.restore_hub(desk)
        else:
            self.sync(there)

    def short_night(self, desk: Desk) -> None:
        """The hub is put back to a backup while a desk has numbers beyond it, and no rows."""
        self.sync(desk)
        self.back_up(desk)
        self.write_one(desk)
        self.sync_sending_only(desk)
        self.restore_hub(desk)

    def rivals(self, desk: Desk) -> None:
        """A clock years ahead sets a field; a while later another desk sets it, without knowing."""
        here = set(desk.store.case_ids()) - self.practice
        for other in self.desks:
            both = sorted(here & set(other.store.case_ids())) if other is not desk else []
            if both and not other.lag:
                case_id = self.dice.choice(both)
                desk.lag = timedelta(days=3650)
                self.set_address(desk, case_id)
                self.sync(desk)
                self.now += timedelta(minutes=self.dice.choice((4, 6, 20)))
                self.set_address(other, case_id)
                return

    def sync_sending_only(self, desk: Desk) -> None:
        self.is_deaf = True
        self.sync(desk)
        self.is_deaf = False

    def lost_from_disk(self, tokens: set[str]) -> None:
        self.weakened |= tokens
        self.lost |= tokens - self.everywhere()
