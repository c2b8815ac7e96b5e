"""Puts the pages of an open desk into the window and shows the way between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QTimer

from desk_app.core.catalogue import Pack
from desk_app.core.clock import Clock
from desk_app.core.ports import CaseStore, ItemFinder, Romanise
from desk_app.services.attachments import FileRoom
from desk_app.services.casework import Casework
from desk_app.services.paper import SheetPrinter
from desk_app.services.press import Press
from desk_app.services.search import CASE, COMMAND, EVENT, ITEM, SOP, Command, Search
from desk_app.services.settings import SCALE, THEME
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.due_reminder import DueReminder
from desk_app.ui.presenters.ports import CentreLink, Runner
from desk_app.ui.theme import Theme
from desk_app.ui.views.bedside import KEY as BEDSIDE_KEY
from desk_app.ui.views.bedside import Bedside
from desk_app.ui.views.call_box import CallBox
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.cases_page import CasesPage
from desk_app.ui.views.centre_page import CentrePage
from desk_app.ui.views.centre_watch import CentreWatch
from desk_app.ui.views.duty_page import DutyPage
from desk_app.ui.views.facing_screen import FacingScreen
from desk_app.ui.views.keys_sheet import KeysSheet
from desk_app.ui.views.map_page import MapPage
from desk_app.ui.views.more_page import MorePage
from desk_app.ui.views.page import Page
from desk_app.ui.views.palette import Palette
from desk_app.ui.views.paper_page import PaperPage
from desk_app.ui.views.promises_page import PromisesPage
from desk_app.ui.views.queue_page import QueuePage
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.views.shell import MainWindow
from desk_app.ui.views.status_line import CENTRE_KEY
from desk_app.ui.views.today_page import TodayPage
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.views.topics import TOPICS
from desk_app.ui.views.tray_page import TrayPage

MORNING_MS = 5 * 60 * 1000
"""How often an open window looks whether a new day has begun."""


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


@dataclass(frozen=True, slots=True)
class Tools:
    """What pages are given besides the desk: printing, readings of names, files."""

    print_sheet: SheetPrinter
    press: Press
    romanise: Romanise
    files: FileRoom


def furnish(
    window: MainWindow,
    desk: OpenDesk,
    runner: Runner,
    clock: Clock,
    tools: Tools,
    link: CentreLink | None = None,
) -> UiContext:
    """Build the pages and show 今日.

    Args:
        link: the way to the centre; None = there is none.
    """
    ways = Ways(window)
    context = UiContext(
        store=desk.store,
        pack=desk.pack,
        finder=desk.finder,
        casework=desk.casework,
        clock=clock,
        runner=runner,
        shell=ways,
        print_sheet=tools.print_sheet,
        press=tools.press,
        romanise=tools.romanise,
        files=tools.files,
        link=link,
    )

    def keep_theme(theme: Theme) -> None:
        if theme.roomy:  # a bedside's look goes with the bedside
            return
        for name, value in ((THEME, theme.name.value), (SCALE, str(theme.scale))):
            runner.store(partial(desk.store.save_setting, name, value), lambda _: None)
        more.show_theme(theme)

    sheet = KeysSheet(window.room)
    more = MorePage(context, window.theme, window.dress, sheet.open_box)
    pages: dict[str, Page] = {
        "today": TodayPage(context),
        "session": SessionPage(context),
        "cases": CasesPage(context),
        "map": MapPage(context),
        "promises": PromisesPage(context),
        "more": more,
        "case": CasePage(context),
        "paper": PaperPage(context),
        "queue": QueuePage(context),
        "tray": TrayPage(context),
        "centre": CentrePage(context),
        "duty": DutyPage(context),
    }
    pages |= {topic.name: topic.make(context, topic.shown_title) for topic in TOPICS}
    palette = ways.palette = _palette(window, context, ways)
    window.lay_over(palette)
    window.lay_over(sheet)
    call_box = ways.call_box = CallBox(
        window.room, context, partial(ways.go, "promises"), ways.look_again
    )
    window.lay_over(call_box)
    facing = FacingScreen(context, window, lambda: window.case_id)
    keys: dict[str, Callable[[], object]] = {
        "F2": ways.new_session,
        "F3": partial(ways.go, "queue"),
        "F7": partial(ways.go, "map"),
        "F8": ways.toggle_call,
        CENTRE_KEY: partial(ways.go, "centre"),
        "F12": facing.toggle,
        "Shift+F12": facing.turn,
        "Ctrl+K": palette.toggle,
        "Ctrl+/": sheet.toggle,
        BEDSIDE_KEY: lambda: bedside.toggle(),
    }
    window.furnish(pages, keys, on_theme=keep_theme)
    bedside = Bedside(window, context)
    window.go("today")
    bedside.resume()
    watch = ways.watch = CentreWatch(context, window)
    mornings = QTimer(window)
    mornings.timeout.connect(DueReminder(context).look)
    mornings.start(MORNING_MS)
    if link is not None:
        link.centre.listen(watch.told.emit)
    watch.look()
    return context


def _palette(window: MainWindow, context: UiContext, ways: Ways) -> Palette:
    commands = [
        Command("new", QCoreApplication.translate("Palette", "新接待"), "F2"),
        Command("today", QCoreApplication.translate("Palette", "今日")),
        Command("cases", QCoreApplication.translate("Palette", "案件")),
        Command("map", QCoreApplication.translate("Palette", "关联导图"), "F7"),
        Command("promises", QCoreApplication.translate("Palette", "待办"), "F8 F8"),
        Command("queue", QCoreApplication.translate("Palette", "队列"), "F3"),
        Command("duty", QCoreApplication.translate("Palette", "值班、智囊团")),
        Command("tray", QCoreApplication.translate("Palette", "待处理：中心没有收下的")),
        Command("centre", QCoreApplication.translate("Palette", "中心：加入、同步、U盘"), "F10"),
        Command("more", QCoreApplication.translate("Palette", "更多：颜色、大小、检查资料")),
        Command("keys", QCoreApplication.translate("Palette", "按键表"), "Ctrl+/"),
        Command(
            "bedside", QCoreApplication.translate("Palette", "去床边：暗、大、安静"), BEDSIDE_KEY
        ),
        Command("veil", QCoreApplication.translate("Palette", "遮挡"), "F9"),
    ]
    search = Search(context.store, context.pack, context.finder, context.romanise, commands)
    context.runner.side(search.warm_up, lambda _: None)

    def command(name: str) -> None:
        if name == "new":
            ways.new_session()
        elif name == "veil":
            window.toggle_veil()
        elif name == "bedside":
            ways.bedside()
        elif name == "keys":
            window.press("Ctrl+/")
        else:
            ways.go(name)

    def show_sop(sop_id: str) -> None:
        items = context.pack.sops[sop_id].related_items
        if items:
            ways.show_item(items[0])
        else:
            ways.go("map")

    open_hit: dict[str, Callable[[str], object]] = {
        CASE: ways.open_case,
        ITEM: ways.show_item,
        EVENT: ways.show_item,
        SOP: show_sop,
        COMMAND: command,
    }
    return Palette(window.room, search, context.runner, open_hit)


class Ways:
    """The way around the window (``presenters.ports.Shell``)."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.palette: Palette | None = None
        self.watch: CentreWatch | None = None
        self.call_box: CallBox | None = None

    def go(self, page: str) -> None:
        """Show a page by name."""
        self._window.go(page)

    def search(self) -> None:
        """Open the box for cases, items, events and commands."""
        if self.palette is not None:
            self.palette.toggle()

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """One line at the bottom, with a way back."""
        self._window.toast(text, undo)

    def problem(self, error: Exception) -> None:
        """Say what happened, what is safe and what to press."""
        self._window.problem(error)

    def saved(self) -> None:
        """Something was committed to the disk just now."""
        self._window.saved()
        if self.watch is not None:
            self.watch.look_soon()

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

    def open_topic(self, case_id: str, topic: str) -> None:
        """Show one topic of a case."""
        page = self._window.page(topic)
        assert isinstance(page, TopicPage)
        page.show_case(case_id)
        self._window.go(topic)

    def open_paper(self, case_id: str, paper: str = "", about: str = "") -> None:
        """Show a paper of a case as it will be printed."""
        page = self._window.page("paper")
        assert isinstance(page, PaperPage)
        page.show_case(case_id, paper, about)
        self._window.go("paper")

    def bedside(self) -> None:
        """Dress the window for a bedside, or undress it."""
        self._window.press(BEDSIDE_KEY)

    def log_call(self, case_id: str = "", party_id: str = "") -> None:
        """Log a talk."""
        if self.call_box is not None:
            self.call_box.open_for(case_id, party_id)

    def toggle_call(self) -> None:
        """Log a talk about the case that shows; pressed again it leads to 待办."""
        if self.call_box is not None and self.call_box.isVisible():
            self._window.go("promises")
        else:
            self.log_call(self._window.case_id)

    def look_again(self) -> None:
        """What the page shows may have changed."""
        self._window.page(self._window.page_name).come_up()

    def show_item(self, item_id: str) -> None:
        """Show an item or a life event in the map."""
        page = self._window.page("map")
        assert isinstance(page, MapPage)
        page.show_item(item_id)
        self._window.go("map")

    def take_item(self, item_id: str) -> None:
        """Take an item into the session that is open; opens one if none is."""
        self._window.go("session")
        self._session.take(item_id)

    @property
    def _session(self) -> SessionPage:
        page = self._window.page("session")
        assert isinstance(page, SessionPage)
        return page
