"""Projections: the tables that lists and search read, each a pure function of the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.case import TEXT_FIELDS
from desk_app.core.ports import CaseRow, PromiseRow, Romanise, TaskRow
from desk_app.core.tasks import Task, tasks
from desk_app.storage.bigrams import index_tokens
from desk_app.storage.engine import run, run_each

CASE_COLUMNS = (
    "case_id, number, title, resident, stage, verdict, is_open, first_contact_officer, "
    "opened_at, updated_at, last_hlc, next_due, conflicts, entries"
)
TITLE_LENGTH = 40
SEARCHED: Mapping[str, tuple[str, ...]] = {
    "case.opened": ("number",),
    "note.added": ("text",),
    "note.corrected": ("text",),
    "item.chosen": ("name",),
    "question.answered": ("answer",),
    "promise.made": ("what", "to_whom"),
    "promise.kept": ("note", "told"),
    "case.closed": ("explanation", "next_door"),
    "party.added": ("name", "org", "phone", "id_number"),
    "party.changed": ("name", "org", "phone", "id_number"),
    "request.made": ("what",),
    "request.answered": ("said",),
    "call.logged": ("name", "said"),
}
"""Which words of an entry search looks at, by kind."""
NAMED = ("party.added", "party.changed", "call.logged")
"""Kinds whose ``name`` is also found by its pinyin."""

_NAMES = tuple(CASE_COLUMNS.split(", "))
_INSERT_CASE = f"INSERT INTO cases ({CASE_COLUMNS}) VALUES ({','.join('?' * len(_NAMES))})"
_INSERT_PROMISE = (
    "INSERT INTO promises (promise_id, case_id, what, who, to_whom, due, state, rule) "
    "VALUES (?,?,?,?,?,?,?,?)"
)

_BETWEEN = "\n"
"""Between names that stand in one column."""

ENTRIES_BITS = 20
"""A search row is numbered ``case row << 20 | entry's place in its case``, so that a match names
its case without a look at the journal."""


def search_texts(entry: Entry, romanise: Romanise) -> list[str]:
    """What the case of ``entry`` can be found by because of it; empty = nothing.

    An entry's words never change, so search grows by a row an entry and nothing is rewritten:
    what was corrected later can still be found by what was said first.
    """
    body = entry.body
    if entry.kind == "field.set":
        value = str(body.get("value", ""))
        if body.get("name") not in TEXT_FIELDS or not value:
            return []
        named = body.get("name") in ("resident_name", "resident_title")
        return [value, *(romanise(value) if named else ())]
    found = [str(body[key]) for key in SEARCHED.get(entry.kind, ()) if body.get(key)]
    if entry.kind in NAMED and body.get("name"):
        found += romanise(str(body["name"]))
    return found


def title_of(state: CaseState) -> str:
    """What a list calls the case: its items, or the beginning of the resident's words."""
    if state.items:
        return "、".join(chosen.name for chosen in state.items)
    return state.fields.get("words", "").strip().replace("\n", " ")[:TITLE_LENGTH]


def add_case(connection: Connection, state: CaseState) -> int:
    """Write a case that has no row yet; returns its row."""
    row = int(run(connection, _INSERT_CASE, _case_values(state)).lastrowid)
    if state.promises:
        _write_promises(connection, state)
    _write_tasks(connection, state.case_id, tasks(state))
    return row


def update_case(connection: Connection, row: int, before: CaseState, state: CaseState) -> None:
    """Write what has changed since ``before``, the state that the projections show now.

    Only changed columns are named: each index over a named column costs the commit a page.
    """
    pairs = zip(_NAMES, _case_values(before), _case_values(state), strict=True)
    changed = {name: new for name, old, new in pairs if old != new}
    if changed:
        columns = ", ".join(f"{name} = ?" for name in changed)
        run(connection, f'UPDATE cases SET {columns} WHERE "row" = ?', (*changed.values(), row))
    if before.promises != state.promises:
        connection.exec_driver_sql("DELETE FROM promises WHERE case_id = ?", (state.case_id,))
        _write_promises(connection, state)
    if tasks(before) != (waiting := tasks(state)):
        connection.exec_driver_sql("DELETE FROM tasks WHERE case_id = ?", (state.case_id,))
        _write_tasks(connection, state.case_id, waiting)


def remove_case(connection: Connection, row: int, case_id: str) -> None:
    """Take a case out of the lists; what search has of it is taken out entry by entry."""
    run(connection, 'DELETE FROM cases WHERE "row" = ?', (row,))
    run(connection, "DELETE FROM promises WHERE case_id = ?", (case_id,))
    run(connection, "DELETE FROM tasks WHERE case_id = ?", (case_id,))


