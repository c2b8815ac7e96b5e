"""待办: every promise over all cases; what was done is written here in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol

from desk_app.core.fold import CaseState
from desk_app.core.ports import PromiseRow
from desk_app.core.sheet import day_in_words
from desk_app.ui.presenters.asked_line import AskedLine
from desk_app.ui.presenters.case_lines import promise_line, split_key
from desk_app.ui.presenters.case_writing import CaseWriting
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import due_words

OPEN, KEPT = "open", "kept"
KEEP, TELL, NOTE, DROP, HAND, CASE = "keep", "tell", "note", "drop", "hand", "case"
ACTS = (
    Act(KEEP, "做到了", "1"),
    Act(NOTE, "记一笔", "2"),
    Act(DROP, "不需要了", "3"),
    Act(CASE, "看案件", "4"),
    Act(TELL, "告诉了…", "5"),
    Act(HAND, "交给…", "6"),
)
ASKED = {
    TELL: ("告诉了谁", "做到了，告诉了谁：回车存下"),
    NOTE: ("记一笔", "打了电话、问到了什么……回车存下"),
    DROP: ("为什么不需要了", "写一句为什么不需要了，回车存下；以后的也不再提醒"),
    HAND: ("交给谁", "哪位同事接着做，回车存下"),
}


@dataclass(frozen=True, slots=True)
class PromisesState:
    """What the page shows."""

    lines: tuple[Line, ...]
    words: str


class PromisesView(Protocol):
    """What the presenter asks of the page."""

    def show_promises(self, state: PromisesState) -> None:
        """Draw ``state``."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below a promise; ``write`` takes what is written."""


class PromisesPresenter:
    """What the page knows and does."""

    def __init__(self, services: Services, view: PromisesView) -> None:
        self._services = services
        self._view = view
        self._state = OPEN
        self._mine = False
        self._asked = AskedLine(view.ask_line)
        self._writing = CaseWriting(services, lambda _: self.refresh())

    def show(self, state: str, *, mine: bool) -> None:
        """Show promises that are open or kept, of everybody or only one's own."""
        self._state, self._mine = state, mine
        self.refresh()

    def refresh(self) -> None:
        """Read the promises."""
        self._services.runner.store(self._read, self._view.show_promises)

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        case_id, promise_id = split_key(key)
        casework = self._services.casework
        if act == CASE:
            self._services.shell.open_case(case_id)
        elif self._state != OPEN:
            return
        elif act == KEEP:
            work = partial(casework.promises.keep, case_id, promise_id)
            self._writing.write(work, "promise.kept", "记下了：做到了。")
        elif act in ASKED:
            self._asked.ask(key, act, *ASKED[act])

    def write(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        case_id, promise_id = split_key(key)
        casework = self._services.casework
        act, text = self._asked.answer(key, text)
        if not act:
            return
        work: Callable[[], CaseState]
        if act == NOTE:
            work, kind, words = partial(casework.add_note, case_id, text), "note.added", "记下了。"
        elif act == TELL:
            work = partial(casework.promises.keep, case_id, promise_id, told=text)
            kind, words = "promise.kept", "记下了：做到了。"
        elif act == HAND:
            work = partial(casework.promises.hand_over, case_id, promise_id, text)
            kind, words = "promise.handed", f"交给{text}了。"
        else:
            work = partial(casework.promises.drop, case_id, promise_id, text)
            kind, words = "promise.dropped", "记下了：不需要了。"
        self._writing.write(work, kind, words)

    def _read(self) -> PromisesState:
        services = self._services
        author, today = services.casework.author, services.clock.now().date()
        rows = services.store.promises(state=self._state)
        if self._mine:
            rows = [row for row in rows if row.who == author]
        return PromisesState(tuple(self._lines(rows, today)), self._words(len(rows)))

    def _words(self, count: int) -> str:
        if count:
            return f"{count} 条"
        if self._state == KEPT:
            return "还没有做到了的约定。"
        return "没有要做的了。接待时写下的约定，会按日子排在这里。"

    def _lines(self, rows: list[PromiseRow], today: date) -> list[Line]:
        pack, lines = self._services.pack, []
        day = None
        for row in rows:
            if row.due != day:
                day = row.due
                left = due_words(day, today, pack.calendars) if self._state == OPEN else ""
                tone = "danger" if day < today and left else ""
                lines.append(Line("", day_in_words(day), status=left, tone=tone, bold=True))
            line = promise_line(row, pack, today, ACTS if self._state == OPEN else ACTS[3:4])
            lines.append(replace(line, status=""))  # the head of the day says it
        return lines
