"""Writing into the centre's book: who is on duty, whom one may ask, local standards.

Each method is one transaction and returns the book after it; one that changes nothing writes
nothing. Raises BadInputError where something cannot be; then nothing was written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from desk_app.core.centre_book import Adviser, CentreBook, centre_book
from desk_app.core.fold import CaseState
from desk_app.core.ids import new_book_id
from desk_app.core.kinds.book import HALVES
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore

WEEK = 7


class BookWork:
    """What one officer writes into the centre's book."""

    def __init__(self, store: CaseStore, author: str) -> None:
        self._store = store
        self._author = author

    def read(self) -> CentreBook:
        """The book as this desk knows it."""
        return centre_book(self._books())

    def set_duty(self, day: date, officer: str, halves: Sequence[str] = HALVES) -> CentreBook:
        """Put somebody on duty; an empty name takes whoever was on it off."""
        known = {one.half: one.officer for one in self.read().on(day)}
        name = officer.strip()
        return self._write(
            [_duty(day, half, name) for half in halves if known.get(half, "") != name]
        )

    def repeat_week(self, first: date) -> CentreBook:
        """The seven days from ``first`` on as a pattern for the seven after them.

        What is written for those already stays: nobody's swap is overwritten.
        """
        book, bodies = self.read(), []
        for number in range(WEEK):
            day = first + timedelta(days=number)
            later = day + timedelta(days=WEEK)
            for now, then in zip(book.on(day), book.on(later), strict=True):
                if now.officer and not then.officer:
                    bodies.append(_duty(later, now.half, now.officer))
        return self._write(bodies)

    def set_adviser(self, adviser: Adviser, *, gone: bool = False) -> CentreBook:
        """Add somebody to the panel, put right what is known of them, or take them off it."""
        name = adviser.name.strip()
        said, book = Adviser(name, adviser.field.strip(), adviser.phone.strip()), self.read()
        if not gone and said in book.advisers:
            return book
        body: dict[str, Json] = {"name": name, "field": said.field}
        if said.phone:
            body["phone"] = said.phone
        if gone:
            body["gone"] = True
        return self._write([("adviser.set", body)])

    def set_standards(self, values: Mapping[str, Json], day: date) -> CentreBook:
        """Keep local standards of the calculators, by name; the same value again writes nothing."""
        known = {one.name: one.value for one in self.read().standards}
        written = {name: json.dumps(value) for name, value in values.items()}
        return self._write(
            [
                ("standard.set", {"name": name, "value": value, "day": day.isoformat()})
                for name, value in written.items()
                if known.get(name) != value
            ]
        )

    def _write(self, new: Sequence[tuple[str, dict[str, Json]]]) -> CentreBook:
        if new:
            book = next(iter(self._books()), None) or CaseState(new_book_id())
            self._store.append(self._author, [book.on_top(kind, body) for kind, body in new])
        return self.read()

    def _books(self) -> list[CaseState]:
        return [self._store.case(book_id) for book_id in self._store.books()]


def _duty(day: date, half: str, officer: str) -> tuple[str, dict[str, Json]]:
    return "duty.set", {"day": day.isoformat(), "half": half, "officer": officer}
