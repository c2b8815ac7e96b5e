"""Words about what waits for somebody (``core.tasks``), and its lines on 今日."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.masking import mask_name
from desk_app.core.ports import TaskRow
from desk_app.ui.presenters.case_lines import due_status, join_key
from desk_app.ui.presenters.lines import NO_NAME, Line

TASK_NAMES: Mapping[str, str] = {
    "advance.check": "垫付申请等人审核",
    "advance.approve": "垫付申请等人审批",
    "advance.pay": "垫付批准了，等付给医院",
    "advance.second": "垫付的核销或冲正等人批准",
    "request.answer": "等答复",
    "opinion.answer": "等智囊团的意见",
    "filing.judge": "备案等人批",
    "visit.make": "上门，回来写记录",
    "visit.give_back": "上门收的材料要还",
}
"""What is to be done, by the task's code."""


def task_line(row: TaskRow, pack: Pack, today: date) -> Line:
    """A task: what, for whom, how long there is."""
    task = row.task
    status, tone = due_status(task.due, today, pack) if task.due else ("", "")
    name = TASK_NAMES.get(task.code, task.code)
    who = mask_name(row.resident) or NO_NAME
    return Line(
        join_key(row.case_id, join_key(task.topic, f"{task.ref} {task.code}")),
        f"{name}：{task.about}" if task.about else name,
        detail=f"案件 {who}　{row.number}", status=status, tone=tone,
        mark="!" if tone == "danger" else "○",
    )  # fmt: skip
