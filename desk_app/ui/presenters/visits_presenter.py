"""上门 of a case: who goes where and when, what happened there, what has to go back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from desk_app.core.catalogue import Pack
from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft
from desk_app.core.sheet import day_in_words
from desk_app.core.visits import PLANNED, RECORDED, Plan, Record, Visit, visit_of, visits
from desk_app.core.workdays import add_working_days
from desk_app.services.drafting import Drafting
from desk_app.services.paper_data.visit import HEARING_WORDS, STATE_WORDS
from desk_app.services.visits import Visits, usual_things
from desk_app.ui.presenters.asked_line import AskedLine
from desk_app.ui.presenters.case_lines import due_status
from desk_app.ui.presenters.draft_keeping import DraftKeeping, row_slot
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView
from desk_app.ui.presenters.visit_words import (
    FILMING_NAMES,
    IDENTITY_NAMES,
    PLACE_NAMES,
)

WRITE, MOVE, DROP, BACK, PRINT = "write", "move", "drop", "back", "print"
PLAN_SLOT, RECORD_SLOT, ROW_SLOT = "visit:plan:", "visit:record:", "visit:"
PLAN_LINES = (
    "where", "time", "officers", "alone", "contact", "what", "care", "route", "take", "why",
)  # fmt: skip
RECORD_LINES = (
    "arrived", "left", "present", "language", "identity_note", "done", "shown", "kept",
    "filming_for", "rest", "said",
)  # fmt: skip
"""What is typed of a plan and of a record; each has a draft of its own."""

AHEAD = (
    Act(WRITE, "写记录", "1"), Act(MOVE, "改期", "2"), Act(DROP, "不去了", "3"),
    Act(PRINT, "打印", "4"),
)  # fmt: skip
ASKED: Mapping[str, tuple[str, str]] = {
    DROP: ("为什么不去了", "写一句为什么，回车记下"),
    BACK: ("还给了谁", "写当面还给了谁，回车记下"),
}


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    ahead = [one.plan.on for one in visits(case) if one.state == PLANNED]
    return day_in_words(min(ahead)) if ahead else ""


@dataclass(frozen=True, slots=True)
class VisitsState:
    """What the page shows.

    Attributes:
        drafts: what was being typed, by slot.
        usual: what a new plan begins with.
        due: the visit whose record was begun, or whose day has come; empty = none.
    """

    lines: tuple[Line, ...]
    drafts: Mapping[str, Draft]
    usual: Plan
    due: str


class VisitsView(TopicView[VisitsState], Protocol):
    """What the presenter asks of the page."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below a visit; ``written`` takes what is written."""

    def show_plan(self, visit_id: str, plan: Plan) -> None:
        """Put a plan into the form, to be changed."""

    def show_record(self, visit_id: str, about: str, record: Record) -> None:
        """Put a record into the form, to be written or put right."""

    def recorded(self) -> None:
        """What was typed is an entry now."""


