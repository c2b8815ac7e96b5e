"""The lines of the queue: who holds what, what can be done with it, what is not confirmed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desk_app.core.entries import Entry
from desk_app.core.exchange import IncomingOffer, QueueRow
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.core.masking import mask_name
from desk_app.core.queue import REASONS, Offer, QueueState
from desk_app.ui.presenters.lines import NO_ITEM, NO_NAME, Act, Line
from desk_app.ui.presenters.time_words import time_words

TAKE, BACK, PASS, RAISE, VISIT, CASE = "take", "back", "pass", "raise", "visit", "case"
REFER = "refer"
NEW = "new"
"""The group of a case that is not in the queue."""

OFFERED, INCOMING, MINE, WAITING, RAISED, SENT, HELD = (
    "offered", "incoming", "mine", "waiting", "raised", "sent", "held",
)  # fmt: skip
GROUPS: Mapping[str, str] = {
    OFFERED: "移交给我的", INCOMING: "别的中心转来的", MINE: "我手上的", WAITING: "等人接的",
    RAISED: "提级的", SENT: "移交出去，等答复", HELD: "别人在办的",
}  # fmt: skip
"""Parts of the queue in the order in which they want to be looked at."""

ASKED: Mapping[str, str] = {
    "case.referred": "转到队列", "case.claimed": "接手", "lease.renewed": "延长期限",
    "case.released": "退回", "handover.offered": "移交", "handover.answered": "答复移交",
    "case.escalated": "提级",
}  # fmt: skip
UNCONFIRMED = "已申请，等中心确认"
SEE = Act(CASE, "看案件", "6")
HOURS = (
    Act("4", "半天（4 小时）", "1"), Act("24", "一天", "2"), Act("48", "两天", "3"),
    Act("72", "三天", "4"), Act("", "算了", "0"),
)  # fmt: skip
"""How long a case is taken along; the centre gives it to others after that."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks, on which device, and when."""

    officer: str
    device: str
    now: datetime

    @property
    def now_ms(self) -> int:
        """ms since 1970."""
        return round(self.now.timestamp() * 1000)

    def moment(self, ms: int) -> str:
        """A time of the centre's clock in words; leases end tomorrow too."""
        at = datetime.fromtimestamp(ms / 1000, self.now.tzinfo)
        if (at.date() - self.now.date()).days == 1:
            return at.strftime("明天 %H:%M")
        return time_words(at.isoformat(), self.now)


def group_of(row: QueueRow, desk: Desk) -> str:
    """In which part of the queue a case is shown; empty = nowhere.

    What was asked for and is not confirmed moves nothing: the part says what the centre has said.
    """
    state, me = row.state, desk.officer
    offer = state.offer
    if offer is not None and is_for(offer, me):
        return OFFERED
    if is_mine(state, desk):
        return MINE
    if state.escalated_by:
        return RAISED
    if offer is not None:
        return SENT if offer.by == me else HELD
    if state.is_held(desk.now_ms):
        return HELD
    return WAITING if state.waiting or state.holder or row.pending else ""


def is_for(offer: Offer, officer: str) -> bool:
    """Whether ``officer`` may say yes to this offer."""
    if offer.to_centre or offer.by == officer:
        return False
    return offer.to in ("", officer)


def is_mine(state: QueueState, desk: Desk) -> bool:
    """Whether this officer holds the case, on this device."""
    holder = (state.holder, state.device) == (desk.officer, desk.device)
    return holder and state.is_held(desk.now_ms)


def queue_line(row: QueueRow, group: str, desk: Desk, *, lost: str, choosing: bool) -> Line:
    """One case of the queue.

    Args:
        lost: what was asked for in vain, in words; empty = nothing.
        choosing: its keys choose for how long it is taken along.
    """
    state = row.state
    asked = "、".join(dict.fromkeys(ASKED.get(kind, kind) for kind in row.pending))
    news = []
    if asked:
        news.append(f"{UNCONFIRMED}：{asked}")
    if lost:
        news.append(lost)
    about = [row.number, f"首问负责 {row.first_contact_officer}", *_why(state)]
    who = mask_name(row.resident) or NO_NAME
    status, tone = _standing(state, desk)
    if choosing:
        news.append("带去上门多久？过了这个时间，别人可以接手；您写下的照样算数。")
    return Line(
        row.case_id, f"{who}　{row.title or NO_ITEM}",
        detail="　".join(part for part in about if part), status=status, tone=tone,
        mark="↑" if state.escalated_by else "", news=tuple(news),
        acts=HOURS if choosing else _acts(row, group, desk),
    )  # fmt: skip


def box_line(row: QueueRow, group: str, desk: Desk, *, lost: str, choosing: bool) -> Line:
    """The same on the case's own page, which says already whose it is."""
    line = queue_line(row, group, desk, lost=lost, choosing=choosing)
    acts = tuple(act for act in line.acts if act != SEE)
    if group == NEW and not choosing and "case.referred" not in row.pending:
        acts = (*acts[:1], Act(REFER, "转到队列", "2"), *acts[1:])
    who = f"{row.state.holder} "
    status = line.status if row.state.offer else line.status.removeprefix(who)
    return replace(
        line, text=_where(row.state, group, desk), detail="　".join(_why(row.state)), mark="",
        status=status, acts=acts,
    )  # fmt: skip


