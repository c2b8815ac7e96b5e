"""队列: cases that wait, are held, offered or escalated, and what one does about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from desk_app.core.exchange import IncomingOffer, QueueRow
from desk_app.core.masking import mask_name
from desk_app.core.queue import DEFAULT_HOURS
from desk_app.ui.presenters.asked_line import AskedLine
from desk_app.ui.presenters.lines import NO_ITEM, NO_NAME, Line
from desk_app.ui.presenters.ports import CentreLink, Services
from desk_app.ui.presenters.queue_lines import (
    BACK,
    CASE,
    GROUPS,
    INCOMING,
    MINE,
    PASS,
    RAISE,
    RAISED,
    REFER,
    TAKE,
    VISIT,
    Desk,
    group_of,
    is_mine,
    lost_words,
    offer_line,
    queue_line,
)

ALL = "all"
SPARE_NAMES = 6
"""Colleagues offered for a hand-over; others are typed."""

NO_CENTRE = (
    "只在本机，还没有加入中心，所以没有队列。案件都在“案件”里，照常办。"
    "要和同事、别的中心接着办，请按 F10 加入中心。"
)
ASKED = "等中心确认。"


@dataclass(frozen=True, slots=True)
class QueueState:
    """What the page shows.

    Attributes:
        joined: whether there is a centre; ``words`` then is about what is in the queue.
        parts: (part, words with how many) to look at one part only.
    """

    joined: bool
    words: str
    parts: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the box of a hand-over begins with.

    Attributes:
        about: the case in words.
        colleagues: names that may be pressed instead of typed.
        centres: (id, name) of centres this desk has heard of.
    """

    case_id: str
    about: str
    colleagues: tuple[str, ...]
    centres: tuple[tuple[str, str], ...]


class QueueView(Protocol):
    """What the presenter asks of the page."""

    def show_queue(self, state: QueueState) -> None:
        """Draw ``state``."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below a case; ``write`` takes what is written."""

    def open_hand_over(self, box: HandOver) -> None:
        """Ask to whom a case goes; ``hand_over`` takes what is said."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read last; what a key does depends on it."""

    rows: Mapping[str, QueueRow] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, IncomingOffer] = field(default_factory=dict)
    desk: Desk | None = None


