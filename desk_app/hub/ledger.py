"""What the hub keeps, and what its rules ask of whoever keeps it.

A ledger lives for one transaction: all that is written through it is there afterwards, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desk_app.core.entries import Entry
from desk_app.core.exchange import Row
from desk_app.core.queue import QueueState
from desk_app.core.resident import ShownLink


@dataclass(frozen=True, slots=True)
class Counter:
    """A centre's one counter row, held locked until the transaction ends.

    Number order is therefore commit order: no reader ever meets a number whose forerunner is
    still under way (the gap that event stores lose events in).

    Attributes:
        high: the latest number given.
        mark_sum: sum of all rows' marks modulo 2^64.
        received: of the latest row, ms since 1970; the centre's time never runs backwards.
        epoch, common: see ``core.exchange.Head``.
    """

    high: int
    mark_sum: int
    received: int
    epoch: str
    common: int


@dataclass(frozen=True, slots=True)
class Known:
    """An entry the hub has already.

    Attributes:
        prev: fingerprint of the entry its device wrote before.
        seqs: its latest number by centre.
    """

    sha256: str
    prev: str
    received: int
    seqs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Whose a case is.

    Attributes:
        past: centres it belonged to before.
        number: the case number, as people say it; empty until ``case.opened`` came.
    """

    centre: str
    past: frozenset[str] = frozenset()
    queue: QueueState = field(default_factory=QueueState)
    number: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A device's latest entry, as witness: a chain that goes back behind it was tampered with."""

    incarnation: str
    counter: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A new entry: when it was received, and whose centre its contents are."""

    entry: Entry
    received: int
    centre: str


class Ledger(Protocol):
    """The hub's tables within one transaction."""

    def lock(self, centres: Iterable[str]) -> dict[str, Counter]:
        """Lock the counter rows of ``centres``, in alphabetical order (no deadlocks)."""

    def centre_names(self, centres: Iterable[str]) -> dict[str, str]:
        """Names of those of ``centres`` that exist."""

    def device_centres(self, devices: Iterable[str]) -> dict[str, str]:
        """Centre by device, for enrolled ones (revoked ones too: what they wrote was theirs)."""

    def known(self, entry_ids: Iterable[str]) -> dict[str, Known]:
        """Those of the entries that are here."""

    def places(self, case_ids: Iterable[str]) -> dict[str, CasePlace]:
        """Whose these cases are; unknown ones left out."""

    def case_entries(self, case_id: str) -> list[tuple[Entry, int]]:
        """All entries of a case in the order of its centre's numbers, with ``received`` of each."""

    def add_entries(self, entries: Sequence[Taken], device: str) -> None:
        """Keep new entries with their contents; ``device`` brought them."""

    def give_case(self, case_id: str, centre: str) -> None:
        """The contents of a case's earlier entries are another centre's from now on."""

    def add_rows(self, centre: str, rows: Sequence[Row]) -> None:
        """Append to a centre's stream and move its counter.

        Whether a row of type ``entry`` is given out as ``entry`` or as ``gone`` is decided, when it
        is read, by whose the contents are then.
        """

    def put_places(self, places: Mapping[str, CasePlace]) -> None:
        """Keep whose cases are and where they stand in the queue, by case id."""

    def put_heads(self, heads: Mapping[str, Head]) -> None:
        """Keep the latest entry of devices, by device."""

    def linked(self, case_ids: Iterable[str]) -> frozenset[str]:
        """Those of these cases that a resident ever had a link to."""

    def put_links(self, case_id: str, centre: str, links: Sequence[ShownLink]) -> None:
        """Keep what the links of a case of ``centre`` show from now on."""

    def settle_inquiry(self, centre: str, number: str) -> None:
        """An inquiry made online is a case now: its words need not be kept any longer."""
