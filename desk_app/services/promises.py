"""Promises: who does what by when, once or again and again, also after the case has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.catalogue import CalendarYear
from desk_app.core.entries import NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState, Promise
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.services.recurrence import next_day, rule_of, working_day_by

NOTHING_CHANGED = QT_TRANSLATE_NOOP("Errors", "原来的记录没有变。")


def said_why(why: str) -> str:
    """A reason as it is kept. Raises BadInputError where nothing was written."""
    if not why.strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写一句为什么。"), safe=NOTHING_CHANGED)
    return why.strip()


class Promises:
    """What one officer does to promises; each method is a use case as those of ``Casework``."""

    def __init__(
        self, store: CaseStore, calendars: Mapping[int, CalendarYear], author: str
    ) -> None:
        self._store = store
        self._calendars = calendars
        self._author = author

    def make(
        self, case_id: str, what: str, who: str, due: date, to_whom: str = "", repeats: str = ""
    ) -> CaseState:
        """Promise that ``who`` does ``what`` by ``due``.

        Args:
            repeats: it comes again (``recurrence.REPEATS``), also after the case has ended; then
                it is due on the last working day up to each day. Empty = once.
        """
        if not what.strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "请写明要做什么，再记下约定。"), safe=NOTHING_CHANGED
            )
        body: dict[str, Json] = {
            "what": what,
            "who": who or self._author,
            "due": due.isoformat(),
            "to_whom": to_whom,
        }
        if repeats:
            rule = rule_of(repeats, due)
            body |= self._repeated(rule, due, due)
        return self._write(case_id, NewEntry(case_id, "promise.made", body))

    def keep(self, case_id: str, promise_id: str, note: str = "", told: str = "") -> CaseState:
        """Note that a promise was kept, what came of it, and who was told.

        One that comes again is made anew for its next day, in the same transaction.
        """
        state = self._store.case(case_id)
        promise = _found(state, promise_id)
        if promise.state == "kept" and (promise.note, promise.told) == (note, told):
            return state
        body: dict[str, Json] = {"ref": promise_id, "note": note, "told": told}
        entries = [state.on_top("promise.kept", body)]
        if promise.state == "open" and (following := self._following(promise)) is not None:
            entries.append(NewEntry(case_id, "promise.made", following))
        return self._write(case_id, *entries)

    def hand_over(self, case_id: str, promise_id: str, to: str, why: str = "") -> CaseState:
        """Hand a promise to a colleague, who does it from now on; so too those that follow it."""
        state = self._store.case(case_id)
        if not to.strip():
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写明交给谁。"), safe=NOTHING_CHANGED)
        if _found(state, promise_id).who == to.strip():
            return state
        body: dict[str, Json] = {"ref": promise_id, "to": to.strip(), "why": why}
        return self._write(case_id, state.on_top("promise.handed", body))

    def drop(self, case_id: str, promise_id: str, why: str) -> CaseState:
        """Note that a promise no longer holds, and why."""
        state = self._store.case(case_id)
        _found(state, promise_id)
        dropped = state.on_top("promise.dropped", {"ref": promise_id, "why": why})
        return self._write(case_id, dropped)

    def _following(self, promise: Promise) -> dict[str, Json] | None:
        """What the promise that comes after ``promise`` says; None where it comes no more."""
        if promise.start is None or promise.on is None:
            return None
        day = next_day(promise.rule, promise.start, promise.on)
        if day is None:
            return None
        body: dict[str, Json] = {"what": promise.what, "who": promise.who}
        body |= {"to_whom": promise.to_whom, "after": promise.id}
        return body | self._repeated(promise.rule, promise.start, day)

    def _repeated(self, rule: str, start: date, day: date) -> dict[str, Json]:
        due = working_day_by(day, self._calendars)
        days = {"start": start.isoformat(), "on": day.isoformat(), "due": due.isoformat()}
        return {"rule": rule, **days}

    def _write(self, case_id: str, *entries: NewEntry) -> CaseState:
        self._store.append(self._author, entries)
        return self._store.case(case_id)


def _found(state: CaseState, promise_id: str) -> Promise:
    for promise in state.promises:
        if promise.id == promise_id:
            return promise
    raise BadInputError(QT_TRANSLATE_NOOP("Errors", "找不到这条约定。"), safe=NOTHING_CHANGED)
