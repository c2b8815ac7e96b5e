"""今日 about stages: limits that have come, and cases that others work on now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from desk_app.core.exchange import QueueRow, SyncState
from desk_app.core.queue import QueueState
from desk_app.services.casework import Ending
from desk_app.services.stages import Stages
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.stage_lines import due_stage_lines, handed_on_lines
from tests.helpers.ui_desk import FakePrintRoom, NotedShell, open_desk

OTHER = "小李"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[UiContext]:
    with open_desk(tmp_path, NotedShell(), FakePrintRoom()) as opened:
        yield opened


def moved(context: UiContext, *stages: str) -> str:
    case_id = context.casework.open_case().case_id
    for stage in stages:
        context.casework.stages.move(case_id, stage, "先办")
    return case_id


def said(context: UiContext, day: date) -> list[tuple[str, str, str]]:
    lines = due_stage_lines(context, day, context.store.tasks())
    return [(line.text, line.status, line.tone) for line in lines]


def with_queue(context: UiContext, case_id: str, holder: str) -> UiContext:
    case = context.store.case(case_id)
    row = QueueRow(case_id, case.number, "低保", "张小芳", case.first_contact_officer,
                   QueueState(holder=holder, until=1))  # fmt: skip
    desk = SimpleNamespace(sync_state=lambda: SyncState(hub="h", centre="c"), queue=lambda: [row])
    return replace(context, link=SimpleNamespace(desk=desk))  # type: ignore[arg-type]


def test_a_stage_shows_on_its_last_day_and_red_after_it(context: UiContext) -> None:
    """Opened on Monday 2026-11-23; five working days for the second case."""
    moved(context)
    moved(context, "triage", "coordinate")
    assert said(context, date(2026, 11, 23)) == []
    assert said(context, date(2026, 11, 24)) == [
        ("“接待受理”到期限了：未留姓名", "今天", "warn"),
    ]
    late = said(context, date(2026, 12, 1))
    assert [tone for _, _, tone in late] == ["danger", "danger"]
    assert late[1][:2] == ("“沟通协调”到期限了：未留姓名", "超 1 个工作日")


def test_more_time_or_an_answer_takes_the_line_away(context: UiContext) -> None:
    day = date(2026, 12, 1)
    first, second = moved(context, "triage", "coordinate"), moved(context, "triage")
    assert len(said(context, day)) == 2
    context.casework.stages.extend(first, date(2026, 12, 2), "等回函", day)
    context.casework.close_case(second, "done_now", Ending(explained=True))
    assert said(context, day) == []
    assert [text for text, _, _ in said(context, date(2026, 12, 2))] == [
        "“沟通协调”到期限了：未留姓名"
    ]
    assert context.store.rebuild()
    assert len(said(context, date(2026, 12, 2))) == 1


def test_another_officers_case_shows_only_to_who_holds_it(context: UiContext) -> None:
    opened = context.store.open_case(
        OTHER, {"channel": "phone", "pack_version": "1", "pack_digest": ""}
    ).case_id
    Stages(context.store, lambda _: context.pack, OTHER).move(opened, "triage", "急")
    day = date(2026, 12, 1)
    assert said(context, day) == []
    assert said(with_queue(context, opened, OTHER), day) == []
    assert len(said(with_queue(context, opened, context.casework.author), day)) == 1


def test_who_opened_a_case_sees_who_works_on_it_now(context: UiContext) -> None:
    case_id, now = moved(context, "triage"), context.clock.now()
    assert handed_on_lines(context, now) == ()
    assert handed_on_lines(with_queue(context, case_id, ""), now) == ()
    assert handed_on_lines(with_queue(context, case_id, context.casework.author), now) == ()
    (line,) = handed_on_lines(with_queue(context, case_id, OTHER), now)
    assert line.quiet
    assert line.text.endswith("小李在办")
    assert "您首问负责　分类处办" in line.detail
    context.casework.close_case(case_id, "done_now")
    assert handed_on_lines(with_queue(context, case_id, OTHER), now) == ()