def _where(state: QueueState, group: str, desk: Desk) -> str:
    offer = state.offer
    if group == OFFERED and offer is not None:
        return f"{offer.by}移交给您，等您答复"
    if group == MINE:
        return "您在办，移交出去等答复" if offer is not None else "您在办"
    if offer is not None:
        return "移交出去，等答复"
    if state.is_held(desk.now_ms):
        return f"{state.holder}在办"
    if group == RAISED:
        return "已提级，等领导协调"
    return "等人接手" if group == WAITING and state != QueueState() else "不在队列里"


def offer_line(offer: IncomingOffer, desk: Desk) -> Line:
    """A case that another centre asks us to take; nothing of it is here yet but this."""
    mine = offer.to in ("", desk.officer)
    acts = (Act(TAKE, "接受", "1"), Act(BACK, "拒绝", "2")) if mine else ()
    about = [offer.number, f"{offer.from_name or offer.from_centre} {offer.by}", offer.why]
    if not mine:
        about.insert(2, f"请{offer.to}接")
    return Line(
        offer.ref, offer.summary or "没有写说明", detail="　".join(filter(None, about)),
        status=desk.moment(offer.received), acts=acts,
    )  # fmt: skip


def lost_words(
    timeline: Sequence[Entry], marks: Mapping[str, str], state: QueueState, desk: Desk
) -> str:
    """What this officer last asked for, if it had no effect, and why; empty otherwise.

    Who took what is his already has lost nothing.
    """
    own = [e for e in timeline if e.kind in QUEUE_KINDS and e.author == desk.officer]
    code = marks.get(own[-1].id, "") if own else ""
    if code not in REASONS or (own[-1].kind == "case.claimed" and is_mine(state, desk)):
        return ""
    asked = ASKED.get(own[-1].kind, own[-1].kind)
    when = time_words(own[-1].at, desk.now)
    return f"{when} 申请的“{asked}”没有生效：{REASONS[code]}。写下的都在案件里。"


def _standing(state: QueueState, desk: Desk) -> tuple[str, str]:
    """Who holds it and until when, for the right end of the line."""
    if (offer := state.offer) is not None:
        to = offer.to_centre or offer.to or "同事"
        return f"{offer.by} → {to}", "info"
    if state.is_held(desk.now_ms):
        until = f"到{desk.moment(state.until)}"
        if is_mine(state, desk):
            return until, "ok"
        who = "您在另一台电脑" if state.holder == desk.officer else state.holder
        return f"{who} {until}", ""
    if state.holder:
        return f"{state.holder} 的期限已过", "warn"
    return (f"{desk.moment(state.since)} 起", "") if state.since else ("", "")


def _why(state: QueueState) -> list[str]:
    words = []
    if state.escalated_by:
        words.append(f"{state.escalated_by}提级")
    if state.why:
        words.append(f"原因：{state.why}")
    if state.offer is not None and state.offer.why:
        words.append(f"移交原因：{state.offer.why}")
    return words


def _acts(row: QueueRow, group: str, desk: Desk) -> tuple[Act, ...]:
    """The same number always does the same kind of thing: 1 takes, 2 gives back."""
    state, pending = row.state, set(row.pending)
    raise_it = () if state.escalated_by else (Act(RAISE, "提级", "4"),)
    acts: tuple[Act, ...]
    if group == OFFERED:
        acts = (Act(TAKE, "接受", "1"), Act(BACK, "拒绝", "2"))
    elif state.offer is not None:
        acts = (Act(BACK, "收回移交", "2"),) if state.offer.by == desk.officer else ()
        acts += raise_it
    elif group == MINE:
        acts = (
            Act(BACK, "退回", "2"), Act(PASS, "移交", "3"), *raise_it,
            Act(VISIT, "带去上门", "5"),
        )  # fmt: skip
    elif state.is_held(desk.now_ms):
        acts = raise_it
    else:
        acts = (
            Act(TAKE, "接手", "1"), Act(PASS, "移交", "3"), *raise_it,
            Act(VISIT, "带去上门", "5"),
        )  # fmt: skip
    done = {value for kind, values in _ONCE.items() if kind in pending for value in values}
    return (*(act for act in acts if act.value not in done), SEE)


_ONCE: Mapping[str, tuple[str, ...]] = {
    "case.claimed": (TAKE, VISIT),
    "case.released": (BACK, PASS, VISIT),
    "handover.offered": (PASS, BACK, VISIT),
    "handover.answered": (TAKE, BACK),
    "case.escalated": (RAISE,),
    "lease.renewed": (VISIT,),
}
"""What is not offered again while it waits for the centre."""
