"""One simulated world: desks, a hub, time and trouble, all from one seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk_app.core.entries import Entry, Json, NewEntry
from desk_app.core.exchange import HubRefusesError, HubUnreachableError, PushAnswer
from desk_app.core.ids import ALPHABET
from desk_app.sync.round import Round, RoundResult
from tests.helpers.fakes import A_MONDAY
from tests.helpers.memory_ledger import CutError, MemoryHub, Tables
from tests.helpers.memory_store import MemoryStore
from tests.simulation.fast import writing
from tests.simulation.fast.laws import QueueLaws
from tests.simulation.fast.trouble import Trouble
from tests.simulation.fast.wire import BrokenLawError, GuardedStore, KilledError, Wire

HUB = "hub1"
CENTRES = {"east": "东", "west": "西"}
FATES = ("lost", "unanswered", "doubled", "delayed", "overtaken", "captive", "stranger")
CALM_PASSES = 14


@dataclass
class Desk:
    """One desk. ``lag``: how far its clock is off."""

    name: str
    centre: str
    store: MemoryStore
    lag: timedelta = timedelta(0)
    copy: MemoryStore | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What is known of one text.

    Attributes:
        sort: ``good`` | ``practice`` (must not be sent) | what the hub must refuse it for.
        at: the true time, ms since 1970. ``is_timely``: the desk's clock said so too.
        refs: tokens of the entries that it speaks of (``ref``) or replaces (``base``).
    """

    sort: str
    at: int
    is_timely: bool
    refs: tuple[str, ...] = ()


