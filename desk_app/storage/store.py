"""The case store: journal and projections behind the ``CaseStore`` port."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Self

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from desk_app.core.clock import Clock
from desk_app.core.entries import Entry, NewEntry, check_foreign
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.fold import CaseState
from desk_app.core.ids import BOOK, case_number, new_case_id
from desk_app.core.ports import CaseRow, Draft, PromiseRow, Romanise, StoreHealth, TaskRow
from desk_app.storage import evictions, journal, migrate, projections, queue_table
from desk_app.storage.casebook import NO_ROW, CaseBook
from desk_app.storage.checkup import problems
from desk_app.storage.engine import open_connection, translated
from desk_app.storage.lookup import find_cases
from desk_app.storage.migrate import SCHEMA_VERSION, bring_up_to_date, create_store

_NO_BOOK = f"substr(case_id, 1, {len(BOOK)}) <> '{BOOK}'"
"""Said of a row, not asked of an index: the lists keep their order by the latest change."""


class SqlCaseStore:
    """The journal with its projections, in one encrypted file.

    Used by one thread at a time, over one connection. Another store may be open on the same file
    (sync has one of its own): what it committed is noticed before anything is read or sealed here.
    Implements ``core.ports.CaseStore``.
    """

    def __init__(
        self, connection: Connection, path: Path, key: bytes, clock: Clock, romanise: Romanise
    ) -> None:
        self._connection = connection
        self._path = path
        self._key = key
        self._now = clock
        self._book = CaseBook(connection, romanise)

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
                store = cls(connection, path, key, clock, romanise)
            if migrate.is_stale(connection):
                store.rebuild()
            return store
        except BaseException:
            connection.close()
            raise

    def append(self, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        """See ``CaseStore.append``."""
        with self._book.writing():
            return self._book.append(self._now.now(), author, new)

    def insert_foreign(self, entries: Sequence[Entry]) -> int:
        """Take in entries written elsewhere; known ones are passed over. Returns how many are new.

        Raises BadInputError for a broken or forged one: then none was taken in.
        """
        for entry in entries:
            check_foreign(entry)
        with self._book.writing():
            fresh = journal.unknown_of(self._connection, entries)
            if fresh:
                self._book.write(fresh)
                self._book.keep_chain(self._book.chain.after_foreign(fresh))
        return len(fresh)

    def open_case(self, author: str, body: dict[str, str]) -> CaseState:
        """See ``CaseStore.open_case``."""
        case_id = new_case_id()
        number = self._next_number(self._now.now().date())
        self.append(author, [NewEntry(case_id, "case.opened", {**body, "number": number})])
        return self.case(case_id)

    def case(self, case_id: str) -> CaseState:
        """See ``CaseStore.case``."""
        with translated():
            self._book.look()
            known = self._book.known(case_id)
        if known.row == NO_ROW:
            raise _no_such_case()
        return known.state

    def find_case_id(self, number_or_id: str) -> str:
        """See ``CaseStore.find_case_id``."""
        wanted = unicodedata.normalize("NFKC", number_or_id).strip()
        found = self._rows(
            "SELECT case_id FROM cases WHERE case_id = ? OR number = ?",
            wanted.lower(),
            wanted.upper(),
        )
        if len(found) > 1:
            raise BadInputError(
                QT_TRANSLATE_NOOP(
                    "Errors", "有 {count} 个案件用了这个案件号（不同设备离线开的）。"
                ),
                press=QT_TRANSLATE_NOOP("Errors", "请搜索案件号，再从清单里选。"),
                count=len(found),
            )
        if not found:
            raise _no_such_case()
        return str(found[0][0])

    def cases(self, *, only_open: bool = False, limit: int = 200, offset: int = 0) -> list[CaseRow]:
        """See ``CaseStore.cases``."""
        where = f"WHERE {_NO_BOOK}" + (" AND is_open = 1" if only_open else "")
        rows = self._rows(
            f"SELECT {projections.CASE_COLUMNS} FROM cases {where} "
            "ORDER BY last_hlc DESC LIMIT ? OFFSET ?",
            limit,
            offset,
        )
        return [projections.case_row(row) for row in rows]

    def count_cases(self, *, only_open: bool = False) -> int:
        """See ``CaseStore.count_cases``."""
        where = f"WHERE {_NO_BOOK}" + (" AND is_open = 1" if only_open else "")
        (row,) = self._rows(f"SELECT count(*) FROM cases {where}")
        return int(str(row[0]))

    def books(self) -> list[str]:
        """See ``CaseStore.books``."""
        rows = self._rows(
            "SELECT case_id FROM cases WHERE case_id >= ? AND case_id < ? ORDER BY case_id",
            BOOK, BOOK + "~",
        )  # fmt: skip
        return [str(row[0]) for row in rows]

    def search(self, query: str, limit: int = 20) -> list[CaseRow]:
        """See ``CaseStore.search``."""
        with translated():
            return find_cases(self._connection, query, limit)

    def promises(self, *, until: date | None = None, state: str = "open") -> list[PromiseRow]:
        """See ``CaseStore.promises``."""
        rows = self._rows(
            "SELECT p.promise_id, p.case_id, c.number, c.resident, p.what, p.who, p.to_whom, "
            "p.due, p.state, p.rule FROM promises p JOIN cases c ON c.case_id = p.case_id "
            "WHERE p.state = ? AND p.due <= ? ORDER BY p.due, p.promise_id",
            state,
            (until or date.max).isoformat(),
        )
        return [projections.promise_row(row) for row in rows]

    def tasks(self) -> list[TaskRow]:
        """See ``CaseStore.tasks``."""
        rows = self._rows(
            "SELECT t.case_id, c.number, c.resident, t.ref, t.topic, t.code, t.about, t.who, "
            "t.not_by, t.due FROM tasks t JOIN cases c ON c.case_id = t.case_id "
            "ORDER BY t.due, t.case_id, t.ref, t.code"
        )
        return [projections.task_row(row) for row in rows]

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

    def centre_numbers(self, case_id: str) -> Mapping[str, int] | None:
        """See ``CaseStore.centre_numbers``. This store knows of no centre."""
        del case_id
        return None

    def rebuild(self) -> str:
        """See ``CaseStore.rebuild``."""
        with self._book.writing():
            self._book.forget()
            gone = evictions.gone(self._connection)
            projections.clear(self._connection)
            for case_id in journal.case_ids(self._connection):
                if case_id not in gone:
                    self._book.show(case_id)
            queue_table.rebuild(self._connection)
            migrate.made_fresh(self._connection)
        return self.digest()

    def digest(self) -> str:
        """sha256 over all projections, to compare before and after a rebuild."""
        with translated():
            return projections.digest(self._connection)

    def health(self) -> StoreHealth:
        """See ``CaseStore.health``."""
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
            problems=problems(self._connection, self._path, self._key),
            digest=self.digest(),
        )

    def close(self) -> None:
        """See ``CaseStore.close``; closing twice is fine."""
        if self._connection.closed:
            return
        try:
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._connection.close()

    def _next_number(self, day: date) -> str:
        # Numbers of a day stand together in the index: the minus before the sequence sorts
        # below the dot, and what follows the sequence names the device.
        head, _, tail = case_number(day, 0, self._book.chain.device).partition("-00-")
        rows = self._rows(
            "SELECT number FROM cases WHERE number > ? AND number < ?", head + "-", head + "."
        )
        taken = [str(row[0]).removeprefix(head + "-").partition("-") for row in rows]
        used = [int(count) for count, _, end in taken if end == tail and count.isdecimal()]
        return case_number(day, max(used, default=0) + 1, self._book.chain.device)

    def _rows(self, statement: str, *values: object) -> Sequence[Sequence[object]]:
        with translated():
            return self._connection.exec_driver_sql(statement, values).fetchall()

    def _execute(self, statement: str, *values: object) -> None:
        with translated():
            self._connection.exec_driver_sql(statement, values)


def _no_such_case() -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "本机没有这个案件。"),
        press=QT_TRANSLATE_NOOP("Errors", "请核对案件号。"),
    )
