"""The five stages of a case: what each asks for, where a case stands, how long there is.

A pure reading of the folded case by the rules of the content pack (``Pack.stages``). A case goes on
to a stage that the rules name as following, or back to any earlier one. Rules never stop an officer
at a bedside: with a condition unmet a case still goes on, with a written reason that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from desk_app.core.advice import filings
from desk_app.core.catalogue import CalendarYear, StageRule
from desk_app.core.coordination import requests
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.case import STAGES
from desk_app.core.workdays import add_working_days, working_days_between

FIRST, LAST = STAGES[0], STAGES[-1]
GREEN, YELLOW, RED = "green", "yellow", "red"

CHANNEL_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "counter": ("stuck_at", "stuck_reason"),
        "hotline_12345": ("order_number",),
        "home_visit": ("visit_place",),
        "hospital_visit": ("visit_place",),
    }
)
"""What is to be known of a case by how it came (field names); other channels ask for nothing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the conditions that rules may name.

    Attributes:
        words: what is true when it holds.
        wanted: what is missing when it does not.
    """

    words: str
    wanted: str
    holds: Callable[[CaseState], bool]


def channel_of(case: CaseState) -> str:
    """How the case came here (``kinds.case.CHANNELS``)."""
    return case.fields.get("channel", "") or case.channel


def _said(*names: str) -> Callable[[CaseState], bool]:
    return lambda case: any(case.fields.get(name) for name in names)


def _channel_known(case: CaseState) -> bool:
    return all(case.fields.get(name) for name in CHANNEL_FIELDS.get(channel_of(case), ()))


def _sheet_given(case: CaseState) -> bool:
    on_paper = any(paper.body.get("how") != "queue" for paper in case.papers)
    return on_paper or (case.closing is not None and case.closing.sheet_given)


def _no_is_explained(case: CaseState) -> bool:
    closing = case.closing
    if closing is None or closing.outcome != "infeasible":
        return case.fields.get("verdict") != "infeasible"
    return all((closing.explanation, closing.basis, closing.next_door, closing.reasons))


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "words_noted": Condition("记下了居民的原话", "居民的原话", _said("words")),
        "resident_known": Condition(
            "知道怎么称呼、怎么联系居民",
            "居民的称呼或电话",
            _said("resident_name", "resident_title", "phone"),
        ),
        "channel_known": Condition("从哪里来写清楚了", "从哪里来、卡在哪", _channel_known),
        "reason_known": Condition(
            "知道当初为什么没办成",
            "当初为什么没办成",
            _said("barrier", "stuck_reason", "stuck_code"),
        ),
        "items_or_outside": Condition(
            "选了事项，或者记明不归本窗口",
            "事项",
            lambda case: bool(case.items) or case.fields.get("duty") == "outside",
        ),
        "verdict_given": Condition(
            "有了判断", "判断（能办、可不可以办、不能办）", _said("verdict")
        ),
        "promise_made": Condition(
            "约好了谁在哪天联系",
            "约定（谁在哪天联系）",
            lambda case: any(promise.state == "open" for promise in case.promises),
        ),
        "requests_settled": Condition(
            "没有还在等答复的请求",
            "别的部门的答复",
            lambda case: not any(request.is_open for request in requests(case)),
        ),
        "answer_known": Condition(
            "判断已经是“能办”或“不能办”",
            "最后的判断（能办或不能办）",
            lambda case: case.fields.get("verdict") in ("feasible", "infeasible"),
        ),
        "filings_judged": Condition(
            "报的备案都有人批了",
            "备案的批复",
            lambda case: not any(filing.is_open for filing in filings(case)),
        ),
        "outcome_recorded": Condition("结果记下了", "结果", lambda case: case.closing is not None),
        "explained": Condition(
            "结果向居民讲清楚了",
            "向居民讲清楚",
            lambda case: case.closing is not None and case.closing.explained,
        ),
        "sheet_given": Condition("给了居民单子", "给居民的单子", _sheet_given),
        "no_is_explained": Condition(
            "不能办的，写明了依据、原因码、为什么和下一步",
            "不能办的依据、原因码、为什么和下一步",
            _no_is_explained,
        ),
    }
)
"""Closed vocabulary of the rules, in the order in which a case usually meets them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition and whether it holds."""

    name: str
    words: str
    holds: bool


@dataclass(frozen=True, slots=True)
class StageMove:
    """One time that a case came to a stage.

    Attributes:
        id: of the entry; that of the case's opening for the first stage.
        before: the stage it came from, as its author saw it; empty for the first.
        why: the written reason; empty where everything was met.
        unmet: names of conditions that were not met then.
        settles: whether somebody chose here between two moves made at once.
        counts: whether it is one that the case stands in now (two while such a choice is open).
    """

    id: str
    stage: str
    before: str
    why: str
    unmet: tuple[str, ...]
    settles: bool
    counts: bool
    entry: Entry

    @property
    def is_back(self) -> bool:
        """Whether it went to an earlier stage."""
        return is_back(self.before, self.stage)


@dataclass(frozen=True, slots=True)
class Extension:
    """A later last day, by whom and why."""

    until: date
    why: str
    by: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of the stage a case is in.

    Attributes:
        due: with the extension, if there is one.
        estimated: whether it rests on a calendar that is not official yet (按估算).
        rule: the rule it comes from; ``rule.days_by`` says who set it.
    """

    due: date
    estimated: bool
    rule: StageRule
    extension: Extension | None = None

    def colour(self, today: date, calendars: Mapping[int, CalendarYear]) -> str:
        """GREEN, YELLOW near its end, RED when it is past."""
        if today > self.due:
            return RED
        left = working_days_between(today, self.due, calendars)
        return YELLOW if left <= self.rule.warn_days else GREEN


