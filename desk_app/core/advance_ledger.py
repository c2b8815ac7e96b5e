"""The advance ledger (垫付台账) of a case: a fold over its entries, total for any set of them.

Nobody passes their own request: who asks, who checks and who approves are three people (垫付审批表:
经办、审核、审批). A leg that breaks a rule has no effect and stays readable with the reason. Where
there is a centre, money counts once the centre has numbered the entry, in the order of its numbers;
what has no number is ruled on after all that has one, and waits.

A leg that was recorded wrongly is taken out by a reversal (冲正) that another person approves; both
stay in the ledger, and the leg has no effect from then on.

Formula (starter data, calculations no. 2): ``should_refund = min(Σ paid, Σ reimbursed that was
agreed to go back)``; ``outstanding = should_refund − Σ returned − Σ waived``, never below 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.funds import ANSWERS, KINDS, LEGS, STEPS
from desk_app.core.kinds.kind import Json
from desk_app.core.money import MAX_FEN

NO_REQUEST, AMOUNT, SELF, TWICE = "no_request", "amount", "self", "twice"
TOO_EARLY, TOO_MUCH, REFUSED, UNKNOWN = "too_early", "too_much", "refused", "unknown"
REVERSED = "reversed"
VOID_WORDS: Mapping[str, str] = {
    NO_REQUEST: "找不到它说的那笔垫付申请",
    AMOUNT: "金额不对",
    SELF: "经办、审核、审批不能是同一个人",
    TWICE: "这一步已经有人做过",
    TOO_EARLY: "前一步还没有做",
    TOO_MUCH: "超过了垫付的金额",
    REFUSED: "这笔垫付没有同意",
    UNKNOWN: "看不懂的记录",
    REVERSED: "冲正了",
}
"""Why a leg has no effect, in plain words."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One entry of the ledger.

    Attributes:
        void: why it has no effect (a key of ``VOID_WORDS``); empty = it keeps to the rules.
        waits: it keeps to the rules, and the centre has not confirmed it.
    """

    entry: Entry
    void: str = ""
    waits: bool = False

    @property
    def counts(self) -> bool:
        """Whether it has effect."""
        return not self.void and not self.waits


@dataclass(frozen=True, slots=True)
class Advance:
    """One advance with its legs in the order in which they were ruled on; sums are whole fen.

    Attributes:
        state: requested | checked | approved | refused | paid | settled, confirmed or not.
        waiting: whether money of it waits for the centre.
        undecided: waivers and reversals that nobody answered yet.
        reversible: ids of legs that a reversal may be asked for.
    """

    id: str
    request: Leg
    legs: tuple[Leg, ...]
    state: str
    paid: int
    to_return: int
    returned: int
    waived: int
    waiting: bool
    undecided: tuple[Entry, ...]
    reversible: frozenset[str]

    @property
    def hands(self) -> tuple[str, ...]:
        """Who asked, checked and approved so far: none of them may do the next of these."""
        judged = (leg.entry for leg in self.legs if not leg.void)
        columns = (e.author for e in judged if _ref(e) == self.id and e.kind == "advance.judged")
        return (self.request.entry.author, *columns)

    def not_by(self, asked: Entry) -> tuple[str, ...]:
        """Who may not answer a waiver or a reversal."""
        return tuple(dict.fromkeys((asked.author, self.request.entry.author)))

    @property
    def balance(self) -> int:
        """What the fund has paid and not got back: the sum of the legs that count."""
        return self.paid - self.returned - self.waived

    @property
    def should_refund(self) -> int:
        """See the module."""
        return min(self.paid, self.to_return)

    @property
    def outstanding(self) -> int:
        """What is still to be returned by what was agreed."""
        return max(0, self.should_refund - self.returned - self.waived)


@dataclass(frozen=True, slots=True)
class AdvanceLedger:
    """All advances of a case, and legs that belong to none."""

    advances: tuple[Advance, ...] = ()
    strays: tuple[Leg, ...] = ()

    @property
    def balance(self) -> int:
        """Sum over the advances, in fen."""
        return sum(one.balance for one in self.advances)

    @property
    def waiting(self) -> bool:
        """Whether any money waits for the centre."""
        return any(one.waiting for one in self.advances)


@dataclass(slots=True)
class _Sheet:
    """An advance while its legs are being ruled on."""

    request: Leg
    legs: list[Leg] = field(default_factory=list)
    judged: dict[str, Entry] = field(default_factory=dict)
    moves: dict[str, Entry] = field(default_factory=dict)
    reversals: dict[str, Entry] = field(default_factory=dict)
    reversed: dict[str, Leg] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return _amount(self.request.entry, "amount")

    @property
    def left(self) -> int:
        return self.sums.get("paid", 0) - self.sums.get("returned", 0) - self.sums.get("waived", 0)

    def answer_to(self, ref: str) -> str:
        """How another person answered a waiver or a reversal; empty = nobody did."""
        judgement = self.judged.get(ref)
        return str(judgement.body["answer"]) if judgement else ""


def advance_ledger(case: CaseState, numbers: Mapping[str, int] | None = None) -> AdvanceLedger:
    """The ledger of ``case``.

    Args:
        numbers: the centre's number by entry id; None = this desk has no centre, and its own
            entries count as they stand.
    """
    entries = [e for e in case.timeline if e.kind in KINDS]
    if numbers is not None:  # stable: those without a number keep their order, after the others
        last = max(numbers.values(), default=0) + 1
        entries.sort(key=lambda e: numbers.get(e.id, last))
    sheets: dict[str, _Sheet] = {}
    strays: list[Leg] = []
    for entry in (e for e in entries if e.kind == "advance.requested"):
        sheets[entry.id] = _Sheet(_leg(entry, _why_no_request(entry), numbers))
    owner = {e.id: _ref(e) for e in entries if e.kind in ("advance.moved", "advance.reversed")}
    for entry in (e for e in entries if e.kind != "advance.requested"):
        ref = _ref(entry)
        sheet = _sheet_of(sheets, owner, ref)
        if sheet is None:
            strays.append(Leg(entry, NO_REQUEST))
            continue
        leg = _leg(entry, _rule(sheet, entry, ref), numbers)
        leg = replace(leg, waits=not leg.void and (leg.waits or sheet.request.waits))
        sheet.legs.append(leg)
        if not leg.void:
            _book(sheet, leg, ref)
    return AdvanceLedger(tuple(_advance(sheet) for sheet in sheets.values()), tuple(strays))


def _sheet_of(sheets: Mapping[str, _Sheet], owner: Mapping[str, str], ref: str) -> _Sheet | None:
    """Whose ``ref`` is: the request itself, a leg of it, or the reversal of a leg."""
    for _ in range(3):
        if ref in sheets:
            return sheets[ref]
        ref = owner.get(ref, "")
    return None


def _leg(entry: Entry, void: str, numbers: Mapping[str, int] | None) -> Leg:
    return Leg(entry, void, not void and numbers is not None and entry.id not in numbers)


def _why_no_request(entry: Entry) -> str:
    if not entry.is_understood or not entry.author.strip():
        return UNKNOWN
    return "" if _amount(entry, "amount") else AMOUNT


def _rule(sheet: _Sheet, entry: Entry, ref: str) -> str:
    """Why ``entry`` may not be; empty = it may."""
    if sheet.request.void or not entry.is_understood or not entry.author.strip():
        return sheet.request.void or UNKNOWN
    if entry.kind == "advance.judged":
        return _rule_judgement(sheet, entry, ref)
    if entry.kind == "advance.reversed":
        return _rule_reversal(sheet, ref)
    if ref != sheet.request.entry.id:
        return NO_REQUEST
    return _rule_move(sheet, entry)


def _rule_judgement(sheet: _Sheet, entry: Entry, ref: str) -> str:
    step, request = str(entry.body["step"]), sheet.request.entry
    if step not in STEPS or entry.body["answer"] not in ANSWERS:
        return UNKNOWN
    if ref != request.id:
        return _rule_second_column(sheet, entry, ref)
    if step in sheet.judged:
        return TWICE
    if any(judgement.body["answer"] == "no" for judgement in _judgements(sheet)):
        return REFUSED
    if step == "approve" and "check" not in sheet.judged:
        return TOO_EARLY
    others = {request.author, *(judgement.author for judgement in _judgements(sheet))}
    return SELF if entry.author in others else ""


def _rule_second_column(sheet: _Sheet, entry: Entry, ref: str) -> str:
    """Of a waiver and of a reversal the second column of the form alone is filled."""
    asked = sheet.reversals.get(ref) or sheet.moves.get(ref)
    if asked is None or not _asks(asked) or entry.body["step"] != "approve":
        return TOO_EARLY
    is_waiver = ref in sheet.moves
    if entry.author in (asked.author, sheet.request.entry.author):
        return SELF
    if ref in sheet.judged:
        return TWICE
    taken = asked if is_waiver else sheet.moves[_ref(asked)]
    takes = is_waiver or taken.body["leg"] == "paid"
    too_much = takes and _amount(taken, "amount") > sheet.left
    return TOO_MUCH if too_much and entry.body["answer"] == "yes" else ""


def _rule_reversal(sheet: _Sheet, ref: str) -> str:
    leg = sheet.moves.get(ref)
    if leg is None:
        return NO_REQUEST
    if leg.body["leg"] == "waived" and sheet.answer_to(ref) != "yes":
        return TOO_EARLY
    others = (one.id for one in sheet.reversals.values() if _ref(one) == ref)
    return TWICE if any(sheet.answer_to(other) != "no" for other in others) else ""


def _rule_move(sheet: _Sheet, entry: Entry) -> str:
    leg, amount = str(entry.body["leg"]), _amount(entry, "amount")
    if leg not in LEGS:
        return UNKNOWN
    if not amount or _amount(entry, "to_return") > amount:
        return AMOUNT
    if any(judgement.body["answer"] == "no" for judgement in _judgements(sheet)):
        return REFUSED
    if leg == "paid":
        if "approve" not in sheet.judged:
            return TOO_EARLY
        return TOO_MUCH if sheet.sums.get("paid", 0) + amount > sheet.amount else ""
    if not sheet.sums.get("paid"):
        return TOO_EARLY
    return TOO_MUCH if leg in ("returned", "waived") and amount > sheet.left else ""


def _book(sheet: _Sheet, leg: Leg, ref: str) -> None:
    entry = leg.entry
    if entry.kind == "advance.judged":
        sheet.judged[str(entry.body["step"]) if ref == sheet.request.entry.id else ref] = entry
        if entry.body["answer"] == "yes" and ref in sheet.reversals:
            taken = _ref(sheet.reversals[ref])
            sheet.reversed[taken] = leg
            _add(sheet, leg, sheet.moves[taken], -1)
        elif entry.body["answer"] == "yes" and ref in sheet.moves:
            _add(sheet, leg, sheet.moves[ref])
    elif entry.kind == "advance.reversed":
        sheet.reversals[entry.id] = entry
    else:
        sheet.moves[entry.id] = entry
        if entry.body["leg"] != "waived":
            _add(sheet, leg, entry)


def _add(sheet: _Sheet, leg: Leg, moved: Entry, sign: int = 1) -> None:
    """Add what ``moved`` moves, by the word of ``leg``; ``sign`` -1 takes it out again."""
    for name, key in ((str(moved.body["leg"]), "amount"), ("to_return", "to_return")):
        amount = sign * _amount(moved, key)
        sheet.sums[name] = sheet.sums.get(name, 0) + amount
        if leg.counts:
            sheet.counted[name] = sheet.counted.get(name, 0) + amount


def _judgements(sheet: _Sheet) -> list[Entry]:
    return [sheet.judged[step] for step in STEPS if step in sheet.judged]


def _advance(sheet: _Sheet) -> Advance:
    count = sheet.counted.get
    return Advance(
        id=sheet.request.entry.id,
        request=sheet.request,
        legs=tuple(_as_it_ended(leg, sheet) for leg in sheet.legs),
        state=_state(sheet),
        paid=count("paid", 0),
        to_return=count("to_return", 0),
        returned=count("returned", 0),
        waived=count("waived", 0),
        waiting=any(leg.waits and _is_money(leg, sheet) for leg in sheet.legs),
        undecided=_undecided(sheet),
        reversible=frozenset(ref for ref in sheet.moves if not _rule_reversal(sheet, ref)),
    )


def _undecided(sheet: _Sheet) -> tuple[Entry, ...]:
    asks = (leg.entry for leg in sheet.legs if not leg.void and _asks(leg.entry))
    return tuple(entry for entry in asks if entry.id not in sheet.judged)


def _asks(entry: Entry) -> bool:
    """Whether it counts only once another person approved it."""
    return entry.kind == "advance.reversed" or entry.body.get("leg") == "waived"


def _as_it_ended(leg: Leg, sheet: _Sheet) -> Leg:
    by = sheet.reversed.get(leg.entry.id)
    return replace(leg, void=REVERSED, waits=False) if by is not None and by.counts else leg


def _is_money(leg: Leg, sheet: _Sheet) -> bool:
    return leg.entry.kind == "advance.moved" or _ref(leg.entry) in sheet.reversals


def _state(sheet: _Sheet) -> str:
    if sheet.request.void or any(j.body["answer"] == "no" for j in _judgements(sheet)):
        return "refused"
    if sheet.sums.get("paid"):
        return "paid" if sheet.left else "settled"
    return {0: "requested", 1: "checked"}.get(len(_judgements(sheet)), "approved")


def _ref(entry: Entry) -> str:
    return str(entry.body.get("ref", ""))


def _amount(entry: Entry, key: str) -> int:
    """A sane amount of the body, in fen; 0 = there is none."""
    value: Json = entry.body.get(key)
    sane = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_FEN
    return value if sane and isinstance(value, int) else 0
