"""Parties, requests and calls of a case, whatever was written."""

from __future__ import annotations

from datetime import date

import pytest

from desk_app.core.coordination import (
    RESIDENT,
    asked_before,
    calls,
    nudge_words,
    parties,
    party_of,
    requests,
    role_by_name,
)
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.kind import Json
from tests.helpers.factories import OPENED, Desk

CASE = "zhaocase01"
ASKED: dict[str, Json] = {
    "what": "查社保缴费年限", "way": "phone", "asked": "2026-11-23", "due": "2026-11-27",
}  # fmt: skip


class Writing:
    """Writes entries of one case and folds them from the wrong end."""

    def __init__(self) -> None:
        self.desk = Desk()
        opened = NewEntry(CASE, "case.opened", {**OPENED, "number": "N"})
        self.entries: list[Entry] = [self.desk.write(opened)]

    def write(self, kind: str, body: dict[str, Json], base: str = "") -> str:
        self.entries.append(self.desk.write(NewEntry(CASE, kind, body, base)))
        return self.entries[-1].id

    @property
    def case(self) -> CaseState:
        return fold(CASE, reversed(self.entries))


@pytest.fixture
def writing() -> Writing:
    return Writing()


def test_the_resident_is_the_first_party_without_an_entry(writing: Writing) -> None:
    writing.write("field.set", {"name": "resident_name", "value": "赵秀英"})
    office = writing.write("party.added", {"role": "office", "name": "区社保中心"})
    first, second = parties(writing.case)
    assert (first.id, first.name, first.shown_name) == (RESIDENT, "赵秀英", "赵**")
    assert (second.id, second.shown_name) == (office, "区社保中心")


def test_a_call_to_somebody_new_makes_the_party_and_a_correction_names_it(
    writing: Writing,
) -> None:
    talk: dict[str, Json] = {"way": "phone", "direction": "out", "reached": True}
    first = writing.write("call.logged", {**talk, "party": "", "name": "王社工", "said": "问了"})
    writing.write("call.logged", {**talk, "party": first, "said": "再问"})
    changed: dict[str, Json] = {"ref": first, "role": "third", "name": "王敏", "org": "市一医院"}
    writing.write("party.changed", changed)
    case = writing.case
    assert [call.party for call in calls(case)] == [first, first]
    party = party_of(case, first)
    assert party is not None
    assert (party.name, party.org) == ("王敏", "市一医院")


def test_a_nudge_resets_nothing_and_is_counted(writing: Writing) -> None:
    office = writing.write("party.added", {"role": "office", "name": "区社保中心"})
    ref = writing.write("request.made", {**ASKED, "party": office})
    for day in ("2026-09-01", "2026-09-03"):
        writing.write("request.nudged", {"ref": ref, "way": "phone", "on": day})
    (one,) = requests(writing.case)
    assert one.is_open
    assert nudge_words(one) == "催过 2 次，最近 9月3日"
    late = [one.days_late(date(2026, 11, day), {}) for day in (27, 28, 30)]
    assert late == [0, 1, 1]
    assert one.days_late(date(2026, 12, 2), {}) == 3


def test_an_answer_ends_the_waiting(writing: Writing) -> None:
    ref = writing.write("request.made", {**ASKED, "party": RESIDENT})
    body: dict[str, Json] = {"ref": ref, "answer": "partly", "on": "2026-11-25", "said": "缺两年"}
    writing.write("request.answered", body)
    (one,) = requests(writing.case)
    assert (one.state, one.answer, one.said, one.ended) == (
        "answered", "partly", "缺两年", date(2026, 11, 25),
    )  # fmt: skip
    assert one.days_late(date(2030, 1, 1), {}) == 0


def test_who_was_asked_before_is_known_along_the_chain_even_in_a_circle(writing: Writing) -> None:
    first = writing.write("party.added", {"role": "office", "name": "区社保中心"})
    second = writing.write("party.added", {"role": "office", "name": "街道"})
    ref = writing.write("request.made", {**ASKED, "party": first})
    then = writing.write("request.made", {**ASKED, "party": second, "after": ref})
    assert [party.name for party in asked_before(then, writing.case)] == ["街道", "区社保中心"]
    own = f"k7desk0000-incarnation00-{len(writing.entries) + 1}"
    writing.write("request.made", {**ASKED, "party": second, "after": own})
    assert len(asked_before(writing.entries[-1].id, writing.case)) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("party.added", {"role": "third", "name": "  "}),
        ("party.added", {"role": "boss", "name": "王"}),
        ("request.made", {**ASKED, "party": "e1", "what": " "}),
        ("request.made", {**ASKED, "party": "e1", "due": "9999-12-31"}),
        ("request.made", {**ASKED, "party": "e1", "asked": "1900-01-01"}),
        ("request.made", {**ASKED, "party": "e1", "due": "2026-11-01"}),
        ("request.nudged", {"ref": "e1", "way": "phone", "on": "1900-01-01"}),
        ("call.logged", {"party": "", "way": "phone", "direction": "out", "reached": True,
                         "said": "问了"}),
        ("call.logged", {"party": "e1", "way": "phone", "direction": "out", "reached": True,
                         "said": ""}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_written(
    writing: Writing, kind: str, body: dict[str, Json]
) -> None:
    with pytest.raises(BadInputError):
        writing.write(kind, body)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("人社窗口", "office"), ("医保局", "office"), ("第一医院", "office"), ("派出所", "office"),
        ("残联", "office"), ("赵女士", "third"), ("王局", "third"), ("李卫东", "third"),
        ("张建国", "third"), ("", "third"),
    ],
)  # fmt: skip
def test_offices_are_told_by_their_names_and_in_doubt_it_is_a_person(name: str, role: str) -> None:
    assert role_by_name(name) == role
