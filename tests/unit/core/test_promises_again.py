"""Promises that come again, as the fold sees them: whatever came in whichever order."""

from __future__ import annotations

import random

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.fold import fold
from desk_app.core.kinds.kind import Json
from tests.helpers.factories import OPENED, Desk

CASE = "yangcase01"
MONTHS = ("2026-12-01", "2027-01-01", "2027-02-01")


def made(desk: Desk, month: str, after: str = "") -> Entry:
    body: dict[str, Json] = {
        "what": "提醒缴费", "who": "小李", "due": month, "rule": "FREQ=MONTHLY",
        "start": MONTHS[0], "on": month, "after": after,
    }  # fmt: skip
    return desk.write(NewEntry(CASE, "promise.made", body))


def done(desk: Desk, promise: Entry, kind: str = "promise.kept") -> Entry:
    return desk.write(NewEntry(CASE, kind, {"ref": promise.id, "why": "", "note": ""}))


def states(entries: list[Entry]) -> list[tuple[str, str]]:
    """State by day, the same in whatever order the entries came."""
    dice = random.Random(3)
    seen = set()
    for _ in range(5):
        dice.shuffle(entries)
        promises = fold(CASE, entries).promises
        seen.add(tuple(sorted((str(p.due), p.state) for p in promises)))
    (found,) = seen
    return list(found)


def opened(desk: Desk) -> Entry:
    return desk.write(NewEntry(CASE, "case.opened", {**OPENED, "number": "N"}))


def test_the_next_one_is_due_once_the_one_before_was_kept() -> None:
    desk = Desk()
    first = made(desk, MONTHS[0])
    kept = done(desk, first)
    entries = [opened(desk), first, kept, made(desk, MONTHS[1], first.id)]
    assert states(entries) == [(MONTHS[0], "kept"), (MONTHS[1], "open")]
    undo = desk.write(NewEntry(CASE, "entry.withdrawn", {"ref": kept.id}))
    assert states([*entries, undo]) == [(MONTHS[0], "open")]


def test_two_desks_that_kept_the_same_one_offline_leave_one_next_one() -> None:
    here, there = Desk("k7desk0000"), Desk("k7desk1111")
    first = made(here, MONTHS[0])
    mine, theirs = made(here, MONTHS[1], first.id), made(there, MONTHS[1], first.id)
    entries = [opened(here), first, done(here, first), done(there, first), mine, theirs]
    assert states(entries) == [(MONTHS[0], "kept"), (MONTHS[1], "open")]
    # Theirs was dealt with before either side heard of the other: that is what counts.
    more = [*entries, done(there, theirs), made(there, MONTHS[2], theirs.id)]
    assert states(more) == [(MONTHS[0], "kept"), (MONTHS[1], "kept"), (MONTHS[2], "open")]


def test_a_dropped_one_comes_no_more() -> None:
    desk = Desk()
    first = made(desk, MONTHS[0])
    dropped = done(desk, first, "promise.dropped")
    assert states([opened(desk), first, dropped]) == [(MONTHS[0], "dropped")]


def test_a_colleague_who_takes_it_over_is_named() -> None:
    desk = Desk()
    first = made(desk, MONTHS[0])
    handed = desk.write(NewEntry(CASE, "promise.handed", {"ref": first.id, "to": "小王"}))
    (promise,) = fold(CASE, [opened(desk), first, handed]).promises
    assert promise.who == "小王"


def test_a_rule_without_its_days_has_no_effect_and_is_kept() -> None:
    desk = Desk()
    body: dict[str, Json] = {
        "what": "提醒",
        "who": "小李",
        "due": MONTHS[0],
        "rule": "FREQ=MONTHLY",
    }
    good = made(desk, MONTHS[0])
    forged = Entry(
        "x9desk0000-life00000000a-1", CASE, "promise.made", 1, body, "", good.hlc, good.at,
        "", "", "",
    )  # fmt: skip
    state = fold(CASE, [opened(desk), good, forged])
    assert [promise.id for promise in state.promises] == [good.id]
    assert forged in state.timeline
