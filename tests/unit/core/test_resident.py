"""What a resident sees of a case: five stages, one sentence of a list, and for how long."""

from __future__ import annotations

import pytest

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.case import STAGES
from desk_app.core.kinds.kind import Json
from desk_app.core.kinds.resident import NEXT_STEPS
from desk_app.core.resident import (
    AFTER_CLOSING_MS,
    NEXT_WORDS,
    SHOWING,
    STAGE_WORDS,
    TAKEN_BACK,
    ShownLink,
    next_of,
    resident_url,
    shown_links,
    stage_of,
    working_link,
)
from tests.helpers.factories import OPENED, Desk

CASE = "case000000000001"
TOKEN = "AbCdEf0123456789_-xyzw"
NOON = 1_795_000_000_000


class Written:
    """A case written entry by entry, the centre receiving one a second."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.received: list[tuple[Entry, int]] = []
        self.add("case.opened", {**OPENED, "number": "BCS-1"})

    def add(self, kind: str, body: dict[str, Json], base: str = "") -> Entry:
        entry = self.desk.write(NewEntry(CASE, kind, body, base))
        self.received.append((entry, NOON + len(self.received) * 1000))
        return entry

    @property
    def case(self) -> CaseState:
        return fold(CASE, [entry for entry, _ in self.received])

    @property
    def shown(self) -> tuple[ShownLink, ...]:
        return shown_links(CASE, self.received)

    def close(self) -> Entry:
        body = {"outcome": "done_now", "explained": True, "sheet_given": True}
        return self.add("case.closed", body)


@pytest.fixture
def written() -> Written:
    """A case with a link."""
    made = Written()
    made.add("link.made", {"token": TOKEN})
    return made


def test_every_stage_and_every_next_step_has_its_words() -> None:
    assert tuple(STAGE_WORDS) == STAGES
    assert set(NEXT_WORDS) == {*NEXT_STEPS, "closed"}


def test_a_link_shows_the_stage_and_what_was_chosen_for_it(written: Written) -> None:
    assert written.shown == (ShownLink(TOKEN, "receive", "ask_us", 0),)
    written.add("stage.entered", {"stage": "coordinate"})
    written.add("link.next", {"stage": "coordinate", "next": "asking"})
    assert written.shown == (ShownLink(TOKEN, "coordinate", "asking", 0),)


def test_a_next_step_does_not_outlive_its_stage(written: Written) -> None:
    written.add("link.next", {"stage": "receive", "next": "come"})
    assert next_of(written.case) == "come"
    written.add("stage.entered", {"stage": "triage"})
    assert next_of(written.case) == "ask_us"


def test_a_closed_case_is_shown_for_ninety_days_after_the_centre_heard_of_it(
    written: Written,
) -> None:
    closed = written.close()
    heard = dict((entry.id, at) for entry, at in written.received)[closed.id]
    assert written.shown == (ShownLink(TOKEN, "closed", "closed", heard + AFTER_CLOSING_MS),)
    written.add("case.reopened", {"why": "又来了"}, base=closed.id)
    assert written.shown == (ShownLink(TOKEN, "receive", "ask_us", 0),)


def test_an_ended_link_ends_at_once_and_works_again_when_that_is_taken_back(
    written: Written,
) -> None:
    link = working_link(written.case)
    assert link is not None
    ended = written.add("link.ended", {"ref": link.id})
    assert working_link(written.case) is None
    assert written.shown[0].ends == written.received[-1][1]
    written.close()
    assert written.shown[0].ends == written.received[-2][1]
    written.add("entry.withdrawn", {"ref": ended.id})
    assert working_link(written.case) is not None


def test_a_link_that_was_taken_back_shows_nothing_until_it_is_put_back(written: Written) -> None:
    made = working_link(written.case)
    assert made is not None
    undone = written.add("entry.withdrawn", {"ref": made.id})
    assert working_link(written.case) is None
    assert [link.ends for link in written.shown] == [TAKEN_BACK]
    written.add("entry.withdrawn", {"ref": undone.id})
    assert written.shown == (ShownLink(TOKEN, "receive", "ask_us", 0),)


def test_links_of_two_desks_that_did_not_hear_of_each_other_both_work(written: Written) -> None:
    other = "Z" * 22
    written.add("link.made", {"token": other})
    assert [(link.token, link.ends) for link in written.shown] == [(TOKEN, 0), (other, 0)]
    assert not written.case.conflicts


def test_words_and_persons_are_not_even_looked_at(written: Written) -> None:
    before = written.shown
    written.add("field.set", {"name": "resident_name", "value": "王小明"})
    written.add("note.added", {"text": "火化证明丢了"})
    assert written.shown == before
    assert not SHOWING & {"field.set", "note.added", "item.chosen"}


def test_what_a_newer_program_wrote_shows_something_plain() -> None:
    written = Written()
    entry = written.add("stage.entered", {"stage": "receive"})
    body = {**entry.body, "stage": "sixth"}
    future = Entry(**{name: getattr(entry, name) for name in entry.__slots__} | {"body": body})
    case = fold(CASE, [written.received[0][0], future])
    assert (stage_of(case), next_of(case)) == ("receive", "ask_us")


@pytest.mark.parametrize("token", ["", "short", "x" * 65, "<script>alert(1)</script>x", "啊" * 22])
def test_a_token_that_is_none_is_not_written_and_has_no_effect(token: str) -> None:
    written = Written()
    with pytest.raises(BadInputError):
        written.add("link.made", {"token": token})
    good = written.add("link.made", {"token": TOKEN})
    forged = Entry(
        **{name: getattr(good, name) for name in good.__slots__} | {"body": {"token": token}}
    )
    assert shown_links(CASE, [written.received[0], (forged, NOON)]) == ()


def test_the_address_of_a_link_says_nothing_but_the_centre_and_the_token() -> None:
    url = resident_url("https://example.org/", "nanjing-west", TOKEN)
    assert url == f"https://example.org/r/nanjing-west/{TOKEN}"
