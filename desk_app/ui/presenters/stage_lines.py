"""Lines of 今日 about stages: whose limit has come, and where cases are that were handed on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from desk_app.core.catalogue import Pack
from desk_app.core.exchange import QueueRow
from desk_app.core.masking import mask_name
from desk_app.core.ports import CaseRow, TaskRow
from desk_app.core.stages import FIRST, Deadline, limit, rules_of
from desk_app.core.tasks import EXTENDED, Task
from desk_app.ui.presenters.case_lines import due_status, join_key
from desk_app.ui.presenters.lines import NO_NAME, Line, person_and_matter
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words

STAGES_TOPIC = "stages"
"""Name of the page."""

EVERY = 10_000
"""More open cases than a centre has; their rows are read, not the cases."""

SHOWN = 8


def due_stage_lines(services: Services, today: date, tasks: Sequence[TaskRow]) -> tuple[Line, ...]:
    """Cases of this officer whose stage should be done by today, the most overdue first.

    Of this officer are those that they opened (首问负责) and those that they hold.

    Args:
        tasks: of all cases.
    """
    me, pack, store = services.casework.author, services.pack, services.store
    rules = rules_of(pack.stages)
    began = {row.case_id: row.task for row in tasks if row.task.topic == STAGES_TOPIC}
    held = _held_by(services, me)
    found: list[tuple[date, bool, CaseRow]] = []
    for row in store.cases(only_open=True, limit=EVERY):
        if me != row.first_contact_officer and row.case_id not in held:
            continue
        task = began.get(row.case_id) or _since_opening(row)
        if task is None or task.due is None or (rule := rules.get(row.stage)) is None:
            continue
        by_hand = Deadline(task.due, estimated=False, rule=rule)
        end = by_hand if task.code == EXTENDED else limit(rule, task.due, pack.calendars)
        if end is not None and end.due <= today:
            found.append((end.due, end.estimated, row))
    found.sort(key=lambda one: (one[0], one[2].case_id))
    lines = [_due_line(row, due, today, pack, guess) for due, guess, row in found[:SHOWN]]
    if more := len(found) - len(lines):
        lines.append(Line("", "", detail=f"还有 {more} 件到期限的，在“案件”里。"))
    return tuple(lines)


def handed_on_lines(services: Services, now: datetime) -> tuple[Line, ...]:
    """Cases that this officer opened and somebody else works on now, a quiet line each.

    The first officer stays responsible (首问负责), whoever holds a case.
    """
    link, me, pack = services.link, services.casework.author, services.pack
    if link is None or not link.desk.sync_state().hub:
        return ()
    elsewhere = [
        row
        for row in link.desk.queue()
        if row.first_contact_officer == me and row.state.holder not in ("", me)
    ]
    if not elsewhere:
        return ()
    open_rows = {row.case_id: row for row in services.store.cases(only_open=True, limit=EVERY)}
    known = [(row, open_rows[row.case_id]) for row in elsewhere if row.case_id in open_rows]
    return tuple(_handed_line(row, case, pack, now) for row, case in known)


def _due_line(row: CaseRow, due: date, today: date, pack: Pack, guess: bool) -> Line:
    status, tone = due_status(due, today, pack)
    return Line(
        join_key(row.case_id, join_key(STAGES_TOPIC, "due")),
        f"“{pack.label('stage', row.stage)}”到期限了：{mask_name(row.resident) or NO_NAME}",
        detail=f"往下走或者延期　{row.number}" + ("　按估算" if guess else ""),
        status=status, tone=tone, mark="!" if tone == "danger" else "○",
    )  # fmt: skip


def _handed_line(row: QueueRow, case: CaseRow, pack: Pack, now: datetime) -> Line:
    stage, when = pack.label("stage", case.stage), time_words(case.updated_at, now)
    return Line(
        join_key(row.case_id, join_key("", "handed")),
        f"{person_and_matter(case)}：{row.state.holder}在办",
        detail=f"您首问负责　{stage}　最近 {when}", quiet=True,
    )  # fmt: skip


def _held_by(services: Services, officer: str) -> set[str]:
    link = services.link
    if link is None or not link.desk.sync_state().hub:
        return set()
    return {row.case_id for row in link.desk.queue() if row.state.holder == officer}


def _since_opening(row: CaseRow) -> Task | None:
    """A case without moves is in the first stage since the day that it was opened."""
    if row.stage != FIRST or not row.opened_at:
        return None
    return Task("", STAGES_TOPIC, "", due=datetime.fromisoformat(row.opened_at).date())
