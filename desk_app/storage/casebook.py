"""The journal and its projections over one connection: what everybody here writes through."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.fold import CaseState, fold
from desk_app.core.ports import Romanise
from desk_app.storage import journal, projections, queue_table
from desk_app.storage.engine import run, transaction, translated
from desk_app.storage.journal import Chain

CACHED_CASES = 16
NO_ROW = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A case in memory.

    Attributes:
        entries: in order of arrival.
        state: their fold.
        row: its row in ``cases``; NO_ROW where it is not shown: there is no such case, or it was
            let go and only its entries are still kept.
    """

    entries: list[Entry]
    state: CaseState
    row: int


class CaseBook:
    """Reads and writes cases, and remembers the latest ones.

    Another connection may write to the same file at any time (the window's and sync's do): ``look``
    notices, and ``writing`` looks once nobody else can write any more.
    """

    def __init__(self, connection: Connection, romanise: Romanise) -> None:
        self.connection = connection
        self._romanise = romanise
        self._cache: OrderedDict[str, Known] = OrderedDict()
        self._version = self._data_version()
        self._is_stale = False
        self._chain = journal.read_chain(connection)
        self._clock = self._chain.clock()

    @property
    def chain(self) -> Chain:
        """This device's chain, as it was when last looked at."""
        return self._chain

    def look(self) -> None:
        """Forget what is remembered where another connection has written since."""
        version = self._data_version()
        if version != self._version or self._is_stale:
            self._cache.clear()
            self._go_on(journal.read_chain(self.connection))
            self._version, self._is_stale = version, False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, all or nothing; nobody else writes meanwhile."""
        try:
            with transaction(self.connection):
                self.look()
                yield
        except BaseException:
            self._is_stale = True  # what is remembered may speak of what was taken back
            raise

    def append(self, now: datetime, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        """Seal entries as this device's next ones and write them. Raises BadInputError."""
        self._chain, sealed = journal.seal_new(self._chain, self._clock, now, author, new)
        self.write(sealed)
        return sealed

    def write(self, fresh: Sequence[Entry], away: Collection[str] = ()) -> list[Known]:
        """Write entries that are known to be new, and what they change in the projections.

        Args:
            away: cases that are in no list, and do not come back with these entries.
        """
        by_case: dict[str, list[Entry]] = {}
        for entry in fresh:
            by_case.setdefault(entry.case_id, []).append(entry)
        before = [self.known(case_id) for case_id in by_case]
        journal.insert(self.connection, fresh)
        return [
            self._project(known, by_case[known.state.case_id], known.state.case_id in away)
            for known in before
        ]

    def keep_chain(self, chain: Chain) -> None:
        """Go on from ``chain``; part of a transaction."""
        journal.write_chain(self.connection, chain)
        self._go_on(chain)

    def known(self, case_id: str) -> Known:
        """A case with all its entries; none where there is no such case."""
        if case_id in self._cache:
            self._cache.move_to_end(case_id)
            return self._cache[case_id]
        with translated():
            entries = journal.of_case(self.connection, case_id)
            found = (
                entries
                and run(
                    self.connection, 'SELECT "row" FROM cases WHERE case_id = ?', (case_id,)
                ).fetchone()
            )
        if not entries:
            return Known(entries, CaseState(case_id), NO_ROW)
        known = Known(entries, fold(case_id, entries), int(found[0]) if found else NO_ROW)
        self._remember(known)
        return known

    def project_again(self, before: Known) -> Known:
        """Write what is different since ``before``: entries in the journal were rewritten."""
        case_id = before.state.case_id
        entries = journal.of_case(self.connection, case_id)
        after = Known(entries, fold(case_id, entries), before.row)
        if before.row != NO_ROW:
            projections.update_case(self.connection, before.row, before.state, after.state)
            for place, (old, new) in enumerate(zip(before.entries, entries, strict=True)):
                if (old.kind, old.body) != (new.kind, new.body):
                    self._unwrite_search(before.row, place, old)
                    self._write_search(before.row, place, [new])
        self._remember(after)
        return after

    def show(self, case_id: str) -> None:
        """Make the projections of a case that has none."""
        known = self.known(case_id)
        if known.entries and known.row == NO_ROW:
            self._project(known, ())

    def hide(self, case_id: str) -> None:
        """Take a case out of all projections; its entries stay in the journal."""
        known = self.known(case_id)
        if known.row == NO_ROW:
            return
        for place, entry in enumerate(known.entries):
            self._unwrite_search(known.row, place, entry)
        projections.remove_case(self.connection, known.row, case_id)
        self._remember(Known(known.entries, known.state, NO_ROW))

    def forget(self, case_id: str = "") -> None:
        """Read a case (or all of them) anew when it is asked for next."""
        if case_id:
            self._cache.pop(case_id, None)
        else:
            self._cache.clear()

    def _project(self, known: Known, fresh: Sequence[Entry], is_away: bool = False) -> Known:
        case_id = known.state.case_id
        entries = known.entries + list(fresh)
        state = fold(case_id, entries) if fresh else known.state
        row, begin = known.row, len(known.entries)
        is_offered = row == NO_ROW and all([e.kind == "handover.answered" for e in entries])
        if is_away or is_offered:
            # Of another centre's case that was offered to us there is nothing but our answer.
            after = Known(entries, state, NO_ROW)
            self._remember(after)
            return after
        if row == NO_ROW:
            row, begin = projections.add_case(self.connection, state), 0
            if known.entries:  # it had been let go, and is worked on again
                run(
                    self.connection,
                    "UPDATE evictions SET is_gone = 0 WHERE case_id = ?",
                    (case_id,),
                )
                queue_table.project(self.connection, case_id)
        else:
            projections.update_case(self.connection, row, known.state, state)
        self._write_search(row, begin, entries[begin:])
        after = Known(entries, state, row)
        self._remember(after)
        return after

    def _write_search(self, row: int, place: int, entries: Sequence[Entry]) -> None:
        projections.write_search(self.connection, row, place, entries, self._romanise)

    def _unwrite_search(self, row: int, place: int, entry: Entry) -> None:
        projections.unwrite_search(self.connection, row, place, entry, self._romanise)

    def _remember(self, known: Known) -> None:
        self._cache[known.state.case_id] = known
        self._cache.move_to_end(known.state.case_id)
        while len(self._cache) > CACHED_CASES:
            self._cache.popitem(last=False)

    def _go_on(self, chain: Chain) -> None:
        self._chain, self._clock = chain, chain.clock()

    def _data_version(self) -> int:
        return int(run(self.connection, "PRAGMA data_version").fetchone()[0])
