"""案件: all cases, found by anything one remembers of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from desk_app.core.ports import CaseRow
from desk_app.ui.presenters.case_lines import case_line
from desk_app.ui.presenters.centre_words import REFUSED_HERE, read_places
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.ports import Services

SHOWN = 200


@dataclass(frozen=True, slots=True)
class CasesState:
    """What the page shows.

    Attributes:
        words: how many there are, or why there are none.
        in_conflict: cases in which somebody must choose.
        refused: cases of which the centre refused something.
    """

    query: str
    lines: tuple[Line, ...]
    words: str
    in_conflict: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


class CasesView(Protocol):
    """What the presenter asks of the page."""

    def show_cases(self, state: CasesState) -> None:
        """Draw ``state``."""


class CasesPresenter:
    """What the page knows and does."""

    def __init__(self, services: Services, view: CasesView) -> None:
        self._services = services
        self._view = view
        self._wanted = ("", False)
        self._state = CasesState("", (), "")

    def find(self, query: str, *, only_open: bool) -> None:
        """Show the cases that fit; an answer that comes too late is not shown."""
        wanted = self._wanted = (query.strip(), only_open)

        def shown(state: CasesState) -> None:
            if wanted == self._wanted:
                self._state = state
                self._view.show_cases(state)

        self._services.runner.store(lambda: self._read(*wanted), shown)

    def open(self, case_id: str) -> None:
        """Show a case."""
        self._services.shell.open_case(case_id)

    def press(self, case_id: str, _: str) -> None:
        """The word that says where a case is kept: the case where somebody must choose, else how
        it stands with the centre."""
        if case_id in self._state.in_conflict:
            self.open(case_id)
        else:
            self._services.shell.go("tray" if case_id in self._state.refused else "centre")

    def _read(self, query: str, only_open: bool) -> CasesState:
        store = self._services.store
        if query:
            rows = [row for row in store.search(query, SHOWN) if row.is_open or not only_open]
            return self._as_state(query, rows, len(rows))
        rows = store.cases(only_open=only_open, limit=SHOWN)
        return self._as_state(query, rows, store.count_cases(only_open=only_open))

    def _as_state(self, query: str, rows: list[CaseRow], count: int) -> CasesState:
        now, pack = self._services.clock.now(), self._services.pack
        places = read_places(self._services.link, [row.case_id for row in rows])
        lines = tuple(case_line(row, pack, now, places.get(row.case_id)) for row in rows)
        if not rows:
            words = (
                "没有找到。换个说法试试：姓名的拼音首字母、两个字的词、号码的末几位都可以。"
                if query
                else "还没有案件。居民坐下以后按 F2，就开始接待。"
            )
        elif count > len(rows):
            words = f"一共 {count} 件，这里是最近的 {len(rows)} 件；写几个字可以找到其余的。"
        else:
            words = f"{count} 件"
        in_conflict = frozenset(row.case_id for row in rows if row.conflicts)
        refused = frozenset(key for key, sync in places.items() if sync.state == REFUSED_HERE)
        return CasesState(query, lines, words, in_conflict, refused)
