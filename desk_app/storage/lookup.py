"""Search over the cases: every match counts, the latest change comes first."""

from __future__ import annotations

from sqlalchemy import Connection

from desk_app.core.ports import CaseRow
from desk_app.storage.bigrams import query_phrases
from desk_app.storage.projections import CASE_COLUMNS, ENTRIES_BITS, case_row

_MATCHES = f"+row IN (SELECT rowid >> {ENTRIES_BITS} FROM search WHERE tokens MATCH ?)"
"""The plus keeps SQLite from fetching and sorting every match: it walks the latest changes instead
and stops at the limit. A word that stands in each of 50,000 cases takes 7 ms that way, not 30."""


def find_cases(connection: Connection, query: str, limit: int) -> list[CaseRow]:
    """Cases whose entries hold every word of ``query`` (not necessarily the same entry)."""
    phrases = query_phrases(query)
    if not phrases:
        return []
    found = connection.exec_driver_sql(
        f"SELECT {CASE_COLUMNS} FROM cases WHERE {' AND '.join([_MATCHES] * len(phrases))} "
        "ORDER BY last_hlc DESC LIMIT ?",
        (*phrases, limit),
    )
    return [case_row(values) for values in found]
