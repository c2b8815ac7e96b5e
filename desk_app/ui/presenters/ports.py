"""What presenters need of the window, without Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from desk_app.core.catalogue import Pack
from desk_app.core.clock import Clock
from desk_app.core.exchange import CaseSync, IncomingOffer, QueueRow, SyncState, TrayItem
from desk_app.core.fold import CaseState
from desk_app.core.ports import CaseRow, CaseStore, ItemFinder, Romanise
from desk_app.core.resident import Inquiry, ResidentSide
from desk_app.services.casework import Casework

T = TypeVar("T")


class Runner(Protocol):
    """Runs work off the GUI thread and calls back on it."""

    def store(
        self, work: Callable[[], T], done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:  # fmt: skip
        """Run ``work`` on the thread that owns the store."""

    def side(
        self, work: Callable[[], T], done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:  # fmt: skip
        """Run ``work`` beside it."""


class Shell(Protocol):
    """What a presenter may ask of the window around it."""

    def go(self, page: str) -> None:
        """Show a page by name: today | session | cases | map | promises | more | queue | tray |
        centre."""

    def open_session(self, case_id: str) -> None:
        """Go on with a case in the session page."""

    def new_session(self) -> None:
        """Open a case and show it in the session page."""

    def open_case(self, case_id: str) -> None:
        """Show a case."""

    def open_topic(self, case_id: str, topic: str) -> None:
        """Show one topic of a case, by its page's name (``views.topics``)."""

    def open_paper(self, case_id: str, paper: str = "", about: str = "") -> None:
        """Show a paper of a case as it will be printed.

        Args:
            paper: see ``services.paper.PaperName``; empty = the sheet that fits the case.
        """

    def bedside(self) -> None:
        """Dress the window for a bedside, about the case that shows; or undress it."""

    def log_call(self, case_id: str = "", party_id: str = "") -> None:
        """Log a talk: in a case, with somebody in it; without both one says whom first."""

    def show_item(self, item_id: str) -> None:
        """Show an item in the map."""

    def take_item(self, item_id: str) -> None:
        """Take an item into the session that is open; opens one if none is."""

    def search(self) -> None:
        """Open the box for cases, items, events and commands."""

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """One line at the bottom, with a way back."""

    def problem(self, error: Exception) -> None:
        """Say what happened, what is safe and what to press."""

    def saved(self) -> None:
        """Something was committed to the disk just now (已存本机)."""


class SyncDesk(Protocol):
    """What screens ask of a store that knows a centre, on the window's own connection.

    Called on the store's thread only. See ``core.exchange.SyncStore`` and ``core.ports.CaseStore``.
    """

    def case(self, case_id: str) -> CaseState:
        """The case as it stands."""

    def cases(self, *, only_open: bool = False, limit: int = 200, offset: int = 0) -> list[CaseRow]:
        """Case rows, latest change first."""

    def search(self, query: str, limit: int = 20) -> list[CaseRow]:
        """Cases that match."""

    def sync_state(self) -> SyncState:
        """How far this store is."""

    def count_outbox(self) -> int:
        """How many entries the centre has not numbered, refused ones left out."""

    def tray(self, *, state: str = "open") -> list[TrayItem]:
        """Refused entries, latest first."""

    def retry(self, entry_id: str) -> None:
        """Put a refused entry back into the outbox."""

    def set_tray_state(self, entry_id: str, state: str) -> None:
        """Mark a refused entry as dealt with (``done``) or not (``open``)."""

    def case_sync(self, case_ids: Sequence[str]) -> dict[str, CaseSync]:
        """Where these cases stand."""

    def queue(self) -> list[QueueRow]:
        """Cases that wait, are held, offered or escalated, longest-standing first."""

    def queue_row(self, case_id: str) -> QueueRow:
        """One case's place in the queue; a default one where it never was in it."""

    def without_effect(self, case_id: str) -> dict[str, str]:
        """Code by entry id for entries that came too late or beside the holder."""

    def incoming_offers(self) -> list[IncomingOffer]:
        """Cases that other centres ask us to take."""

    def life(self) -> tuple[str, str, int]:
        """Device, incarnation and counter of this store."""

    def shed_ready(self, *, approved: bool = False) -> tuple[str, ...]:
        """Let go of cases that went to another centre; ``approved`` releases the brake."""