def write_search(
    connection: Connection, row: int, place: int, entries: Iterable[Entry], romanise: Romanise
) -> None:
    """Make a case findable by the words of ``entries``.

    Args:
        row: of the case.
        place: how many entries of the case arrived before these.
    """
    run_each(
        connection,
        "INSERT INTO search (rowid, tokens) VALUES (?, ?)",
        [
            (row << ENTRIES_BITS | at, index_tokens(texts))
            for at, entry in enumerate(entries, place)
            if (texts := search_texts(entry, romanise))
        ],
    )


def unwrite_search(
    connection: Connection, row: int, place: int, entry: Entry, romanise: Romanise
) -> None:
    """Take the words of ``entry`` at ``place`` out of search again; see ``write_search``."""
    if texts := search_texts(entry, romanise):
        values = (row << ENTRIES_BITS | place, index_tokens(texts))
        run(
            connection,
            "INSERT INTO search (search, rowid, tokens) VALUES ('delete', ?, ?)",
            values,
        )


def _case_values(state: CaseState) -> tuple[object, ...]:
    last = state.timeline[-1] if state.timeline else None
    due = [promise.due for promise in state.promises if promise.state == "open"]
    return (
        state.case_id,
        state.number,
        title_of(state),
        state.fields.get("resident_name") or state.fields.get("resident_title", ""),
        state.stage,
        state.fields.get("verdict", ""),
        int(state.is_open),
        state.first_contact_officer,
        state.opened.at if state.opened else "",
        last.at if last else "",
        last.hlc if last else "",
        min(due).isoformat() if due else "",
        len(state.conflicts),
        len(state.timeline),
    )


def _write_promises(connection: Connection, state: CaseState) -> None:
    for promise in state.promises:
        connection.exec_driver_sql(
            _INSERT_PROMISE,
            (
                promise.id,
                state.case_id,
                promise.what,
                promise.who,
                promise.to_whom,
                promise.due.isoformat(),
                promise.state,
                promise.rule,
            ),
        )


def _write_tasks(connection: Connection, case_id: str, waiting: Sequence[Task]) -> None:
    for task in waiting:
        due = task.due.isoformat() if task.due else ""
        values = (
            case_id, task.ref, task.topic, task.code, task.about, task.who,
            _BETWEEN.join(task.not_by), due,
        )  # fmt: skip
        connection.exec_driver_sql("INSERT INTO tasks VALUES (?,?,?,?,?,?,?,?)", values)


def clear(connection: Connection) -> None:
    """Empty all projections."""
    connection.exec_driver_sql("DELETE FROM cases")
    connection.exec_driver_sql("DELETE FROM promises")
    connection.exec_driver_sql("DELETE FROM tasks")
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")


def digest(connection: Connection) -> str:
    """sha256 over the contents of all projections.

    It is the same for every store that holds the same entries, in whatever order they arrived. Of
    search it takes every word with the number of entries and places it stands in.
    """
    seen = hashlib.sha256()
    for statement in (
        f"SELECT {CASE_COLUMNS} FROM cases ORDER BY case_id",
        "SELECT * FROM promises ORDER BY promise_id",
        "SELECT * FROM tasks ORDER BY case_id, ref, code",
        "SELECT * FROM queue ORDER BY case_id",
        "SELECT * FROM queue_marks ORDER BY id",
        "SELECT * FROM search_terms ORDER BY term",
    ):
        for row in connection.exec_driver_sql(statement):
            seen.update(repr(tuple(row)).encode())
    return seen.hexdigest()


def case_row(values: Sequence[object]) -> CaseRow:
    """A row of CASE_COLUMNS as plain data."""
    (case_id, number, title, resident, stage, verdict, is_open, officer,
     opened_at, updated_at, _hlc, next_due, conflicts, entries) = values  # fmt: skip
    return CaseRow(
        case_id=str(case_id),
        number=str(number),
        title=str(title),
        resident=str(resident),
        stage=str(stage),
        verdict=str(verdict),
        is_open=bool(is_open),
        first_contact_officer=str(officer),
        opened_at=str(opened_at),
        updated_at=str(updated_at),
        next_due=date.fromisoformat(str(next_due)) if next_due else None,
        conflicts=int(str(conflicts)),
        entries=int(str(entries)),
    )


def promise_row(values: Sequence[object]) -> PromiseRow:
    """A row of promises joined with its case as plain data."""
    promise_id, case_id, number, resident, what, who, to_whom, due, *rest = map(str, values)
    return PromiseRow(
        promise_id, case_id, number, resident, what, who, to_whom, date.fromisoformat(due), *rest
    )


def task_row(values: Sequence[object]) -> TaskRow:
    """A row of tasks joined with its case as plain data."""
    case_id, number, resident, ref, topic, code, about, who, not_by, due = map(str, values)
    barred = tuple(name for name in not_by.split(_BETWEEN) if name)
    day = date.fromisoformat(due) if due else None
    return TaskRow(case_id, number, resident, Task(ref, topic, code, about, who, barred, day))