class QueuePresenter:
    """What the page knows and does."""

    _draw = staticmethod(queue_line)

    def __init__(self, services: Services, view: QueueView) -> None:
        self._services = services
        self._view = view
        self._part = ALL
        self._choosing = ""
        self._asked = AskedLine(view.ask_line)
        self._found = Found()

    def show(self, part: str) -> None:
        """Show one part of the queue, or all of it."""
        self._part = part or ALL
        self.refresh()

    def refresh(self) -> None:
        """Read the queue."""

        def shown(read: tuple[Found, QueueState]) -> None:
            self._found = read[0]
            self._view.show_queue(read[1])

        self._services.runner.store(self._read, shown)

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        if self._choosing == key:
            self._choosing = ""
            self._visit(key, act)
        elif act == CASE:
            if key in self._found.rows:
                self._services.shell.open_case(key)
        elif act == TAKE:
            self._take(key)
        elif act == BACK:
            self._back(key)
        elif act == RAISE:
            self._asked.ask(key, RAISE, "为什么提级", "写一句要领导帮什么，回车申请")
        elif act == VISIT:
            self._choosing = key
            self.refresh()
        elif act == REFER:
            self._asked.ask(key, REFER, "为什么转到队列", "写一句为什么，回车转到队列，谁有空谁接")
        elif act == PASS and key in self._found.rows:
            self._view.open_hand_over(self._box(self._found.rows[key]))

    def write(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        link = self._services.link
        what, why = self._asked.answer(key, text)
        if not what or link is None:
            return
        queue, offer = link.queue, self._offer_ref(key)
        if what == RAISE:
            self._do(partial(queue.escalate, key, why), "已申请提级，")
        elif what == REFER:
            self._do(partial(queue.refer, key, why), "已申请转到队列，")
        elif offer:
            case_id = self._case_of(key)
            refuse = partial(queue.answer, case_id, offer, accept=False, why=why)
            own = self._is_own_offer(key)
            self._do(refuse, "已申请收回移交，" if own else "已答复：拒绝，")
        else:
            self._do(partial(queue.release, key, why), "已申请退回，")

    def hand_over(
        self, case_id: str, to: str, why: str, to_centre: str = "", summary: str = ""
    ) -> None:
        """Offer a case to a colleague or to another centre."""
        link = self._services.link
        if link is not None:
            offer = partial(link.queue.offer, case_id, to, why, to_centre, summary)
            self._do(offer, "已申请移交，对方接受以前还归您，")

    def _take(self, key: str) -> None:
        link = self._services.link
        if link is None:
            return
        if ref := self._offer_ref(key):
            accept = partial(link.queue.answer, self._case_of(key), ref, accept=True)
            self._do(accept, "已答复：接受，")
        elif key in self._found.rows:
            self._do(partial(link.queue.claim, key, DEFAULT_HOURS), "已申请接手，")

    def _back(self, key: str) -> None:
        if not self._offer_ref(key):
            self._asked.ask(key, BACK, "为什么退回", "写一句为什么退回，回车退回队列")
        elif self._is_own_offer(key):
            self._asked.ask(key, BACK, "为什么收回", "写一句为什么收回移交，回车收回")
        else:
            self._asked.ask(key, BACK, "为什么拒绝", "写一句为什么不接，对方看得到，回车答复")

    def _visit(self, key: str, hours: str) -> None:
        link, row = self._services.link, self._found.rows.get(key)
        desk = self._found.desk
        if not hours or link is None or row is None or desk is None:
            self.refresh()
            return
        work = link.queue.renew if is_mine(row.state, desk) else link.queue.claim
        self._do(partial(work, key, int(hours)), f"已申请带去上门 {hours} 小时，")

    def _do(self, work: Callable[[], object], words: str) -> None:
        services = self._services

        def done(_: object) -> None:
            services.shell.saved()
            services.shell.toast(words + ASKED)
            self.refresh()

        services.runner.store(work, done)

    def _offer_ref(self, key: str) -> str:
        if key in self._found.offers:
            return key
        row = self._found.rows.get(key)
        return row.state.offer.entry_id if row and row.state.offer else ""

    def _case_of(self, key: str) -> str:
        offer = self._found.offers.get(key)
        return offer.case_id if offer else key

    def _is_own_offer(self, key: str) -> bool:
        row = self._found.rows.get(key)
        offer = row.state.offer if row else None
        return offer is not None and offer.by == self._services.casework.author

    def _box(self, row: QueueRow) -> HandOver:
        me = self._services.casework.author
        names: Counter[str] = Counter()
        for other in self._found.rows.values():
            offer = other.state.offer
            here = offer is not None and not offer.to_centre
            to = offer.to if offer and here else ""
            names.update((other.state.holder, other.first_contact_officer, to))
        colleagues = [name for name, _ in names.most_common() if name and name != me]
        centres = {o.from_centre: o.from_name for o in self._found.offers.values()}
        about = f"{mask_name(row.resident) or NO_NAME}　{row.title or NO_ITEM}　{row.number}"
        return HandOver(
            row.case_id, about, tuple(colleagues[:SPARE_NAMES]), tuple(sorted(centres.items()))
        )

    def _read(self) -> tuple[Found, QueueState]:
        services, link = self._services, self._services.link
        if link is None or not link.desk.sync_state().hub:
            return Found(), QueueState(joined=False, words=NO_CENTRE)
        desk = Desk(services.casework.author, link.desk.life()[0], services.clock.now())
        rows = link.desk.queue()
        groups = {row.case_id: group for row in rows if (group := group_of(row, desk))}
        found = Found(
            {row.case_id: row for row in rows if row.case_id in groups},
            groups,
            {offer.ref: offer for offer in link.desk.incoming_offers()},
            desk,
        )
        return found, self._state(found, link, desk)

    def _state(self, found: Found, link: CentreLink, desk: Desk) -> QueueState:
        parts: dict[str, list[Line]] = {group: [] for group in GROUPS}
        parts[INCOMING] = [offer_line(offer, desk) for offer in found.offers.values()]
        raised = []
        for case_id, row in found.rows.items():
            group = found.groups[case_id]
            line = self._line(row, group, link, desk)
            parts[group].append(line)
            if row.state.escalated_by:
                raised.append(line)
        wanted = {group: lines for group, lines in parts.items() if lines}
        if self._part == RAISED:  # what a supervisor looks at: one's own and offered ones too
            wanted = {RAISED: raised} if raised else {}
        elif self._part != ALL:
            wanted = {group: lines for group, lines in wanted.items() if group == self._part}
        lines: list[Line] = []
        for group, some in wanted.items():
            lines.append(Line("", f"{GROUPS[group]}　{len(some)}", bold=True))
            lines += some
        counts = {group: len(some) for group, some in parts.items()} | {RAISED: len(raised)}
        count = sum(map(len, parts.values()))
        chips = [(ALL, f"全部 {count}")]
        chips += [
            (group, f"{name} {counts[group]}")
            for group, name in GROUPS.items()
            if counts[group] or group in (MINE, self._part)
        ]
        words = "" if lines else self._empty(count)
        return QueueState(joined=True, words=words, parts=tuple(chips), lines=tuple(lines))

    def _line(self, row: QueueRow, group: str, link: CentreLink, desk: Desk) -> Line:
        marks = link.desk.without_effect(row.case_id)
        timeline = self._services.store.case(row.case_id).timeline if marks else ()
        lost = lost_words(timeline, marks, row.state, desk)
        choosing = row.case_id == self._choosing
        return self._draw(row, group, desk, lost=lost, choosing=choosing)

    def _empty(self, count: int) -> str:
        if count:
            return "这一栏里没有案件。"
        return "队列是空的。转来的、等人接的、同事移交给您的案件，会出现在这里。"
