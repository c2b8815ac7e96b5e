"""The paper of a case without Qt: made, shown, printed, saved or left for later.

The store is read and written on its own thread; the PDF, its pictures and the printers are slow
and run beside it. Only the answer to the latest wish is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from desk_app.core.errors import DeskAppError
from desk_app.core.fold import CaseState
from desk_app.core.paper_form import PaperForm
from desk_app.core.sheet import MaterialSheet, PrintedPaper
from desk_app.services.paper import (
    EXPLANATION,
    MATERIAL_SHEET,
    SHEET_TITLES,
    PaperName,
    SheetPrinter,
    file_name,
    note_paper,
    queue_paper,
)
from desk_app.services.press import PagePicture, Press, PrinterName, save_pdf
from desk_app.services.settings import PAPER_SIZE
from desk_app.ui.presenters.paper_making import MadePaper, form_of, sheet_of
from desk_app.ui.presenters.ports import Services

SIZES = (16, 18, 22)
USUAL_SIZE, LARGE_SIZE = 18, 22
LARGE_PRINT = "large_print"


class PaperServices(Services, Protocol):
    """What this presenter needs besides the usual."""

    @property
    def print_sheet(self) -> SheetPrinter:
        """Makes the PDF."""

    @property
    def press(self) -> Press:
        """Pictures and printers."""


@dataclass(frozen=True, slots=True)
class PaperState:
    """Everything the page shows.

    Attributes:
        size: type size of the text in points; a form's own is not to be chosen.
        printed: the PDF as it would be printed now; None while it is made, or if it cannot be.
        page: shown page, from 0.
        printers: names, the default one first; None = not known yet.
        busy: the paper is being sent somewhere.
    """

    case: CaseState
    made: MadePaper
    size: int
    printed: PrintedPaper | None = None
    page: int = 0
    printers: tuple[str, ...] | None = None
    busy: bool = False

    @property
    def name(self) -> PaperName:
        """Which paper it is."""
        return self.made.name

    @property
    def sheet(self) -> MaterialSheet | PaperForm:
        """What it says."""
        return self.made.sheet

    @property
    def is_form(self) -> bool:
        """Whether it is made after a layout of the content pack."""
        return isinstance(self.made.sheet, PaperForm)

    @property
    def pages(self) -> int:
        """How many pages there are; 0 while nobody knows."""
        return self.printed.pages if self.printed else 0

    @property
    def file_name(self) -> str:
        """What a saved PDF is called."""
        return file_name(self.case, self.name)


class PaperView(Protocol):
    """The page as the presenter sees it."""

    def show_paper(self, state: PaperState) -> None:
        """Draw everything but the picture; ask for that with ``PaperPresenter.draw``."""

    def show_picture(self, picture: PagePicture) -> None:
        """Show the picture of the current page."""

    def say_problem(self, error: DeskAppError) -> None:
        """Say in the page what is in the way."""

    def say_no_printer(self) -> None:
        """There is no printer, or nobody knows yet."""

    def say_sent(self, printer: str) -> None:
        """The printer has taken the paper."""

    def say_saved(self, path: Path) -> None:
        """The PDF is there."""

    def say_queued(self) -> None:
        """The paper waits for the centre."""


class PaperPresenter:
    """Logic of the paper page."""

    def __init__(self, services: PaperServices, view: PaperView) -> None:
        self._services = services
        self._view = view
        self._state: PaperState | None = None
        self._printers: tuple[str, ...] | None = None
        self._wish = 0
        self._shown = ("", "", "")

    @property
    def state(self) -> PaperState | None:
        """What is shown; None before the first case."""
        return self._state

    def load(self, case_id: str, paper: str = "", about: str = "") -> None:
        """Show a paper of a case as it stands.

        Args:
            paper: empty = the sheet that fits the case, or the one chosen since.
        """
        wanted = (case_id, paper, about)
        kept = self._state if wanted == self._shown else None

        def read() -> PaperState:
            case, size = self._read(case_id)
            if kept is not None:
                return self._made(case, kept.name.paper, kept.name.about, kept.size)
            ended_without = case.closing is not None and case.closing.outcome == "infeasible"
            fitting = EXPLANATION if ended_without else MATERIAL_SHEET
            return self._made(case, paper or fitting, about, size)

        def show(state: PaperState) -> None:
            self._shown = wanted
            self._read_anew(state)

        self._services.runner.store(read, show, self._failed)

    def look_for_printers(self) -> None:
        """Ask the system which printers there are now."""
        self._services.runner.side(self._services.press.printers, self._found_printers)

    def set_size(self, size: int) -> None:
        """Another type size."""
        if self._state is not None and size != self._state.size:
            self._draw_up(replace(self._state, size=size, page=0))

    def set_paper(self, paper: str) -> None:
        """材料单 or 说明单."""
        state = self._state
        if state is not None and paper != state.name.paper:
            case_id, size = state.case.case_id, state.size

            def read() -> PaperState:
                case, _ = self._read(case_id)
                return self._made(case, paper, "", size)

            self._services.runner.store(read, self._read_anew)

    def turn(self, step: int) -> None:
        """Turn pages; nothing happens at the ends."""
        state = self._state
        if state is not None and 0 <= state.page + step < state.pages:
            self._put(replace(state, page=state.page + step))

    def draw(self, width: int) -> None:
        """Ask for the picture of the current page, ``width`` pixels wide."""
        state = self._state
        if state is None or state.printed is None or width <= 0:
            return
        pdf, page, press = state.printed.pdf, state.page, self._services.press

        def shown(picture: PagePicture) -> None:
            now = self._state
            if now is not None and now.printed is state.printed and now.page == page:
                self._view.show_picture(picture)

        self._services.runner.side(partial(press.picture, pdf, page, width), shown)

    def print(self, printer: str) -> None:
        """Send the paper to a printer; the default one when ``printer`` is empty."""
        state = self._state
        if state is None or state.printed is None or state.busy:
            return
        name = printer or next(iter(state.printers or ()), "")
        if not name:
            self._view.say_no_printer()
            return
        pdf = state.printed.pdf

        def sent(_: str) -> None:
            self._view.say_sent(name)
            self._note(state, "print")

        self._send(lambda: self._services.press.send(pdf, name), sent)

    def save(self, path: Path) -> None:
        """Write the PDF where the officer wants it."""
        state = self._state
        if state is None or state.printed is None or state.busy:
            return
        pdf = state.printed.pdf

        def saved(found: Path) -> None:
            self._view.say_saved(found)
            self._note(state, "pdf")

        self._send(lambda: save_pdf(pdf, path), saved)

    def print_later(self) -> None:
        """回中心再打: a promise for the next working day."""
        state = self._state
        if state is None or state.printed is None or state.busy:
            return
        services, printed = self._services, state.printed
        today = services.clock.now().date()

        def work() -> CaseState:
            case = services.store.case(state.case.case_id)
            return queue_paper(
                services.store, services.pack, services.casework.author, case, state.name,
                printed, state.size, today,
            )  # fmt: skip

        def done(case: CaseState) -> None:
            self._noted(case)
            self._view.say_queued()

        self._put(replace(state, busy=True))
        services.runner.store(work, done, self._failed)

    def _send(self, work: Callable[[], object], done: Callable[..., object]) -> None:
        assert self._state is not None
        self._put(replace(self._state, busy=True))
        self._services.runner.side(work, done, self._failed)

    def _note(self, state: PaperState, how: str) -> None:
        services, printed = self._services, state.printed
        assert printed is not None

        def work() -> CaseState:
            case = services.store.case(state.case.case_id)
            return note_paper(
                services.store, services.casework.author, case, state.name, printed, state.size,
                how, state.made.papers,
            )  # fmt: skip

        services.runner.store(work, self._noted, self._failed)

    def _noted(self, case: CaseState) -> None:
        self._services.shell.saved()
        if self._state is not None and self._state.case.case_id == case.case_id:
            self._put(replace(self._state, busy=False))
            # The next print is a reprint and says so: the preview shows what would come out.
            self.load(*self._shown)

    def _read(self, case_id: str) -> tuple[CaseState, int]:
        services = self._services
        case = services.store.case(case_id)
        usual = services.store.setting(PAPER_SIZE)
        size = int(usual) if usual in map(str, SIZES) else USUAL_SIZE
        return case, LARGE_SIZE if LARGE_PRINT in case.needs else size

    def _made(self, case: CaseState, paper: str, about: str, size: int) -> PaperState:
        if paper in SHEET_TITLES:
            return PaperState(case, sheet_of(self._services, case, paper), size)
        made = form_of(self._services, case, paper, about)
        return PaperState(case, made, made.size)

    def _read_anew(self, state: PaperState) -> None:
        old = self._state
        if old and (old.case.case_id, old.name) == (state.case.case_id, state.name):
            state = replace(state, page=old.page)
        self._draw_up(replace(state, printers=self._printers))

    def _draw_up(self, state: PaperState) -> None:
        self._wish += 1
        wish, print_sheet = self._wish, self._services.print_sheet
        self._put(replace(state, printed=None))

        def made(printed: PrintedPaper) -> None:
            if wish == self._wish and self._state is not None:
                page = min(self._state.page, printed.pages - 1)
                self._put(replace(self._state, printed=printed, page=page))

        self._services.runner.side(lambda: print_sheet(state.sheet, state.size), made, self._failed)

    def _found_printers(self, found: Sequence[PrinterName]) -> None:
        self._printers = tuple(printer.name for printer in found)
        if self._state is not None:
            self._put(replace(self._state, printers=self._printers))

    def _failed(self, error: Exception) -> None:
        if self._state is not None:
            self._put(replace(self._state, busy=False))
        if isinstance(error, DeskAppError):
            self._view.say_problem(error)
        else:
            self._services.shell.problem(error)

    def _put(self, state: PaperState) -> None:
        self._state = state
        self._view.show_paper(state)
