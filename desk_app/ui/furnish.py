"""Puts the pages of an open desk into the window and shows the way between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from desk_app.core.catalogue import Pack
from desk_app.core.clock import Clock
from desk_app.core.ports import CaseStore, ItemFinder, Romanise
from desk_app.services.casework import Casework
from desk_app.services.paper import SheetPrinter
from desk_app.services.press import Press
from desk_app.services.settings import SCALE, THEME
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.ports import Runner
from desk_app.ui.theme import Theme
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.cases_page import CasesPage
from desk_app.ui.views.more_page import MorePage
from desk_app.ui.views.promises_page import PromisesPage
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.views.shell import MainWindow
from desk_app.ui.views.today_page import TodayPage


class OpenDesk(Protocol):
    """What the window needs of an open desk (``bootstrap.Desk``)."""

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


def furnish(
    window: MainWindow,
    desk: OpenDesk,
    runner: Runner,
    clock: Clock,
    print_sheet: SheetPrinter,
    press: Press,
    romanise: Romanise,
) -> UiContext:
    """Build the pages and show 今日."""
    ways = Ways(window)
    context = UiContext(
        store=desk.store,
        pack=desk.pack,
        finder=desk.finder,
        casework=desk.casework,
        clock=clock,
        runner=runner,
        shell=ways,
        print_sheet=print_sheet,
        press=press,
        romanise=romanise,
    )

    def keep_theme(theme: Theme) -> None:
        for name, value in ((THEME, theme.name.value), (SCALE, str(theme.scale))):
            runner.store(lambda n=name, v=value: desk.store.save_setting(n, v), lambda _: None)
        more.show_theme(theme)

    more = MorePage(context, window.theme, window.dress)
    pages = {
        "today": TodayPage(context),
        "session": SessionPage(context),
        "cases": CasesPage(context),
        "promises": PromisesPage(context),
        "more": more,
        "case": CasePage(context),
    }
    keys: dict[str, Callable[[], object]] = {"F2": ways.new_session}
    window.furnish(pages, keys, on_theme=keep_theme)
    window.go("today")
    return context


class Ways:
    """The way around the window (``presenters.ports.Shell``)."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.go = window.go
        self.toast = window.toast
        self.problem = window.problem
        self.saved = window.saved

    def new_session(self) -> None:
        """Open a case and show it in the session page."""
        self._window.go("session")
        self._session.start()

    def open_session(self, case_id: str) -> None:
        """Go on with a case in the session page."""
        self._window.go("session")
        self._session.resume(case_id)

    def open_case(self, case_id: str) -> None:
        """Show a case."""
        page = self._window.page("case")
        assert isinstance(page, CasePage)
        page.show_case(case_id)
        self._window.go("case")

    @property
    def _session(self) -> SessionPage:
        page = self._window.page("session")
        assert isinstance(page, SessionPage)
        return page
