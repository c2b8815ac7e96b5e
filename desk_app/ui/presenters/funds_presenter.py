"""垫付 of a case: what the fund paid, who must pass it next, what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from desk_app.core.advance_ledger import VOID_WORDS, Advance, Leg, advance_ledger
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.money import money_capitals, money_text, parse_money
from desk_app.core.ports import Draft
from desk_app.services.drafting import Drafting
from desk_app.services.funds import Funds, NewAdvance, NewLeg
from desk_app.services.promises import NOTHING_CHANGED
from desk_app.ui.presenters.asked_line import AskedLine
from desk_app.ui.presenters.draft_keeping import DraftKeeping, row_slot
from desk_app.ui.presenters.entry_words import entry_words
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView

FIELDS = ("amount", "payee", "bank", "account", "purpose")
"""What is typed of a request; each has a draft of its own."""
SLOT = "fund:"

STATE_WORDS = {
    "requested": ("等别人审核", "info"), "checked": ("等第三个人审批", "info"),
    "approved": ("批准了，等付款", "info"), "refused": ("没有同意", ""),
    "paid": ("还没有收回", "warn"), "settled": ("结清了", "ok"),
}  # fmt: skip
YES, NO, PAY, CLAIM, BACK, RETURN, WAIVE, REVERSE = (
    "yes", "no", "paid", "claimed", "reimbursed", "returned", "waived", "reverse",
)  # fmt: skip
ASKED = {
    NO: ("为什么不同意", "写一句为什么，回车存下"),
    PAY: ("付给医院的回单号", "全数付到医院的对公账户：写回单号，回车记下"),
    CLAIM: ("申请报销的金额", "金额 向谁申请，比如：12000 医保中心"),
    BACK: ("报销到账的金额", "金额 谁付的，比如：9500 医保"),
    RETURN: ("还回来的金额", "金额 谁还的，比如：9500 家属"),
    WAIVE: ("核销的金额", "金额 为什么，比如：2500 家里没有了；要别人批准才算"),
    REVERSE: ("为什么冲正", "写一句哪里记错了，回车记下；要别人批准才算"),
}
WORDS = {
    YES: "记下了：同意。", NO: "记下了：不同意。", PAY: "记下了：付给医院了。",
    CLAIM: "记下了：去报销了。", BACK: "记下了：报销到账。", RETURN: "记下了：还回来了。",
    WAIVE: "记下了：申请核销，等别人批准。", REVERSE: "记下了：申请冲正，等别人批准。",
}  # fmt: skip


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    ledger = advance_ledger(case)
    if ledger.balance:
        return f"{money_text(ledger.balance)} 元没有收回"
    states = [advance.state for advance in ledger.advances]
    under_way = [state for state in states if state in ("requested", "checked", "approved")]
    if under_way:
        return STATE_WORDS[under_way[-1]][0]
    return "结清" if "settled" in states else ""


@dataclass(frozen=True, slots=True)
class FundsState:
    """What the page shows. ``words``: what counts here, and what is still out."""

    words: str
    lines: tuple[Line, ...]
    drafts: Mapping[str, Draft]


class FundsView(TopicView[FundsState], Protocol):
    """What the presenter asks of the page."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below an advance; ``written`` takes what is written."""

    def recorded(self) -> None:
        """What was typed is an entry now."""


