"""Who agreed to what, and whether it holds."""

from __future__ import annotations

from datetime import date

import pytest

from desk_app.core.consents import NO_FILE, consents, holding, why_void
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.kind import Json
from tests.helpers.factories import OPENED, Desk

CASE = "yangcase01"
TODAY = date(2026, 11, 24)
VIDEO: dict[str, Json] = {
    "by": "杨小明", "role": "self", "way": "video", "matter": "参加居民医保，委托中心代办",
    "shown": "身份证（亮证）", "said": "我愿意，请你们办", "witnesses": ["小李", "小王"],
    "until": "2027-05-24",
}  # fmt: skip
GUARDIAN: dict[str, Json] = {
    **VIDEO, "by": "杨大明", "role": "guardian", "guardian_proof": "法院监护判决书",
}  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    return Desk()


def case_with(desk: Desk, *written: tuple[str, dict[str, Json]]) -> CaseState:
    entries: list[Entry] = [desk.write(NewEntry(CASE, "case.opened", {**OPENED, "number": "N"}))]
    heads: dict[str, str] = {}
    for kind, body in written:
        base = heads.get("capacity", "") if kind == "capacity.judged" else ""
        entries.append(desk.write(NewEntry(CASE, kind, body, base)))
        if kind == "capacity.judged":
            heads["capacity"] = entries[-1].id
    return fold(CASE, reversed(entries))


def test_a_consent_by_video_holds_until_its_last_day(desk: Desk) -> None:
    case = case_with(desk, ("consent.given", VIDEO))
    (one,) = consents(case)
    assert (one.by, one.witnesses) == ("杨小明", ("小李", "小王"))
    assert holding(case, TODAY) == (one,)
    assert holding(case, date(2027, 5, 24)) == (one,)
    assert why_void(one, case, date(2027, 5, 25)) == "expired"


@pytest.mark.parametrize(
    ("capacity", "why"), [("able", ""), ("unable", "needs_guardian"), ("unclear", "doubted")]
)
def test_who_cannot_decide_does_not_consent_by_video(desk: Desk, capacity: str, why: str) -> None:
    """Also where it was found out after the video."""
    case = case_with(desk, ("consent.given", VIDEO), ("capacity.judged", {"capacity": capacity}))
    assert why_void(consents(case)[0], case, TODAY) == why


def test_a_guardian_speaks_for_who_cannot(desk: Desk) -> None:
    case = case_with(desk, ("capacity.judged", {"capacity": "unable"}), ("consent.given", GUARDIAN))
    assert [one.by for one in holding(case, TODAY)] == ["杨大明"]


def test_two_judgements_that_differ_are_no_judgement(desk: Desk) -> None:
    other = Desk("k7desk1111")
    entries = [
        desk.write(NewEntry(CASE, "case.opened", {**OPENED, "number": "N"})),
        desk.write(NewEntry(CASE, "consent.given", VIDEO)),
        desk.write(NewEntry(CASE, "capacity.judged", {"capacity": "able"})),
        other.write(NewEntry(CASE, "capacity.judged", {"capacity": "unable"})),
    ]
    case = fold(CASE, entries)
    assert why_void(consents(case)[0], case, TODAY) == "doubted"
    assert holding(case, TODAY) == ()


def test_a_consent_taken_back_holds_no_longer_and_stays_readable(desk: Desk) -> None:
    case = case_with(desk, ("consent.given", VIDEO))
    ended = desk.write(
        NewEntry(CASE, "consent.ended", {"ref": consents(case)[0].id, "why": "本人改了主意"})
    )
    case = fold(CASE, [*case.timeline, ended])
    assert consents(case)[0].ended == "本人改了主意"
    assert holding(case, TODAY) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": " "}, {"matter": ""}, {"shown": ""}, {"role": "neighbour"}, {"way": "by ear"},
        {"until": "2027-02-30"}, {"until": "1900-01-01"}, {"said": ""}, {"witnesses": ["小李"]},
        {"witnesses": ["小李", "小李"]}, {"witnesses": ["小李", ""]}, {"witnesses": [1, 2]},
        {"witnesses": list("一二三四五")}, {"role": "guardian"},
    ],
)  # fmt: skip
def test_what_a_record_must_hold_is_asked_for(desk: Desk, wrong: dict[str, Json]) -> None:
    with pytest.raises(BadInputError):
        desk.write(NewEntry(CASE, "consent.given", {**VIDEO, **wrong}))


def test_a_forged_consent_without_a_day_never_holds(desk: Desk) -> None:
    case = case_with(desk, ("consent.given", VIDEO))
    good = case.timeline[-1]
    forged = Entry(
        "x9desk0000-life00000000a-1", CASE, "consent.given", 1, {**VIDEO, "until": "for ever"},
        "", good.hlc, good.at, "", "", "",
    )  # fmt: skip
    case = fold(CASE, [*case.timeline, forged])
    assert [one.id for one in consents(case)] == [good.id]


def test_a_consent_that_names_a_file_holds_while_the_file_is_in_the_case(desk: Desk) -> None:
    """A forged hash, or a recording that was taken out again, proves nothing."""
    digest = "ab" * 32
    case = case_with(desk, ("consent.given", {**VIDEO, "sha256": digest}))
    assert why_void(consents(case)[0], case, TODAY) == NO_FILE
    added = desk.write(
        NewEntry(
            CASE, "attachment.added",
            {"sha256": digest, "size": 9, "name": "录像.mp4", "media_type": "video/mp4",
             "source": "choose"},
        )
    )  # fmt: skip
    case = fold(CASE, [*case.timeline, added])
    assert why_void(consents(case)[0], case, TODAY) == ""
    gone = desk.write(NewEntry(CASE, "entry.withdrawn", {"ref": added.id}))
    case = fold(CASE, [*case.timeline, added, gone])
    assert why_void(consents(case)[0], case, TODAY) == NO_FILE
