"""What services ask of the outside, in their own words; adapters and test fakes answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.fold import CaseState
from desk_app.core.suggestion import Suggestions
from desk_app.core.tasks import Task

Romanise = Callable[[str], Sequence[str]]
"""Readings of a Chinese text for search: full pinyin and initials, every reading, lower case."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a case list, straight from the projection.

    Attributes:
        title: the chosen items' names, or the beginning of the resident's words.
        resident: the resident's name as stored, unmasked; views mask it.
        updated_at: wall time of the latest entry, ISO 8601 with offset.
        next_due: day of the nearest open promise; None = none.
        conflicts: how many values two people set without seeing each other's.
    """

    case_id: str
    number: str
    title: str
    resident: str
    stage: str
    verdict: str
    is_open: bool
    first_contact_officer: str
    opened_at: str
    updated_at: str
    next_due: date | None
    conflicts: int
    entries: int


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise over all cases, for 今日 and 待办.

    Attributes:
        rule: by which it comes again (RFC 5545); empty = once.
    """

    promise_id: str
    case_id: str
    number: str
    resident: str
    what: str
    who: str
    to_whom: str
    due: date
    state: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task over all cases; ``resident`` as in ``CaseRow``."""

    case_id: str
    number: str
    resident: str
    task: Task


@dataclass(frozen=True, slots=True)
class Draft:
    """Text being typed: stored with every keystroke, not yet an entry.

    Attributes:
        slot: which editor, e.g. ``field:words`` or ``note``.
        cursor: caret position in characters.
        saved_at: ISO 8601 with offset.
    """

    author: str
    case_id: str
    slot: str
    text: str
    cursor: int
    saved_at: str


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """What ``doctor`` and the rescue screen show of the store.

    ``problems`` are sentences; empty = nothing found. ``digest`` is over all projections.
    """

    schema_version: int
    cases: int
    entries: int
    drafts: int
    size_bytes: int
    sqlite_version: str
    cipher_version: str
    problems: tuple[str, ...]
    digest: str


class CaseStore(Protocol):
    """The journal with its projections. One thread, one writing connection.

    Every method may raise EnvironmentProblem (disk full, damaged store); then nothing was changed.
    """

    def append(self, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        """Seal and write entries with all projections in one transaction.

        Durable (committed and fsynced) when it returns. Raises BadInputError: nothing was written.
        """

    def open_case(self, author: str, body: dict[str, str]) -> CaseState:
        """Write ``case.opened`` with the next number of the day; ``body`` gives the other keys."""

    def case(self, case_id: str) -> CaseState:
        """The case as it stands. Raises BadInputError for an unknown id."""

    def find_case_id(self, number_or_id: str) -> str:
        """The id behind a number or id as a person types it. Raises BadInputError."""

    def cases(self, *, only_open: bool = False, limit: int = 200, offset: int = 0) -> list[CaseRow]:
        """Case rows, latest change first; the centre's books are no cases."""

    def count_cases(self, *, only_open: bool = False) -> int:
        """How many cases ``cases`` would list in all."""

    def books(self) -> list[str]:
        """Ids of the centre's books that this desk has (``core.centre_book``), in their order."""

    def search(self, query: str, limit: int = 20) -> list[CaseRow]:
        """Cases that match words, two-character words, pinyin, initials, number or last digits."""

    def promises(self, *, until: date | None = None, state: str = "open") -> list[PromiseRow]:
        """Promises of all cases, earliest due first."""

    def tasks(self) -> list[TaskRow]:
        """Tasks of all cases, those without a day first, then the earliest due."""

    def save_draft(self, draft: Draft) -> None:
        """Store a draft durably; an empty text removes it."""

    def drafts(self, author: str = "") -> list[Draft]:
        """Drafts of one author (or all), latest first."""

    def setting(self, name: str, default: str = "") -> str:
        """A setting kept with the data (officers, theme, scale, window phone …)."""

    def save_setting(self, name: str, value: str) -> None:
        """Keep a setting."""

    def centre_numbers(self, case_id: str) -> Mapping[str, int] | None:
        """The centre's numbers of a case's entries, by id; None = this desk has no centre."""

    def rebuild(self) -> str:
        """Make all projections again from the journal; returns their digest."""

    def health(self) -> StoreHealth:
        """Check the store and count what is in it."""

    def close(self) -> None:
        """Checkpoint and close."""


class ItemFinder(Protocol):
    """From words to items."""

    def suggest(self, text: str, limit: int = 5) -> Suggestions:
        """At most ``limit`` (up to 8) items behind ``text``, each with its reasons."""


class SecretStore(Protocol):
    """A place of the operating system for small secrets."""

    @property
    def name(self) -> str:
        """What people call it, e.g. 系统密钥环."""

    def read(self, account: str) -> bytes | None:
        """The secret kept under ``account``; None when there is none. Raises EnvironmentProblem."""

    def write(self, account: str, secret: bytes) -> None:
        """Keep a secret and read it back to be sure. Raises EnvironmentProblem."""

    def delete(self, account: str) -> None:
        """Forget it; fine when it is not there."""
