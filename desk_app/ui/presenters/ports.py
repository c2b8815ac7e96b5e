"""What presenters need of the window, without Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from desk_app.core.catalogue import Pack
from desk_app.core.clock import Clock
from desk_app.core.ports import CaseStore, ItemFinder
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
        """Show a page by name: today | session | cases | map | promises | more."""

    def open_session(self, case_id: str) -> None:
        """Go on with a case in the session page."""

    def new_session(self) -> None:
        """Open a case and show it in the session page."""

    def open_case(self, case_id: str) -> None:
        """Show a case."""

    def open_paper(self, case_id: str) -> None:
        """Show the paper of a case as it will be printed."""

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
