"""网上留言: what residents wrote to the centre, for an officer to take and make a case of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from desk_app.core.errors import DeskAppError
from desk_app.core.fold import CaseState
from desk_app.core.masking import mask_name
from desk_app.core.resident import Inquiry, ResidentSide, spaced
from desk_app.services.resident import ResidentWork
from desk_app.ui.presenters.lines import NO_NAME, Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words

TAKE, READ = "take", "read"
SHORT = 40
"""Characters of an inquiry shown before somebody asks for all of it."""

AWAY = "现在看不到网上留言（连不上中心，或者中心没有给看）。留言存在中心，不会丢。"


@dataclass(frozen=True, slots=True)
class InquiryState:
    """What is shown; neither lines nor words = nothing at all. ``waiting``: how many there are."""

    words: str = ""
    lines: tuple[Line, ...] = ()
    waiting: int = 0


class InquiryView(Protocol):
    """What the presenter asks of the page."""

    def show_inquiries(self, state: InquiryState) -> None:
        """Draw ``state``."""


class InquiryPresenter:
    """What the part of the page knows and does."""

    def __init__(self, services: Services, view: InquiryView) -> None:
        self._services = services
        self._view = view
        self._work = ResidentWork(services.store, services.casework)
        self._side: ResidentSide | None = None
        self._open = ""
        self._asking = False
        self._taking = ""

    def refresh(self) -> None:
        """Ask the centre, if there is one, unless it is being asked."""
        link = self._services.link
        if link is None or link.residents is None or self._asking:
            return
        self._asking = True
        fetch, centre = link.residents.fetch, link.centre

        def look(joined: bool) -> None:
            if not joined:
                self._show(None, InquiryState())
            elif centre.status().state == "offline":  # the sync thread has just tried
                self._show(None, InquiryState(AWAY))
            else:
                self._services.runner.side(fetch, self._fetched, self._failed)

        self._services.runner.store(lambda: bool(link.desk.sync_state().hub), look, self._failed)

    def act(self, number: str, act: str) -> None:
        """Do what a line offers."""
        if act == READ and self._side is not None:
            self._open = "" if self._open == number else number
            self._show(self._side, self._state(self._side))
        elif act == TAKE:
            self._take(number)

    def _take(self, number: str) -> None:
        link, services = self._services.link, self._services
        if link is None or link.residents is None or self._taking:
            return
        self._taking = number

        def over(error: Exception) -> None:
            self._taking = ""
            services.shell.problem(error)
            self.refresh()

        def opened(case: CaseState) -> None:
            self._taking = ""
            services.shell.saved()
            services.shell.toast(f"接下了留言 {spaced(number)}，案件 {case.number} 建好了。")
            services.shell.open_session(case.case_id)

        def given(inquiry: Inquiry) -> None:
            accept = partial(self._work.accept, inquiry, self._moment(inquiry))
            services.runner.store(accept, opened, over)

        services.runner.side(partial(link.residents.take, number), given, over)

    def _fetched(self, side: ResidentSide) -> None:
        self._show(side, self._state(side))
        self._services.runner.store(partial(self._work.remember, side), lambda _: None)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, DeskAppError):
            raise error
        self._show(None, InquiryState(AWAY))

    def _show(self, side: ResidentSide | None, state: InquiryState) -> None:
        self._asking, self._side = False, side
        self._view.show_inquiries(state)

    def _state(self, side: ResidentSide) -> InquiryState:
        more = side.waiting - len(side.inquiries)
        words = f"还有 {more} 条，接了前面的再看。" if more > 0 else ""
        if not side.inquiries:
            return InquiryState()
        head = Line("", f"网上留言　{side.waiting}", bold=True)
        return InquiryState(words, (head, *map(self._line, side.inquiries)), side.waiting)

    def _line(self, inquiry: Inquiry) -> Line:
        flat = " ".join(inquiry.words.split())
        is_open = inquiry.number == self._open
        text = flat if len(flat) <= SHORT else f"{flat[:SHORT]}…"
        about = (
            f"留言号 {spaced(inquiry.number)}",
            mask_name(inquiry.name) or NO_NAME,
            "留了电话" if inquiry.phone else "没留电话",
            "您接了，还没建案" if inquiry.is_mine else "",
        )
        read = Act(READ, "收起" if is_open else "看全文", "2")
        when = self._moment(inquiry).isoformat()
        return Line(
            inquiry.number, text, detail="　".join(filter(None, about)),
            status=time_words(when, self._services.clock.now()),
            news=(inquiry.words,) if is_open else (),
            acts=(Act(TAKE, "接下，建案", "1"), read),
        )  # fmt: skip

    def _moment(self, inquiry: Inquiry) -> datetime:
        return datetime.fromtimestamp(inquiry.received / 1000, self._services.clock.now().tzinfo)