class FundsPresenter(DraftKeeping, TopicPresenter[FundsState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: FundsView) -> None:
        super().__init__(services, view)
        self._page = view
        store, author = services.store, services.casework.author
        self._funds = Funds(store, author, store.centre_numbers)
        self._drafting = Drafting(store, author, services.clock)
        self._asked = AskedLine(view.ask_line)

    def read(self, case: CaseState) -> FundsState:
        """See ``TopicPresenter.read``."""
        numbers = self._services.store.centre_numbers(case.case_id)
        ledger = advance_ledger(case, numbers)
        lines: list[Line] = []
        for advance in reversed(ledger.advances):
            lines += self._lines(advance)
        lines += [self._leg(leg) for leg in ledger.strays]
        where = "本机记账，未经中心确认" if numbers is None else "到了中心才算数"
        out = f"没有收回的合计 {money_text(ledger.balance)} 元　" if ledger.advances else ""
        drafts = self._drafting.of_case(case.case_id)
        return FundsState(out + where, tuple(lines), drafts)

    def request(self, typed: Mapping[str, str]) -> None:
        """Ask for an advance; what was typed stays where it is refused."""
        case_id = self.case_id

        def ask() -> CaseState:
            new = NewAdvance(
                parse_money(typed["amount"]), typed["payee"], typed["bank"], typed["account"],
                typed["purpose"],
            )  # fmt: skip
            return self._funds.request(case_id, new)

        slots = [SLOT + name for name in FIELDS]
        work = partial(self._drafting.settle, case_id, ask, *slots)
        self.write(work, "", "记下了：等别人审核。", self._page.recorded)

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        if act == YES:
            self._do(key, YES, "")
        elif act in ASKED:
            self._asked.ask(key, act, *ASKED[act])

    def written(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        act, said = self._asked.answer(key, text)
        if act:
            self._do(key, act, said)

    def _do(self, key: str, act: str, text: str) -> None:
        case = self.case
        if case is None:
            return
        work: Callable[[], CaseState]
        if act in (YES, NO):
            work = partial(self._funds.judge, case.case_id, key, self._step(case, key), act, text)
        elif act == REVERSE:
            work = partial(self._funds.reverse, case.case_id, key, text)
        else:
            work = partial(self._move, case, key, act, text)
        slot = row_slot(SLOT, key)
        self.write(partial(self._drafting.settle, case.case_id, work, slot), "", WORDS[act])

    def _step(self, case: CaseState, key: str) -> str:
        """Which of the two columns of the form is next; others need the second alone."""
        found = [one for one in advance_ledger(case).advances if one.id == key]
        return "check" if found and found[0].state == "requested" else "approve"

    def _move(self, case: CaseState, key: str, act: str, text: str) -> CaseState:
        today = self.today
        if act == PAY:
            (advance,) = (one for one in advance_ledger(case).advances if one.id == key)
            amount = int(str(advance.request.entry.body["amount"]))
            return self._funds.move(case.case_id, key, NewLeg(PAY, amount, today, paper=text))
        typed, _, rest = text.partition(" ")
        amount = parse_money(typed)
        if act == WAIVE:
            if not rest.strip():
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "金额后面空一格，写为什么核销。"),
                    safe=NOTHING_CHANGED,
                )
            return self._funds.move(case.case_id, key, NewLeg(WAIVE, amount, today, why=rest))
        to_return = amount if act == BACK else 0
        new = NewLeg(act, amount, today, source=rest, to_return=to_return)
        return self._funds.move(case.case_id, key, new)

    def _lines(self, advance: Advance) -> list[Line]:
        body = advance.request.entry.body
        amount = int(str(body.get("amount", 0)))
        words, tone = STATE_WORDS[advance.state]
        account = str(body.get("account", ""))
        payee = f"{body.get('payee', '')}　{body.get('bank', '')}　账号尾号 {account[-4:]}"
        out = f"　还有 {money_text(advance.balance)} 元" if advance.balance else ""
        head = Line(
            advance.id, f"{money_text(amount)} 元（{money_capitals(amount)}）",
            detail=f"{payee}　{body.get('purpose', '')}", status=words + out, tone=tone,
            bold=True, acts=self._acts(advance),
        )  # fmt: skip
        return [head, *(self._leg(leg, advance) for leg in (advance.request, *advance.legs))]

    def _leg(self, leg: Leg, advance: Advance | None = None) -> Line:
        entry = leg.entry
        when = time_words(entry.at, self._services.clock.now())
        acts = self._leg_acts(leg, advance) if advance else ()
        line = Line(
            entry.id if acts else f"leg {entry.id}", entry_words(entry, self._services.pack),
            mark="✓", tone="ok", status=f"{entry.author} {when}", quiet=True, acts=acts,
        )  # fmt: skip
        if leg.void:
            news = (f"没有生效：{VOID_WORDS[leg.void]}",)
            return replace(line, mark="—", tone="warn", news=news)
        if leg.waits:
            return replace(line, mark="○", tone="info", status=f"等中心确认 · {line.status}")
        return line

    def _acts(self, advance: Advance) -> tuple[Act, ...]:
        if advance.state in ("requested", "checked"):
            if self._services.casework.author in advance.hands:
                return ()  # nobody passes their own
            word = "审核同意" if advance.state == "requested" else "批准"
            return Act(YES, word, "1"), Act(NO, "不同意…", "2")
        if advance.state == "approved":
            return (Act(PAY, "付给医院了…", "1"),)
        if advance.state == "paid":
            return (
                Act(CLAIM, "去报销了…", "1"), Act(BACK, "报销到账…", "2"),
                Act(RETURN, "还回来了…", "3"), Act(WAIVE, "申请核销…", "4"),
            )  # fmt: skip
        return ()

    def _leg_acts(self, leg: Leg, advance: Advance) -> tuple[Act, ...]:
        """A waiver and a reversal wait for another's word; other money may have been a mistake."""
        entry = leg.entry
        if entry in advance.undecided:
            if self._services.casework.author in advance.not_by(entry):
                return ()
            word = "批准冲正" if entry.kind == "advance.reversed" else "批准核销"
            return Act(YES, word, "1"), Act(NO, "不同意…", "2")
        if entry.id in advance.reversible:
            return (Act(REVERSE, "记错了，冲正…", "1"),)
        return ()
