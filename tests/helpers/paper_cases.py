"""Two made-up cases for the papers: one of which everything is known, one of which nothing is."""

from __future__ import annotations

from collections.abc import Mapping

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.kind import Json
from tests.helpers.factories import OPENED, Desk
from tests.helpers.starter import starter_pack

CASE = "papercase01"
NUMBER = "BCS-20261123-02-K7"
ID_NUMBER = "310106194903121012"
FIELDS = {
    "resident_name": "广德明",
    "resident_title": "广先生",
    "phone": "13800138000",
    "id_number": ID_NUMBER,
    "address": "示范路 12 弄 3 号 401 室",
    "relation": "本人",
    "words": f"我得了肺癌晚期，住院要先付三万多，手里只有四千块（身份证 {ID_NUMBER}）",
    "stuck_reason": "窗口说先付后报，付不起",
    "verdict": "maybe_feasible",
}
ITEMS = ("medical.reimburse-remote",)


class Scribe:
    """Writes the entries of one case, each by whom it says."""

    def __init__(self) -> None:
        self._desk = Desk()
        self.entries: list[Entry] = []
        self.write("case.opened", {**OPENED, "number": NUMBER})

    def write(self, kind: str, body: Mapping[str, Json], author: str = "小李") -> str:
        """Write an entry; its id."""
        entry = self._desk.write(NewEntry(CASE, kind, dict(body)), author)
        self.entries.append(entry)
        return entry.id

    @property
    def case(self) -> CaseState:
        """The case as it stands."""
        return fold(CASE, self.entries)


def empty_case() -> CaseState:
    """A case that was only opened."""
    return Scribe().case


def full_case() -> CaseState:
    """A case of which a paper can say everything."""
    scribe = Scribe()
    for name, value in FIELDS.items():
        scribe.write("field.set", {"name": name, "value": value})
    pack = starter_pack()
    for item in ITEMS:
        scribe.write("item.chosen", {"item": item, "name": pack.items[item].name, "version": 1})
    for material in ("medical-invoice-paper", "bank-card"):
        scribe.write("material.marked", {"material": material, "state": "missing"})
    for material in ("id-card", "social-security-card"):
        scribe.write("material.marked", {"material": material, "state": "in_hand"})
    scribe.write(
        "promise.made", {"what": "打电话告诉您审核结果", "who": "小李", "due": "2026-12-03"}
    )
    for way in ("paper", "video"):
        scribe.write(
            "consent.given",
            {
                "by": "广德明", "role": "self", "way": way, "matter": "代交报销材料、代领结算单",
                "shown": "身份证", "said": "我愿意，请你们替我办", "witnesses": ["小李", "小王"],
                "until": "2027-05-22", "sha256": "ab" * 32,
            },
        )  # fmt: skip
    _others(scribe)
    _money(scribe)
    _visit(scribe)
    _filing(scribe)
    scribe.write(
        "case.closed",
        {
            "outcome": "done_now", "explained": True, "sheet_given": True,
            "explanation": "基金先垫付住院费，报销到账后由家属返还。",
            "basis": "《某市医疗救助办法》第十二条第二款",
            "next_door": "可以再向街道申请临时救助。",
        },
    )  # fmt: skip
    return scribe.case


def _others(scribe: Scribe) -> None:
    agent = {"role": "agent", "name": "广小明", "phone": "13900001111", "relation": "儿子"}
    scribe.write("party.added", {**agent, "id_number": "310106197805054410"})
    office = scribe.write(
        "party.added", {"role": "office", "name": "区医保中心", "agency": "district-medical-centre"}
    )
    asked = {"party": office, "what": "查肺癌住院的报销比例", "way": "phone"}
    ref = scribe.write("request.made", {**asked, "asked": "2026-11-23", "due": "2026-11-27"})
    talk = {"party": office, "way": "phone", "direction": "out", "reached": True}
    scribe.write("call.logged", {**talk, "said": "张老师说可以先垫付再报", "ref": ref})
    answer = {"ref": ref, "answer": "yes", "said": "可以报，要结算单", "on": "2026-11-24"}
    scribe.write("request.answered", answer)


def _filing(scribe: Scribe) -> None:
    scribe.write(
        "opinion.given",
        {"by": "老周", "said": "肺癌可以先付再报", "leaning": "conditional", "basis": "第十二条"},
    )
    filed = {
        "what": "基金先垫付", "rule": "先付后报", "reason": "得了肺癌，付不起",
        "basis": "第十二条", "conditions": "三天内补结算单",
    }  # fmt: skip
    ref = scribe.write("filing.made", filed)
    scribe.write("filing.judged", {"ref": ref, "answer": "yes"}, "老张")


def _visit(scribe: Scribe) -> None:
    ref = scribe.write(
        "visit.planned",
        {
            "on": "2026-11-25", "place": "hospital", "where": "示范医院 3 楼 12 床",
            "officers": ["小李", "小王"], "time": "09:30", "what": "问报销的意愿",
        },
    )  # fmt: skip
    scribe.write(
        "visit.recorded",
        {
            "ref": ref, "on": "2026-11-25", "arrived": "09:35", "left": "10:20",
            "present": "广小明（儿子）", "state": "clear", "hearing": "hard_of_hearing",
            "language": "上海话", "badge_shown": True, "identity": "id_card", "filming": "agreed",
            "filming_for": "留存本人意愿", "kept": ["户口本"], "shown": ["身份证"],
            "done": "本人同意代办肺癌住院报销", "rest": "等结算单", "said": "谢谢你们跑来",
        },
    )  # fmt: skip


def _money(scribe: Scribe) -> None:
    asked = scribe.write(
        "advance.requested",
        {
            "amount": 3_250_050, "payee": "示范医院", "bank": "示范银行示范支行",
            "account": "6222020000000000001", "purpose": "肺癌住院费，付不起",
        },
    )  # fmt: skip
    for step, who in (("check", "小王"), ("approve", "老张")):
        scribe.write("advance.judged", {"ref": asked, "step": step, "answer": "yes"}, who)
    move = {"ref": asked, "day": "2026-11-23"}
    scribe.write("advance.moved", {**move, "leg": "paid", "amount": 3_250_050})
    scribe.write(
        "advance.moved",
        {**move, "leg": "returned", "amount": 950_000, "source": "家属", "paper": "HD-118"},
    )