class QueueWork(Protocol):
    """What an officer does in the queue; each is an entry, written offline too.

    Called on the store's thread. Whether it took effect is known once the centre has numbered it.
    Every method may raise UserFacingError; then nothing was written.
    """

    def refer(self, case_id: str, why: str) -> object:
        """Put a case into the queue for whoever is free."""

    def claim(self, case_id: str, hours: int) -> object:
        """Take a case that nobody holds."""

    def renew(self, case_id: str, hours: int) -> object:
        """Hold a case of one's own for ``hours`` more, for a visit."""

    def release(self, case_id: str, why: str) -> object:
        """Give a case back."""

    def offer(
        self, case_id: str, to: str, why: str, to_centre: str = "", summary: str = ""
    ) -> object:
        """Ask a colleague, or another centre, to take a case over."""

    def answer(self, case_id: str, ref: str, *, accept: bool, why: str = "") -> object:
        """Accept or refuse an offer; who offered takes it back by refusing."""

    def escalate(self, case_id: str, why: str) -> object:
        """Ask the supervisors for help."""

    def link(self, case_id: str, other: str, why: str = "") -> CaseState:
        """Say that two cases are of one person."""

    def unlink(self, case_id: str, other: str, why: str = "") -> CaseState:
        """Say that two cases are of two people."""


class CentreStatus(Protocol):
    """What the sync thread last saw; counts come from the store."""

    @property
    def state(self) -> str:
        """``idle`` | ``busy`` (a round is under way) | ``offline`` | ``refused`` | ``sealed``."""

    @property
    def code(self) -> str:
        """Why, for ``offline`` and ``refused``."""

    @property
    def at(self) -> str:
        """When a whole round last succeeded since the start, ISO 8601 with offset; empty = not
        yet."""

    @property
    def pack(self) -> str:
        """Version of a content pack that came since the start, for the next one; empty = none."""

    @property
    def pack_code(self) -> str:
        """Why a pack that the centre publishes was not installed; empty = nothing is wrong."""


class Centre(Protocol):
    """The way to the centre."""

    def status(self) -> CentreStatus:
        """What the sync thread last saw; answers at once, from any thread."""

    def listen(self, told: Callable[[], object]) -> None:
        """Call ``told`` from whatever thread whenever ``status`` changes or rows came in."""

    def try_now(self) -> None:
        """Begin a round now; returns at once, from any thread."""

    def join(self, ticket: str, name: str) -> str:
        """Join the centre of a ticket line; returns the centre's name. Slow: beside the store.

        Raises UserFacingError, EnvironmentProblem: nothing was changed.
        """

    def export_file(self, path: Path) -> int:
        """Write what is to be sent into a file for a stick; returns how many entries."""

    def import_file(self, path: Path) -> int:
        """Take in a file that the centre wrote; returns how many rows were new."""


class Residents(Protocol):
    """The centre's side for residents. Slow: beside the store.

    Every method raises UserFacingError where the centre cannot be reached or says no.
    """

    def fetch(self) -> ResidentSide:
        """What residents are offered, and what they wrote online."""

    def take(self, number: str) -> Inquiry:
        """Make an inquiry this desk's own. Refused where another desk was faster."""


@dataclass(frozen=True, slots=True)
class CentreLink:
    """Everything a window needs of the centre."""

    desk: SyncDesk
    queue: QueueWork
    centre: Centre
    residents: Residents | None = None


class Services(Protocol):
    """What every page and presenter is given (``ui.context.UiContext``)."""

    @property
    def store(self) -> CaseStore:
        """The journal."""

    @property
    def pack(self) -> Pack:
        """The content pack."""

    @property
    def finder(self) -> ItemFinder:
        """From words to items."""

    @property
    def casework(self) -> Casework:
        """The use cases."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def runner(self) -> Runner:
        """Work off the GUI thread."""

    @property
    def shell(self) -> Shell:
        """The window around."""

    @property
    def romanise(self) -> Romanise:
        """Readings of Chinese text; the first call is slow."""

    @property
    def link(self) -> CentreLink | None:
        """The way to the centre; None = this desk was opened without any."""
