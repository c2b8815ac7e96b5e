"""One simulated world: real stores, the real rules of hub and desk, a wire and clocks that lie.

Nothing of the program is replaced but time and the network: desks keep their journals in real
encrypted files, the hub its ledger in real SQLite, and the same ``Round`` and ``take_in`` run that
run in the program. A seed gives the whole course of events.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert, select

from desk_app.core import ids
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.exchange import (
    HubRefusesError,
    HubUnreachableError,
    Meanwhile,
    PullAnswer,
    PushAnswer,
    SnapshotAnswer,
)
from desk_app.core.kinds.kind import Json
from desk_app.hub import tables
from desk_app.hub.care import begin_epoch, check
from desk_app.hub.database import Database
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.reading import Reading
from desk_app.hub.sql_ledger import open_entry
from desk_app.protocol.wire import WireEntry, WireRow
from desk_app.storage.engine import connect
from desk_app.storage.intake import MAY_PASS
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.round import Round
from tests.helpers.factories import OPENED
from tests.helpers.fakes import A_MONDAY, FakeClock

KEY = bytes(range(32))
HUB = "hub1"
CENTRES = {"east": ("e1", "e2", "e3"), "west": ("w1",)}
CALM_ROUNDS = 8
FAULTS = ("lost", "unanswered", "doubled", "replayed", "killed")

T = TypeVar("T")


class KilledError(BaseException):
    """The desk's process ends here, between two of its store's transactions."""


@dataclass
class Desk:
    """One desk: where its store lies, whose it is, and what time it believes it to be."""

    name: str
    centre: str
    path: Path
    clock: FakeClock
    store: SqlSyncStore
    lag: timedelta = timedelta(0)


@dataclass
class World:
    """Everything there is.

    Attributes:
        typed: the centre of each text ever typed, by its token.
        lost: tokens of texts whose every disk was put back to an earlier state or damaged.
        exposed: tokens of which a desk's disk lost its copy, so that they hang on the hub alone.
        faults: how often each kind of trouble happened.
        log: the course of events, for a failure's story.
    """

    folder: Path
    dice: random.Random
    templates: Path
    now: datetime = A_MONDAY
    desks: list[Desk] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    exposed: set[str] = field(default_factory=set)
    faults: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    calm: bool = False
    old_pushes: list[tuple[Sender, list[Any]]] = field(default_factory=list)
    backups: list[Path] = field(default_factory=list)
    copies: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names_from(self.dice)
        shutil.copyfile(self.templates / "hub.db", self.folder / "hub.db")
        self.hub = _database(self.folder / "hub.db")
        for centre, names in CENTRES.items():
            for name in names:
                path = self.folder / f"{name}.db"
                shutil.copyfile(self.templates / f"{name}.db", path)
                self.desks.append(self._opened(name, centre, path))

    def close(self) -> None:
        """Close every file."""
        for desk in self.desks:
            desk.store.close()
        self.hub.close()

    # What happens

    def step(self) -> None:
        """One thing that happens."""
        self.now += timedelta(seconds=self.dice.randrange(1, 4000))
        for desk in self.desks:
            desk.clock.set(self.now + desk.lag)
        what = self.dice.choices(
            (self.write, self.sync, self.copy_taken, self.copy_put_back, self.cloned,
             self.hub_backed_up, self.hub_restored, self.clock_jumps, self.damaged),
            (50, 32, 2, 1, 1, 3, 2, 2, 1),
        )[0]  # fmt: skip
        what(self.dice.choice(self.desks))

    def write(self, desk: Desk) -> None:
        """Somebody works at a desk."""
        author = self.dice.choice(("小李", "小王")) + desk.centre
        cases = desk.store.cases(limit=20)
        if not cases or self.dice.random() < 0.12:
            case = desk.store.open_case(author, dict(OPENED)).case_id
        else:
            case = self.dice.choice(cases).case_id
        kind, new = self._something(desk, case)
        try:
            desk.store.append(author, [new])
        except BadInputError:
            return
        self.log.append(f"{desk.name} writes {kind} in {case[:4]}")

    def _something(self, desk: Desk, case: str) -> tuple[str, NewEntry]:
        state = desk.store.case(case)
        queue = desk.store.queue_row(case).state
        fence: dict[str, Json] = {"fence": queue.fence if self.dice.random() < 0.9 else 7}
        why: dict[str, Json] = {"why": "x"}
        kind = self.dice.choices(
            ("note.added", "field.set", "case.claimed", "case.released", "case.referred",
             "handover.offered", "handover.answered", "case.escalated", "promise.made",
             "entry.withdrawn", "note.corrected"),
            (40, 15, 8, 4, 4, 8, 8, 2, 4, 2, 3),
        )[0]  # fmt: skip
        offers = desk.store.incoming_offers()
        if kind == "handover.answered" and (queue.offer or offers):
            ref = queue.offer.entry_id if queue.offer else offers[0].ref
            case = case if queue.offer else offers[0].case_id
            goes_away = queue.offer is not None and queue.offer.to_centre
            answer = "refuse" if goes_away else self.dice.choice(("accept", "accept", "refuse"))
            return kind, NewEntry(case, kind, {"ref": ref, "answer": answer, **why})
        if kind == "handover.offered":
            other = "west" if desk.centre == "east" else "east"
            to_centre = other if self.dice.random() < 0.5 else ""
            to = "" if to_centre else f"小王{desk.centre}"
            return kind, NewEntry(case, kind, {**fence, **why, "to": to, "to_centre": to_centre})
        if kind == "field.set":
            name = self.dice.choice(("resident_name", "address"))
            body: dict[str, Json] = {"name": name, "value": self._token()}
            self.typed.pop()  # a value may be replaced; only notes are counted
            return kind, NewEntry(case, kind, body, state.heads.get(f"field:{name}", ""))
        if kind == "case.claimed":
            return kind, NewEntry(case, kind, fence)
        if kind == "case.released":
            return kind, NewEntry(case, kind, {**fence, **why})
        if kind in ("case.referred", "case.escalated"):
            return kind, NewEntry(case, kind, why)
        if kind == "promise.made":
            return kind, NewEntry(case, kind, {"what": "x", "who": "y", "due": "2026-12-01"})
        own = [n for n in state.notes if n.entry.author.endswith(desk.centre)]
        if kind == "note.corrected" and own:
            ref = self.dice.choice(own).entry.id
            corrected: dict[str, Json] = {"ref": ref, "text": f"改{self.dice.random()}"}
            return kind, NewEntry(case, kind, corrected, state.heads.get(f"note:{ref}", ""))
        return "note.added", NewEntry(case, "note.added", {"text": self._token()})

    def _token(self) -> str:
        token = f"t{len(self.typed)}-{self.dice.randrange(10**9)}"
        self.typed.append(token)
        return token

    def sync(self, desk: Desk) -> None:
        """A desk meets its centre, with whatever the wire and the power do."""
        wire = Wire(self, desk)
        try:
            Round(_Killable(desk.store, self), wire, thorough=self.dice.random() < 0.5).run()
            self.log.append(f"{desk.name} synced")
        except (HubUnreachableError, HubRefusesError) as trouble:
            self.log.append(f"{desk.name} {trouble}")
        except KilledError:
            self.log.append(f"{desk.name} killed")
            self._reopen(desk)

    def copy_taken(self, desk: Desk) -> None:
        """Somebody copies a desk's folder."""
        path = self.folder / f"{desk.name}.copy"
        desk.store.close()
        shutil.copyfile(desk.path, path)
        self._reopen(desk)
        self.copies[desk.name] = path

    def copy_put_back(self, desk: Desk) -> None:
        """The desk's disk is put back to the copy: what was only there, is gone."""
        if desk.name not in self.copies:
            return
        path = self.copies.pop(desk.name)
        desk.store.close()
        shutil.copyfile(path, desk.path)
        self._reopen(desk)
        self._disk_lost_some()
        if self.dice.random() < 0.5:
            desk.store.begin_incarnation()  # the life mark noticed
        self._count("desk restored", desk)

    def cloned(self, desk: Desk) -> None:
        """A copy of the store goes on as a second desk, which may or may not be noticed."""
        if len(self.desks) > 5:
            return
        name = f"{desk.name}+"
        path = self.folder / f"{name}{len(self.desks)}.db"
        desk.store.close()
        shutil.copyfile(desk.path, path)
        self._reopen(desk)
        twin = self._opened(name, desk.centre, path)
        if self.dice.random() < 0.4:
            twin.store.begin_incarnation()
        self.desks.append(twin)
        self._count("cloned", desk)

    def hub_backed_up(self, _desk: Desk) -> None:
        """The hub's nightly backup."""
        path = self.folder / f"backup{len(self.backups)}.db"
        self.hub.copy_to(path)
        self.backups.append(path)

    def hub_restored(self, desk: Desk) -> None:
        """The hub goes back to a backup, and says so or not."""
        if not self.backups:
            return
        self.hub.close()
        shutil.copyfile(self.dice.choice(self.backups[-2:]), self.folder / "hub.db")
        for ending in ("-wal", "-shm"):
            (self.folder / f"hub.db{ending}").unlink(missing_ok=True)
        self.hub = _database(self.folder / "hub.db")
        self.lost |= self.exposed - self._on_desks() - self._at_hub()
        says_so = self.dice.random() < 0.7
        if says_so:
            begin_epoch(self.hub)
        self._count("hub restored" if says_so else "hub restored in silence", desk)

    def clock_jumps(self, desk: Desk) -> None:
        """A desk's clock is years off, or right again."""
        desk.lag = timedelta(days=self.dice.choice((-3650, 3650, 0, 0, 1, -1)))
        self._count("clock", desk)

    def damaged(self, desk: Desk) -> None:
        """A numbered row of the journal disappears from a disk."""
        raw = connect(desk.path, KEY)
        row = raw.execute(
            "SELECT e.id FROM entries e JOIN hub_log h ON h.id = e.id AND h.type = 'entry' "
            "WHERE e.kind = 'note.added' AND e.seq < (SELECT max(seq) FROM entries) "
            "ORDER BY e.id LIMIT 1"
        ).fetchone()
        if row:
            raw.execute("DELETE FROM entries WHERE id = ?", row)
        raw.close()
        if row:
            self._reopen(desk)
            desk.store.rebuild()
            self._disk_lost_some()
            self._count("damaged", desk)

    # How it ends

    def settle(self) -> None:
        """The wire is whole again, and everybody syncs until nothing changes."""
        self.calm = True
        for desk in self.desks:
            desk.lag = timedelta(0)
            desk.clock.set(self.now)
        for _ in range(CALM_ROUNDS):
            for desk in self.desks:
                Round(desk.store, Wire(self, desk), thorough=True).run()
                desk.store.shed_ready(approved=True)

    def faults_found(self) -> list[str]:
        """What is not as it must be; empty = nothing was lost, doubled or mixed up."""
        found = [f"hub: {line}" for line in check(self.hub) if line.faults]
        seen: dict[str, int] = {}
        for centre in CENTRES:
            members = [desk for desk in self.desks if desk.centre == centre]
            # What was refused stands only where it was written: such a desk has more to show.
            clean = [desk for desk in members if not desk.store.tray()]
            digests = {desk.store.digest() for desk in clean}
            if len(digests) > 1:
                found.append(f"{centre}: {len(digests)} different folds")
            for desk in members:
                before = desk.store.digest()
                if desk.store.rebuild() != before:
                    found.append(f"{desk.name}: rebuild gives another store")
                if desk.store.health().problems:
                    found.append(f"{desk.name}: {desk.store.health().problems}")
                if desk.store.outbox():
                    found.append(f"{desk.name}: {len(desk.store.outbox())} never sent")
            whole = (clean or members)[0]
            for token in self._tokens_of(whole):
                seen[token] = seen.get(token, 0) + 1
            found += self._queue_faults(centre, whole)
        refused = {t for desk in self.desks for t in self._tray_tokens(desk)}
        for token in self.typed:
            count = seen.get(token, 0)
            if count > 1:
                found.append(f"{token} is there {count} times")
            if count == 0 and token not in self.lost and token not in refused:
                found.append(f"{token} is nowhere")
        return found

    def _queue_faults(self, centre: str, desk: Desk) -> list[str]:
        with self.hub.ledger() as ledger:
            places = ledger.places([row.case_id for row in desk.store.queue()])
        return [
            f"{desk.name}: queue of {row.case_id[:4]} differs from the hub's"
            for row in desk.store.queue()
            if row.case_id in places
            and places[row.case_id].centre == centre
            and places[row.case_id].queue != row.state
        ]

    def _tokens_of(self, desk: Desk) -> list[str]:
        """Tokens of all notes a desk shows.

        A restored hub may have forgotten that a case came here: until the other centre offers it
        again, what is refused here is read in the tray, and the case counts there.
        """
        found: list[str] = []
        strange = {item.entry.case_id for item in desk.store.tray() if item.code in MAY_PASS}
        with self.hub.ledger() as ledger:
            places = ledger.places(strange)
        for case in desk.store.cases(limit=10_000):
            if case.case_id in places and places[case.case_id].centre != desk.centre:
                continue
            entries = desk.store.case(case.case_id).timeline
            found += [str(e.body["text"]) for e in entries if e.kind == "note.added"]
        return found

    def _disk_lost_some(self) -> None:
        """A disk has less than before: note what hangs on the hub alone, and what is gone."""
        on_desks, at_hub = self._on_desks(), self._at_hub()
        self.exposed |= at_hub - on_desks
        self.lost |= set(self.typed) - on_desks - at_hub

    def _on_desks(self) -> set[str]:
        found: set[str] = set()
        for desk in self.desks:
            raw = connect(desk.path, KEY)
            rows = raw.execute("SELECT body FROM entries WHERE kind = 'note.added'").fetchall()
            raw.close()
            found |= {json.loads(body)["text"] for (body,) in rows} | self._tray_tokens(desk)
        return found

    def _at_hub(self) -> set[str]:
        found: set[str] = set()
        with self.hub.reading() as connection:
            rows = connection.execute(select(tables.contents.c.id, tables.contents.c.sealed))
            for entry_id, sealed in rows:
                entry = open_entry(self.hub.key, entry_id, sealed)
                found.add(str(entry.body.get("text", "")))
        return found

    def _tray_tokens(self, desk: Desk) -> set[str]:
        return {str(i.entry.body.get("text")) for i in desk.store.tray()}

    def _count(self, what: str, desk: Desk) -> None:
        self.faults[what] = self.faults.get(what, 0) + 1
        self.log.append(f"{desk.name}: {what}")

    def _opened(self, name: str, centre: str, path: Path) -> Desk:
        clock = FakeClock(self.now)
        return Desk(name, centre, path, clock, _store(path, clock))

    def _reopen(self, desk: Desk) -> None:
        desk.store.close()
        desk.store = _store(desk.path, desk.clock)


