"""Projections: the tables that lists and search read, each a pure function of the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from desk_app.core.entries import CHOICE_FIELDS, TEXT_FIELDS
from desk_app.core.fold import CaseState
from desk_app.core.ports import CaseRow, PromiseRow, Romanise
from desk_app.storage.bigrams import index_tokens

CASE_COLUMNS = (
    "case_id, number, title, resident, stage, verdict, is_open, first_contact_officer, "
    "opened_at, updated_at, last_hlc, next_due, conflicts, entries"
)
TITLE_LENGTH = 40

_UPSERT_CASE = (
    f"INSERT INTO cases ({CASE_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
    "ON CONFLICT(case_id) DO UPDATE SET number=excluded.number, title=excluded.title, "
    "resident=excluded.resident, stage=excluded.stage, verdict=excluded.verdict, "
    "is_open=excluded.is_open, first_contact_officer=excluded.first_contact_officer, "
    "opened_at=excluded.opened_at, updated_at=excluded.updated_at, last_hlc=excluded.last_hlc, "
    "next_due=excluded.next_due, conflicts=excluded.conflicts, entries=excluded.entries "
    "RETURNING row"
)


def search_texts(state: CaseState, romanise: Romanise) -> list[str]:
    """What a case can be found by."""
    names = [state.fields[f] for f in ("resident_name", "resident_title") if f in state.fields]
    readings = [reading for name in names for reading in romanise(name)]
    kept = (*TEXT_FIELDS, *CHOICE_FIELDS)
    fields = [v for k, v in state.fields.items() if k in kept and k not in CHOICE_FIELDS]
    items = [chosen.name for chosen in state.items]
    notes = [note.text for note in state.notes]
    return [state.number, *fields, *readings, *items, *notes]


def title_of(state: CaseState) -> str:
    """What a list calls the case: its items, or the beginning of the resident's words."""
    if state.items:
        return "、".join(chosen.name for chosen in state.items)
    return state.fields.get("words", "").strip().replace("\n", " ")[:TITLE_LENGTH]


def write_case(connection: Connection, before: CaseState | None, state: CaseState,
               romanise: Romanise) -> None:  # fmt: skip
    """Write all projections of one case.

    Args:
        before: the state the projections show now; None = nothing is written yet.
    """
    row = connection.exec_driver_sql(_UPSERT_CASE, _case_values(state)).scalar_one()
    texts = search_texts(state, romanise)
    if before is None or search_texts(before, romanise) != texts:
        if before is not None:
            connection.exec_driver_sql("DELETE FROM search WHERE rowid = ?", (row,))
        connection.exec_driver_sql(
            "INSERT INTO search (rowid, tokens) VALUES (?, ?)", (row, index_tokens(texts))
        )
    if before is None or before.promises != state.promises:
        _write_promises(connection, state)


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
