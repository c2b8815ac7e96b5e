"""What pages say of entries, days and editors, in plain words."""

from __future__ import annotations

from datetime import date

import pytest

from desk_app.core.catalogue import Pack
from desk_app.core.entries import Entry
from desk_app.core.kinds import KINDS
from desk_app.core.kinds.kind import Json
from desk_app.ui.presenters.entry_words import entry_words
from desk_app.ui.presenters.time_words import due_words, time_words
from desk_app.ui.presenters.today_presenter import slot_words
from tests.helpers.fakes import A_MONDAY
from tests.helpers.starter import starter_pack

BODIES: dict[str, dict[str, Json]] = {
    "case.opened": {"number": "N", "channel": "phone", "pack_version": "1", "pack_digest": "0"},
    "field.set": {"name": "resident_name", "value": "陈桂英"},
    "note.added": {"text": "打了电话"},
    "note.corrected": {"ref": "e1", "text": "打了两次电话"},
    "item.chosen": {"item": "medical.reimburse-remote", "name": "异地报销", "version": 1,
                    "why": "说了外地"},
    "item.dropped": {"item": "medical.reimburse-remote"},
    "answer.given": {"fact": "by-agent", "value": "self"},
    "question.answered": {"question": "在哪看的病？", "answer": "杭州"},
    "sop.started": {"sop": "sop.e-invoice-mismatch", "version": 1, "definition": {}},
    "step.marked": {"sop": "sop.e-invoice-mismatch", "step": "S1", "state": "done"},
    "material.marked": {"material": "id-card", "state": "in_hand", "fetcher": "us"},
    "promise.made": {"what": "回电", "who": "小李", "due": "2026-12-01"},
    "promise.kept": {"ref": "e1", "note": "找到了"},
    "attachment.added": {"sha256": "0" * 64, "size": 2048, "name": "证.jpg",
                         "media_type": "image/jpeg", "source": "paste"},
    "consent.given": {"by": "杨小明", "role": "self", "way": "video", "matter": "参保",
                      "shown": "身份证", "until": "2027-05-24"},
    "consent.ended": {"ref": "e1", "why": "改了主意"},
    "capacity.judged": {"capacity": "unable", "why": "医生说"},
    "party.added": {"role": "office", "name": "区医保中心", "agency": "yb"},
    "party.changed": {"ref": "e1", "role": "third", "name": "王社工", "org": "市第一医院"},
    "request.made": {"party": "e1", "what": "查参保记录", "way": "letter", "whom": "区医保中心",
                     "asked": "2026-11-23", "due": "2026-12-01"},
    "request.nudged": {"ref": "e1", "way": "phone", "on": "2026-12-01", "whom": "区医保中心"},
    "request.answered": {"ref": "e1", "answer": "passed_on", "on": "2026-12-01", "to": "e2",
                         "said": "归社保管"},
    "request.withdrawn": {"ref": "e1", "why": "居民自己找到了"},
    "call.logged": {"party": "e1", "way": "phone", "direction": "in", "reached": True,
                    "said": "下周给答复", "whom": "区医保中心"},
    "duty.set": {"day": "2026-11-24", "half": "am", "officer": "小李"},
    "standard.set": {"name": "dibao_standard", "value": "160000", "day": "2026-11-24"},
    "adviser.set": {"name": "老周", "field": "医保", "phone": "021-12345678"},
    "opinion.asked": {"whom": "区医保中心老周", "question": "能不能先报", "due": "2026-12-01"},
    "opinion.given": {"by": "老周", "said": "可以先报后补", "leaning": "conditional",
                      "basis": "医保办〔2026〕3 号第二条"},
    "opinion.dropped": {"ref": "e1", "why": "问到了"},
    "filing.made": {"what": "先垫付再补结算单", "rule": "先付后报", "reason": "家里没有钱"},
    "filing.judged": {"ref": "e1", "answer": "no", "why": "先问慈善基金"},
    "filing.dropped": {"ref": "e1", "why": "不用了"},
    "visit.planned": {"on": "2026-11-25", "place": "hospital", "where": "3 楼 12 床",
                      "officers": ["小李", "小王"], "time": "09:30"},
    "visit.moved": {"ref": "e1", "on": "2026-11-26", "place": "home", "where": "东街 3 号",
                    "officers": ["小李"], "alone": "小王病了", "why": "医院要检查"},
    "visit.dropped": {"ref": "e1", "why": "出院了"},
    "visit.recorded": {"ref": "e1", "on": "2026-11-25", "arrived": "09:35", "done": "参保",
                       "kept": ["户口本"]},
    "visit.returned": {"ref": "e1", "what": ["户口本"], "to": "杨阿姨"},
    "promise.handed": {"ref": "e1", "to": "小王", "why": "调走了"},
    "promise.dropped": {"ref": "e1", "why": "居民自己办好了"},
    "stage.entered": {"stage": "coordinate", "why": "先打电话", "unmet": ["verdict_given"]},
    "deadline.extended": {"ref": "e1", "until": "2026-12-01", "why": "等外省回函"},
    "paper.made": {"paper": "material_sheet", "sha256": "0", "pages": 2, "size": 18,
                   "how": "queue"},
    "sensitive.revealed": {"field": "phone", "why": "核对"},
    "session.ended": {"outcome": "come_back", "minutes": 20, "explained": True,
                      "sheet_given": True},
    "case.closed": {"outcome": "infeasible", "explained": True, "sheet_given": True,
                    "explanation": "超过十年", "next_door": "档案馆"},
    "case.reopened": {"why": "找到档案了"},
    "entry.withdrawn": {"ref": "e1"},
    "case.referred": {"why": "要上门", "summary": "老人"},
    "case.claimed": {"fence": 1, "hours": 24},
    "lease.renewed": {"fence": 1, "hours": 72},
    "case.released": {"fence": 1, "why": "居民改了主意"},
    "handover.offered": {"fence": 1, "to": "小王", "why": "住那边"},
    "handover.answered": {"ref": "e1", "answer": "accept", "why": ""},
    "case.escalated": {"why": "三个部门说法不一"},
    "person.linked": {"case": "c2", "same": True, "why": "电话一样"},
    "estimate.made": {"calculator": "dibao_gap", "version": 1, "title": "低保补差",
                      "inputs": {"people": 2}, "results": {"gap": 195000},
                      "summary": "每月补差 1,950.00 元"},
    "invoice.compared": {"invoice": "挂号费 12", "details": "挂号费 13", "difference": 100,
                         "summary": "明细比发票多 1.00 元；金额不同 1 项"},
    "advance.requested": {"amount": 1200000, "payee": "市第一医院", "bank": "工商银行",
                          "account": "1001234567890", "purpose": "住院押金"},
    "advance.judged": {"ref": "e1", "step": "check", "answer": "yes"},
    "advance.moved": {"ref": "e1", "leg": "paid", "amount": 1200000, "day": "2026-12-01"},
    "advance.reversed": {"ref": "e1", "why": "金额多打了一个零"},
    "link.made": {"token": "AbCdEf0123456789_-xyzw"},
    "link.ended": {"ref": "e1"},
    "link.next": {"stage": "coordinate", "next": "asking"},
    "inquiry.accepted": {"number": "482719", "received": 1},
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return starter_pack()


def entry(kind: str, body: dict[str, Json]) -> Entry:
    return Entry(
        "e9", "c1", kind, 1, body, "小李", "0", A_MONDAY.isoformat(), "", "", ""
    )  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_entry_has_a_sentence_without_codes(kind: str, pack: Pack) -> None:
    body = BODIES[kind]
    words = entry_words(entry(kind, body), pack)
    assert words
    if kind != "entry.withdrawn":  # it never shows: the timeline leaves withdrawn entries out
        assert "其他记录" not in words
        for code in ("come_back", "infeasible", "in_hand", "coordinate", "material_sheet",
                     "by-agent", "id-card", "2026-12-01"):  # fmt: skip
            assert code not in words


def test_private_values_are_masked_in_the_history(pack: Pack) -> None:
    words = entry_words(entry("field.set", {"name": "resident_name", "value": "陈桂英"}), pack)
    assert "陈" in words
    assert "桂英" not in words
    body: dict[str, Json] = {"name": "id_number", "value": "310106194903121012"}
    assert "19490312" not in entry_words(entry("field.set", body), pack)


def test_an_entry_of_a_newer_program_is_said_to_be_kept(pack: Pack) -> None:
    words = entry_words(entry("weather.noted", {"sky": "blue"}), pack)
    assert words == "其他记录（weather.noted），已照样保留"


def test_a_known_kind_that_cannot_be_read_is_not_guessed_at(pack: Pack) -> None:
    assert "其他记录" in entry_words(entry("note.added", {"said": "x"}), pack)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("", ""),
        ("2026-11-23T08:01:00+08:00", "今天 08:01"),
        ("2026-11-22T16:40:00+08:00", "昨天 16:40"),
        ("2026-11-22T16:40:00+00:00", "今天 00:40"),  # claimed in another zone
        ("2026-11-03T09:00:00+08:00", "11月3日 09:00"),
        ("2025-03-01T09:00:00+08:00", "2025年3月1日"),
    ],
)
def test_times_are_said_as_people_say_them(at: str, words: str) -> None:
    assert time_words(at, A_MONDAY) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 23), "今天"),
        (date(2026, 11, 24), "明天"),
        (date(2026, 11, 30), "还剩 5 个工作日"),
        (date(2026, 11, 20), "超 1 个工作日"),
        (date(2026, 11, 21), "超 1 个工作日"),  # a Saturday: late all the same
    ],
)
def test_what_is_left_is_counted_in_working_days(due: date, words: str) -> None:
    assert due_words(due, A_MONDAY.date(), {}) == words


@pytest.mark.parametrize(
    ("slot", "words"),
    [("field:words", "居民的原话"), ("field:phone", "电话"), ("question:x", "还要问清"),
     ("waive:s/1", "检查单"), ("promise:what", "约定"), ("note", "补记")],
)  # fmt: skip
def test_an_interrupted_place_is_named(slot: str, words: str) -> None:
    assert slot_words(slot) == words
