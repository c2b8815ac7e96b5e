"""What waits for somebody in a case, and who may not do it."""

from __future__ import annotations

from desk_app.core.entries import Entry
from desk_app.core.fold import fold
from desk_app.core.ids import EntryId
from desk_app.core.kinds.kind import Json
from desk_app.core.tasks import Task, tasks

REQUEST: dict[str, Json] = {
    "amount": 1_200_000, "payee": "市第一医院", "bank": "工商银行", "account": "1001",
    "purpose": "住院押金",
}  # fmt: skip


def entry(number: int, kind: str, author: str, body: dict[str, Json]) -> Entry:
    name = EntryId("k7desk0000", "life000000000", number)
    hlc = f"{number:013d}.00000.{name.device}"
    return Entry(
        str(name), "case1", kind, 1, body, author, hlc, "2026-11-23T09:00:00+08:00", "", "", "x"
    )


def test_an_advance_waits_for_one_after_the_other_and_for_nobody_twice() -> None:
    asked = entry(1, "advance.requested", "小李", REQUEST)
    check = entry(2, "advance.judged", "小王", {"ref": asked.id, "step": "check", "answer": "yes"})
    pay = entry(3, "advance.judged", "老张", {"ref": asked.id, "step": "approve", "answer": "yes"})
    course = [asked, check, pay]
    seen = [tasks(fold("case1", course[:upto])) for upto in (1, 2, 3)]
    assert seen == [
        (Task(asked.id, "funds", "advance.check", not_by=("小李",)),),
        (Task(asked.id, "funds", "advance.approve", not_by=("小李", "小王")),),
        (Task(asked.id, "funds", "advance.pay"),),
    ]
    closed = entry(4, "case.closed", "小李", {"outcome": "done_now", "explained": True,
                                            "sheet_given": True})  # fmt: skip
    assert tasks(fold("case1", [*course, closed])) == ()


def test_a_waiver_and_a_reversal_wait_for_another_person() -> None:
    asked = entry(1, "advance.requested", "小李", REQUEST)
    judged = [
        entry(2, "advance.judged", "小王", {"ref": asked.id, "step": "check", "answer": "yes"}),
        entry(3, "advance.judged", "老张", {"ref": asked.id, "step": "approve", "answer": "yes"}),
    ]
    moved: dict[str, Json] = {"ref": asked.id, "amount": 500, "day": "2026-11-24"}
    paid = entry(4, "advance.moved", "小李", {**moved, "leg": "paid"})
    waiver = entry(5, "advance.moved", "小王", {**moved, "leg": "waived"})
    wrong = entry(6, "advance.reversed", "小李", {"ref": paid.id, "why": "记错了"})
    found = tasks(fold("case1", [asked, *judged, paid, waiver, wrong]))
    assert [(task.ref, task.code, task.not_by) for task in found] == [
        (waiver.id, "advance.second", ("小王", "小李")),
        (wrong.id, "advance.second", ("小李",)),
    ]
