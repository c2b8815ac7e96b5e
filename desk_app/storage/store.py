"""The case store: journal and projections behind the ``CaseStore`` port."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from desk_app.core.clock import Clock
from desk_app.core.entries import Entry, NewEntry, check_foreign
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.fold import CaseState, fold
from desk_app.core.ids import case_number, new_case_id
from desk_app.core.ports import CaseRow, Draft, PromiseRow, Romanise, StoreHealth
from desk_app.storage import journal, projections, queue_table
from desk_app.storage.checkup import problems
from desk_app.storage.engine import open_connection, run, transaction, translated
from desk_app.storage.lookup import find_cases
from desk_app.storage.migrate import SCHEMA_VERSION, bring_up_to_date, create_store

CACHED_CASES = 16
NO_ROW = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A case in memory: its entries in order of arrival, their fold, its row in ``cases``."""

    entries: list[Entry]
    state: CaseState
    row: int


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
        self._romanise = romanise
        self._cache: OrderedDict[str, _Known] = OrderedDict()
        self._data_version = _version(connection)
        self._chain = journal.read_chain(connection)
        self._hybrid = self._chain.clock()

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
                return cls(connection, path, key, clock, romanise)
        except BaseException:
            connection.close()
            raise

    def append(self, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        """See ``CaseStore.append``."""
        with transaction(self._connection):
            self._notice_others()
            chain, sealed = journal.seal_new(
                self._chain, self._hybrid, self._now.now(), author, new
            )
            after = self._write(sealed)
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
            self._notice_others()
            fresh = journal.unknown_of(self._connection, entries)
            if not fresh:
                return 0
            after = self._write(fresh)
            chain = self._chain.after_foreign(fresh)
            journal.write_chain(self._connection, chain)
        self._go_on(chain)
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
        self._notice_others()
        known = self._known(case_id)
        if not known.entries:
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
        with translated():
            return find_cases(self._connection, query, limit)

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
                self._project(_Known([], fold(case_id, ()), NO_ROW), self._entries(case_id))
            queue_table.rebuild(self._connection)
        self._cache.clear()
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

    def _notice_others(self) -> None:
        """Forget what is remembered where another connection has written since."""
        with translated():
            version = _version(self._connection)
            if version != self._data_version:
                self._cache.clear()
                self._go_on(journal.read_chain(self._connection))
                self._data_version = version

    def _go_on(self, chain: journal.Chain) -> None:
        self._chain, self._hybrid = chain, chain.clock()

    def _known(self, case_id: str) -> _Known:
        if case_id in self._cache:
            self._cache.move_to_end(case_id)
            return self._cache[case_id]
        with translated():
            entries = self._entries(case_id)
        row = self._rows('SELECT "row" FROM cases WHERE case_id = ?', case_id) if entries else ()
        known = _Known(entries, fold(case_id, entries), int(str(row[0][0])) if row else NO_ROW)
        if entries:
            self._remember([known])
        return known

    def _entries(self, case_id: str) -> list[Entry]:
        return journal.of_case(self._connection, case_id)

    def _write(self, fresh: Sequence[Entry]) -> list[_Known]:
        by_case: dict[str, list[Entry]] = {}
        for entry in fresh:
            by_case.setdefault(entry.case_id, []).append(entry)
        before = [self._known(case_id) for case_id in by_case]
        for entry in fresh:
            journal.insert(self._connection, entry)
        return [self._project(known, by_case[known.state.case_id]) for known in before]

    def _project(self, known: _Known, fresh: Sequence[Entry]) -> _Known:
        """Write what a case's new entries change in the projections."""
        entries = known.entries + list(fresh)
        state = fold(known.state.case_id, entries)
        row = known.row
        if row == NO_ROW:
            row = projections.add_case(self._connection, state)
        else:
            projections.update_case(self._connection, row, known.state, state)
        for place, entry in enumerate(fresh, len(known.entries)):
            projections.write_search(self._connection, row, place, entry, self._romanise)
        return _Known(entries, state, row)

    def _remember(self, cases: Iterable[_Known]) -> None:
        for known in cases:
            self._cache[known.state.case_id] = known
            self._cache.move_to_end(known.state.case_id)
        while len(self._cache) > CACHED_CASES:
            self._cache.popitem(last=False)

    def _next_number(self, day: date) -> str:
        # Numbers of a day stand together in the index: the minus before the sequence sorts
        # below the dot, and what follows the sequence names the device.
        head, _, tail = case_number(day, 0, self._chain.device).partition("-00-")
        rows = self._rows(
            "SELECT number FROM cases WHERE number > ? AND number < ?", head + "-", head + "."
        )
        taken = [str(row[0]).removeprefix(head + "-").partition("-") for row in rows]
        used = [int(count) for count, _, end in taken if end == tail and count.isdecimal()]
        return case_number(day, max(used, default=0) + 1, self._chain.device)

    def _rows(self, statement: str, *values: object) -> Sequence[Sequence[object]]:
        with translated():
            return self._connection.exec_driver_sql(statement, values).fetchall()

    def _execute(self, statement: str, *values: object) -> None:
        with translated():
            self._connection.exec_driver_sql(statement, values)


def _version(connection: Connection) -> int:
    """A number that changes whenever another connection commits."""
    return int(run(connection, "PRAGMA data_version").fetchone()[0])


def _no_such_case() -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "本机没有这个案件。"),
        press=QT_TRANSLATE_NOOP("Errors", "请核对案件号。"),
    )
