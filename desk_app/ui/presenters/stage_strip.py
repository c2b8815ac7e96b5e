"""The five stages of a case on one strip: where it is, how long there is, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.fold import CaseState
from desk_app.core.kinds.case import STAGES
from desk_app.core.sheet import day_in_words
from desk_app.core.stages import (
    LAST,
    Deadline,
    deadline_of,
    may_follow,
    missing_now,
    moves,
    rules_of,
    unmet,
)
from desk_app.ui.presenters.stage_words import COLOUR_NAMES, DAYS_BY, TONES, wanted_words
from desk_app.ui.presenters.time_words import due_words

DONE, PASSED, NOW, LATER = "done", "passed", "now", "later"
MARKS = {DONE: "✓", PASSED: "—", NOW: "●", LATER: "○"}
SPOKEN = {DONE: "走过了", PASSED: "没有经过", NOW: "现在在这里", LATER: "还没到"}


@dataclass(frozen=True, slots=True)
class StageStep:
    """One of the five. ``state``: done | passed (over without it) | now | later."""

    stage: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class StageStrip:
    """What the strip shows.

    Attributes:
        limit, tone: how long there is, in words and as a tone; empty = no limit.
        missing: what is missing to leave this stage; empty = nothing.
        target, target_name: where one key takes the case; empty = nowhere.
        ready: whether nothing is missing to go there.
    """

    steps: tuple[StageStep, ...]
    limit: str
    tone: str
    missing: str
    target: str
    target_name: str
    ready: bool


def stage_strip(case: CaseState, pack: Pack, today: date) -> StageStrip:
    """The strip of a case that is worked with ``pack``."""
    rules = rules_of(pack.stages)
    deadline = deadline_of(case, rules, pack.calendars)
    slot = case.slots.get("stage")
    settled = slot is None or not slot.in_conflict
    target = next_stage(case, pack) if case.is_open and settled else ""
    return StageStrip(
        steps=_steps(case, pack),
        limit=limit_words(deadline, today, pack) if deadline else "",
        tone=TONES[deadline.colour(today, pack.calendars)] if deadline else "",
        missing=wanted_words(missing_now(rules, case)) if case.is_open else "",
        target=target,
        target_name=pack.label("stage", target) if target else "",
        ready=bool(target) and not unmet(rules, case, case.stage, target),
    )


def next_stage(case: CaseState, pack: Pack) -> str:
    """Where a case most likely goes on to: to the answer once it is known; empty = nowhere."""
    follows = may_follow(rules_of(pack.stages), case.stage)
    known = case.fields.get("verdict") in ("feasible", "infeasible")
    return LAST if known and LAST in follows else next(iter(follows), "")


def limit_words(deadline: Deadline, today: date, pack: Pack) -> str:
    """绿：还剩 3 个工作日，到 11月30日 周一（本窗口自定）."""
    colour = COLOUR_NAMES[deadline.colour(today, pack.calendars)]
    left = due_words(deadline.due, today, pack.calendars)
    rests = "已延期" if deadline.extension else DAYS_BY[deadline.rule.days_by]
    guess = "，按估算" if deadline.estimated else ""
    return f"{colour}：{left}，到{day_in_words(deadline.due)}（{rests}{guess}）"


def _steps(case: CaseState, pack: Pack) -> tuple[StageStep, ...]:
    been = {move.stage for move in moves(case)}
    here = STAGES.index(case.stage) if case.stage in STAGES else -1
    states = (
        NOW if place == here else LATER if place > here else DONE if stage in been else PASSED
        for place, stage in enumerate(STAGES)
    )
    return tuple(
        StageStep(stage, pack.label("stage", stage), state)
        for stage, state in zip(STAGES, states, strict=True)
    )
