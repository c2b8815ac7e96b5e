"""Advisers and filed decisions as a fold: nobody approves their own, and nothing breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.core.advice import (
    APPROVED,
    DISPUTED,
    DROPPED,
    OPEN,
    REFUSED,
    filings,
    opinions,
    questions,
)
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.kind import Json
from desk_app.core.stages import CONDITIONS
from desk_app.core.tasks import tasks
from tests.helpers.factories import OPENED, Desk

CASE = "advicecase1"
ASKED: dict[str, Json] = {"whom": "老周", "question": "能不能先报", "due": "2026-11-27"}
FILED: dict[str, Json] = {"what": "先垫付后补单", "rule": "先付后报", "reason": "家里没有钱"}
GIVEN: dict[str, Json] = {"by": "老周", "said": "可以先报", "leaning": "conditional"}


class Room:
    """One case, written by whom it says."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.entries: list[Entry] = []
        self.write("case.opened", {**OPENED, "number": "N"})

    def write(self, kind: str, body: dict[str, Json], by: str = "小李", base: str = "") -> str:
        entry = self.desk.write(NewEntry(CASE, kind, body, base), by)
        self.entries.append(entry)
        return entry.id

    @property
    def case(self) -> CaseState:
        return fold(CASE, self.entries)


@pytest.fixture
def room() -> Room:
    return Room()


def codes(room: Room) -> list[str]:
    return [task.code for task in tasks(room.case) if task.topic == "advice"]


def test_an_adviser_is_waited_for_until_he_has_said_something(room: Room) -> None:
    ref = room.write("opinion.asked", ASKED)
    assert codes(room) == ["opinion.answer"]
    room.write("opinion.given", {**GIVEN, "ref": ref})
    (question,) = questions(room.case)
    assert (question.is_open, question.answers[0].leaning) == (False, "conditional")
    assert codes(room) == []


def test_an_opinion_needs_no_question(room: Room) -> None:
    room.write("opinion.given", {**GIVEN, "ref": "nobody"})
    assert [one.said for one in opinions(room.case)] == ["可以先报"]
    assert questions(room.case) == ()


def test_a_filing_waits_for_another_person_and_nobody_approves_their_own(room: Room) -> None:
    ref = room.write("filing.made", FILED)
    (task,) = [task for task in tasks(room.case) if task.topic == "advice"]
    assert (task.code, task.not_by) == ("filing.judge", ("小李",))
    assert not CONDITIONS["filings_judged"].holds(room.case)
    own = room.write("filing.judged", {"ref": ref, "answer": "yes"}, "小李")
    assert filings(room.case)[0].state == OPEN
    room.write("filing.judged", {"ref": ref, "answer": "yes"}, "老张", own)
    assert (filings(room.case)[0].state, filings(room.case)[0].judge) == (APPROVED, "老张")
    assert CONDITIONS["filings_judged"].holds(room.case)
    assert codes(room) == []


def test_two_who_judge_differently_offline_settle_nothing(room: Room) -> None:
    ref = room.write("filing.made", FILED)
    room.write("filing.judged", {"ref": ref, "answer": "yes"}, "老张")
    room.write("filing.judged", {"ref": ref, "answer": "no", "why": "没有先例"}, "老王")
    assert filings(room.case)[0].state == DISPUTED
    assert codes(room) == ["filing.judge"]


def test_a_refusal_and_a_filing_taken_back(room: Room) -> None:
    ref = room.write("filing.made", FILED)
    room.write("filing.judged", {"ref": ref, "answer": "no", "why": "先问基金"}, "老张")
    other = room.write("filing.made", {**FILED, "what": "另一件"})
    room.write("filing.dropped", {"ref": other, "why": "不用了"})
    assert [(one.state, one.why) for one in filings(room.case)] == [
        (REFUSED, "先问基金"), (DROPPED, "不用了"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("opinion.asked", {"whom": " "}), ("opinion.asked", {"question": ""}),
        ("opinion.asked", {"due": "1900-01-01"}), ("opinion.asked", {"due": "9999-12-31"}),
        ("opinion.given", {"said": ""}), ("opinion.given", {"leaning": "perhaps"}),
        ("filing.made", {"what": ""}), ("filing.made", {"rule": " "}),
        ("filing.made", {"reason": ""}), ("filing.judged", {"answer": "no"}),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for(room: Room, kind: str, wrong: dict[str, Json]) -> None:
    whole = {
        "opinion.asked": ASKED, "opinion.given": GIVEN, "filing.made": FILED,
        "filing.judged": {"ref": "e1", "answer": "yes"},
    }  # fmt: skip
    with pytest.raises(BadInputError):
        room.write(kind, {**whole[kind], **wrong})


@given(st.permutations(range(7)), st.sets(st.integers(0, 6)))
def test_no_order_and_no_gap_breaks_it(order: list[int], missing: set[int]) -> None:
    room = Room()
    asked = room.write("opinion.asked", ASKED)
    room.write("opinion.given", {**GIVEN, "ref": asked})
    room.write("opinion.dropped", {"ref": asked, "why": "问到了"})
    filed = room.write("filing.made", FILED)
    room.write("filing.judged", {"ref": filed, "answer": "yes"}, "老张")
    room.write("filing.dropped", {"ref": filed, "why": "不用了"})
    kept = [room.entries[n] for n in order if n not in missing]
    case, again = fold(CASE, kept), fold(CASE, sorted(kept, key=lambda entry: entry.hlc))
    assert (questions(case), filings(case)) == (questions(again), filings(again))
    assert all(one.state in (OPEN, APPROVED, DROPPED) for one in filings(case))