@dataclass
class World:
    """Everything there is.

    Attributes:
        always: kinds of trouble that it surely knows.
        typed: every text ever typed, by its token.
        weakened: tokens of which a disk lost its copy.
        lost: tokens that stood only on disks that were lost.
        delayed: requests that are still under way.
    """

    seed: int
    always: Collection[str] = ()
    desks: list[Desk] = field(default_factory=list)
    typed: dict[str, Typed] = field(default_factory=dict)
    weakened: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    delayed: list[tuple[str, tuple[Entry, ...]]] = field(default_factory=list)
    calm: bool = False

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.trouble = Trouble.drawn(self.dice, self.always)
        self.now = A_MONDAY
        self.batch = self.dice.choice((2, 5, 200))
        self.hub = MemoryHub(HUB, CENTRES, page=self.dice.choice((3, 8, 500)))
        self.laws = QueueLaws()
        self.backups: list[Tables] = [self.hub.tables.copy()]
        self._cases = 0
        self._practice: set[str] = set()
        self._cut_after = 0
        self._just_let_go = False
        names = [("e1", "east"), ("e2", "east"), ("e3", "east")]
        if self.trouble.moves:
            names += [("w1", "west"), ("w2", "west")][: self.dice.choice((1, 1, 2))]
        for name, centre in names:
            self._new_desk(name, centre)

    # What happens

    def step(self) -> None:
        """One thing that happens."""
        self.now += timedelta(seconds=self.dice.choice((1, 60, 900, 7200, 40_000)))
        trouble = self.trouble
        events = [(self.write, 46), (self.sync, 34), (self.retry, 2)]
        events += [(self.clone, 2)] if trouble.clones else []
        events += [(self.copy, 3), (self.put_back, 3)] if trouble.put_back else []
        restored = trouble.hub_restored or trouble.in_silence
        events += [(self.back_up, 3), (self.restore_hub, 3)] if restored else []
        events += [(self.turn_clock, 4), (self.rivals, 2)] if trouble.clocks else []
        events += [(self.hand_over, 3), (self.accept, 4), (self.merge, 2)] if trouble.moves else []
        events += [(self.damage, 2)] if trouble.damage else []
        events += [(self.newcomer, 2)] if trouble.newcomers else []
        events += [(self.month, 2)] if trouble.months else []
        events += [(self.late, 2)] if self.delayed else []
        what = self.dice.choices([e for e, _ in events], [share for _, share in events])[0]
        if restored and self._just_let_go and self.dice.random() < 0.4:
            what = self.restore_hub
        self._just_let_go = False
        what(self.dice.choice(self.desks))

    def write(self, desk: Desk) -> None:
        """Somebody works at a desk for a moment."""
        for _ in range(self.dice.choice((1, 1, 2, 4))):
            self._write_one(desk)

    def hand_over(self, desk: Desk) -> None:
        """A whole desk's cases are offered to the other centre."""
        other = "west" if desk.centre == "east" else "east"
        for case_id in [c for c in desk.store.case_ids() if c not in self._practice][:5]:
            fence = desk.store.queue_state(case_id).fence
            body: dict[str, Json] = {"fence": fence, "to": "", "to_centre": other, "why": "并"}
            self._write_as_said(desk, NewEntry(case_id, "handover.offered", body))

    def accept(self, desk: Desk) -> None:
        """Somebody takes all that the other centre offers."""
        for offer in desk.store.incoming_offers():
            body: dict[str, Json] = {"ref": offer.ref, "answer": "accept", "why": "收"}
            self._write_as_said(desk, NewEntry(offer.case_id, "handover.answered", body))

    def merge(self, desk: Desk) -> None:
        """A desk's cases go over to the other centre in one go."""
        there = self.dice.choice([other for other in self.desks if other.centre != desk.centre])
        self.hand_over(desk)
        self.sync(desk)
        self.sync(there)
        self.accept(there)
        self.sync(there)

    def rivals(self, desk: Desk) -> None:
        """A clock years ahead sets a field; a while later another desk sets it, without knowing."""
        here = set(desk.store.case_ids()) - self._practice
        for other in self.desks:
            both = sorted(here & set(other.store.case_ids())) if other is not desk else []
            if both and not other.lag:
                case_id = self.dice.choice(both)
                desk.lag = timedelta(days=3650)
                self._set_address(desk, case_id)
                self.sync(desk)
                self.now += timedelta(minutes=self.dice.choice((4, 6, 20)))
                self._set_address(other, case_id)
                return

    def sync(self, desk: Desk) -> RoundResult | None:
        """A desk meets its centre, with whatever the wire and the plug do."""
        thorough = self.trouble.damage and (self.calm or self.dice.random() < 0.5)
        store = desk.store if self.calm else GuardedStore(self, desk)
        result = None
        try:
            result = Round(store, Wire(self, desk), thorough=thorough).run()  # type: ignore[arg-type]
        except (HubUnreachableError, HubRefusesError) as no:
            self._say(desk, f"round ended: {no}")
        except KilledError:
            self._say(desk, "killed")
        if result is not None:
            words = f"sent {result.sent} fetched {result.fetched} refused {result.refused}"
            self._say(desk, f"round: {words} repaired {result.repaired} shed {len(result.shed)}")
            if result.repaired and not self.trouble.disturbs_numbers:
                raise BrokenLawError(f"{desk.name} repaired {result.repaired} without damage")
        self._look_at_cursor(desk)
        return result

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
        self._say(desk, f"cloned as {twin.name}, {noticed=}")

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
        self._lost_from_disk(before - tokens_of(desk.store))
        self.count("desk put back")
        self._say(desk, f"put back, {noticed=}")

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
        self._say(desk, f"(hub restored to {high}, {says_so=})")

    def turn_clock(self, desk: Desk) -> None:
        """A desk's clock jumps by years, or is put right."""
        days = self.dice.choice((-3650, -1, 1, 3650, 0, 0))
        desk.lag = timedelta(days=days, minutes=self.dice.choice((0, 0, 4, 6)))
        self.count("clock jumped")
        self._say(desk, f"clock off by {desk.lag}")

    def damage(self, desk: Desk) -> None:
        """A numbered entry is gone from a journal, and nothing notices."""
        here = [name for name in desk.store.numbered() if name in self.hub.tables.entries]
        if here:
            name = self.dice.choice(here)
            token = str(desk.store.all_entries()[name].body.get("tok", ""))
            desk.store.lose(name)
            self._lost_from_disk({token})
            self.count("damaged")
            self._say(desk, f"lost {name}")

    def newcomer(self, desk: Desk) -> None:
        """A new desk, which has nothing yet."""
        if len(self.desks) < 8:
            self._new_desk(f"{desk.centre[0]}{len(self.desks) + 3}", desk.centre)
            self.count("new desk")

    def month(self, _desk: Desk) -> None:
        """Nobody comes for five weeks."""
        self.now += timedelta(days=36)
        self.count("months")

    def late(self, _desk: Desk) -> None:
        """A request arrives that its desk has given up."""
        self.deliver(self.delayed.pop(self.dice.randrange(len(self.delayed))))

    # What the wire and the guarded store ask for

    def fate(self) -> str:
        """What becomes of one call over the wire."""
        if self.calm or not self.trouble.wire or self.dice.random() > 0.2:
            if not self.calm and self.trouble.kills and self.dice.random() < 0.05:
                self._cut_after = self.dice.randrange(1, 12)
            return ""
        fate = self.dice.choice(FATES)
        self.count(fate)
        return fate

    def push(self, device: str, entries: Sequence[Entry]) -> PushAnswer:
        """Entries reach the hub."""
        left = self._cut_after
        self._cut_after = 0

        def step() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.count("hub cut")
                raise CutError

        self.hub.step = step
        now = self.now + timedelta(seconds=self.dice.randrange(-90, 90))
        answer = self.hub.push(device, entries, _ms(now))
        for entry in entries:
            if entry.case_id in self.hub.tables.places:
                self.laws.note(entry.case_id, self.hub.tables.places[entry.case_id].queue)
        return answer

    def deliver(self, request: tuple[str, tuple[Entry, ...]]) -> None:
        """A request arrives late, and nobody waits for the answer."""
        self.count("late")
        device, entries = request
        self._cut_after = 0
        self.push(device, entries)

    def may_interrupt(self, desk: Desk) -> None:
        """The desk may be killed, or somebody writes at it."""
        self.may_kill(desk)
        if self.trouble.busy and self.dice.random() < 0.06:
            self.count("written meanwhile")
            self._write_one(desk)

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
        self._just_let_go = bool(gone)
        for entry in desk.store.all_entries().values() if gone else ():
            known = self.hub.tables.entries.get(entry.id)
            if entry.case_id in gone and (known is None or known.entry.sha256 != entry.sha256):
                raise BrokenLawError(f"{desk.name} let {entry.case_id} go before {entry.id}")

    def count(self, what: str) -> None:
        """Note that a fault happened."""
        self.faults[what] += 1

    def everywhere(self) -> set[str]:
        """Tokens of all texts that stand anywhere."""
        found = {str(t.entry.body.get("tok", "")) for t in self.hub.tables.entries.values()}
        return found.union(*(tokens_of(desk.store) for desk in self.desks))

    @property
    def is_restored(self) -> bool:
        """Whether the hub ever went back to a backup."""
        return bool(self.faults["hub restored"] or self.faults["hub restored in silence"])

    @property
    def is_copied(self) -> bool:
        """Whether two stores ever had one identity, or one lived twice."""
        return bool(self.faults["cloned"] or self.faults["desk put back"])

    # How it ends

    def settle(self) -> None:
        """The wire is whole, clocks are right, and everybody syncs until nothing changes."""
        self.calm = True
        self._cut_after = 0
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

    # Inside

    def _write_one(self, desk: Desk) -> None:
        store = desk.store
        token = f"tok{len(self.typed)}"
        cases = store.case_ids()
        if not cases or self.dice.random() < 0.1:
            self._open_case(desk, token)
            return
        case_id = self.dice.choice(cases[-6:])
        if self.trouble.moves and self.dice.random() < 0.04:  # a page that was left open
            entry = self.dice.choice(list(store.all_entries().values()))
            case_id = entry.case_id if entry.kind != "handover.answered" else case_id
        other = "west" if desk.centre == "east" else "east"
        author = self.dice.choice(("小李", "小王"))
        sheet = writing.Sheet(
            case_id, store.fold(case_id), store.queue_state(case_id), author,
            other if self.trouble.moves else "",
        )  # fmt: skip
        practice = case_id in self._practice
        poison = self.trouble.poison and not practice and self.dice.random() < 0.08
        how = self.dice.choice(writing.POISON) if poison else ""
        new = writing.drafted(self.dice, store, sheet, token)
        if new.kind == "handover.answered" and how == "bad_shape":
            how = "too_deep"  # as an unknown kind it would bring up a case that we do not have
        hidden = practice and new.case_id == case_id
        self._type(desk, token, new, how or ("practice" if hidden else "good"))
        if new.kind == "future.kind" or how:
            self._plant(desk, new, author, how)
        else:
            entry = store.write(new, author, self.now + desk.lag)
            self._say(desk, f"{token} {new.kind} in {new.case_id} as {entry.id}")

    def _set_address(self, desk: Desk, case_id: str) -> None:
        base = desk.store.fold(case_id).heads.get("field:address", "")
        body: dict[str, Json] = {"name": "address", "value": f"路{self.dice.random()}"}
        self._write_as_said(desk, NewEntry(case_id, "field.set", body, base))

    def _write_as_said(self, desk: Desk, new: NewEntry) -> None:
        token = f"tok{len(self.typed)}"
        new = replace(new, body={**new.body, "tok": token})
        self._type(desk, token, new, "good")
        entry = desk.store.write(new, "小王", self.now + desk.lag)
        self._say(desk, f"{token} {new.kind} in {new.case_id} as {entry.id}")

    def _plant(self, desk: Desk, new: NewEntry, author: str, how: str) -> None:
        kind = "note.added" if new.kind == "future.kind" else new.kind
        body = {**new.body, "text": "新"} if new.kind == "future.kind" else new.body
        draft = NewEntry(new.case_id, kind, body, new.base)
        scratch = desk.store.copy()
        entry = scratch.write(draft, author, self.now + desk.lag)
        if new.kind == "future.kind":
            entry = writing.unknown_to_us(entry)
        if how:
            entry = writing.poisoned(entry, how)
            self.count(how)
        desk.store.plant(entry)
        self._say(desk, f"{body['tok']} {entry.kind[:20]} {how} in {new.case_id} as {entry.id}")

    def _open_case(self, desk: Desk, token: str) -> None:
        self._cases += 1
        case_id = f"case{self.dice.randrange(10):01d}{self._cases}"
        practice = self.dice.random() < 0.06
        self._practice |= {case_id} if practice else set()
        new = writing.opened(case_id, f"BCS-{self._cases}", token, practice)
        self._type(desk, token, new, "practice" if practice else "good")
        entry = desk.store.write(new, "小李", self.now + desk.lag)
        self._say(desk, f"{token} opens {case_id} as {entry.id}, {practice=}")

    def _type(self, desk: Desk, token: str, new: NewEntry, sort: str) -> None:
        is_timely = abs(desk.lag) < timedelta(minutes=1)
        there = desk.store.all_entries()
        of = [there[name] for name in (str(new.body.get("ref", "")), new.base) if name in there]
        refs = tuple(str(entry.body.get("tok", "")) for entry in of)
        self.typed[token] = Typed(sort, _ms(self.now), is_timely, refs)

    def _lost_from_disk(self, tokens: set[str]) -> None:
        self.weakened |= tokens
        self.lost |= tokens - self.everywhere()

    def _look_at_cursor(self, desk: Desk) -> None:
        cursor = desk.store.sync_state().cursor
        count, _ = desk.store.stream_digest(0, cursor)
        if count != cursor and not self.trouble.disturbs_numbers:
            raise BrokenLawError(f"{desk.name} has {count} rows up to its cursor {cursor}")

    def _new_desk(self, name: str, centre: str) -> None:
        device = (name + self._random_name(10))[:10]
        store = MemoryStore(device, lambda: self._random_name(13))
        self.hub.enrol(device, centre)
        store.join(HUB, centre, CENTRES[centre], self.hub.tables.counters[centre].epoch)
        self.desks.append(Desk(name, centre, store))

    def _random_name(self, length: int) -> str:
        return "".join(self.dice.choices(ALPHABET, k=length))

    def _say(self, desk: Desk, words: str) -> None:
        self.log.append(f"{len(self.log):4} {desk.name}: {words}")


def tokens_of(store: MemoryStore) -> set[str]:
    """Tokens of all texts in a store, the tray's copies too."""
    found = {str(entry.body.get("tok", "")) for entry in store.all_entries().values()}
    for state in ("open", "done"):
        found |= {str(item.entry.body.get("tok", "")) for item in store.tray(state=state)}
    return found


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
