"""Files on a stick: what was put in comes out, and nothing else is ever believed."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice

import pytest

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.exchange import Answer, Head, Row
from desk_app.protocol.signing import new_private_key, public_of, sign
from desk_app.protocol.stick import (
    MAGIC,
    StickAnswers,
    StickEntries,
    StickRefusedError,
    StickSender,
    open_answers,
    open_entries,
    pack_answers,
    pack_entries,
    read_cover,
)
from tests.helpers.factories import Desk, case_entries

HUB, CENTRE, DEVICE = "hub0", "street", "k7desk0000"
HUB_PRIVATE = new_private_key()
HUB_KEY = public_of(HUB_PRIVATE)
CENTRE_KEY = bytes(range(32))


def sender(hub: str = HUB, centre: str = CENTRE, hub_private: bytes = HUB_PRIVATE) -> StickSender:
    private = new_private_key()
    certificate = sign(hub_private, "device", hub, centre, DEVICE, public_of(private))
    return StickSender(hub, centre, DEVICE, private, certificate)


def entries(count: int) -> tuple[Entry, ...]:
    desk, dice = Desk(DEVICE), random.Random(1)
    return tuple(islice((e for n in range(count) for e in case_entries(desk, dice, n + 1)), count))


SENT = StickEntries("epoch1", 7, entries(30))
FILE = pack_entries(sender(), CENTRE_KEY, SENT)


def answers() -> StickAnswers:
    rows = tuple(
        Row(n, e.id, 1_000 + n, "entry", e.case_id, e.sha256, e)
        for n, e in enumerate(SENT.entries, 8)
    )
    told = tuple(Answer(row.id, "accepted", row.seq, row.received) for row in rows)
    return StickAnswers(Head(HUB, CENTRE, "epoch1", 0, 37), told, rows, 7, 37, (1 << 64) - 1)


def test_entries_arrive_as_they_were_sent() -> None:
    assert open_entries(FILE, HUB, HUB_KEY, CENTRE_KEY) == SENT
    assert read_cover(FILE).device == DEVICE


def test_an_empty_file_asks_for_news_only() -> None:
    nothing = StickEntries("", 0, ())
    assert open_entries(pack_entries(sender(), CENTRE_KEY, nothing), HUB, HUB_KEY, CENTRE_KEY) == (
        nothing
    )


def test_answers_arrive_as_they_were_given() -> None:
    file = pack_answers(read_cover(FILE), HUB_PRIVATE, CENTRE_KEY, answers())
    assert open_answers(file, HUB, HUB_KEY, CENTRE_KEY) == answers()


def test_a_lost_stick_tells_nothing() -> None:
    for entry in SENT.entries:
        for value in entry.body.values():
            if isinstance(value, str) and len(value) > 2:
                assert value.encode() not in FILE
        assert entry.case_id.encode() not in FILE


@pytest.mark.parametrize(
    "kept",
    [0, 1, len(MAGIC), len(MAGIC) + 50, len(FILE) // 2, len(FILE) - 1],
    ids=["nothing", "a byte", "the head", "some", "half", "all but a byte"],
)
def test_a_file_that_was_cut_off_is_refused(kept: int) -> None:
    with pytest.raises(StickRefusedError):
        open_entries(FILE[:kept], HUB, HUB_KEY, CENTRE_KEY)


def test_a_file_copied_twice_into_itself_is_refused() -> None:
    with pytest.raises(StickRefusedError):
        open_entries(FILE + FILE, HUB, HUB_KEY, CENTRE_KEY)


def test_one_changed_bit_anywhere_is_refused() -> None:
    for place in range(0, len(FILE), 7):
        changed = bytearray(FILE)
        changed[place] ^= 1
        with pytest.raises(StickRefusedError):
            open_entries(bytes(changed), HUB, HUB_KEY, CENTRE_KEY)


@pytest.mark.parametrize(
    "file",
    [
        pack_entries(sender(hub="hub9"), CENTRE_KEY, SENT),
        pack_entries(sender(hub_private=new_private_key()), CENTRE_KEY, SENT),
        pack_entries(replace(sender(), centre="other"), CENTRE_KEY, SENT),
        pack_entries(replace(sender(), device="k8desk0000"), CENTRE_KEY, SENT),
        pack_entries(replace(sender(), private_key=new_private_key()), CENTRE_KEY, SENT),
        pack_entries(sender(), b"x" * 32, SENT),
        pack_answers(read_cover(FILE), HUB_PRIVATE, CENTRE_KEY, answers()),
    ],
    ids=["hub", "hub key", "centre", "device", "device key", "centre key", "kind"],
)
def test_whoever_does_not_belong_is_refused(file: bytes) -> None:
    with pytest.raises(StickRefusedError):
        open_entries(file, HUB, HUB_KEY, CENTRE_KEY)


def test_answers_are_the_hubs_alone() -> None:
    forged = pack_answers(read_cover(FILE), new_private_key(), CENTRE_KEY, answers())
    for file in (forged, FILE):
        with pytest.raises(StickRefusedError):
            open_answers(file, HUB, HUB_KEY, CENTRE_KEY)


def test_an_entry_whose_fingerprint_does_not_fit_is_refused() -> None:
    good = Desk(DEVICE).write(NewEntry("case1", "note.added", {"text": "原来的"}))
    forged = replace(good, body={"text": "改过的"})
    file = pack_entries(sender(), CENTRE_KEY, StickEntries("", 0, (forged,)))
    with pytest.raises(StickRefusedError):
        open_entries(file, HUB, HUB_KEY, CENTRE_KEY)


def test_a_small_file_cannot_unpack_into_a_huge_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk_app.protocol.stick.MAX_CONTENTS_BYTES", 1_000)
    with pytest.raises(StickRefusedError):
        open_entries(FILE, HUB, HUB_KEY, CENTRE_KEY)
