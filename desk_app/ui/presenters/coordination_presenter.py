"""协调 of a case: its people and offices, what was asked of them, every talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Protocol

from desk_app.core.coordination import Party, calls, parties, party_of, requests
from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft
from desk_app.core.workdays import add_working_days
from desk_app.services.coordination import Coordination, NewParty, as_new
from desk_app.services.drafting import Drafting
from desk_app.services.name_match import NameIndex
from desk_app.services.people import People
from desk_app.ui.presenters import coordination_lines as lines_of
from desk_app.ui.presenters.asked_line import AskedLine
from desk_app.ui.presenters.case_lines import split_key
from desk_app.ui.presenters.coordination_lines import Look
from desk_app.ui.presenters.coordination_words import WHY_NAMES
from desk_app.ui.presenters.draft_keeping import DraftKeeping, row_slot
from desk_app.ui.presenters.lines import NO_NAME, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView
from desk_app.ui.presenters.whole_writing import write_whole

SLOT = "coordination:"
PARTY_FIELDS = ("name", "org", "phone", "relation", "id_number")
FIELDS = ("what", *PARTY_FIELDS)
"""What is typed; each has a draft of its own."""

BY_PARTY, BY_TIME = "party", "time"
USUAL_DAYS = 5
"""Working days within which an answer is asked for, unless somebody says otherwise."""

HINTS = 3
OFFERED = 4
ASKED: Mapping[str, tuple[str, str]] = {
    lines_of.YES: ("怎么答复的", "能办：对方怎么说的，回车存下"),
    lines_of.NO: ("怎么答复的", "不能办：对方说了什么理由，回车存下"),
    lines_of.PARTLY: ("怎么答复的", "办了哪一部分，还差什么，回车存下"),
    lines_of.PASS: ("归哪里", "说归哪里：写单位的名字，回车就转过去请他们办"),
    lines_of.NUDGED: ("催的结果", "打电话催了一次，对方怎么说，回车存下"),
    lines_of.DROP: ("为什么不用答复了", "写一句为什么不用答复了，回车存下"),
}


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    waiting = sum(one.is_open for one in requests(case))
    spoken = len(calls(case))
    if waiting:
        return f"{waiting} 件在等答复"
    return f"联系 {spoken} 次" if spoken else ""


@dataclass(frozen=True, slots=True)
class CoordinationState:
    """What the page shows.

    Attributes:
        words: how much there was so far.
        whom: parties that something can be asked of: id and name.
        drafts: what was being typed, by slot.
        due: the day by which an answer is asked for, by the rule.
    """

    lines: tuple[Line, ...]
    words: str
    whom: tuple[tuple[str, str], ...]
    drafts: Mapping[str, Draft]
    due: date


class CoordinationView(TopicView[CoordinationState], Protocol):
    """What the presenter asks of the page."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in; ``written`` takes what is written."""

    def ask_of(self, party_id: str) -> None:
        """Show the form for asking something of a party."""

    def change_of(self, party_id: str, party: NewParty) -> None:
        """Show the form with what is known of a party."""

    def recorded(self, party_id: str = "") -> None:
        """What was typed is written; a party that was added is ``party_id``."""

    def show_hint(self, words: str) -> None:
        """Say whom the one being typed looks like; empty = nobody."""

    def show_offers(self, offers: tuple[tuple[str, str], ...]) -> None:
        """Offices of the address book that may be meant: id and name."""

    def uncover(self) -> None:
        """A number shows now: cover it again in a moment."""