class VisitsPresenter(DraftKeeping, TopicPresenter[VisitsState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: VisitsView) -> None:
        super().__init__(services, view)
        self._page = view
        self._work = Visits(services.store, services.casework.author)
        self._drafting = Drafting(services.store, services.casework.author, services.clock)
        self._asked = AskedLine(view.ask_line)

    def read(self, case: CaseState) -> VisitsState:
        """See ``TopicPresenter.read``."""
        pack = self._services.casework.pack_of(case)
        known = visits(case)
        lines = tuple(self._line(one, pack) for one in reversed(known))
        drafts = self._drafting.of_case(case.case_id)
        begun = any(slot.startswith(RECORD_SLOT) for slot in drafts)
        ahead = sorted((one for one in known if one.state == PLANNED), key=lambda v: v.plan.on)
        due = [one.id for one in ahead if begun or one.plan.on <= self.today]
        return VisitsState(lines, drafts, self._usual(case, pack), due[0] if due else "")

    def plan(self, visit_id: str, plan: Plan, why: str) -> None:
        """Plan a visit, or move the one that is named; a refused one stays typed."""
        case_id, today = self.case_id, self.today
        if visit_id:
            work = partial(self._work.move, case_id, visit_id, plan, why, today)
        else:
            work = partial(self._work.plan, case_id, plan, today)
        settle = partial(
            self._drafting.settle, case_id, work, *(PLAN_SLOT + name for name in PLAN_LINES)
        )
        kind = "visit.moved" if visit_id else "visit.planned"
        words = f"约好{day_in_words(plan.on)}上门，到那天会在今日提醒。"
        self.write(settle, kind, words, self._page.recorded)

    def record(self, visit_id: str, record: Record) -> None:
        """Write up a visit; a refused record stays typed."""
        case_id = self.case_id
        work = partial(self._work.record, case_id, visit_id, record, self.today)
        settle = partial(
            self._drafting.settle, case_id, work, *(RECORD_SLOT + name for name in RECORD_LINES)
        )
        self.write(settle, "visit.recorded", "上门记录存下了。", self._page.recorded)

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        visit = visit_of(self.case, key) if self.case is not None else None
        if visit is None:
            return
        if act == WRITE:
            self._page.show_record(key, self._about(visit), visit.record or self._blank(visit))
        elif act == MOVE:
            self._page.show_plan(key, visit.plan)
        elif act == PRINT:
            self._services.shell.open_topic(self.case_id, "papers")
        elif act in ASKED:
            self._asked.ask(key, act, *ASKED[act])

    def written(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        act, text = self._asked.answer(key, text)
        if not act:
            return
        if act == DROP:
            work, kind = partial(self._work.drop, self.case_id, key, text), "visit.dropped"
        else:
            work, kind = partial(self._work.give_back, self.case_id, key, text), "visit.returned"
        settle = partial(self._drafting.settle, self.case_id, work, row_slot(ROW_SLOT, key))
        self.write(settle, kind, "记下了。")

    def _usual(self, case: CaseState, pack: Pack) -> Plan:
        fields = case.fields
        where = fields.get("visit_place", "") or fields.get("address", "")
        return Plan(
            on=add_working_days(self.today, 1, pack.calendars).day,
            place="hospital" if fields.get("channel") == "hospital_visit" else "home",
            where=where,
            officers=(self._services.casework.author,),
            take=usual_things(pack),
        )

    def _blank(self, visit: Visit) -> Record:
        return Record(min(visit.plan.on, self.today), "", visit.plan.what)

    def _about(self, visit: Visit) -> str:
        plan = visit.plan
        return f"{day_in_words(plan.on)}　{PLACE_NAMES.get(plan.place, plan.place)}　{plan.where}"

    def _line(self, visit: Visit, pack: Pack) -> Line:
        plan = visit.plan
        alone = f"一个人去：{plan.alone}" if plan.alone else ""
        about = ["、".join(plan.officers), alone, plan.time, plan.contact, plan.care]
        line = Line(
            visit.id, self._about(visit), detail="　".join(filter(None, about)), mark="○",
            news=tuple(_news(visit)),
        )  # fmt: skip
        return self._stand(visit, line, pack)

    def _stand(self, visit: Visit, line: Line, pack: Pack) -> Line:
        if visit.state == PLANNED:
            status, tone = due_status(visit.plan.on, self.today, pack)
            if visit.plan.on < self.today:
                status = "还没写记录"
            return replace(line, status=status, tone=tone, acts=AHEAD)
        if visit.state == RECORDED:
            owed = (Act(BACK, "材料还了", "2"),) if visit.owed else ()
            acts = (Act(WRITE, "改记录", "1"), *owed, Act(PRINT, "打印", "4"))
            tone = "warn" if visit.owed else "ok"
            status = f"要还：{'、'.join(visit.owed)}" if visit.owed else "去过了"
            return replace(line, status=status, tone=tone, mark="✓", acts=acts)
        return replace(line, status=f"不去了：{visit.why}", mark="—", quiet=True)


def _news(visit: Visit) -> list[str]:
    plan, record = visit.plan, visit.record
    news = []
    if visit.moved:
        news.append(f"改过期：{visit.moved}")
    if record is None:
        news += [f"办：{plan.what}"] if plan.what else []
        news += [f"怎么去：{plan.route}"] if plan.route else []
        news += [f"带：{'、'.join(plan.take)}"] if plan.take else []
        return news
    times = f"{record.arrived} 到" + (f"，{record.left} 离开" if record.left else "")
    person = [
        STATE_WORDS.get(record.state, ""), HEARING_WORDS.get(record.hearing, ""),
        record.language, IDENTITY_NAMES.get(record.identity, ""), record.identity_note,
        FILMING_NAMES.get(record.filming, ""),
    ]  # fmt: skip
    told = (
        ("", times), ("在场", record.present), ("当事人", "，".join(filter(None, person))),
        ("办了", record.done), ("看过退还", "、".join(record.shown)),
        ("收下", "、".join(record.kept)), ("没办完", record.rest), ("居民说", record.said),
    )  # fmt: skip
    return news + [f"{name}：{text}" if name else text for name, text in told if text]


def clock_in(typed: str) -> str:
    """``9：30`` and ``930`` as ``09:30``; anything else as it was typed."""
    text = typed.replace("：", ":").replace("点", ":").strip()
    if text.isdigit() and len(text) in (3, 4):
        text = f"{text[:-2]}:{text[-2:]}"
    hours, colon, minutes = text.partition(":")
    whole = hours.isdigit() and colon
    return f"{int(hours):02d}:{minutes or '00'}" if whole else typed.strip()
