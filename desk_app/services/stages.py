"""Taking a case through its stages; each method is one transaction and returns the case after it.

``core.stages`` says what the rules are and what a condition means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from desk_app.core.catalogue import Pack, StageRule
from desk_app.core.entries import NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, UserFacingError
from desk_app.core.fold import CaseState
from desk_app.core.kinds.case import STAGES
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.core.sheet import day_in_words
from desk_app.core.stages import (
    CONDITIONS,
    LAST,
    deadline_of,
    is_back,
    may_follow,
    rules_of,
    stay_of,
    unmet,
    way_to,
)
from desk_app.services.promises import NOTHING_CHANGED

LONGEST = timedelta(days=366)
"""How far ahead a stage may be extended at once: beyond that it is a slip of the year."""


class Stages:
    """What one officer does to the stage of a case.

    Args:
        pack_of: the pack whose rules a case goes by.
    """

    def __init__(self, store: CaseStore, pack_of: Callable[[CaseState], Pack], author: str) -> None:
        self._store = store
        self._pack_of = pack_of
        self._author = author

    def move(self, case_id: str, stage: str, why: str = "") -> CaseState:
        """Go on to a stage that may follow, or back to an earlier one.

        Args:
            why: needed to go back, and to go on while a condition is not met.

        Raises:
            BadInputError, UserFacingError: the case is closed, two people moved it at once, the
                stage does not follow, or ``why`` is missing. Nothing was written.
        """
        state = self._store.case(case_id)
        pack = self._pack_of(state)
        rules = rules_of(pack.stages)
        if stage not in STAGES:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "没有“{stage}”这个阶段。"),
                safe=NOTHING_CHANGED,
                stage=stage[:20],
            )
        if state.stage == stage:
            return state
        if not state.is_open:
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "案件已经销号，阶段不再变。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "要接着办，请先在案件页重新打开。"),
            )
        if _moved_twice(state):
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "两个人把这个案件转到了不同的阶段，先选定一个。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "请到案件页上面，按数字键选一个。"),
            )
        missing = _check_move(pack, rules, state, stage, why)
        return self._write(case_id, _entered(state, stage, why, missing))

    def extend(self, case_id: str, until: date, why: str, today: date) -> CaseState:
        """Give the stage that the case is in more time, until ``until`` (inclusive).

        Raises:
            BadInputError: the stage has no limit, ``until`` is not later than it or more than
                ``LONGEST`` ahead, or ``why`` is missing. Nothing was written.
        """
        state = self._store.case(case_id)
        pack = self._pack_of(state)
        now = deadline_of(state, rules_of(pack.stages), pack.calendars)
        if now is None:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这个阶段没有期限，不用延期。"), safe=NOTHING_CHANGED
            )
        extension = now.extension
        if extension and (extension.until, extension.why) == (until, why.strip()):
            return state  # an impatient second Enter
        if until <= now.due or until < today:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "延期要晚于现在的期限（{day}），也不能是过去的日子。"),
                safe=NOTHING_CHANGED,
                day=day_in_words(now.due),
            )
        if until > today + LONGEST:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "一次最多延一年，请看看年份有没有写错。"),
                safe=NOTHING_CHANGED,
            )
        ref = stay_of(state).ref
        body: dict[str, Json] = {"ref": ref, "until": until.isoformat(), "why": why.strip()}
        return self._write(case_id, state.on_top("deadline.extended", body))

    def to_reply(self, state: CaseState, why: str) -> list[NewEntry]:
        """The move that is left before a case may be closed: closing goes through 答复反馈.

        What a session settles at once passes the stages between in this one move, which also
        settles two moves made at once.

        Args:
            why: kept where a condition of the stages on the way is not met.
        """
        rivals = [rival.id for rival in state.slots["stage"].rivals] if _moved_twice(state) else []
        if state.stage == LAST and not rivals:
            return []
        rules = rules_of(self._pack_of(state).stages)
        missing: list[str] = []
        before = state.stage
        for stage in way_to(rules, before, LAST):
            missing += unmet(rules, state, before, stage)
            before = stage
        return [_entered(state, LAST, why if missing else "", missing, rivals)]

    def onward(self, state: CaseState, target: str) -> list[NewEntry]:
        """The move to the furthest stage on the way to ``target`` that asks for nothing more.

        So a session that left nothing out takes its case along without another key.
        """
        rules = rules_of(self._pack_of(state).stages)
        reached = before = state.stage
        for stage in way_to(rules, before, target) if not _moved_twice(state) else ():
            if unmet(rules, state, before, stage):
                break
            reached = before = stage
        return [_entered(state, reached, "", ())] if reached != state.stage else []

    def _write(self, case_id: str, entry: NewEntry) -> CaseState:
        self._store.append(self._author, [entry])
        return self._store.case(case_id)


def _moved_twice(state: CaseState) -> bool:
    """Whether two people moved the case at once and nobody has chosen yet."""
    slot = state.slots.get("stage")
    return slot is not None and slot.in_conflict


def _entered(
    state: CaseState, stage: str, why: str, missing: Sequence[str], also: Sequence[str] = ()
) -> NewEntry:
    body: dict[str, Json] = {"stage": stage}
    for key, value in (("why", why.strip()), ("unmet", list(dict.fromkeys(missing)))):
        if value:
            body[key] = value
    if also:
        body["also"] = list(also)
    return state.on_top("stage.entered", body)


def _check_move(
    pack: Pack, rules: Mapping[str, StageRule], state: CaseState, stage: str, why: str
) -> list[str]:
    """Names of conditions that are missing; raises where the case may not go there like this."""
    name = pack.label("stage", stage)
    if is_back(state.stage, stage):
        if not why.strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "退回“{stage}”，请写一句为什么。"),
                safe=NOTHING_CHANGED,
                stage=name,
            )
        return []
    follows = may_follow(rules, state.stage)
    if stage not in follows:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{here}”之后只能到{follows}，不能直接到“{stage}”。"),
            safe=NOTHING_CHANGED,
            press=QT_TRANSLATE_NOOP("Errors", "请一步一步走；条件没齐的，写一句为什么就能往前。"),
            here=pack.label("stage", state.stage),
            follows="、".join(f"“{pack.label('stage', after)}”" for after in follows),
            stage=name,
        )
    missing = unmet(rules, state, state.stage, stage)
    if missing and not why.strip():
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "到“{stage}”还差：{missing}。"),
            safe=NOTHING_CHANGED,
            press=QT_TRANSLATE_NOOP("Errors", "请补上；等不及的，写一句为什么，也能往前。"),
            stage=name,
            missing="、".join(CONDITIONS[one].wanted for one in missing),
        )
    return missing
