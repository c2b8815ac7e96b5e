"""Who holds a case: decided by the order in which the centre received entries, and by its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desk_app.core.entries import Entry
from desk_app.core.ids import EntryId
from desk_app.core.kinds.kind import Json
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.core.queue import (
    DEFAULT_HOURS,
    HOUR_MS,
    MAX_HOURS,
    REASONS,
    Effect,
    Offer,
    QueueState,
    advance,
)

NOON = 1_795_000_000_000
DESKS = {"小李": "k7desk0000", "小王": "m2desk0000", "老张": "p4desk0000"}
_numbers = count(1)


def entry(kind: str, author: str, body: Mapping[str, Json], device: str = "") -> Entry:
    """A queue entry as the centre gets it; its times do not matter here."""
    number = next(_numbers)
    name = EntryId(device or DESKS[author], "life000000000", number)
    hlc = f"{number:013d}.00000.{name.device}"
    return Entry(
        str(name), "case1", kind, 1, body, author, hlc, "2026-11-23T09:00:00+08:00", "", "", "x"
    )


def after(state: QueueState, *steps: tuple[Entry, int]) -> tuple[QueueState, Effect]:
    effect = Effect()
    for step, received in steps:
        state, effect = advance(state, step, received)
    return state, effect


def claimed(author: str, fence: int = 0, hours: int = DEFAULT_HOURS) -> Entry:
    return entry("case.claimed", author, {"fence": fence, "hours": hours})


def offered(author: str, fence: int, to: str = "", to_centre: str = "") -> Entry:
    body: dict[str, Json] = {"fence": fence, "to": to, "why": "下班", "to_centre": to_centre}
    return entry("handover.offered", author, body)


def answered(author: str, offer: Entry, answer: str, why: str = "") -> Entry:
    return entry("handover.answered", author, {"ref": offer.id, "answer": answer, "why": why})


HELD = after(QueueState(), (claimed("小李"), NOON))[0]


def test_a_referred_case_waits_until_somebody_takes_it() -> None:
    referred = entry("case.referred", "小李", {"why": "要上门"})

    waiting, _ = after(QueueState(), (referred, NOON))
    taken, effect = after(waiting, (claimed("小王"), NOON + 5))

    assert (waiting.waiting, waiting.why, waiting.since) == (True, "要上门", NOON)
    assert (taken.waiting, taken.holder, taken.device) == (False, "小王", DESKS["小王"])
    assert (taken.fence, taken.until, effect) == (1, NOON + 5 + 24 * HOUR_MS, Effect())


def test_of_two_who_take_a_case_offline_the_first_to_arrive_holds_it() -> None:
    state, effect = after(HELD, (claimed("小王", fence=0), NOON + 1))

    assert (state, effect.code) == (HELD, "stale_fence")


def test_who_saw_the_holder_and_takes_it_all_the_same_is_told_so() -> None:
    assert after(HELD, (claimed("小王", fence=1), NOON + 1)) == (HELD, Effect("held"))


def test_a_case_is_free_again_when_the_lease_is_over_by_the_centres_clock() -> None:
    end = HELD.until

    assert HELD.is_held(end - 1)
    assert not HELD.is_held(end)
    taken, effect = after(HELD, (claimed("小王", fence=1), end))
    assert (taken.holder, taken.fence, effect) == ("小王", 2, Effect())


def test_who_saw_an_older_holder_does_not_take_a_case_whose_lease_is_over() -> None:
    assert after(HELD, (claimed("小王", fence=0), HELD.until)) == (HELD, Effect("stale_fence"))


@pytest.mark.parametrize(("asked", "given"), [(-5, 1), (0, 1), (8, 8), (72, 72), (9999, 72)])
def test_a_lease_is_between_an_hour_and_three_days(asked: int, given: int) -> None:
    state, _ = after(QueueState(), (claimed("小李", hours=asked), NOON))

    assert state.until == NOON + given * HOUR_MS


def test_only_the_holder_renews_from_the_device_he_took_it_with() -> None:
    longer: dict[str, Json] = {"fence": 1, "hours": 48}
    at_home = entry("lease.renewed", "小李", longer, device="z9home0000")

    renewed, effect = after(HELD, (entry("lease.renewed", "小李", longer), NOON + HOUR_MS))

    assert (renewed, effect) == (replace(HELD, until=NOON + 49 * HOUR_MS), Effect())
    assert after(HELD, (at_home, NOON + 1)) == (HELD, Effect("not_holder"))
    other = entry("lease.renewed", "小王", longer)
    assert after(HELD, (other, NOON + 1)) == (HELD, Effect("not_holder"))


def test_what_is_done_under_a_lost_lease_has_no_effect() -> None:
    late = HELD.until + 1
    renewed = entry("lease.renewed", "小李", {"fence": 1, "hours": 24})
    released = entry("case.released", "小李", {"fence": 1, "why": "忙"})

    assert after(HELD, (renewed, late)) == (HELD, Effect("lease_expired"))
    assert after(HELD, (released, late)) == (HELD, Effect("lease_expired"))
    taken, _ = after(HELD, (claimed("小王", fence=1), late))
    assert after(taken, (released, late + 1)) == (taken, Effect("stale_fence"))


def test_a_released_case_waits_with_the_reason_and_a_new_fence() -> None:
    released = entry("case.released", "小李", {"fence": 1, "why": "材料不齐"})

    state, effect = after(HELD, (released, NOON + 9))

    assert effect == Effect()
    assert state == QueueState(waiting=True, fence=2, why="材料不齐", since=NOON + 9)


def test_a_hand_over_needs_both_sides() -> None:
    offer = offered("小李", 1, to="小王")

    asked, _ = after(HELD, (offer, NOON + 1))
    taken, effect = after(asked, (answered("小王", offer, "accept"), NOON + 2))

    assert asked.offer == Offer(offer.id, "小王", "", "小李", "下班", "")
    assert (asked.holder, asked.fence) == ("小李", 1)
    assert (taken.holder, taken.fence, taken.offer, effect) == ("小王", 2, None, Effect())


def test_a_refused_hand_over_leaves_the_case_where_it_was() -> None:
    offer = offered("小李", 1, to="小王")

    state, effect = after(
        HELD, (offer, NOON + 1), (answered("小王", offer, "refuse", "不归我"), NOON + 2)
    )

    assert (state.holder, state.fence, state.offer, state.why) == ("小李", 1, None, "不归我")
    assert effect == Effect()


def test_only_who_is_asked_answers_and_only_once() -> None:
    offer = offered("小李", 1, to="小王")
    asked, _ = after(HELD, (offer, NOON + 1))

    stranger = (answered("老张", offer, "accept"), NOON + 2)
    assert after(asked, stranger) == (asked, Effect("not_addressee"))
    taken, _ = after(asked, (answered("小王", offer, "accept"), NOON + 3))
    again = (answered("小王", offer, "accept"), NOON + 4)
    assert after(taken, again) == (taken, Effect("no_offer"))


def test_who_offered_takes_it_back_but_does_not_accept_himself() -> None:
    offer = offered("小李", 1)
    asked, _ = after(HELD, (offer, NOON + 1))

    assert after(asked, (answered("小李", offer, "accept"), NOON + 2)) == (
        asked, Effect("not_addressee"),
    )  # fmt: skip
    back, effect = after(asked, (answered("小李", offer, "refuse"), NOON + 2))
    assert (back.offer, back.holder, effect) == (None, "小李", Effect())


def test_nobody_offers_a_case_to_himself_or_that_another_holds() -> None:
    to_self = (offered("小李", 1, to="小李"), NOON + 1)
    assert after(HELD, to_self) == (HELD, Effect("self_offer"))
    of_another = (offered("小王", 1, to="老张"), NOON + 1)
    assert after(HELD, of_another) == (HELD, Effect("not_holder"))


def test_while_an_offer_waits_nothing_else_changes_hands() -> None:
    offer = offered("小李", 1, to="小王")
    asked, _ = after(HELD, (offer, NOON + 1))

    for step in (
        offered("小李", 1, to="老张"),
        entry("case.released", "小李", {"fence": 1, "why": "x"}),
        entry("case.referred", "小李", {"why": "x"}),
    ):
        assert after(asked, (step, NOON + 2)) == (asked, Effect("is_open_offer"))
    late = (claimed("老张", fence=1), HELD.until + 1)
    assert after(asked, late) == (asked, Effect("is_open_offer"))


def test_a_yes_from_another_centre_moves_the_case_there() -> None:
    offer = offered("小李", 1, to_centre="west")

    state, effect = after(HELD, (offer, NOON + 1), (answered("小王", offer, "accept"), NOON + 2))

    assert effect == Effect(moves_to="west")
    assert (state.holder, state.fence, state.until) == ("小王", 2, NOON + 2 + 24 * HOUR_MS)


def test_a_case_referred_to_another_centre_is_offered_to_it() -> None:
    referred = entry("case.referred", "小李", {"why": "住址在那边", "to_centre": "west"})

    state, _ = after(HELD, (referred, NOON + 1))

    assert state.offer == Offer(referred.id, "", "west", "小李", "住址在那边", "")
    assert (state.holder, state.fence, state.waiting) == ("", 2, False)


def test_who_asks_the_supervisors_for_help_keeps_the_case() -> None:
    state, effect = after(HELD, (entry("case.escalated", "小李", {"why": "部门推诿"}), NOON + 1))

    assert (state.escalated_by, state.why, state.holder) == ("小李", "部门推诿", "小李")
    assert (state.fence, effect) == (1, Effect())


def test_work_beside_the_holder_arrives_as_a_contribution() -> None:
    note = entry("note.added", "小王", {"text": "他来过电话"})

    assert after(HELD, (note, NOON + 1)) == (HELD, Effect("contribution"))
    assert after(HELD, (entry("note.added", "小李", {"text": "是"}), NOON + 1)) == (HELD, Effect())
    assert after(HELD, (note, HELD.until)) == (HELD, Effect())


def test_a_queue_entry_of_a_newer_program_changes_nothing() -> None:
    newer = entry("case.claimed", "小王", {"fence": "1-b"})

    assert after(QueueState(), (newer, NOON)) == (QueueState(), Effect())


class Queue(RuleBasedStateMachine):
    """Three officers, one case, any order of steps, a clock that only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.state = QueueState()
        self.now = NOON
        self.course: list[tuple[Entry, int]] = []
        self.offers: list[Entry] = []
        self.holders: dict[int, tuple[str, str]] = {}

    def take(self, step: Entry) -> None:
        before = self.state
        self.state, effect = advance(before, step, self.now)
        self.course.append((step, self.now))
        assert effect.code in ("", *REASONS)
        if effect.code or step.kind not in QUEUE_KINDS:
            assert self.state == before
        assert self.state.fence - before.fence in (0, 1)
        changed = (self.state.holder, self.state.device) != (before.holder, before.device)
        assert not changed or self.state.fence == before.fence + 1
        if changed and before.is_held(self.now):
            by = (step.author, EntryId.parse(step.id).device)
            agreed = before.offer is not None and step.kind == "handover.answered"
            assert agreed or by == (before.holder, before.device)

    authors = st.sampled_from(list(DESKS))
    seen = st.integers(-1, 0)

    @rule(minutes=st.sampled_from((0, 1, 600, 1440, 4320)))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * 60_000

    @rule(author=authors, seen=seen, hours=st.integers(1, 100))
    def claim(self, author: str, seen: int, hours: int) -> None:
        self.take(claimed(author, self.state.fence + seen, hours))

    @rule(author=authors, seen=seen)
    def release(self, author: str, seen: int) -> None:
        self.take(entry("case.released", author, {"fence": self.state.fence + seen, "why": "x"}))

    @rule(author=authors, seen=seen)
    def renew(self, author: str, seen: int) -> None:
        self.take(entry("lease.renewed", author, {"fence": self.state.fence + seen, "hours": 24}))

    @rule(author=authors, to=st.sampled_from(("", *DESKS)), to_centre=st.sampled_from(("", "west")))
    def offer(self, author: str, to: str, to_centre: str) -> None:
        step = offered(author, self.state.fence, "" if to_centre else to, to_centre)
        self.offers.append(step)
        self.take(step)

    @rule(author=authors, answer=st.sampled_from(("accept", "refuse")), back=st.integers(1, 2))
    def answer(self, author: str, answer: str, back: int) -> None:
        if len(self.offers) >= back:
            self.take(answered(author, self.offers[-back], answer))

    @rule(author=authors, kind=st.sampled_from(("case.referred", "case.escalated", "note.added")))
    def other(self, author: str, kind: str) -> None:
        self.take(entry(kind, author, {"why": "x", "text": "x"}))

    @invariant()
    def one_holder_a_fence(self) -> None:
        state = self.state
        if state.holder:
            holder = (state.holder, state.device)
            assert self.holders.setdefault(state.fence, holder) == holder
            assert state.until <= self.now + MAX_HOURS * HOUR_MS
        else:
            assert (state.device, state.until) == ("", 0)

    @invariant()
    def whoever_computes_it_from_anywhere_comes_to_the_same(self) -> None:
        half = len(self.course) // 2
        middle, _ = after(QueueState(), *self.course[:half])
        again, _ = after(middle, *self.course[half:])
        told_apart = [(s, at) for s, at in self.course if s.kind in QUEUE_KINDS]
        assert again == self.state == after(QueueState(), *told_apart)[0]


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
