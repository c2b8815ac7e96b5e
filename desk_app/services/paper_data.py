"""What every datum of a paper says of a case (``core.paper_layout.VOCABULARY``): pure functions.

An empty answer is a line to fill by hand; nothing is ever made up for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from desk_app.core.advance_ledger import Advance, AdvanceLedger, Leg, advance_ledger
from desk_app.core.agenda import Agenda, build_agenda
from desk_app.core.basis import UNCHECKED, offered_bases
from desk_app.core.catalogue import Agency, Item, Pack
from desk_app.core.consents import Consent, consents
from desk_app.core.discretion import discreet, without_articles
from desk_app.core.fold import CaseState
from desk_app.core.masking import form_of_address
from desk_app.core.materials import MergedPaper
from desk_app.core.money import money_capitals, money_text
from desk_app.core.sheet import group_phone
from desk_app.core.stages import channel_of
from desk_app.core.workdays import add_working_days
from desk_app.services.paper import (
    WindowFacts,
    form_in_words,
    instead_of,
    is_print_later,
    where_to_get,
)

TableRow = Mapping[str, str]
Value = str | tuple[str, ...] | tuple[TableRow, ...]

WINDOW_AGENCY = "escalation-window"
"""The office of the pack that is this window itself: where it is and when it is open."""

CHANNEL_WORDS = {
    "counter": "综合窗口转来", "walk_in": "来人", "phone": "来电", "hotline_12345": "12345",
    "online": "网上", "home_visit": "上门", "hospital_visit": "医院",
}  # fmt: skip
ONLINE_WORDS = {"yes": "可以在网上全程办", "partial": "有一部分可以在网上办", "no": "要到窗口办"}
VERDICT_WORDS = {"feasible": "能办", "maybe_feasible": "部分能办", "infeasible": "目前不能办"}
STEP_WORDS = {"check": "审核", "approve": "审批"}


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What papers say that is not of the case.

    Attributes:
        office: the centre's whole name; empty = a line to fill by hand.
        link: where the resident's code leads; empty = there is none.
        numbers: the centre's numbers of the case's entries; None = this desk has no centre.
    """

    window: WindowFacts
    office: str = ""
    link: str = ""
    numbers: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class PaperSource:
    """A case with everything that its papers are filled in from.

    Attributes:
        about: id of the entry that the paper is about; empty = of the case as a whole.
    """

    pack: Pack
    case: CaseState
    facts: PaperFacts
    agenda: Agenda
    ledger: AdvanceLedger
    about: str = ""

    @property
    def today(self) -> date:
        """The day that the paper bears."""
        return self.facts.window.day

    @property
    def items(self) -> tuple[Item, ...]:
        """The chosen items that the pack knows."""
        return self.agenda.items

    @property
    def window_office(self) -> Agency | None:
        """The window itself, where somebody verified what the pack says of it."""
        office = self.pack.agencies.get(WINDOW_AGENCY)
        return office if office is not None and not office.sample else None

    @property
    def consent(self) -> Consent | None:
        """The consent that the paper is about."""
        return next((one for one in consents(self.case) if one.id == self.about), None)

    @property
    def advance(self) -> Advance | None:
        """The advance that the paper, or the leg of it, is about."""
        return next(
            (
                one
                for one in self.ledger.advances
                if self.about and self.about in (one.id, *(leg.entry.id for leg in one.legs))
            ),
            None,
        )

    @property
    def leg(self) -> Leg | None:
        """The leg of the money that the paper is about."""
        legs = self.advance.legs if self.advance else ()
        return next((leg for leg in legs if leg.entry.id == self.about), None)


def paper_source(pack: Pack, case: CaseState, facts: PaperFacts, about: str = "") -> PaperSource:
    """``case`` as its papers see it; ``pack`` is the one it is worked with."""
    ledger = advance_ledger(case, facts.numbers)
    return PaperSource(pack, case, facts, build_agenda(pack, case), ledger, about)


