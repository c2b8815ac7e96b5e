"""值班: two weeks of duty and the panel of advisers, from the centre's book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Protocol

from desk_app.core.centre_book import Adviser, CentreBook, Duty
from desk_app.core.kinds.book import HALVES
from desk_app.core.sheet import day_in_words
from desk_app.core.workdays import is_working_day
from desk_app.services.centre_book import WEEK, BookWork
from desk_app.ui.presenters.asked_line import AskedLine
from desk_app.ui.presenters.duty_words import HALF_NAMES, on_duty
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services

DAYS = 2 * WEEK
WHOLE, AM, PM, NOBODY, GONE = "whole", "am", "pm", "nobody", "gone"
DAY_ACTS = (
    Act(WHOLE, "谁值班", "1"), Act(AM, "上午换人", "2"), Act(PM, "下午换人", "3"),
    Act(NOBODY, "没有人", "4"),
)  # fmt: skip
ASKED = {
    WHOLE: ("全天谁值班", "写名字，回车记下"),
    AM: ("上午谁值班", "写名字，回车记下"),
    PM: ("下午谁值班", "写名字，回车记下"),
}


@dataclass(frozen=True, slots=True)
class DutyState:
    """What the page shows.

    Attributes:
        week: the days from the Monday on, in words.
        days: two weeks of duty.
        advisers: the panel.
    """

    week: str
    days: tuple[Line, ...]
    advisers: tuple[Line, ...]


class DutyView(Protocol):
    """What the presenter asks of the page."""

    def show_duty(self, state: DutyState) -> None:
        """Draw it."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below a day; ``written`` takes what is written."""

    def recorded(self) -> None:
        """The adviser that was typed is written."""


class DutyPresenter:
    """What the page knows and does."""

    def __init__(self, services: Services, view: DutyView) -> None:
        self._services = services
        self._view = view
        self._work = BookWork(services.store, services.casework.author)
        self._monday = _monday(self.today)
        self._asked = AskedLine(view.ask_line)

    @property
    def today(self) -> date:
        """The day that it is."""
        return self._services.clock.now().date()

    def show_now(self) -> None:
        """Show this week and the next."""
        self._monday = _monday(self.today)
        self.refresh()

    def turn(self, weeks: int) -> None:
        """Show other weeks."""
        self._monday += timedelta(days=WEEK * weeks)
        self.refresh()

    def refresh(self) -> None:
        """Read the book."""
        self._services.runner.store(self._work.read, self._show)

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        if act in ASKED:
            self._asked.ask(key, act, *ASKED[act])
        elif act == NOBODY:
            day = date.fromisoformat(key)
            self._write(partial(self._work.set_duty, day, ""), f"{day_in_words(day)}没有人值班。")
        elif act == GONE:
            gone = partial(self._work.set_adviser, Adviser(key, ""), gone=True)
            self._write(gone, "记下了。")

    def written(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        act, name = self._asked.answer(key, text)
        if not act:
            return
        day = date.fromisoformat(key)
        halves = HALVES if act == WHOLE else (act,)
        work = partial(self._work.set_duty, day, name, halves)
        self._write(work, f"{day_in_words(day)}：{name}值班。")

    def repeat(self) -> None:
        """The first week that shows, once more for the second."""
        work = partial(self._work.repeat_week, self._monday)
        self._write(work, "照这一周排了下一周；下一周已经写好的没有动。")

    def add(self, adviser: Adviser) -> None:
        """Put somebody on the panel; a refused one stays typed."""
        work = partial(self._work.set_adviser, adviser)
        self._write(work, "记下了，研判时可以选。", self._view.recorded)

    def _write(
        self,
        work: Callable[[], CentreBook],
        words: str,
        written: Callable[[], object] = lambda: None,
    ) -> None:
        def done(book: CentreBook) -> None:
            written()
            self._services.shell.saved()
            self._services.shell.toast(words)
            self._show(book)

        self._services.runner.store(work, done)

    def _show(self, book: CentreBook) -> None:
        days = [self._monday + timedelta(days=number) for number in range(DAYS)]
        until = days[WEEK - 1]
        advisers = tuple(
            Line(
                one.name, f"{one.name}　{one.field}", detail=one.phone, mark="·",
                acts=(Act(GONE, "不在了", "1"),),
            )
            for one in book.advisers
        )  # fmt: skip
        week = f"{day_in_words(days[0])} 到 {day_in_words(until)}"
        lines = tuple(self._line(day, book.on(day)) for day in days)
        self._view.show_duty(DutyState(week, lines, advisers))

    def _line(self, day: date, duties: tuple[Duty, ...]) -> Line:
        free = not is_working_day(day, self._services.pack.calendars)
        words = on_duty(duties) or ("休息" if free else "还没排")
        disputed = "，".join(HALF_NAMES[one.half] for one in duties if one.is_disputed)
        status = f"{disputed}两个人写得不一样，再写一次" if disputed else ""
        now = day == self.today
        return Line(
            day.isoformat(), f"{day_in_words(day)}　{words}", mark="●" if now else "○",
            status="今天" if now and not status else status, tone="warn" if disputed else "",
            acts=DAY_ACTS, quiet=free and not on_duty(duties), bold=now,
        )  # fmt: skip


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
