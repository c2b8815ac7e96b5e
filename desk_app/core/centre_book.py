"""The centre's book: who is on duty when, whom one may ask, and the local standards.

A book is a journal like a case's, with an id of its own kind (``core.ids.new_book_id``), so that it
is stored, sealed and sent as everything else is. Any desk may begin one offline; all that a desk
has are read as one: of two entries about the same thing the later one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.book import HALVES


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty for half a day.

    Attributes:
        half: one of ``kinds.book.HALVES``.
        officer: empty = nobody.
        is_disputed: two people wrote different names without seeing each other's.
    """

    day: date
    half: str
    officer: str
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Adviser:
    """Somebody of the panel (智囊团); ``field``: what to ask them about."""

    name: str
    field: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """A local standard as somebody filled it in; the program knows none itself.

    Attributes:
        name: as ``calculators.base.Input.local``.
        value: JSON, as it was written.
    """

    name: str
    value: str
    by: str
    day: date


@dataclass(frozen=True, slots=True)
class CentreBook:
    """What all books together say."""

    duties: tuple[Duty, ...] = ()
    advisers: tuple[Adviser, ...] = ()
    standards: tuple[Standard, ...] = ()

    def on(self, day: date) -> tuple[Duty, ...]:
        """Both halves of a day, in their order; nobody where nothing was written."""
        known = {one.half: one for one in self.duties if one.day == day}
        return tuple(known.get(half, Duty(day, half, "")) for half in HALVES)


def centre_book(books: Iterable[CaseState]) -> CentreBook:
    """All ``books`` read as one; the same whatever their order."""
    latest: dict[str, tuple[Entry, bool]] = {}
    for book in books:
        for name, slot in book.slots.items():
            known = latest.get(name)
            if known is None or known[0].order < slot.entry.order:
                latest[name] = (slot.entry, slot.in_conflict)
    order = sorted(latest.items())
    return CentreBook(
        tuple(_duty(entry, disputed) for name, (entry, disputed) in order if _is(name, "duty")),
        tuple(_advisers(entry for name, (entry, _) in order if _is(name, "adviser"))),
        tuple(_standard(entry) for name, (entry, _) in order if _is(name, "standard")),
    )


def _is(slot: str, what: str) -> bool:
    return slot.startswith(f"{what}:")


def _duty(entry: Entry, disputed: bool) -> Duty:
    body = entry.body
    day = date.fromisoformat(str(body["day"]))
    return Duty(day, str(body["half"]), str(body["officer"]), disputed)


def _standard(entry: Entry) -> Standard:
    body = entry.body
    day = date.fromisoformat(str(body["day"]))
    return Standard(str(body["name"]), str(body["value"]), entry.author, day)


def _advisers(entries: Iterable[Entry]) -> Iterator[Adviser]:
    for entry in entries:
        body = entry.body
        if body.get("gone") is not True:
            yield Adviser(str(body["name"]), str(body["field"]), str(body.get("phone", "")))
