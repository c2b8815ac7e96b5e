"""The fold over any history: same entries, same state, whoever computes it and in what order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.core.clock import Hlc, HybridClock
from desk_app.core.entries import (
    Entry,
    NewEntry,
    canonical,
    check_foreign,
    fingerprint,
    normalise,
    seal,
)
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState, fold
from desk_app.core.ids import EntryId
from desk_app.core.kinds.kind import Json
from tests.helpers.fakes import A_MONDAY, FakeClock

CASE = "c" * 16
OPENED = {"number": "BCS-1", "channel": "counter", "pack_version": "1", "pack_digest": "x"}


class Writer:
    """One device that writes entries of its own chain."""

    def __init__(self, device: str, clock: FakeClock | None = None) -> None:
        self.device = device.ljust(10, "0")
        self.clock = clock or FakeClock(step=timedelta(seconds=1))
        self.hlc = HybridClock(self.device)
        self.count, self.head = 0, ""

    def write(self, kind: str, body: dict[str, Json], base: str = "") -> Entry:
        """Seal one entry."""
        self.count += 1
        now = self.clock.now()
        entry = seal(
            NewEntry(CASE, kind, body, base),
            entry_id=str(EntryId(self.device, "i" * 13, self.count)),
            author=f"officer {self.device[0]}",
            hlc=self.hlc.tick(now),
            now=now,
            prev=self.head,
        )
        self.head = entry.sha256
        return entry


def set_field(writer: Writer, name: str, value: str, base: str = "") -> Entry:
    return writer.write("field.set", {"name": name, "value": value}, base)


def history(seed: int, length: int) -> list[Entry]:
    """Two devices working one case, each seeing some of what the other wrote."""
    dice = random.Random(seed)
    writers = [Writer("a"), Writer("b", FakeClock(A_MONDAY + timedelta(hours=3)))]
    entries = [writers[0].write("case.opened", dict(OPENED))]
    seen: list[list[Entry]] = [list(entries), list(entries)]
    for _ in range(length):
        who = dice.randrange(2)
        state = fold(CASE, seen[who])
        writer = writers[who]
        match dice.randrange(6):
            case 0:
                name = dice.choice(["words", "resident_name", "phone"])
                base = state.heads.get(f"field:{name}", "")
                entry = set_field(writer, name, str(dice.randrange(99)), base)
            case 1:
                entry = writer.write("note.added", {"text": f"记{dice.randrange(99)}"})
            case 2:
                item = f"item-{dice.randrange(3)}"
                base = state.heads.get(f"item:{item}", "")
                body: dict[str, Json] = {"item": item, "name": item, "version": 1}
                entry = writer.write("item.chosen", body, base)
            case 3:
                item = f"item-{dice.randrange(3)}"
                entry = writer.write(
                    "item.dropped", {"item": item}, state.heads.get(f"item:{item}", "")
                )
            case 4:
                due = {"what": "打电话", "who": "小李", "due": "2026-12-01"}
                entry = writer.write("promise.made", dict(due))
            case _:
                ref = dice.choice(seen[who]).id
                entry = writer.write("entry.withdrawn", {"ref": ref})
        entries.append(entry)
        seen[who].append(entry)
        if dice.random() < 0.5:
            other = 1 - who
            seen[other] = list({e.id: e for e in [*seen[other], *seen[who]]}.values())
            writers[other].hlc.observe(Hlc.parse(entry.hlc))
    return entries


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.randoms(use_true_random=False))
def test_any_order_and_doubles_give_the_same_state(
    seed: int, length: int, dice: random.Random
) -> None:
    entries = history(seed, length)
    shuffled = entries + dice.choices(entries, k=5)
    dice.shuffle(shuffled)
    assert fold(CASE, shuffled) == fold(CASE, entries)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 40))
def test_every_value_anybody_set_is_in_force_replaced_or_beside_it(seed: int, length: int) -> None:
    entries = history(seed, length)
    state = fold(CASE, entries)
    heads = {e.id for slot in state.slots.values() for e in (slot.entry, *slot.rivals)}
    replaced = {entry.base for entry in entries}
    for entry in state.timeline:
        if entry.slot:
            assert entry.id in heads or entry.id in replaced


def test_two_people_who_did_not_see_each_other_are_a_conflict_that_a_choice_settles() -> None:
    a, b = Writer("a"), Writer("b", FakeClock(A_MONDAY + timedelta(minutes=1)))
    opened = a.write("case.opened", dict(OPENED))
    first = set_field(a, "phone", "1", "")
    left, right = set_field(a, "phone", "2", first.id), set_field(b, "phone", "3", first.id)
    state = fold(CASE, [opened, first, left, right])
    (slot,) = state.conflicts
    assert {slot.entry.body["value"], *(r.body["value"] for r in slot.rivals)} == {"2", "3"}
    assert slot.needs_person
    body: dict[str, Json] = {"name": "phone", "value": "2", "also": [left.id]}
    choice = a.write("field.set", body, right.id)
    settled = fold(CASE, [opened, first, left, right, choice])
    assert settled.conflicts == ()
    assert settled.fields["phone"] == "2"
    assert {e.id for e in settled.timeline} >= {left.id, right.id}


def test_two_people_who_set_the_same_value_are_no_conflict() -> None:
    a, b = Writer("a"), Writer("b")
    state = fold(CASE, [set_field(a, "words", "x"), set_field(b, "words", "x")])
    assert state.conflicts == ()


def test_taking_back_brings_the_value_before_back_and_taking_that_back_is_redo() -> None:
    a = Writer("a")
    first = set_field(a, "words", "先")
    second = set_field(a, "words", "后", first.id)
    undo = a.write("entry.withdrawn", {"ref": second.id})
    assert fold(CASE, [first, second, undo]).fields["words"] == "先"
    redo = a.write("entry.withdrawn", {"ref": undo.id})
    assert fold(CASE, [first, second, undo, redo]).fields["words"] == "后"


def test_kinds_and_keys_of_a_newer_program_are_kept_and_disturb_nothing() -> None:
    a = Writer("a")
    words = set_field(a, "words", "听得懂")
    newer = replace(words, id="b-i-1", kind="hologram.shown", body={"深": [1, {"x": None}]})
    newer = replace(newer, sha256=fingerprint(newer))
    check_foreign(newer)
    odd = replace(words, id="b-i-2", body={"naam": "words"})
    state = fold(CASE, [words, newer, replace(odd, sha256=fingerprint(odd))])
    assert state.fields == {"words": "听得懂"}
    assert len(state.timeline) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"name": "words", "value": "别的"}},
        {"author": "别人"},
        {"prev": "0" * 64},
        {"at": "昨天"},
        {"hlc": "now"},
        {"id": "nobody"},
        {"sha256": "0" * 64},
    ],
)
def test_a_changed_entry_is_not_taken_in(change: dict[str, str]) -> None:
    entry = set_field(Writer("a"), "words", "真的")
    check_foreign(entry)
    with pytest.raises(BadInputError):
        check_foreign(replace(entry, **change))  # type: ignore[arg-type]


def test_equal_words_have_equal_bytes_however_they_are_composed() -> None:
    assert canonical(normalise({"b": "e\u0301", "a": 1})) == canonical({"a": 1, "b": "é"})


def test_the_clock_never_runs_backwards() -> None:
    clock = HybridClock("d" * 10)
    times = [A_MONDAY, A_MONDAY - timedelta(days=3650), A_MONDAY + timedelta(days=3650), A_MONDAY]
    readings = [clock.tick(moment) for moment in times for _ in range(3)]
    assert readings == sorted(readings)
    assert len({str(reading) for reading in readings}) == len(readings)
    assert [Hlc.parse(str(r)) for r in readings] == readings
    assert sorted(map(str, readings)) == list(map(str, readings))


def test_an_empty_history_is_an_empty_case() -> None:
    assert fold(CASE, []) == CaseState(CASE)