class _Killable:
    """A store whose process may end before or after any of its writing calls."""

    WRITES = frozenset(
        {"settle", "apply", "apply_snapshot", "begin_epoch", "reissue", "shed_ready"}
    )

    def __init__(self, store: SqlSyncStore, world: World) -> None:
        self._store = store
        self._world = world

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)
        if name not in self.WRITES:
            return call

        def maybe(*arguments: Any, **named: Any) -> Any:
            fate = self._world.dice.random()
            if fate < 0.03:
                self._world.faults["killed"] = self._world.faults.get("killed", 0) + 1
                if fate < 0.015:
                    call(*arguments, **named)
                raise KilledError
            return call(*arguments, **named)

        return maybe


class Wire:
    """The hub as one desk reaches it. Implements ``exchange.Hub``."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._world = world
        self._sender = Sender(desk.store.life()[0], desk.centre)

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """See ``Hub.push``."""
        sent = [json.loads(json.dumps(WireEntry.of(entry).model_dump())) for entry in entries]

        def take() -> PushAnswer:
            taken = take_in(self._world.hub.ledger, self._sender, sent, self._now())
            return PushAnswer(self._read(lambda reading: reading.head()), taken.answers)

        self._world.old_pushes.append((self._sender, sent))
        return self._over(take, meanwhile)

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """See ``Hub.pull``."""
        del epoch
        return self._over(lambda: self._page(cursor, 1 << 60))

    def rows(self, low: int, high: int) -> PullAnswer:
        """See ``Hub.rows``."""
        return self._over(lambda: self._page(low, high))

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """See ``Hub.snapshot``."""

        def look(reading: Reading) -> SnapshotAnswer:
            until = upto or reading.head().high
            texts, last, done = reading.snapshot(until, after)
            rows = tuple(WireRow.model_validate_json(text).to_row() for text in texts)
            return SnapshotAnswer(reading.head(), rows, until, last, done)

        return self._over(lambda: self._read(look), meanwhile)

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """See ``Hub.digest``."""
        return self._over(lambda: self._read(lambda reading: reading.digest(low, high)))

    def _page(self, low: int, high: int) -> PullAnswer:
        def look(reading: Reading) -> PullAnswer:
            page = reading.rows(low, high)
            rows = tuple(WireRow.model_validate_json(text).to_row() for text in page.rows)
            return PullAnswer(reading.head(), rows, page.last, reading.mark_sum(page.last))

        return self._read(look)

    def _read(self, look: Callable[[Reading], T]) -> T:
        with self._world.hub.reading() as connection:
            return look(Reading(connection, self._world.hub.key, HUB, self._sender.centre))

    def _over(self, call: Callable[[], T], meanwhile: Meanwhile | None = None) -> T:
        """Carry one call over the wire."""
        world = self._world
        fate = "" if world.calm or world.dice.random() > 0.25 else world.dice.choice(FAULTS[:4])
        if fate:
            world.faults[fate] = world.faults.get(fate, 0) + 1
        if fate == "lost":
            raise HubUnreachableError("offline")
        if fate == "doubled":
            call()
        if fate == "replayed" and world.old_pushes:
            sender, sent = world.dice.choice(world.old_pushes)
            take_in(world.hub.ledger, sender, sent, self._now())
        answer = call()
        if meanwhile is not None and world.dice.random() < 0.5:
            meanwhile()
        if fate == "unanswered":
            raise HubUnreachableError("offline")
        return answer

    def _now(self) -> int:
        return int(self._world.now.timestamp() * 1000)


def names_from(dice: random.Random) -> None:
    """Let new ids come from ``dice``: a schedule is the same again only with the same ids."""
    ids.secrets = dice  # type: ignore[assignment]


def make_templates(folder: Path) -> None:
    """A hub with its centres and devices, and the desks' empty stores: copied for each world."""
    names_from(random.Random(0))
    hub = _database(folder / "hub.db")
    hub.create()
    with hub.writing() as connection:
        for centre in CENTRES:
            connection.execute(
                insert(tables.centres).values(
                    id=centre, name=centre, epoch="e0", sealed_key=b"", high=0, mark_sum="0",
                    received=0, common=0,
                )
            )  # fmt: skip
    for centre, names in CENTRES.items():
        for name in names:
            store = _store(folder / f"{name}.db", FakeClock())
            store.join(HUB, centre, centre, "e0")
            with hub.writing() as connection:
                connection.execute(
                    insert(tables.devices).values(
                        id=store.life()[0], centre=centre, name=name, role="desk", public_key="",
                        state="active", enrolled=0, seen=0, order_issued=0,
                    )
                )  # fmt: skip
            store.close()
    hub.close()


def _database(path: Path) -> Database:
    return Database(f"sqlite:///{path}", bytes(32))


def _store(path: Path, clock: FakeClock) -> SqlSyncStore:
    return SqlSyncStore.open(path, KEY, clock, lambda _: (), create=not path.exists())
