"""What must be so at the end of every schedule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from desk_app.core.entries import MAX_AHEAD_MS, Entry
from desk_app.core.fold import fold
from desk_app.hub.ledger import Taken
from tests.simulation.fast.office import CENTRES, Desk
from tests.simulation.fast.world import World

RETURNING = {"foreign_case", "foreign_device", "not_addressee"}


def faults_found(world: World) -> Iterator[str]:
    """What is not as it must be; none = nothing was lost, doubled or mixed up."""
    for centre in CENTRES:
        yield from _stream(world, centre)
    ours = {centre: _entries_of(world, centre) for centre in CENTRES}
    for desk in world.desks:
        yield from _desk(world, desk, ours[desk.centre])
    yield from _texts(world)
    yield from _references(world)
    yield from _refused(world)
    yield from _values(world)


def _entries_of(world: World, centre: str) -> dict[str, Entry]:
    kept = world.hub.tables.entries.values()
    return {taken.entry.id: _as_read(taken) for taken in kept if taken.centre == centre}


def _as_read(taken: Taken) -> Entry:
    ahead = int(taken.entry.hlc[:13]) > taken.received + MAX_AHEAD_MS
    return replace(taken.entry, received=taken.received) if ahead else taken.entry


def _stream(world: World, centre: str) -> Iterator[str]:
    tables = world.hub.tables
    rows = tables.streams[centre]
    if [row.seq for row in rows] != list(range(1, tables.counters[centre].high + 1)):
        yield f"{centre}: numbers with holes"
    if not world.trouble.moves:
        names = Counter(row.id for row in rows)
        yield from (f"{centre}: {name} has {n} numbers" for name, n in names.items() if n > 1)


def _desk(world: World, desk: Desk, ours: dict[str, Entry]) -> Iterator[str]:
    store, high = desk.store, world.hub.high(desk.centre)
    state = store.sync_state()
    if state.cursor != high:
        yield f"{desk.name}: cursor {state.cursor} of {high}"
    said = world.hub.digest(desk.centre, 0, high)
    if store.stream_digest(0, 1 << 60) != said:
        yield f"{desk.name}: digest differs"
    if world.trouble.damage and store.stream_digest(0, high, thorough=True) != said:
        yield f"{desk.name}: thorough digest differs"
    if store.count_outbox():
        yield f"{desk.name}: {[e.id for e in store.outbox()]} never sent"
    refused = {item.entry.case_id for item in store.tray()}
    waiting = refused & set(store.leaving())  # it went, and somebody must look at a refused text
    here = {n: e for n, e in store.numbered().items() if e.case_id not in waiting}
    for name in ours.keys() - here.keys():
        yield f"{desk.name}: {name} missing"
    for name in here.keys() - ours.keys():
        # After a restore that undid a move nobody tells the other centre to let the case go.
        if not (world.is_restored and world.hub.tables.places[here[name].case_id].past == set()):
            yield f"{desk.name}: {name} too much"
    for name in here.keys() & ours.keys():
        mine, its = here[name], ours[name]
        if (mine.sha256, mine.received) != (its.sha256, its.received):
            yield f"{desk.name}: {name} differs, received {mine.received} and {its.received}"
    for case_id in {entry.case_id for entry in ours.values()}:
        if store.queue_state(case_id) != world.hub.tables.places[case_id].queue:
            yield f"{desk.name}: queue of {case_id} differs"


def _texts(world: World) -> Iterator[str]:
    tables = world.hub.tables
    found = Counter(str(taken.entry.body.get("tok", "")) for taken in tables.entries.values())
    items = [item for desk in world.desks for item in desk.store.tray()]
    refused = {str(item.entry.body.get("tok", "")) for item in items}
    written = {token for desk in world.desks for token in _journal(desk)}
    for taken in tables.entries.values():
        if taken.centre != tables.places[taken.entry.case_id].centre:
            yield f"{taken.entry.id} lies with the wrong centre"
    for token, typed in world.typed.items():
        if found[token] > 1 and world.is_copied and world.faults["hub restored twice"]:
            # Its old id came back by another desk after it had got a new one: known, and rare.
            world.count("text doubled by a copy and two restores")
        elif found[token] > 1:
            yield f"{token} is there {found[token]} times"
        if typed.sort == "practice":
            if found[token]:
                yield f"{token} was practice, and was sent"
            if token not in written | world.lost:
                yield f"{token} was practice, and is gone"
        elif not found[token] and token not in refused and token not in world.lost:
            yield f"{token} is nowhere ({typed.sort})"


def _journal(desk: Desk) -> set[str]:
    return {str(entry.body.get("tok", "")) for entry in desk.store.all_entries().values()}


def _references(world: World) -> Iterator[str]:
    """What speaks of another entry still speaks of that one, under whatever id it goes now.

    Not after a restore with two copies of a store: the other copy's entry may then take an id that
    a sealed entry mentions, and no machine can tell.
    """
    if world.is_copied and world.is_restored:
        return
    kept = world.hub.tables.entries
    arrived = {str(taken.entry.body.get("tok", "")) for taken in kept.values()}
    for taken in kept.values():
        entry = taken.entry
        meant = world.typed[str(entry.body["tok"])].refs
        if entry.kind == "handover.answered":
            continue  # the offer it speaks of may be another centre's, never seen where typed
        names = [name for name in (str(entry.body.get("ref", "")), entry.base) if name]
        found = [str(kept[name].entry.body["tok"]) for name in names if name in kept]
        if sorted(found) != sorted(token for token in meant if token in arrived):
            yield f"{entry.id} speaks of {found}, meant {meant}"


def _refused(world: World) -> Iterator[str]:
    """Nothing is refused that need not be."""
    restored, copied = world.is_restored, world.is_copied
    for desk in world.desks:
        for item in desk.store.tray():
            sort = world.typed[str(item.entry.body["tok"])].sort
            raced = item.entry.kind == "handover.answered" and item.code in RETURNING
            after_restore = restored and item.code in RETURNING
            of_a_copy = restored and copied and item.code == "forked"
            if not (item.code == sort or raced or after_restore or of_a_copy):
                yield f"{desk.name}: {item.entry.id} refused as {item.code}, was {sort}"


def _values(world: World) -> Iterator[str]:
    """Folds: the same everywhere, and no bad clock wins over who came five minutes later."""
    for centre in CENTRES:
        ours = _entries_of(world, centre)
        by_case: dict[str, list[Entry]] = {}
        for entry in ours.values():
            by_case.setdefault(entry.case_id, []).append(entry)
        desks = [desk for desk in world.desks if desk.centre == centre]
        for case_id, entries in by_case.items():
            state = fold(case_id, entries)
            desk = desks[len(entries) % len(desks)]
            mine = [e for e in desk.store.of_case(case_id) if e.id in ours]
            if fold(case_id, mine) != state:
                yield f"{desk.name}: fold of {case_id} differs"
            for slot in state.slots.values():
                for rival in slot.rivals:
                    if _won_by_its_clock(world, slot.entry, rival):
                        yield f"{case_id}: {slot.name} won by a clock that runs ahead"


def _won_by_its_clock(world: World, winner: Entry, rival: Entry) -> bool:
    later = world.typed[str(rival.body["tok"])]
    received = world.hub.tables.entries[winner.id].received
    return later.is_timely and later.at > received + MAX_AHEAD_MS
