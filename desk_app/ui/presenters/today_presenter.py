"""今日: what is due, where one was interrupted, what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from desk_app.core.fold import CaseState
from desk_app.core.masking import form_of_address
from desk_app.core.ports import CaseRow, Draft, PromiseRow, TaskRow
from desk_app.core.sheet import day_in_words
from desk_app.core.workdays import add_working_days
from desk_app.services.centre_book import BookWork
from desk_app.services.drafting import NOTE
from desk_app.ui.presenters.case_lines import (
    case_line,
    join_key,
    promise_line,
    split_key,
)
from desk_app.ui.presenters.case_queue_presenter import waiting_calls
from desk_app.ui.presenters.centre_words import read_places
from desk_app.ui.presenters.duty_words import on_duty
from desk_app.ui.presenters.entry_words import FIELD_NAMES
from desk_app.ui.presenters.lines import NO_ITEM, NO_NAME, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.stage_lines import STAGES_TOPIC, due_stage_lines, handed_on_lines
from desk_app.ui.presenters.task_words import task_line
from desk_app.ui.presenters.time_words import time_words

OPEN_SHOWN = 30
NEXT_SHOWN = 3
CALL = "call"
TOPIC_SLOTS = {
    "coordination": ("coordination", "协调"),
    CALL: ("coordination", "记一笔"),
    "consent": ("consents", "授权"),
    "estimate": ("estimates", "测算"),
    "invoice": ("invoices", "对票"),
    "fund": ("funds", "垫付"),
    "advice": ("advice", "研判"),
    "visit": ("visits", "上门"),
    "stage": (STAGES_TOPIC, "阶段"),
}
"""Page and name of the topics that keep drafts, by how the slots of these begin."""


@dataclass(frozen=True, slots=True)
class TodayState:
    """What the page shows.

    Attributes:
        due: promises whose day has come, the most overdue first.
        coming: the next few after that.
        more_coming: how many more there are.
        drafts: one line a case in which something was being written.
        cases: open cases, latest change first; ``open_count`` of them in all.
        duty: who is on duty today; empty = nobody was written down.
        calls: what comes from the centre and waits for this officer.
        tasks: what else of a case waits for this officer, up to the next working day.
    """

    day: str
    due: tuple[Line, ...]
    coming: tuple[Line, ...]
    more_coming: int
    drafts: tuple[Line, ...]
    cases: tuple[Line, ...]
    open_count: int
    duty: str = ""
    calls: tuple[Line, ...] = ()
    tasks: tuple[Line, ...] = ()


class TodayView(Protocol):
    """What the presenter asks of the page."""

    def show_today(self, state: TodayState) -> None:
        """Draw ``state``."""


class TodayPresenter:
    """What the page knows and does."""

    def __init__(self, services: Services, view: TodayView) -> None:
        self._services = services
        self._view = view
        self._book = BookWork(services.store, services.casework.author)

    def refresh(self) -> None:
        """Read what is due."""
        self._services.runner.store(self._read, self._view.show_today)

    def open_promise(self, key: str) -> None:
        """Show the case of a promise."""
        self._services.shell.open_case(split_key(key)[0])

    def open_task(self, key: str) -> None:
        """Show the page of a case on which a task is done."""
        case_id, rest = split_key(key)
        topic, _ = split_key(rest)
        shell = self._services.shell
        if topic:
            shell.open_topic(case_id, topic)
        else:
            shell.open_case(case_id)

    def open_case(self, case_id: str) -> None:
        """Show a case."""
        self._services.shell.open_case(case_id)

    def follow(self, call: str) -> None:
        """Go where something waits: to the queue or to the tray."""
        self._services.shell.go(split_key(call)[0])

    def go_on(self, key: str) -> None:
        """Go on where one was interrupted."""
        case_id, slot = split_key(key)
        shell = self._services.shell
        kind = slot.partition(":")[0]
        topic, _ = TOPIC_SLOTS.get(kind, ("", ""))
        if kind == CALL:
            shell.log_call(case_id)
        elif topic:
            shell.open_topic(case_id, topic)
        else:
            (shell.open_case if slot == NOTE else shell.open_session)(case_id)

    def _read(self) -> TodayState:
        services = self._services
        store, now = services.store, services.clock.now()
        today = now.date()
        promises, tasks = store.promises(), store.tasks()
        due = [row for row in promises if row.due <= today]
        later = [row for row in promises if row.due > today]
        return TodayState(
            day=day_in_words(today),
            due=self._promise_lines(due, today),
            coming=self._promise_lines(later[:NEXT_SHOWN], today),
            more_coming=max(0, len(later) - NEXT_SHOWN),
            drafts=self._drafts(store.drafts(services.casework.author)),
            cases=self._cases(now),
            open_count=store.count_cases(only_open=True),
            duty=on_duty(self._book.read().on(today)),
            calls=tuple(waiting_calls(services)),
            tasks=(
                *self._tasks(tasks, today),
                *due_stage_lines(services, today, tasks),
                *handed_on_lines(services, now),
            ),
        )

    def _tasks(self, rows: list[TaskRow], today: date) -> tuple[Line, ...]:
        services, me = self._services, self._services.casework.author
        until = add_working_days(today, 1, services.pack.calendars).day
        return tuple(
            task_line(row, services.pack, today)
            for row in rows
            if row.task.due is None or row.task.due <= until
            if row.task.who in ("", me) and me not in row.task.not_by
            if row.task.topic != STAGES_TOPIC  # their limits are rules of the pack
        )

    def _cases(self, now: datetime) -> tuple[Line, ...]:
        rows = self._open()
        places = read_places(self._services.link, [row.case_id for row in rows])
        at_centre = {key: sync for key, sync in places.items() if sync.state != "local"}
        pack = self._services.pack
        return tuple(case_line(row, pack, now, at_centre.get(row.case_id)) for row in rows)

    def _open(self) -> list[CaseRow]:
        return self._services.store.cases(only_open=True, limit=OPEN_SHOWN)

    def _promise_lines(self, rows: list[PromiseRow], today: date) -> tuple[Line, ...]:
        return tuple(promise_line(row, self._services.pack, today) for row in rows)

    def _drafts(self, drafts: list[Draft]) -> tuple[Line, ...]:
        latest: dict[str, Draft] = {}
        for draft in drafts:  # the latest comes first
            latest.setdefault(draft.case_id, draft)
        return tuple(self._draft(draft) for draft in latest.values())

    def _draft(self, draft: Draft) -> Line:
        case: CaseState = self._services.store.case(draft.case_id)
        fields = case.fields
        who = form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))
        matter = case.items[0].name if case.items else NO_ITEM
        when = time_words(draft.saved_at, self._services.clock.now())
        return Line(
            join_key(case.case_id, draft.slot), f"{who or NO_NAME}　{matter}",
            detail=f"{when} 中断在“{slot_words(draft.slot)}”　{case.number}", status="接着办",
        )  # fmt: skip


def inquiries_call(waiting: int) -> tuple[Line, ...]:
    """The line that leads to what residents wrote to the centre; none where nothing waits."""
    if not waiting:
        return ()
    key = join_key("queue", "inquiries")
    return (Line(key, "居民的网上留言，等人接", status=f"{waiting} 条", tone="info"),)


def slot_words(slot: str) -> str:
    """What an editor is called, from the slot of its draft."""
    if slot == NOTE:
        return "补记"
    kind, _, name = slot.partition(":")
    if kind == "field":
        return FIELD_NAMES.get(name, "居民")
    if kind in TOPIC_SLOTS:
        return TOPIC_SLOTS[kind][1]
    return {"waive": "检查单", "question": "还要问清"}.get(kind, "约定")
