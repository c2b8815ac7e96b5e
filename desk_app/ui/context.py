"""What every page is given: whole, frozen, by constructor."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.core.catalogue import Pack
from desk_app.core.clock import Clock
from desk_app.core.ports import CaseStore, ItemFinder, Romanise
from desk_app.services.attachments import FileRoom
from desk_app.services.casework import Casework
from desk_app.services.paper import SheetPrinter
from desk_app.services.press import Press
from desk_app.ui.presenters.ports import CentreLink, Runner, Shell


@dataclass(frozen=True, slots=True)
class UiContext:
    """Services and the way around the window.

    Attributes:
        print_sheet: makes the PDF; heavy, so only called beside the store.
        press: pictures of its pages, and the printers; slow too.
        romanise: readings of Chinese text; the first call is slow.
        files: the files of cases, and what looks into pictures; slow, beside the store.
        link: the way to the centre; None = there is none, and everything works all the same.
    """

    store: CaseStore
    pack: Pack
    finder: ItemFinder
    casework: Casework
    clock: Clock
    runner: Runner
    shell: Shell
    print_sheet: SheetPrinter
    press: Press
    romanise: Romanise
    files: FileRoom
    link: CentreLink | None = None