class CoordinationPresenter(DraftKeeping, TopicPresenter[CoordinationState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: CoordinationView) -> None:
        super().__init__(services, view)
        self._page = view
        self._work = Coordination(services.store, services.casework.author)
        self._people = People(services.store, services.romanise)
        self._drafting = Drafting(services.store, services.casework.author, services.clock)
        pack = services.pack
        names = [(agency.id, agency.name) for agency in pack.agencies.values()]
        self._offices = NameIndex(names, services.romanise)
        self._way = BY_PARTY
        self._person = ""
        self._unfolded: set[str] = set()
        self._bare: dict[str, str] = {}
        self._asked = AskedLine(view.ask_line)

    def show(self, case_id: str) -> None:
        """See ``TopicPresenter.show``; another case begins folded and covered."""
        if case_id != self.case_id:
            self._person, self._unfolded, self._bare = "", set(), {}
        super().show(case_id)

    def look_by(self, way: str) -> None:
        """Look at it by party or by time."""
        self._way, self._person = way, ""
        self.refresh()

    def read(self, case: CaseState) -> CoordinationState:
        """See ``TopicPresenter.read``."""
        pack = self._services.pack
        look = Look(self._services.clock.now(), pack, frozenset(self._unfolded), dict(self._bare))
        who = party_of(case, self._person) if self._person else None
        if who is not None:
            lines = lines_of.over_cases(self._people.contacts(case, who), look)
        else:
            make = lines_of.by_time if self._way == BY_TIME else lines_of.by_party
            lines = make(case, look)
        return CoordinationState(
            lines, _words(case), tuple((p.id, p.shown_name or NO_NAME) for p in parties(case)),
            self._drafting.of_case(case.case_id),
            add_working_days(self.today, USUAL_DAYS, pack.calendars).day,
        )  # fmt: skip

    def ask(self, party_id: str, what: str, way: str, due: date) -> None:
        """Ask something of a party; what was typed stays where it is refused."""
        case_id, today = self.case_id, self.today
        work = partial(self._work.ask, case_id, party_id, what, way, today, due)
        self.write(self._used(work, "what"), "request.made", "记下了，到日子没答复会在今日提醒。",
                   self._page.recorded)  # fmt: skip

    def add(self, new: NewParty) -> None:
        """Add a party."""
        work = partial(self._work.add_party, self.case_id, new)
        added: list[str] = []

        def add() -> CaseState:
            case = self._used(work, *PARTY_FIELDS)()
            added.append(parties(case)[-1].id)
            return case

        self.write(add, "party.added", "加上了。", lambda: self._page.recorded(added[-1]))

    def change(self, party_id: str, new: NewParty) -> None:
        """Put right what is known of a party."""
        work = partial(self._work.change_party, self.case_id, party_id, new)
        self.write(self._used(work, *PARTY_FIELDS), "party.changed", "更正了。",
                   self._page.recorded)  # fmt: skip

    def look_alike(self, new: NewParty) -> None:
        """Look whom the one being typed looks like, here and in other cases."""
        case_id, people = self.case_id, self._people
        who = Party("", new.role, new.name.strip(), phone=new.phone, id_number=new.id_number)

        def look() -> str:
            here = {p.name for p in parties(self._services.store.case(case_id))}
            said = ["本案里已经有同名的"] if who.name and who.name in here else []
            for one in people.alike(who, but=(case_id,))[:HINTS]:
                said.append(
                    f"{one.case.number} 里的{one.party.shown_name or NO_NAME}"
                    f"（{WHY_NAMES[one.why]}）"
                )
            return "像是已经记过的人：" + "；".join(said) if said else ""

        self._services.runner.store(look, self._page.show_hint)

    def find_offices(self, typed: str) -> None:
        """Offer the offices of the address book that ``typed`` may mean."""
        agencies = self._services.pack.agencies
        found = self._offices.find(typed, OFFERED) if typed.strip() else []
        self._page.show_offers(tuple((match.id, agencies[match.id].name) for match in found))

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        kind, ref = split_key(key)
        if kind == lines_of.PARTY:
            self._act_on_party(ref, act)
        elif kind == lines_of.REQUEST and act in ASKED:
            self._asked.ask(key, act, *ASKED[act])

    def choose(self, key: str) -> None:
        """Enter on a line."""
        kind, ref = split_key(key)
        if kind == lines_of.MORE:
            self._unfolded ^= {ref}
            self.refresh()
        elif kind == lines_of.PARTY:
            self._act_on_party(ref, lines_of.LOG)
        elif kind == lines_of.CASE:
            self._services.shell.open_topic(ref, "coordination")
        elif kind == lines_of.BACK:
            self._person = ""
            self.refresh()

    def log(self, party_id: str = "") -> None:
        """Log a call."""
        self._services.shell.log_call(self.case_id, party_id)

    def written(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        act, text = self._asked.answer(key, text)
        ref = split_key(key)[1]
        if not act:
            return
        case_id, today, work = self.case_id, self.today, self._work
        does: dict[str, Callable[[], CaseState]] = {
            lines_of.NUDGED: partial(work.nudge, case_id, ref, "phone", today, text),
            lines_of.DROP: partial(work.withdraw_request, case_id, ref, text),
            lines_of.PASS: partial(self._pass_on, case_id, ref, text),
        }
        answer = partial(work.answer, case_id, ref, act, today, text)
        slot = row_slot(SLOT, key)
        whole = partial(self._drafting.settle, case_id, does.get(act, answer), slot)
        write_whole(self._services, case_id, whole, "记下了。", lambda _: self.refresh())

    def cover(self) -> None:
        """Numbers that somebody looked at are covered again."""
        if self._bare:
            self._bare = {}
            self.refresh()

    def _act_on_party(self, party_id: str, act: str) -> None:
        if act == lines_of.LOG:
            self.log(party_id)
        elif act == lines_of.ASK:
            self._page.ask_of(party_id)
        elif act == lines_of.ELSEWHERE:
            self._person = party_id
            self.refresh()
        elif act in (lines_of.LOOK, lines_of.CHANGE):
            self._reveal(party_id, change=act == lines_of.CHANGE)

    def _reveal(self, party_id: str, *, change: bool) -> None:
        case_id, work = self.case_id, self._work
        why = "更正联系人" if change else "联系时核对"

        def look() -> Party | None:
            party = party_of(self._services.store.case(case_id), party_id)
            for field in ("phone", "id_number"):
                if party is not None and not party.is_office and getattr(party, field):
                    work.reveal(case_id, party_id, field, why)
            return party

        def seen(party: Party | None) -> None:
            if party is None or case_id != self.case_id:
                return
            if change:
                self._page.change_of(party_id, as_new(party))
                return
            self._bare[party_id] = f"{party.phone}　{party.id_number}".strip("　")
            self._services.shell.saved()
            self.refresh()
            self._page.uncover()

        self._services.runner.store(look, seen)

    def _pass_on(self, case_id: str, request_id: str, name: str) -> CaseState:
        """Pass a request on to an office by name; one that nobody knows yet is added first."""
        agencies, pack = self._services.pack.agencies, self._services.pack
        exact = [agency for agency in agencies.values() if agency.name == name]
        agency = exact[0].id if exact else ""
        case = self._services.store.case(case_id)
        known = [
            party for party in parties(case)
            if party.name == name or (agency and party.agency == agency)
        ]  # fmt: skip
        if not known:
            new = NewParty("office", name, agency=agency)
            known = [parties(self._work.add_party(case_id, new))[-1]]
        due = add_working_days(self.today, USUAL_DAYS, pack.calendars).day
        return self._work.pass_on(case_id, request_id, known[0].id, self.today, due, f"归{name}")

    def _used(self, work: Callable[[], CaseState], *fields: str) -> Callable[[], CaseState]:
        """``work``, after which the drafts of ``fields`` go."""
        slots = [SLOT + name for name in fields]
        return partial(self._drafting.settle, self.case_id, work, *slots)


def _words(case: CaseState) -> str:
    spoken = calls(case)
    phoned = sum(call.way == "phone" for call in spoken)
    met = sum(call.way in ("talk", "visit") for call in spoken)
    waiting = sum(one.is_open for one in requests(case))
    parts = (
        f"{phoned} 个电话" if phoned else "", f"{met} 次当面" if met else "",
        f"{waiting} 件在等答复" if waiting else "",
    )  # fmt: skip
    return "　".join(filter(None, parts)) or "还没有联系过谁。按 F8 记一笔，或在左边加人、加单位。"
