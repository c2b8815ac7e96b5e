"""The words about the centre: what never lies, what is masked, what each key would do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from desk_app.core.entries import NewEntry
from desk_app.core.exchange import CaseSync, IncomingOffer, QueueRow, SyncState
from desk_app.core.fold import fold
from desk_app.core.queue import HOUR_MS, REASONS, Offer, QueueState
from desk_app.ui.presenters.centre_words import CentreFacts, Where, place_words, where_words
from desk_app.ui.presenters.conflict_lines import conflicts_of
from desk_app.ui.presenters.queue_lines import (
    HELD,
    HOURS,
    INCOMING,
    MINE,
    OFFERED,
    RAISED,
    SENT,
    UNCONFIRMED,
    WAITING,
    Desk,
    group_of,
    lost_words,
    offer_line,
    queue_line,
)
from tests.helpers.factories import Desk as MadeUpDesk
from tests.helpers.fakes import A_MONDAY
from tests.helpers.small_pack import pack

NOW = round(A_MONDAY.timestamp() * 1000)
DESK = Desk("小李", "mydevice00", A_MONDAY)
JOINED = SyncState(hub="h", centre="c", centre_name="南京西路")


@dataclass(frozen=True)
class Status:
    """What the sync thread says."""

    state: str = "idle"
    code: str = ""
    at: str = "2026-11-23T08:30:00+08:00"


def said(status: Status, unsent: int = 0, tray: int = 0, hold: int = 0) -> Where:
    state = SyncState(hub="h", centre="c", hold=hold)
    return where_words(CentreFacts(state, status, unsent, tray), A_MONDAY)


def row(state: QueueState, *pending: str) -> QueueRow:
    return QueueRow("case", "BCS-1", "低保", "张小芳", "小王", state, pending)


def held(officer: str, device: str = "otherdesk0", hours: int = 2) -> QueueState:
    return QueueState(holder=officer, device=device, fence=1, until=NOW + hours * HOUR_MS)


def offered(by: str, to: str, to_centre: str = "") -> Offer:
    return Offer("e", to, to_centre, by, "我要去开会", "")


def test_without_a_centre_the_line_says_so() -> None:
    assert where_words(CentreFacts(SyncState()), A_MONDAY).words == "只在本机（没有加入中心）"


@pytest.mark.parametrize(
    ("unsent", "status", "words"),
    [
        (0, Status(), "已到中心 08:30"),
        (3, Status(), "3 条待传"),
        (3, Status(state="busy"), "正在传 · 还有 3 条"),
        (0, Status(state="busy"), "已到中心 08:30"),
        (0, Status(at=""), "正在和中心对，没有待传的"),
        (3, Status(state="offline"), "离线 · 3 条待传"),
        (0, Status(state="offline"), "离线 · 已到中心 08:30"),
        (0, Status(state="offline", at=""), "离线 · 没有待传的"),
        (2, Status(state="offline", code="busy"), "中心在忙，过一会儿再传 · 2 条待传"),
        (2, Status(state="refused", code="other_hub"), "那边不是原来的中心，没有传 · 2 条待传"),
        (0, Status(state="refused", code="xyz"), "中心不收这台设备的记录（xyz）"),
    ],
)
def test_the_line_at_the_bottom(unsent: int, status: Status, words: str) -> None:
    assert said(status, unsent).words == words


def test_arrived_is_never_said_while_something_waits() -> None:
    for state in ("idle", "busy", "offline", "refused"):
        assert "已到中心" not in said(Status(state), 1).words


def test_only_what_a_person_must_look_at_is_pointed_out() -> None:
    assert said(Status("offline"), 5).tone == ""
    assert said(Status("refused", "revoked")).tone == "warn"
    assert said(Status(), tray=2, hold=60).calls == "待处理 2 · 60 件等您同意移走"
    assert said(Status()).calls == ""


@pytest.mark.parametrize(
    ("sync", "words"),
    [
        (CaseSync("local"), "本机"),
        (CaseSync("waiting", 3), "待传 3"),
        (CaseSync("at_centre"), "已到中心"),
        (CaseSync("conflict", 2), "有冲突"),
    ],
)
def test_where_a_case_is_kept(sync: CaseSync, words: str) -> None:
    assert place_words(sync)[0] == words


@pytest.mark.parametrize(
    ("state", "group"),
    [
        (QueueState(waiting=True), WAITING),
        (held("小李", "mydevice00"), MINE),
        (held("小李"), HELD),  # at another desk
        (held("小王"), HELD),
        (held("小王", hours=-1), WAITING),  # the lease is over
        (QueueState(offer=offered("小王", "小李")), OFFERED),
        (QueueState(offer=offered("小王", "")), OFFERED),  # anyone
        (QueueState(offer=offered("小王", "小陈")), HELD),
        (QueueState(offer=offered("小李", "")), SENT),
        (QueueState(offer=offered("小王", "小李", "c2")), HELD),  # not ours to answer
        (QueueState(waiting=True, escalated_by="小王"), RAISED),
        (QueueState(), ""),
    ],
)
def test_part_of_the_queue(state: QueueState, group: str) -> None:
    assert group_of(row(state), DESK) == group


def test_what_is_asked_for_moves_nothing_and_is_not_asked_twice() -> None:
    waiting = row(QueueState(waiting=True), "case.claimed")
    assert group_of(waiting, DESK) == WAITING
    line = queue_line(waiting, WAITING, DESK, lost="", choosing=False)
    assert line.news == (f"{UNCONFIRMED}：接手",)
    assert "take" not in [act.value for act in line.acts]


def test_one_key_means_one_thing_everywhere() -> None:
    keys: dict[str, set[str]] = {}
    for state in (
        QueueState(waiting=True), held("小李", "mydevice00"), held("小王"),
        QueueState(offer=offered("小王", "小李")), QueueState(offer=offered("小李", "小陈")),
    ):  # fmt: skip
        found = row(state)
        line = queue_line(found, group_of(found, DESK), DESK, lost="", choosing=False)
        for act in line.acts:
            keys.setdefault(act.digit, set()).add(act.value)
    assert all(len(values) == 1 for values in keys.values())


def test_nobody_elses_case_can_be_taken_or_given_back() -> None:
    line = queue_line(row(held("小王")), HELD, DESK, lost="", choosing=False)
    assert [act.value for act in line.acts] == ["raise", "case"]
    mine = queue_line(row(held("小李", "mydevice00")), MINE, DESK, lost="", choosing=True)
    assert mine.acts == HOURS


def test_names_in_the_queue_are_masked() -> None:
    line = queue_line(row(QueueState(waiting=True)), WAITING, DESK, lost="", choosing=False)
    assert line.text == "张**　低保"


def test_an_offer_to_somebody_else_is_not_ours_to_answer() -> None:
    offer = IncomingOffer("r", "x", "n", "c2", "虹桥", "刘", "小陈", "搬走了", "低保", NOW)
    line = offer_line(offer, DESK)
    assert line.acts == ()
    assert "请小陈接" in line.detail
    assert INCOMING == "incoming"


@pytest.mark.parametrize("code", [code for code in REASONS if code != "contribution"])
def test_why_something_had_no_effect(code: str) -> None:
    desk = MadeUpDesk()
    entry = desk.write(NewEntry("case", "case.claimed", {"fence": 0}))
    words = lost_words([entry], {entry.id: code}, QueueState(), DESK)
    assert REASONS[code] in words
    assert "接手" in words
    assert lost_words([entry], {}, QueueState(), DESK) == ""
    assert lost_words([entry], {entry.id: code}, held("小李", "mydevice00"), DESK) == ""


def test_equal_masks_say_how_to_tell_them_apart() -> None:
    desk = MadeUpDesk()
    entries = [
        desk.write(NewEntry("case", "field.set", {"name": "resident_name", "value": name}), who)
        for name, who in (("张小芳", "小李"), ("张小方", "小王"))
    ]
    case = fold("case", entries)
    (conflict,) = conflicts_of(case, pack(), "小李", A_MONDAY)
    assert [rival.words for rival in conflict.rivals] == ["姓名：张**", "姓名：张**"]
    assert "按 0 看清楚" in conflict.note
    assert not any(rival.shows for rival in conflict.rivals)
    seen = frozenset({"field:resident_name"})
    (conflict,) = conflicts_of(case, pack(), "小李", A_MONDAY, seen)
    assert [rival.words for rival in conflict.rivals] == ["姓名：张小芳", "姓名：张小方"]