def long_day(day: date) -> str:
    """2026年11月23日, as papers bear it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _field(name: str) -> Callable[[PaperSource], str]:
    return lambda source: source.case.fields.get(name, "").strip()


def _typed(name: str) -> Callable[[PaperSource], str]:
    """A field that somebody typed freely: without illness and whole ID numbers."""
    return lambda source: discreet(source.case.fields.get(name, "").strip())


def _addressee(source: PaperSource) -> str:
    fields = source.case.fields
    return form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))


def _id_tail(source: PaperSource) -> str:
    number = "".join(source.case.fields.get("id_number", "").split())
    return f"后四位 {number[-4:]}" if len(number) > 7 else ""


def _sex(source: PaperSource) -> str:
    """By the last digit before the check digit, odd for men (GB 11643)."""
    number = "".join(source.case.fields.get("id_number", "").split())
    if len(number) != 18 or not number[:17].isdecimal():
        return ""
    return "男" if int(number[16]) % 2 else "女"


def _time_limit(source: PaperSource) -> str:
    limits = [limit for item in source.items if (limit := _limit(source, item))]
    return "；".join(limits) if len(limits) == len(source.items) else ""


def _limit(source: PaperSource, item: Item) -> str:
    """``3 个工作日（到 2026 年 10 月 8 日）``: never days alone; empty = nobody knows."""
    days = item.promised_days if item.promised_days is not None else item.statutory_days
    if days is None:
        return ""
    if days == 0:
        words = "当场办结"
    elif item.day_unit == "working_day":
        due = add_working_days(source.today, days, source.pack.calendars)
        about = "，按估算的日历" if due.estimated else ""
        words = f"{days} 个工作日（到 {_spaced(due.day)}{about}）"
    else:
        words = f"{days} 天（到 {_spaced(date.fromordinal(source.today.toordinal() + days))}）"
    return words if len(source.items) == 1 else f"{item.name}：{words}"


def _spaced(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _online(source: PaperSource) -> str:
    words = [(item.name, ONLINE_WORDS.get(item.online, "")) for item in source.items]
    if len(words) == 1:
        return words[0][1]
    return "；".join(f"{name}：{how}" for name, how in words if how)


def _received(source: PaperSource) -> tuple[TableRow, ...]:
    return tuple(
        {
            "no": str(number),
            "name": paper.material.name,
            "form": _form_received(paper),
            "back": "退还" if paper.show_original and not paper.originals else "",
        }
        for number, paper in enumerate(source.agenda.materials.in_hand, start=1)
    )


def _form_received(paper: MergedPaper) -> str:
    parts = []
    if paper.originals:
        parts.append(f"原件 {paper.originals} 份")
    if paper.show_original:
        parts.append("原件看过退还")
    if paper.copies:
        parts.append(f"复印件 {paper.copies} 份")
    return "，".join(parts)


def _missing(source: PaperSource) -> list[MergedPaper]:
    return [paper for paper in source.agenda.materials.to_bring if paper.need == "yes"]


def _wanted(source: PaperSource) -> tuple[TableRow, ...]:
    return tuple(
        {
            "no": str(number),
            "name": paper.material.name,
            "plain": paper.material.plain_name,
            "where": where_to_get(paper.material, source.pack.agencies.get(paper.material.issuer)),
            "instead": instead_of(source.pack, paper).removeprefix("先问我们，有的可以"),
            "form": form_in_words(paper),
        }
        for number, paper in enumerate(_missing(source), start=1)
    )


def _promises(source: PaperSource) -> tuple[TableRow, ...]:
    open_ones = [
        promise
        for promise in source.case.promises
        if promise.state == "open" and not is_print_later(promise.what)
    ]
    return tuple(
        {"who": promise.who, "what": discreet(promise.what), "when": long_day(promise.due)}
        for promise in sorted(open_ones, key=lambda promise: promise.due)
    )


def _verdict(source: PaperSource) -> str:
    closing = source.case.closing
    if closing is not None and closing.outcome == "infeasible":
        return VERDICT_WORDS["infeasible"]
    return VERDICT_WORDS.get(source.case.fields.get("verdict", ""), "")


def _basis(source: PaperSource) -> str:
    closing = source.case.closing
    text = closing.basis if closing else ""
    verified = {one.text for one in offered_bases(source.items) if one.verified}
    if text in verified:
        return text
    return without_articles(text.replace(UNCHECKED, ""))


def _closing(part: str) -> Callable[[PaperSource], str]:
    def read(source: PaperSource) -> str:
        closing = source.case.closing
        return discreet(str(getattr(closing, part))) if closing else ""

    return read


def _consent(read: Callable[[Consent], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.consent) if source.consent else ""


def _matters(source: PaperSource) -> tuple[str, ...]:
    """One by one, never 一切事宜: as agreed, else what the case is about."""
    if source.consent is None:
        return tuple(item.name for item in source.items)
    parts = source.consent.matter.replace("；", "、").replace(";", "、").split("、")
    return tuple(discreet(part.strip()) for part in parts if part.strip())


def _advance(read: Callable[[Advance], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.advance) if source.advance else ""


def _amount(advance: Advance) -> int:
    return int(str(advance.request.entry.body["amount"]))


def _asked(key: str) -> Callable[[Advance], str]:
    return lambda advance: str(advance.request.entry.body.get(key, ""))


def _steps(source: PaperSource) -> tuple[TableRow, ...]:
    """The three columns of the form; who has not judged yet has an empty row."""
    advance = source.advance
    rows: list[dict[str, str]] = [{"step": "经办"}, {"step": "审核"}, {"step": "审批"}]
    if advance is None:
        return tuple(rows)
    request = advance.request.entry
    rows[0] |= {"who": request.author, "answer": "申请", "day": long_day(request.time.date())}
    for leg in advance.legs:
        body = leg.entry.body
        if leg.entry.kind == "advance.judged" and not leg.void and body["ref"] == advance.id:
            row = rows[1 if body["step"] == "check" else 2]
            answer = "同意" if body["answer"] == "yes" else f"不同意：{body.get('why', '')}"
            row |= {
                "who": leg.entry.author,
                "answer": answer,
                "day": long_day(leg.entry.time.date()),
            }
    return tuple(rows)


def _leg(read: Callable[[Mapping[str, object]], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.leg.entry.body) if source.leg else ""


def _fen(body: Mapping[str, object]) -> int:
    return int(str(body["amount"]))


def _yuan(fen: int) -> str:
    return f"￥{money_text(fen)} 元"


def _office(part: str) -> Callable[[PaperSource], str]:
    def read(source: PaperSource) -> str:
        office = source.window_office
        return str(getattr(office, part)) if office else ""

    return read


DATA: Mapping[str, Callable[[PaperSource], Value]] = {
    "addressee": _addressee,
    "resident": _field("resident_name"),
    "sex": _sex,
    "id_tail": _id_tail,
    "phone": lambda source: group_phone(source.case.fields.get("phone", "").strip()),
    "address": _field("address"),
    "relation": _field("relation"),
    "words": _typed("words"),
    "channel": lambda source: CHANNEL_WORDS.get(channel_of(source.case), ""),
    "stuck": _typed("stuck_reason"),
    "case_number": lambda source: source.case.number,
    "items": lambda source: "、".join(item.name for item in source.items),
    "item_list": lambda source: tuple(item.name for item in source.items),
    "online": _online,
    "time_limit": _time_limit,
    "received": _received,
    "wanted": _wanted,
    "wanted_count": lambda source: str(len(_missing(source)) or ""),
    "today": lambda source: long_day(source.today),
    "officer": lambda source: source.facts.window.officer,
    "window_phone": lambda source: group_phone(source.facts.window.phone),
    "window_place": _office("address"),
    "window_hours": _office("hours"),
    "promises": _promises,
    "verdict": _verdict,
    "explanation": _closing("explanation"),
    "basis": _basis,
    "next_door": _closing("next_door"),
    "consent_by": _consent(lambda one: one.by),
    "consent_role": _consent(lambda one: "监护人" if one.role == "guardian" else "本人"),
    "consent_matters": _matters,
    "consent_shown": _consent(lambda one: discreet(one.shown)),
    "consent_said": _consent(lambda one: discreet(one.said)),
    "consent_day": _consent(lambda one: long_day(one.entry.time.date())),
    "consent_until": _consent(lambda one: long_day(one.until)),
    "consent_present": _consent(lambda one: "、".join(one.witnesses)),
    "guardian_proof": _consent(lambda one: discreet(one.guardian_proof)),
    "recording": _consent(lambda one: one.sha256[:12]),
    "advance_amount": _advance(lambda one: _yuan(_amount(one))),
    "advance_capitals": _advance(lambda one: money_capitals(_amount(one))),
    "advance_payee": _advance(_asked("payee")),
    "advance_bank": _advance(_asked("bank")),
    "advance_account": _advance(_asked("account")),
    "advance_purpose": _advance(lambda one: discreet(_asked("purpose")(one))),
    "advance_steps": _steps,
    "return_amount": _leg(lambda body: _yuan(_fen(body))),
    "return_capitals": _leg(lambda body: money_capitals(_fen(body))),
    "return_day": _leg(lambda body: long_day(date.fromisoformat(str(body["day"])))),
    "return_by": _leg(lambda body: str(body.get("source", ""))),
    "return_voucher": _leg(lambda body: str(body.get("paper", ""))),
    "return_left": _advance(lambda one: _yuan(one.balance)),
}
"""By the names of ``VOCABULARY``."""
