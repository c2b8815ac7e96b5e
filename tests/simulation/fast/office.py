"""Who sits where, and what is typed there."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.ids import ALPHABET
from desk_app.core.kinds.kind import Json
from tests.helpers.fakes import A_MONDAY
from tests.helpers.memory_ledger import MemoryHub, Tables
from tests.helpers.memory_store import MemoryStore
from tests.simulation.fast import writing
from tests.simulation.fast.laws import QueueLaws
from tests.simulation.fast.trouble import Trouble

HUB = "hub1"
CENTRES = {"east": "东", "west": "西"}


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
class Office:
    """Everything there is, and people who type.

    Attributes:
        always: kinds of trouble that it surely knows.
        new_store: makes an empty store from a device's id and what names its lives.
        typed: every text ever typed, by its token.
        weakened: tokens of which a disk lost its copy.
        lost: tokens that stood only on disks that were lost.
        delayed: requests that are still under way.
    """

    seed: int
    always: Collection[str] = ()
    new_store: Callable[[str, Callable[[], str]], Any] = MemoryStore
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
        self.practice: set[str] = set()
        self.cut_after = 0
        self.just_let_go = False
        self.is_deaf = False
        names = [("e1", "east"), ("e2", "east"), ("e3", "east")]
        if self.trouble.moves:
            names += [("w1", "west"), ("w2", "west")][: self.dice.choice((1, 1, 2))]
        for name, centre in names:
            self.new_desk(name, centre)

    def write_one(self, desk: Desk) -> None:
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
        practice = case_id in self.practice
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
            self.say(desk, f"{token} {new.kind} in {new.case_id} as {entry.id}")

    def note_and_correct(self, desk: Desk) -> None:
        cases = [case_id for case_id in desk.store.case_ids() if case_id not in self.practice]
        if cases:
            case_id = self.dice.choice(cases)
            note = self.write_as_said(desk, NewEntry(case_id, "note.added", {"text": "记"}))
            body: dict[str, Json] = {"ref": note.id, "text": "改"}
            self.write_as_said(desk, NewEntry(case_id, "note.corrected", body))

    def set_address(self, desk: Desk, case_id: str) -> None:
        base = desk.store.fold(case_id).heads.get("field:address", "")
        body: dict[str, Json] = {"name": "address", "value": f"路{self.dice.random()}"}
        self.write_as_said(desk, NewEntry(case_id, "field.set", body, base))

    def write_as_said(self, desk: Desk, new: NewEntry) -> Entry:
        token = f"tok{len(self.typed)}"
        new = replace(new, body={**new.body, "tok": token})
        self._type(desk, token, new, "good")
        entry = desk.store.write(new, "小王", self.now + desk.lag)
        self.say(desk, f"{token} {new.kind} in {new.case_id} as {entry.id}")
        return entry

    def new_desk(self, name: str, centre: str) -> None:
        device = (name + self.random_name(10))[:10]
        store = self.new_store(device, lambda: self.random_name(13))
        self.hub.enrol(device, centre)
        store.join(HUB, centre, CENTRES[centre], self.hub.tables.counters[centre].epoch)
        self.desks.append(Desk(name, centre, store))

    def count(self, what: str) -> None:
        """Note that a fault happened."""
        self.faults[what] += 1

    def say(self, desk: Desk, words: str) -> None:
        self.log.append(f"{len(self.log):4} {desk.name}: {words}")

    def everywhere(self) -> set[str]:
        """Tokens of all texts that stand anywhere."""
        found = {str(t.entry.body.get("tok", "")) for t in self.hub.tables.entries.values()}
        return found.union(*(tokens_of(desk.store) for desk in self.desks))

    def random_name(self, length: int) -> str:
        return "".join(self.dice.choices(ALPHABET, k=length))

    def _plant(self, desk: Desk, new: NewEntry, author: str, how: str) -> None:
        kind = "note.added" if new.kind == "future.kind" else new.kind
        body = {**new.body, "text": "新"} if new.kind == "future.kind" else new.body
        draft = NewEntry(new.case_id, kind, body, new.base)
        entry = desk.store.sealed(draft, author, self.now + desk.lag)
        if new.kind == "future.kind":
            entry = writing.unknown_to_us(entry)
        if how:
            entry = writing.poisoned(entry, how)
            self.count(how)
        desk.store.plant(entry)
        self.say(desk, f"{body['tok']} {entry.kind[:20]} {how} in {new.case_id} as {entry.id}")

    def _open_case(self, desk: Desk, token: str) -> None:
        self._cases += 1
        case_id = f"case{self.dice.randrange(10):01d}{self._cases}"
        practice = self.dice.random() < 0.06
        self.practice |= {case_id} if practice else set()
        new = writing.opened(case_id, f"BCS-{self._cases}", token, practice)
        self._type(desk, token, new, "practice" if practice else "good")
        entry = desk.store.write(new, "小李", self.now + desk.lag)
        self.say(desk, f"{token} opens {case_id} as {entry.id}, {practice=}")

    def _type(self, desk: Desk, token: str, new: NewEntry, sort: str) -> None:
        is_timely = abs(desk.lag) < timedelta(minutes=1)
        there = desk.store.all_entries()
        of = [there[name] for name in (str(new.body.get("ref", "")), new.base) if name in there]
        refs = tuple(str(entry.body.get("tok", "")) for entry in of)
        self.typed[token] = Typed(sort, ms_of(self.now), is_timely, refs)


def tokens_of(store: MemoryStore) -> set[str]:
    """Tokens of all texts in a store, the tray's copies too."""
    found = {str(entry.body.get("tok", "")) for entry in store.all_entries().values()}
    for state in ("open", "done"):
        found |= {str(item.entry.body.get("tok", "")) for item in store.tray(state=state)}
    return found


def ms_of(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