@dataclass(frozen=True, slots=True)
class Stay:
    """The stage that a case is in.

    Attributes:
        ref: entry with which it began (``deadline.extended`` names it); empty in a case without
            its opening.
        since: the day it began, or the case was opened again, as the desk of that time counted
            days; None without an opening.
    """

    stage: str
    ref: str = ""
    since: date | None = None
    by: str = ""


def rules_of(stages: Mapping[str, StageRule]) -> Mapping[str, StageRule]:
    """The rules of all five stages; a stage without one asks for nothing and has no limit."""
    return {
        stage: stages.get(stage) or StageRule(stage, follows=STAGES[place + 1 :])
        for place, stage in enumerate(STAGES)
    }


def is_back(before: str, stage: str) -> bool:
    """Whether going from ``before`` to ``stage`` is going back; so is leaving an unknown stage."""
    if not before or stage not in STAGES:
        return False
    return before not in STAGES or STAGES.index(stage) < STAGES.index(before)


def may_follow(rules: Mapping[str, StageRule], stage: str) -> tuple[str, ...]:
    """Stages that a case may go on to from ``stage``."""
    rule = rules.get(stage)
    return rule.follows if rule else ()


def way_to(rules: Mapping[str, StageRule], stage: str, target: str) -> tuple[str, ...]:
    """The shortest way on from ``stage`` to ``target``, without ``stage``; empty = there is none
    or it is already there."""
    ways: list[tuple[str, ...]] = [()]
    seen = {stage}
    for way in ways:
        here = way[-1] if way else stage
        if here == target:
            return way
        for after in may_follow(rules, here):
            if after not in seen:
                seen.add(after)
                ways.append((*way, after))
    return ()


def checked(names: Sequence[str], case: CaseState) -> tuple[Checked, ...]:
    """Which of these conditions hold; names that this program does not know are left out."""
    known = [(name, CONDITIONS[name]) for name in names if name in CONDITIONS]
    return tuple(Checked(name, one.words, one.holds(case)) for name, one in known)


def unmet(rules: Mapping[str, StageRule], case: CaseState, before: str, stage: str) -> list[str]:
    """Names of conditions that are missing to go on from ``before`` to ``stage``.

    None are asked of a case that goes back.
    """
    if is_back(before, stage):
        return []
    leaving = rules[before].exit if before in rules else ()
    names = dict.fromkeys((*leaving, *rules[stage].entry))
    return [one.name for one in checked(tuple(names), case) if not one.holds]


def missing_now(rules: Mapping[str, StageRule], case: CaseState) -> list[str]:
    """Names of conditions that are missing to leave the stage that the case is in."""
    rule = rules.get(case.stage)
    return [one.name for one in checked(rule.exit if rule else (), case) if not one.holds]


def stay_of(case: CaseState) -> Stay:
    """Where the case stands."""
    slot = case.slots.get("stage")
    entry = slot.entry if slot else case.opened
    if entry is None:
        return Stay(case.stage)
    again = case.slots.get("closing")
    since = max(entry, again.entry, key=lambda one: one.order) if again else entry
    return Stay(case.stage, entry.id, since.time.date(), entry.author)


def moves(case: CaseState) -> tuple[StageMove, ...]:
    """Every move ever made that nobody took back, oldest first, the opening among them."""
    slot = case.slots.get("stage")
    heads = {entry.id for entry in (slot.entry, *slot.rivals)} if slot else set()
    entered = case.entries_of("stage.entered")
    stages = {entry.id: str(entry.body["stage"]) for entry in entered}
    found: list[StageMove] = []
    if case.opened is not None:
        opened = case.opened
        first = StageMove(
            opened.id, FIRST, "", "", (), settles=False, counts=slot is None, entry=opened
        )
        found.append(first)
    found += [_move(one, stages.get(one.base, FIRST), counts=one.id in heads) for one in entered]
    return tuple(found)


def deadline_of(
    case: CaseState, rules: Mapping[str, StageRule], calendars: Mapping[int, CalendarYear]
) -> Deadline | None:
    """By when the stage should be done; None for a closed case and a stage without a limit."""
    stay = stay_of(case)
    rule = rules.get(stay.stage)
    if not case.is_open or stay.since is None or rule is None:
        return None
    extension = extension_of(case, stay.ref)
    if extension is not None:
        return Deadline(extension.until, estimated=False, rule=rule, extension=extension)
    return limit(rule, stay.since, calendars)


def limit(rule: StageRule, since: date, calendars: Mapping[int, CalendarYear]) -> Deadline | None:
    """The limit of a stage that was entered on ``since``; None where its rule sets none."""
    if rule.days is None:
        return None
    due = add_working_days(since, rule.days, calendars)
    return Deadline(due.day, due.estimated, rule)


def extension_of(case: CaseState, ref: str) -> Extension | None:
    """The extension of the stay that began with the entry ``ref``, if there is one."""
    slot = case.slots.get(f"deadline:{ref}")
    if slot is None:
        return None
    entry = slot.entry
    until = date.fromisoformat(str(entry.body["until"]))
    return Extension(until, str(entry.body["why"]), entry.author, entry)


def _move(entry: Entry, before: str, *, counts: bool) -> StageMove:
    body = entry.body
    names = body.get("unmet", ())
    return StageMove(
        id=entry.id,
        stage=str(body["stage"]),
        before=before,
        why=str(body.get("why", "")),
        unmet=tuple(map(str, names)) if isinstance(names, (list, tuple)) else (),
        settles="also" in body,
        counts=counts,
        entry=entry,
    )
