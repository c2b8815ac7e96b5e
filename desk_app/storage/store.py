"""The case store: journal and projections behind the ``CaseStore`` port."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Self

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from desk_app.core.clock import Clock, Hlc
from desk_app.core.entries import Entry, NewEntry, check_foreign
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.fold import CaseState, fold
from desk_app.core.ids import case_number, new_case_id
from desk_app.core.ports import CaseRow, Draft, PromiseRow, Romanise, StoreHealth
from desk_app.storage import journal, projections
from desk_app.storage.bigrams import query_phrases
from desk_app.storage.engine import open_connection, transaction, translated
from desk_app.storage.migrate import SCHEMA_VERSION, bring_up_to_date, create_store

CACHED_CASES = 16
MOST_MATCHES = 400
"""Matching entries looked at for a query of one word, the latest first."""


class SqlCaseStore:
    """The journal with its projections, in one encrypted file.

    Used by one thread at a time, over one connection. Implements ``core.ports.CaseStore``.
    """

    def __init__(
        self, connection: Connection, path: Path, clock: Clock, romanise: Romanise
    ) -> None:
        self._connection = connection
        self._path = path
        self._now = clock
        self._romanise = romanise
        self._chain = journal.read_chain(connection)
        self._hybrid = self._chain.clock()
        self._cache: OrderedDict[str, tuple[list[Entry], CaseState]] = OrderedDict()

    @classmethod
    def open(
        cls, path: Path, key: bytes, clock: Clock, romanise: Romanise, *, create: bool = False
    ) -> Self:
        """Open the store at ``path``.

        Args:
            key: 32 bytes.
            create: make an empty store when there is none. Only a caller that has just made a new
                key may say so: a store that cannot be opened is never replaced by an empty one.

        Raises:
            BadInputError: wrong key, or not one of our files.
            EnvironmentProblem: no store there, damaged, newer, or the folder cannot be written.
        """
        if not path.exists():
            if not create:
                raise EnvironmentProblem(
                    QT_TRANSLATE_NOOP("Errors", "资料文件不见了。"),
                    press=QT_TRANSLATE_NOOP("Errors", "请检查文件夹，或者用备份恢复。"),
                )
            create_store(path, key)
        bring_up_to_date(path, key)
        connection = open_connection(path, key)
        try:
            with translated():
                return cls(connection, path, clock, romanise)
        except BaseException:
            connection.close()
            raise

    def append(self, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        """See ``CaseStore.append``."""
        touched = dict.fromkeys(entry.case_id for entry in new)
        before = {case_id: self._known(case_id) for case_id in touched}
        with transaction(self._connection):
            chain, sealed = journal.seal_new(
                self._connection, self._chain, self._hybrid, self._now.now(), author, new
            )
            after = self._write(before, sealed)
        self._chain = chain
        self._remember(after)
        return sealed

    def insert_foreign(self, entries: Sequence[Entry]) -> int:
        """Take in entries written elsewhere; known ones are passed over. Returns how many are new.

        Raises BadInputError for a broken or forged one: then none was taken in.
        """
        for entry in entries:
            check_foreign(entry)
        with transaction(self._connection):
            fresh = journal.unknown_of(self._connection, entries)
            before = {entry.case_id: self._known(entry.case_id) for entry in fresh}
            for entry in fresh:
                self._hybrid.observe(Hlc.parse(entry.hlc))
            after = self._write(before, fresh)
        self._remember(after)
        return len(fresh)

    def open_case(self, author: str, body: dict[str, str]) -> CaseState:
        """See ``CaseStore.open_case``."""
        case_id = new_case_id()
        number = self._next_number(self._now.now().date())
        self.append(author, [NewEntry(case_id, "case.opened", {**body, "number": number})])
        return self.case(case_id)

    def case(self, case_id: str) -> CaseState:
        """See ``CaseStore.case``."""
        entries, state = self._known(case_id)
        if not entries:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "本机没有这个案件。"),
                press=QT_TRANSLATE_NOOP("Errors", "请核对案件号。"),
            )
        return state

    def find_case_id(self, number_or_id: str) -> str:
        """See ``CaseStore.find_case_id``."""
        wanted = number_or_id.strip()
        found = self._rows(
            "SELECT case_id FROM cases WHERE case_id = ? OR number = ? LIMIT 2",
            wanted.lower(),
            wanted.upper(),
        )
        if len(found) != 1:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "本机没有这个案件。"),
                press=QT_TRANSLATE_NOOP("Errors", "请核对案件号。"),
            )
        return str(found[0][0])

    def cases(self, *, only_open: bool = False, limit: int = 200, offset: int = 0) -> list[CaseRow]:
        """See ``CaseStore.cases``."""
        where = "WHERE is_open = 1" if only_open else ""
        rows = self._rows(
            f"SELECT {projections.CASE_COLUMNS} FROM cases {where} "
            "ORDER BY last_hlc DESC LIMIT ? OFFSET ?",
            limit,
            offset,
        )
        return [projections.case_row(row) for row in rows]

    def count_cases(self, *, only_open: bool = False) -> int:
        """See ``CaseStore.count_cases``."""
        where = "WHERE is_open = 1" if only_open else ""
        (row,) = self._rows(f"SELECT count(*) FROM cases {where}")
        return int(str(row[0]))

    def search(self, query: str, limit: int = 20) -> list[CaseRow]:
        """See ``CaseStore.search``."""
        phrases = query_phrases(query)
        if not phrases:
            return []
        # One phrase: the latest matching entries are enough. Several may be met by different
        # entries of a case, so each phrase must then be followed to the end.
        most = MOST_MATCHES if len(phrases) == 1 else -1
        hits = " INTERSECT ".join(
            ["SELECT case_id FROM (SELECT e.case_id FROM search JOIN entries e ON e.seq = "
             "search.rowid WHERE tokens MATCH ? ORDER BY search.rowid DESC LIMIT ?)"]
            * len(phrases)
        )  # fmt: skip
        rows = self._rows(
            f"SELECT {projections.CASE_COLUMNS} FROM cases WHERE case_id IN ({hits}) "
            "ORDER BY last_hlc DESC LIMIT ?",
            *(value for phrase in phrases for value in (phrase, most)),
            limit,
        )
        return [projections.case_row(row) for row in rows]

    def promises(self, *, until: date | None = None, state: str = "open") -> list[PromiseRow]:
        """See ``CaseStore.promises``."""
        rows = self._rows(
            "SELECT p.promise_id, p.case_id, c.number, c.resident, p.what, p.who, p.to_whom, "
            "p.due, p.state FROM promises p JOIN cases c ON c.case_id = p.case_id "
            "WHERE p.state = ? AND p.due <= ? ORDER BY p.due, p.promise_id",
            state,
            (until or date.max).isoformat(),
        )
        return [projections.promise_row(row) for row in rows]

    def save_draft(self, draft: Draft) -> None:
        """See ``CaseStore.save_draft``."""
        if not draft.text:
            self._execute(
                "DELETE FROM drafts WHERE author = ? AND case_id = ? AND slot = ?",
                draft.author,
                draft.case_id,
                draft.slot,
            )
            return
        self._execute(
            "INSERT INTO drafts (author, case_id, slot, text, cursor, saved_at) "
            "VALUES (?,?,?,?,?,?) ON CONFLICT(author, case_id, slot) DO UPDATE SET "
            "text = excluded.text, cursor = excluded.cursor, saved_at = excluded.saved_at",
            draft.author,
            draft.case_id,
            draft.slot,
            draft.text,
            draft.cursor,
            draft.saved_at,
        )

    def drafts(self, author: str = "") -> list[Draft]:
        """See ``CaseStore.drafts``."""
        rows = self._rows(
            "SELECT author, case_id, slot, text, cursor, saved_at FROM drafts "
            "WHERE author = ? OR ? = '' ORDER BY saved_at DESC",
            author,
            author,
        )
        return [
            Draft(str(a), str(c), str(s), str(t), int(str(k)), str(at))
            for a, c, s, t, k, at in rows
        ]

    def setting(self, name: str, default: str = "") -> str:
        """See ``CaseStore.setting``."""
        rows = self._rows("SELECT value FROM settings WHERE name = ?", name)
        return str(rows[0][0]) if rows else default

    def save_setting(self, name: str, value: str) -> None:
        """See ``CaseStore.save_setting``."""
        self._execute(
            "INSERT INTO settings (name, value) VALUES (?,?) "
            "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    def rebuild(self) -> str:
        """See ``CaseStore.rebuild``."""
        with transaction(self._connection):
            projections.clear(self._connection)
            for case_id in journal.case_ids(self._connection):
                state = fold(case_id, journal.of_case(self._connection, case_id))
                projections.write_case(self._connection, None, state)
            for seq, entry in journal.rows(self._connection):
                projections.write_search(self._connection, seq, entry, self._romanise)
        self._cache.clear()
        return self.digest()

    def digest(self) -> str:
        """sha256 over all projections, to compare before and after a rebuild."""
        with translated():
            return projections.digest(self._connection)

    def health(self) -> StoreHealth:
        """See ``CaseStore.health``."""
        problems = [f"quick_check: {row[0]}" for row in self._rows("PRAGMA quick_check(20)")]
        problems = [problem for problem in problems if not problem.endswith(": ok")]
        with translated():
            problems += [f"entry: {entry_id}" for entry_id in journal.verify(self._connection)]
        counts = [
            int(str(self._rows(f"SELECT count(*) FROM {table}")[0][0]))
            for table in ("cases", "entries", "drafts")
        ]
        (cipher,) = self._rows("PRAGMA cipher_version")
        return StoreHealth(
            schema_version=SCHEMA_VERSION,
            cases=counts[0],
            entries=counts[1],
            drafts=counts[2],
            size_bytes=self._path.stat().st_size,
            sqlite_version=sqlcipher.sqlite_version,
            cipher_version=str(cipher[0]),
            problems=tuple(problems),
            digest=self.digest(),
        )

    def close(self) -> None:
        """See ``CaseStore.close``."""
        try:
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._connection.close()

    def _known(self, case_id: str) -> tuple[list[Entry], CaseState]:
        if case_id in self._cache:
            self._cache.move_to_end(case_id)
            return self._cache[case_id]
        with translated():
            entries = journal.of_case(self._connection, case_id)
        found = (entries, fold(case_id, entries))
        if entries:
            self._remember({case_id: found})
        return found

    def _write(
        self, before: dict[str, tuple[list[Entry], CaseState]], fresh: Sequence[Entry]
    ) -> dict[str, tuple[list[Entry], CaseState]]:
        for entry in fresh:
            seq = journal.insert(self._connection, entry)
            projections.write_search(self._connection, seq, entry, self._romanise)
        after = {}
        for case_id, (old, state) in before.items():
            entries = old + [entry for entry in fresh if entry.case_id == case_id]
            now = fold(case_id, entries)
            known = state if old else None
            projections.write_case(self._connection, known, now)
            after[case_id] = (entries, now)
        return after

    def _remember(self, known: dict[str, tuple[list[Entry], CaseState]]) -> None:
        for case_id, found in known.items():
            self._cache[case_id] = found
            self._cache.move_to_end(case_id)
        while len(self._cache) > CACHED_CASES:
            self._cache.popitem(last=False)

    def _next_number(self, day: date) -> str:
        device = self._chain.device
        pattern = case_number(day, 0, device).replace("-00-", "-%-")
        rows = self._rows("SELECT number FROM cases WHERE number LIKE ?", pattern)
        taken = [int(found[1]) for row in rows if (found := re.search(r"-(\d+)-\w+$", str(row[0])))]
        return case_number(day, max(taken, default=0) + 1, device)

    def _rows(self, statement: str, *values: object) -> Sequence[Sequence[object]]:
        with translated():
            return self._connection.exec_driver_sql(statement, values).fetchall()

    def _execute(self, statement: str, *values: object) -> None:
        with translated():
            self._connection.exec_driver_sql(statement, values)
