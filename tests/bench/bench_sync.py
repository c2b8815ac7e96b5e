"""Sync side by side with PouchDB. ``python -m tests.bench.bench_sync``.

The same 20,000 entries travel from one desk to the centre and on to another desk: ours through the
real HTTP hub in a process of its own (SQLite, every batch on the disk before it is answered,
contents sealed, each entry checked, folded and searchable on arrival), PouchDB's by its replication
to a server that speaks CouchDB's protocol, in a process of its own too, in its own store. Node's
packages are installed into a temporary folder. Then a first load, a day's edits, and what either
shows where two people typed at once.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from desk_app.content.pinyin import readings
from desk_app.core.clock import SystemClock
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.kinds.kind import Json
from desk_app.hub.people import People
from desk_app.protocol.wire import WireEntry
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.credentials import Credentials
from desk_app.sync.enrol import join
from desk_app.sync.http_hub import HttpHub
from desk_app.sync.hub_line import HubLine
from desk_app.sync.round import Round, RoundResult
from desk_app.sync.signals import Signals
from tests.helpers.factories import OPENED, Desk, case_entries
from tests.helpers.fakes import A_MONDAY
from tests.helpers.hub import HubProcess, now_ms

KEY = bytes(range(32))
ENTRIES, CASES, DAY = 20_000, 10_000, 20
LEAST_RATIO, MOST_FIRST_LOAD, MOST_DAY = 5.0, 60.0, 2.0
HERE = Path(__file__).parent / "pouchdb"


@contextmanager
def _desk(folder: Path, name: str, hub: HubProcess) -> Iterator[tuple[SqlSyncStore, HttpHub]]:
    """A desk that has joined, with its line to the hub."""
    store = SqlSyncStore.open(folder / f"{name}.db", KEY, SystemClock(), readings, create=True)
    signals = Signals()
    opened = hub.folder.open()
    try:
        code = People(opened.database, opened.identity).new_code("east", "desk", now_ms())
        join(f"{hub.address}#{code}#", name, store, Credentials(store, None), signals)
        link = Credentials(store, None).load()
        assert link is not None
        line = HubLine(link.address, signals)
        yield store, HttpHub(line, link.key)
        line.close()
    finally:
        opened.database.close()
        signals.close()
        store.close()


def _timed(store: SqlSyncStore, hub: HttpHub) -> tuple[float, RoundResult]:
    started = time.perf_counter()
    result = Round(store, hub).run()
    return time.perf_counter() - started, result


def _entries(device: str, count: int) -> list[Entry]:
    desk, dice = Desk(device, A_MONDAY - timedelta(days=200)), random.Random(1)
    found: list[Entry] = []
    while len(found) < count:
        found += case_entries(desk, dice, len(found))
    return found[:count]


def _ours(folder: Path, hub: HubProcess) -> tuple[float, float, list[Entry]]:
    with _desk(folder, "first", hub) as (store, line):
        entries = _entries(store.life()[0], ENTRIES)
        for start in range(0, len(entries), 500):
            store.insert_foreign(entries[start : start + 500])
        push, result = _timed(store, line)
        assert (result.sent, result.unsent) == (ENTRIES, 0)
    with _desk(folder, "second", hub) as (store, line):
        pull, _ = _timed(store, line)
        assert store.health().entries == ENTRIES
    return push, pull, entries


def _pouchdb(folder: Path, entries: list[Entry]) -> dict[str, float]:
    folder.mkdir()
    for name in ("package.json", "package-lock.json", "replicate.js"):
        shutil.copy(HERE / name, folder)
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--silent"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    lines = [json.dumps(WireEntry.of(entry).model_dump(), ensure_ascii=False) for entry in entries]
    (folder / "entries.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "data").mkdir()
    done = subprocess.run(
        ["node", "replicate.js", "entries.jsonl", "data"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    assert found["written"] == found["read"] == found["there"] == len(entries)
    return found


def _typed_at_once(folder: Path, hub: HubProcess) -> int:
    """Two desks set one field while both are offline; how many of the values a third one shows."""
    with _desk(folder, "wang", hub) as (one, its), _desk(folder, "li", hub) as (other, others):
        case = one.open_case("小王", dict(OPENED)).case_id
        _timed(one, its)
        _timed(other, others)
        for store, name in ((one, "王伟"), (other, "王玮")):
            value: dict[str, Json] = {"name": "resident_name", "value": name}
            store.append(name, [NewEntry(case, "field.set", value)])
        _timed(one, its)
        _timed(other, others)
    with _desk(folder, "third", hub) as (store, line):
        _timed(store, line)
        (slot,) = store.case(case).conflicts
        return len({str(entry.body["value"]) for entry in (slot.entry, *slot.rivals)})


def _first_load_and_day(folder: Path, hub: HubProcess) -> tuple[float, float]:
    with _desk(folder, "old", hub) as (store, line):
        desk, dice = Desk(store.life()[0], A_MONDAY - timedelta(days=100)), random.Random(2)
        batch: list[Entry] = []
        for number in range(CASES):
            batch += case_entries(desk, dice, number)
            if len(batch) > 2_000:
                store.insert_foreign(batch)
                batch = []
        store.insert_foreign(batch)
        _timed(store, line)
        with _desk(folder, "new", hub) as (fresh, its_line):
            load, _ = _timed(fresh, its_line)
            assert fresh.count_cases() >= CASES
            case = fresh.cases(limit=1)[0].case_id
            for number in range(DAY):
                fresh.append("小李", [NewEntry(case, "note.added", {"text": f"第{number}个电话"})])
            day, _ = _timed(fresh, its_line)
            day += _timed(store, line)[0]
            assert len(store.case(case).notes) >= DAY
    return load, day


def main() -> int:
    """Measure and print; 1 when a limit was missed."""
    if not (shutil.which("npm") and shutil.which("node")):
        print("npm and node are missing: nothing to compare with (Debian: nodejs npm)")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hub = HubProcess(folder / "hub")
        hub.folder.make(("localhost",))
        opened = hub.folder.open()
        People(opened.database, opened.identity).add_centre("east", "东街")
        opened.database.close()
        hub.start()
        try:
            push, pull, entries = _ours(folder, hub)
            shown = _typed_at_once(folder, hub)
            load, day = _first_load_and_day(folder, hub)
        finally:
            hub.kill()
        theirs = _pouchdb(folder / "pouch", entries)
    ratio = (theirs["push_seconds"] + theirs["pull_seconds"]) / (push + pull)
    print(f"{ENTRIES} entries       ours     PouchDB")
    print(f"  to the centre     {push:6.2f} s  {theirs['push_seconds']:6.2f} s")
    print(f"  to another desk   {pull:6.2f} s  {theirs['pull_seconds']:6.2f} s")
    print(f"  together {ratio:.1f} times as fast (wanted {LEAST_RATIO:.0f})")
    print(
        f"  two values typed at once: ours shows {shown}; PouchDB {theirs['shown']:.0f}, "
        f"and hides {theirs['hidden']:.0f}"
    )
    print(f"first load of {CASES} cases: {load:.1f} s; a day of {DAY} edits: {day:.2f} s")
    kept = ratio >= LEAST_RATIO and shown == 2 and load < MOST_FIRST_LOAD and day < MOST_DAY
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
