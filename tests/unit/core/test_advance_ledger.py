"""The advance ledger: never unbalanced, never self-approved, whatever arrives in whatever order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desk_app.core.advance_ledger import VOID_WORDS, Advance, AdvanceLedger, Leg, advance_ledger
from desk_app.core.entries import Entry
from desk_app.core.fold import fold
from desk_app.core.ids import EntryId
from desk_app.core.kinds.funds import LEGS
from desk_app.core.kinds.kind import Json
from desk_app.core.money import MAX_FEN

OFFICERS = ("小李", "小王", "老张")
REQUEST: dict[str, Json] = {
    "amount": 1_200_000, "payee": "市第一医院", "bank": "工商银行", "account": "1001",
    "purpose": "住院押金",
}  # fmt: skip
_numbers = count(1)


def entry(kind: str, author: str, body: Mapping[str, Json]) -> Entry:
    number = next(_numbers)
    name = EntryId("k7desk0000", "life000000000", number)
    hlc = f"{number:013d}.00000.{name.device}"
    return Entry(
        str(name), "case1", kind, 1, body, author, hlc, "2026-11-23T09:00:00+08:00", "", "", "x"
    )


def request(author: str = "小李", amount: Json = 1_200_000) -> Entry:
    return entry("advance.requested", author, {**REQUEST, "amount": amount})


def judge(author: str, ref: str, step: str, answer: str = "yes") -> Entry:
    return entry("advance.judged", author, {"ref": ref, "step": step, "answer": answer})


def move(ref: str, leg: str, amount: Json, author: str = "小李", **more: Json) -> Entry:
    body = {"ref": ref, "leg": leg, "amount": amount, "day": "2026-11-24", **more}
    return entry("advance.moved", author, body)


def reverse(ref: str, author: str = "小李") -> Entry:
    return entry("advance.reversed", author, {"ref": ref, "why": "多打了一个零"})


def paid_out() -> list[Entry]:
    asked = request()
    return [
        asked,
        judge("小王", asked.id, "check"),
        judge("老张", asked.id, "approve"),
        move(asked.id, "paid", 1_200_000),
    ]


def ledger(entries: list[Entry], numbers: Mapping[str, int] | None = None) -> AdvanceLedger:
    return advance_ledger(fold("case1", entries), numbers)


def one(entries: list[Entry], numbers: Mapping[str, int] | None = None) -> Advance:
    (advance,) = ledger(entries, numbers).advances
    return advance


def test_the_example_of_the_formula() -> None:
    """12,000.00 advanced, 9,500.00 came and went back, 2,500.00 waived with approval."""
    entries = paid_out()
    ref = entries[0].id
    entries.append(move(ref, "reimbursed", 950_000, source="医疗救助", to_return=950_000))
    assert (one(entries).should_refund, one(entries).outstanding) == (950_000, 950_000)
    entries.append(move(ref, "returned", 950_000))
    assert (one(entries).outstanding, one(entries).balance) == (0, 250_000)
    waiver = move(ref, "waived", 250_000, why="居民去世")
    assert one([*entries, waiver]).balance == 250_000
    done = one([*entries, waiver, judge("老张", waiver.id, "approve")])
    assert (done.balance, done.state) == (0, "settled")


def test_the_whole_sum_comes_back_of_its_own_will() -> None:
    entries = paid_out()
    assert one([*entries, move(entries[0].id, "returned", 1_200_000)]).state == "settled"


@pytest.mark.parametrize(
    ("checker", "approver", "void"),
    [("小李", "老张", "self"), ("小王", "小李", "self"), ("小王", "小王", "self")],
)
def test_nobody_passes_their_own_request(checker: str, approver: str, void: str) -> None:
    asked = request()
    judged = [judge(checker, asked.id, "check"), judge(approver, asked.id, "approve")]
    advance = one([asked, *judged, move(asked.id, "paid", 100)])
    assert void in [leg.void for leg in advance.legs]
    assert (advance.paid, advance.legs[-1].void) == (0, "too_early")


def test_what_breaks_a_rule_has_no_effect_and_says_why() -> None:
    entries = paid_out()
    ref = entries[0].id
    entries += [
        judge("老张", ref, "approve"),
        move(ref, "paid", 1),
        move(ref, "returned", 1_200_001),
        move(ref, "returned", -1),
        move(ref, "returned", MAX_FEN + 1),
        move(ref, "eaten", 1),
    ]
    advance = one(entries)
    wanted = ["twice", "too_much", "too_much", "amount", "amount", "unknown"]
    assert [leg.void for leg in advance.legs[3:]] == wanted
    assert advance.balance == 1_200_000


def test_money_counts_when_the_centre_has_numbered_it() -> None:
    entries = paid_out()
    numbers = {e.id: place for place, e in enumerate(entries[:3], 1)}
    assert (one(entries, numbers).paid, one(entries, numbers).waiting) == (0, True)
    numbers[entries[3].id] = 4
    assert (one(entries, numbers).paid, one(entries, numbers).waiting) == (1_200_000, False)


def test_of_two_approvals_the_first_numbered_counts() -> None:
    asked = request()
    check = judge("小王", asked.id, "check")
    early, late = (judge(who, asked.id, "approve") for who in ("老张", "老赵"))
    numbers = {asked.id: 1, check.id: 2, late.id: 3, early.id: 4}
    legs = one([asked, check, early, late], numbers).legs
    assert [(leg.entry.author, leg.void) for leg in legs[1:]] == [("老赵", ""), ("老张", "twice")]


def test_a_leg_recorded_wrongly_is_taken_out_by_two_people() -> None:
    entries = paid_out()
    wrong = move(entries[0].id, "returned", 1_200_000)
    asked = reverse(wrong.id)
    entries += [wrong, asked]
    assert one(entries).balance == 0
    assert one([*entries, judge("小李", asked.id, "approve")]).legs[-1].void == "self"
    entries.append(judge("老张", asked.id, "approve"))
    assert (one(entries).balance, one(entries).state) == (1_200_000, "paid")
    assert [leg.void for leg in one(entries).legs[3:]] == ["reversed", "", ""]
    assert one([*entries, reverse(wrong.id)]).legs[-1].void == "twice"


def test_a_reversal_that_was_not_agreed_to_changes_nothing_and_may_be_asked_for_again() -> None:
    entries = paid_out()
    wrong = entries[3].id
    asked = reverse(wrong)
    entries += [asked, judge("老张", asked.id, "approve", "no")]
    assert one(entries).balance == 1_200_000
    again = reverse(wrong)
    entries += [again, judge("老张", again.id, "approve")]
    assert (one(entries).balance, one(entries).state) == (0, "approved")


def test_what_was_paid_is_not_reversed_once_it_came_back() -> None:
    entries = paid_out()
    asked = reverse(entries[3].id)
    entries += [asked, move(entries[0].id, "returned", 1), judge("老张", asked.id, "approve")]
    assert (one(entries).legs[-1].void, one(entries).balance) == ("too_much", 1_199_999)


def test_a_waiver_is_reversed_only_once_it_counts() -> None:
    entries = paid_out()
    waiver = move(entries[0].id, "waived", 500)
    entries += [waiver, reverse(waiver.id), judge("老张", waiver.id, "approve")]
    late = reverse(waiver.id)
    entries.append(late)
    assert [leg.void for leg in one(entries).legs[4:]] == ["too_early", "", ""]
    assert one([*entries, judge("老张", late.id, "approve")]).balance == 1_200_000


def test_a_reversal_waits_for_the_centre_like_money() -> None:
    entries = paid_out()
    back = move(entries[0].id, "returned", 1_200_000)
    asked = reverse(back.id)
    entries += [back, asked, judge("老张", asked.id, "approve")]
    numbers = {e.id: place for place, e in enumerate(entries[:-1], 1)}
    assert (one(entries, numbers).balance, one(entries, numbers).waiting) == (0, True)


class Ledger(RuleBasedStateMachine):
    """Three officers write whatever they like; a centre numbers some of it, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.entries = [request("小李"), request("小王", 500)]
        self.numbers: dict[str, int] = {}

    authors = st.sampled_from((*OFFICERS, *OFFICERS, ""))
    places = st.sampled_from((0, 0, 1, 1, 2, 4, 7, 99))
    amounts = st.sampled_from((250, 400, 500, 500, 1_200_000, 0, -1, MAX_FEN + 1, True, "5"))

    def _ref(self, place: int) -> str:
        return self.entries[place].id if place < len(self.entries) else "nowhere"

    @rule(author=authors, amount=amounts)
    def asked(self, author: str, amount: Json) -> None:
        self.entries.append(request(author, amount))

    @rule(author=authors, place=places, step=st.sampled_from(("check", "approve", "wish")),
          answer=st.sampled_from(("yes", "yes", "yes", "no")))  # fmt: skip
    def judged(self, author: str, place: int, step: str, answer: str) -> None:
        self.entries.append(judge(author, self._ref(place), step, answer))

    @rule(place=st.integers(0, 1), people=st.permutations(OFFICERS))
    def passed_and_paid(self, place: int, people: list[str]) -> None:
        check, approve, _ = people
        asked = self.entries[place]
        self.entries += [
            judge(check, asked.id, "check"),
            judge(approve, asked.id, "approve"),
            move(asked.id, "paid", asked.body["amount"]),
        ]

    @rule(place=st.integers(0, 1), amounts=st.lists(st.sampled_from((250, 400)), max_size=3))
    def given_back(self, place: int, amounts: list[int]) -> None:
        ref = self.entries[place].id
        self.entries += [move(ref, "returned", amount) for amount in amounts]

    @rule(author=authors, place=places, amount=amounts, to_return=amounts,
          leg=st.sampled_from((*LEGS, "x")))  # fmt: skip
    def moved(self, author: str, place: int, amount: Json, to_return: Json, leg: str) -> None:
        ref = self._ref(place)
        self.entries.append(move(ref, leg, amount, author, to_return=to_return))

    @rule(author=authors, place=st.integers(0, 40))
    def reversal(self, author: str, place: int) -> None:
        self.entries.append(reverse(self._ref(place), author))

    @rule(place=st.integers(0, 40), people=st.permutations(OFFICERS))
    def taken_out(self, place: int, people: list[str]) -> None:
        asked = reverse(self._ref(place), people[0])
        self.entries += [asked, judge(people[1], asked.id, "approve")]

    @rule(how_many=st.integers(1, 9), seed=st.integers(0, 99))
    def numbered(self, how_many: int, seed: int) -> None:
        rest = [e for e in self.entries if e.id not in self.numbers]
        for taken in Random(seed).sample(rest, min(how_many, len(rest))):
            self.numbers[taken.id] = len(self.numbers) + 1

    @invariant()
    def holds(self) -> None:
        for numbers in (None, self.numbers):
            found = ledger(self.entries, numbers)
            shuffled = list(self.entries)
            Random(len(shuffled)).shuffle(shuffled)
            assert ledger(shuffled, numbers) == found
            legs = [leg for one in found.advances for leg in (one.request, *one.legs)]
            assert {leg.entry.id for leg in (*legs, *found.strays)} == {e.id for e in self.entries}
            assert all(leg.void in ("", *VOID_WORDS) for leg in legs)
            for advance in found.advances:
                self._check(advance, numbers)

    def _check(self, advance: Advance, numbers: Mapping[str, int] | None) -> None:
        counting = [leg for leg in advance.legs if leg.counts]
        if numbers is not None:
            assert all(leg.entry.id in numbers for leg in counting)
        assert advance.balance == _sum_of(counting)
        assert 0 <= advance.balance <= advance.paid
        assert advance.outstanding <= advance.balance
        if advance.paid:
            assert advance.request.counts
            steps = {
                str(leg.entry.body["step"]): leg.entry.author
                for leg in counting
                if leg.entry.kind == "advance.judged" and leg.entry.body["ref"] == advance.id
            }
            people = {advance.request.entry.author, steps["check"], steps["approve"]}
            assert len(people) == 3
            assert advance.paid <= int(str(advance.request.entry.body["amount"]))


def _sum_of(counting: list[Leg]) -> int:
    """The balance, added up by hand."""
    bodies = {leg.entry.id: leg.entry.body for leg in counting}
    total = 0
    for leg in counting:
        body = leg.entry.body
        waiver = bodies.get(str(body["ref"]), {})
        if body.get("leg") == "paid":
            total += int(str(body["amount"]))
        elif body.get("leg") == "returned":
            total -= int(str(body["amount"]))
        elif waiver.get("leg") == "waived" and body.get("answer") == "yes":
            total -= int(str(waiver["amount"]))
    return total


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
