"""What comes back from the centre and waits for a person: doubles, refused entries, the brake."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from desk_app.core.exchange import TrayItem
from desk_app.core.fold import CaseState
from desk_app.core.ports import CaseRow

SHORTEST_ID = 8
SHORTEST_PHONE = 7
"""Shorter numbers tell nobody apart (不详, 120, an extension)."""
FOUND = 50


@dataclass(frozen=True, slots=True)
class Person:
    """Who a case is about, as far as it was written down."""

    case_id: str
    number: str
    name: str
    phone: str
    id_number: str

    @classmethod
    def of(cls, state: CaseState) -> Person:
        """The person of a case."""
        fields = state.fields
        return cls(
            state.case_id,
            state.number,
            fields.get("resident_name", ""),
            fields.get("phone", ""),
            fields.get("id_number", ""),
        )

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """What tells this person from others: pairs of why and a value that must be the same."""
        found = []
        id_number = re.sub(r"\s", "", unicodedata.normalize("NFKC", self.id_number)).upper()
        if len(id_number) >= SHORTEST_ID:
            found.append(("id_number", id_number))
        name = re.sub(r"\s", "", unicodedata.normalize("NFKC", self.name))
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", self.phone))
        phone = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
        if name and len(phone) >= SHORTEST_PHONE:
            found.append(("name_and_phone", f"{name} {phone}"))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class MergeSuggestion:
    """Two cases that seem to be of one person. Nothing is joined before somebody has said so.

    Attributes:
        first, second: the cases, the one seen first in front.
        why: ``id_number`` | ``name_and_phone``.
    """

    first: Person
    second: Person
    why: str


class CentreStore(Protocol):
    """What is asked of the store (``CaseStore`` and ``SyncStore``)."""

    def case(self, case_id: str) -> CaseState:
        """See ``CaseStore.case``."""

    def search(self, query: str, limit: int = 20) -> list[CaseRow]:
        """See ``CaseStore.search``."""

    def tray(self, *, state: str = "open") -> list[TrayItem]:
        """See ``SyncStore.tray``."""

    def retry(self, entry_id: str) -> None:
        """See ``SyncStore.retry``."""

    def set_tray_state(self, entry_id: str, state: str) -> None:
        """See ``SyncStore.set_tray_state``."""

    def shed_ready(self, *, approved: bool = False) -> tuple[str, ...]:
        """See ``SyncStore.shed_ready``."""


class CentreWork:
    """What an officer does with what came back. Raises as the store."""

    def __init__(self, store: CentreStore) -> None:
        self._store = store

    def suggestions(self, case_id: str) -> list[MergeSuggestion]:
        """Cases that seem to be of the same person as this one."""
        state = self._store.case(case_id)
        person = Person.of(state)
        asked = {mark[1].split(" ")[-1] for mark in person.marks}
        found = {row.case_id for words in asked for row in self._store.search(words, FOUND)}
        others = [self._store.case(other) for other in sorted(found - {case_id})]
        settled = _settled([state, *others])
        people = [Person.of(other) for other in others]
        pairs = (suggest_merges([person, other], settled) for other in people)
        return [suggestion for found_here in pairs for suggestion in found_here]

    def tray(self) -> Sequence[TrayItem]:
        """Entries that the centre refused and nobody has dealt with, latest first."""
        return self._store.tray()

    def retry(self, entry_id: str) -> None:
        """Send a refused entry once more."""
        self._store.retry(entry_id)

    def dealt_with(self, entry_id: str) -> None:
        """Take a refused entry off the tray; it stays in its case."""
        self._store.set_tray_state(entry_id, "done")

    def let_go(self) -> tuple[str, ...]:
        """Agree that cases which the centre wants gone may go; returns which went."""
        return self._store.shed_ready(approved=True)


def suggest_merges(
    people: Iterable[Person], settled: Mapping[frozenset[str], bool] = MappingProxyType({})
) -> list[MergeSuggestion]:
    """Pairs that share an ID number, or name and phone: each later case with one earlier one.

    Args:
        people: in the order in which they are to be named.
        settled: whether two cases are of one person, where somebody has said so.
    """
    earlier: dict[tuple[str, str], list[Person]] = {}
    found = []
    for person in people:
        for mark in person.marks:
            match = _match(person, earlier.get(mark, ()), settled)
            if match is not None:
                found.append(MergeSuggestion(match, person, mark[0]))
                break
        for mark in person.marks:
            earlier.setdefault(mark, []).append(person)
    return found


def _match(
    person: Person, earlier: Iterable[Person], settled: Mapping[frozenset[str], bool]
) -> Person | None:
    """The first of ``earlier`` that nobody has told from ``person``; None = none, or joined."""
    for known in earlier:
        verdict = settled.get(frozenset((known.case_id, person.case_id)))
        if verdict is None:
            return known
        if verdict:
            return None
    return None


def _settled(states: Iterable[CaseState]) -> dict[frozenset[str], bool]:
    """About which pairs somebody has spoken, and what."""
    return {
        frozenset((state.case_id, name.removeprefix("same:"))): slot.entry.body.get("same") is True
        for state in states
        for name, slot in state.slots.items()
        if name.startswith("same:")
    }
