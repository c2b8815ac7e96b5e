"""阶段 of a case: where it is, what is missing, going on and back, more time, and the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Protocol

from desk_app.core.catalogue import Pack
from desk_app.core.fold import CaseState
from desk_app.core.kinds.case import STAGES
from desk_app.core.ports import Draft
from desk_app.core.sheet import day_in_words
from desk_app.core.stages import (
    StageMove,
    checked,
    deadline_of,
    is_back,
    may_follow,
    moves,
    rules_of,
    unmet,
)
from desk_app.core.workdays import add_working_days
from desk_app.services.drafting import Drafting
from desk_app.ui.presenters.case_lines import join_key, split_key
from desk_app.ui.presenters.draft_keeping import DraftKeeping, row_slot
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.stage_strip import StageStrip, next_stage, stage_strip
from desk_app.ui.presenters.stage_words import wanted_words
from desk_app.ui.presenters.time_words import time_words
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView

GO, BACK, CHOOSE = "go", "back", "choose"
"""What the line of a way begins with; the line that leads to choosing between two moves."""

DUTY = "items_or_outside"
"""The condition that can be met on this page: that the matter is not this window's."""

SLOT = "stage:"
WHY_LONGER = f"{SLOT}why"
"""Slot of the draft of why a stage wants more time."""

MORE_DAYS = 5
"""Working days offered for an extension; the officer changes it."""


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    slot = case.slots.get("stage")
    return "请选一个" if slot is not None and slot.in_conflict else ""


@dataclass(frozen=True, slots=True)
class StagesState:
    """What the page shows.

    Attributes:
        name, purpose: of the stage that the case is in.
        conditions: what it asks for, ✓ or ○.
        ways: where the case may go from here.
        history: every move and extension, the latest first.
        until: the day offered for an extension; None = there is no limit to extend.
    """

    strip: StageStrip
    name: str
    purpose: str
    conditions: tuple[Line, ...]
    ways: tuple[Line, ...]
    history: tuple[Line, ...]
    until: date | None
    drafts: Mapping[str, Draft]


class StagesView(TopicView[StagesState], Protocol):
    """What the presenter asks of the page."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below a way; ``written`` takes what is written."""

    def extended(self) -> None:
        """What was typed of an extension is an entry now."""


