"""Projections: the tables that lists and search read, each a pure function of the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from desk_app.core.entries import TEXT_FIELDS, Entry
from desk_app.core.fold import CaseState
from desk_app.core.ports import CaseRow, PromiseRow, Romanise
from desk_app.storage.bigrams import index_tokens

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
    "promise.kept": ("note",),
    "case.closed": ("explanation", "next_door"),
}
"""Which words of an entry search looks at, by kind."""

_UPSERT_CASE = (
    f"INSERT INTO cases ({CASE_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
    "ON CONFLICT(case_id) DO UPDATE SET number=excluded.number, title=excluded.title, "
    "resident=excluded.resident, stage=excluded.stage, verdict=excluded.verdict, "
    "is_open=excluded.is_open, first_contact_officer=excluded.first_contact_officer, "
    "opened_at=excluded.opened_at, updated_at=excluded.updated_at, last_hlc=excluded.last_hlc, "
    "next_due=excluded.next_due, conflicts=excluded.conflicts, entries=excluded.entries"
)


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
    return [str(body[key]) for key in SEARCHED.get(entry.kind, ()) if body.get(key)]


def title_of(state: CaseState) -> str:
    """What a list calls the case: its items, or the beginning of the resident's words."""
    if state.items:
        return "、".join(chosen.name for chosen in state.items)
    return state.fields.get("words", "").strip().replace("\n", " ")[:TITLE_LENGTH]


def write_case(connection: Connection, before: CaseState | None, state: CaseState) -> None:
    """Write the list row and the promises of one case.

    Args:
        before: the state the projections show now; None = nothing is written yet.
    """
    connection.exec_driver_sql(_UPSERT_CASE, _case_values(state))
    if state.promises and (before is None or before.promises != state.promises):
        _write_promises(connection, state)


def write_search(connection: Connection, seq: int, entry: Entry, romanise: Romanise) -> None:
    """Make the case of ``entry`` findable by its words; ``seq`` is the entry's row."""
    if texts := search_texts(entry, romanise):
        connection.exec_driver_sql(
            "INSERT INTO search (rowid, tokens) VALUES (?, ?)", (seq, index_tokens(texts))
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
    connection.exec_driver_sql("DELETE FROM promises WHERE case_id = ?", (state.case_id,))
    for promise in state.promises:
        connection.exec_driver_sql(
            "INSERT INTO promises (promise_id, case_id, what, who, to_whom, due, state) "
            "VALUES (?,?,?,?,?,?,?)",
            (
                promise.id,
                state.case_id,
                promise.what,
                promise.who,
                promise.to_whom,
                promise.due.isoformat(),
                promise.state,
            ),
        )


def clear(connection: Connection) -> None:
    """Empty all projections."""
    for table in ("cases", "promises", "search"):
        connection.exec_driver_sql(f"DELETE FROM {table}")


def digest(connection: Connection) -> str:
    """sha256 over every row of every projection."""
    seen = hashlib.sha256()
    for statement in (
        f"SELECT row, {CASE_COLUMNS} FROM cases ORDER BY row",
        "SELECT * FROM promises ORDER BY promise_id",
        "SELECT rowid, tokens FROM search ORDER BY rowid",
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
    promise_id, case_id, number, resident, what, who, to_whom, due, state = map(str, values)
    return PromiseRow(
        promise_id, case_id, number, resident, what, who, to_whom, date.fromisoformat(due), state
    )