class StagesPresenter(DraftKeeping, TopicPresenter[StagesState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: StagesView) -> None:
        super().__init__(services, view)
        self._page = view
        self._work = services.casework.stages
        self._drafting = Drafting(services.store, services.casework.author, services.clock)

    def read(self, case: CaseState) -> StagesState:
        """See ``TopicPresenter.read``."""
        pack, now = self._services.casework.pack_of(case), self._services.clock.now()
        rule = rules_of(pack.stages).get(case.stage)
        limited = deadline_of(case, rules_of(pack.stages), pack.calendars) is not None
        longer = add_working_days(now.date(), MORE_DAYS, pack.calendars).day
        return StagesState(
            strip=stage_strip(case, pack, now.date()),
            name=pack.label("stage", case.stage),
            purpose=rule.purpose if rule else "",
            conditions=_conditions(case, pack),
            ways=_ways(case, pack),
            history=_history(case, pack, now),
            until=longer if limited else None,
            drafts=self._drafting.of_case(case.case_id),
        )

    def act(self, key: str) -> None:
        """Do what a line offers: go on, go back, note whose duty it is, choose."""
        kind, stage = split_key(key)
        if key == DUTY:
            work = partial(self._services.casework.set_field, self.case_id, "duty", "outside")
            self.write(work, "field.set", "记下了：不归本窗口。")
        elif key == CHOOSE:
            self.open_case()
        elif kind in (GO, BACK) and self.case is not None:
            self._go(stage, self.case, key)

    def move(self, key: str, why: str) -> None:
        """Go where the line ``key`` leads, for the reason that was written in it."""
        stage = split_key(key)[1]
        case = self.case
        if case is None:
            return
        name = self._services.casework.pack_of(case).label("stage", stage)
        move = partial(self._work.move, self.case_id, stage, why)
        work = partial(self._drafting.settle, self.case_id, move, row_slot(SLOT, key))
        self.write(work, "stage.entered", f"进入“{name}”。")

    def extend(self, until: date, why: str) -> None:
        """Give the stage more time; what was typed stays where it is refused."""
        extend = partial(self._work.extend, self.case_id, until, why, self.today)
        work = partial(self._drafting.settle, self.case_id, extend, WHY_LONGER)
        words = f"延期到{day_in_words(until)}。"
        self.write(work, "deadline.extended", words, self._page.extended)

    def _go(self, stage: str, case: CaseState, key: str) -> None:
        pack = self._services.casework.pack_of(case)
        missing = unmet(rules_of(pack.stages), case, case.stage, stage)
        if is_back(case.stage, stage):
            self._page.ask_line(key, "为什么退回", "写一句为什么退回，回车就退回")
        elif missing:
            self._page.ask_line(key, "为什么先走", "条件没齐，写一句为什么先走，回车就往下走")
        else:
            self.move(key, "")


def _conditions(case: CaseState, pack: Pack) -> tuple[Line, ...]:
    rules = rules_of(pack.stages)
    names = rules[case.stage].exit if case.stage in rules else ()
    lines = []
    for one in checked(names, case):
        acts = (Act(DUTY, "不归本窗口", "1"),) if one.name == DUTY else ()
        lines.append(
            Line(one.name, one.words, mark="✓", tone="ok", status="有了")
            if one.holds
            else Line(one.name, one.words, mark="○", status="还没有", acts=acts)
        )
    return tuple(lines)


def _ways(case: CaseState, pack: Pack) -> tuple[Line, ...]:
    slot = case.slots.get("stage")
    if slot is not None and slot.in_conflict:
        act = Act(CHOOSE, "去选", "1")
        words = "两个人把案件转到了不同的阶段，请在案件页选一个。"
        return (Line(CHOOSE, words, mark="≠", tone="warn", acts=(act,)),)
    if not case.is_open:
        return (Line("", "", detail="案件已经销号。要接着办，请先在案件页重新打开。"),)
    rules = rules_of(pack.stages)
    follows, first = may_follow(rules, case.stage), next_stage(case, pack)
    lines = []
    for stage in sorted(follows, key=lambda one: one != first):
        missing = wanted_words(unmet(rules, case, case.stage, stage))
        detail = f"还差：{missing}。写一句为什么，也能走" if missing else "条件齐了"
        name = pack.label("stage", stage)
        act = Act(GO, "往下走", "1")
        lines.append(Line(join_key(GO, stage), f"往下走：{name}", mark="→", detail=detail,
                          tone="" if missing else "ok", acts=(act,)))  # fmt: skip
    for stage in STAGES:
        if is_back(case.stage, stage):
            name = pack.label("stage", stage)
            act = Act(BACK, "退回", "1")
            lines.append(Line(join_key(BACK, stage), f"退回：{name}", mark="←", acts=(act,)))
    return tuple(lines)


def _history(case: CaseState, pack: Pack, now: datetime) -> tuple[Line, ...]:
    lines = {move.id: _move_line(move, pack, now) for move in moves(case)}
    for entry in case.timeline:
        if entry.kind == "deadline.extended" and entry.is_understood:
            until = day_in_words(date.fromisoformat(str(entry.body["until"])))
            about = f"{entry.author}　{time_words(entry.at, now)}"
            why = (f"为什么：{entry.body['why']}",)
            lines[entry.id] = Line(entry.id, f"延期到{until}", detail=about, news=why)
    order = [entry.id for entry in case.timeline if entry.id in lines]
    return tuple(lines[key] for key in reversed(order))


def _move_line(move: StageMove, pack: Pack, now: datetime) -> Line:
    name = pack.label("stage", move.stage)
    if not move.before:
        text = f"登记，进入“{name}”"
    elif move.settles:
        text = f"两个里选定“{name}”"
    else:
        text = f"{'退回' if move.is_back else '进入'}“{name}”"
    missing = wanted_words(move.unmet)
    news = (f"为什么：{move.why}" if move.why else "", f"当时还差：{missing}" if missing else "")
    return Line(
        move.id, text, detail=f"{move.entry.author}　{time_words(move.entry.at, now)}",
        mark="●" if move.counts else "", status="现在" if move.counts else "",
        news=tuple(filter(None, news)),
    )  # fmt: skip
