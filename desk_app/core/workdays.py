"""Working days: when something promised is due.

Counted from the day after, skipping weekends and holidays, with shifted working days (调休上班)
counted in (calculations of the starter data, no. 15). A year whose calendar is not announced yet,
or that the pack does not know, is counted by its plain weeks and the result marked as an estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desk_app.core.catalogue import CalendarYear

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DueDay:
    """A due day; ``estimated`` = it rests on a calendar that is not official yet (按估算)."""

    day: date
    estimated: bool


def is_working_day(day: date, calendars: Mapping[int, CalendarYear]) -> bool:
    """Whether offices work on ``day``, as far as the calendars know."""
    year = calendars.get(day.year)
    if year is not None and day in year.work_days:
        return True
    if year is not None and day in year.days_off:
        return False
    return day.weekday() < SATURDAY


def add_working_days(start: date, days: int, calendars: Mapping[int, CalendarYear]) -> DueDay:
    """The ``days``-th working day after ``start``; 0 = ``start`` itself."""
    day, left = start, days
    estimated = False
    while left > 0:
        day += timedelta(days=1)
        year = calendars.get(day.year)
        estimated = estimated or year is None or not year.official
        left -= is_working_day(day, calendars)
    return DueDay(day, estimated)


def working_days_between(start: date, end: date, calendars: Mapping[int, CalendarYear]) -> int:
    """Working days after ``start`` up to and with ``end``; negative when ``end`` is past."""
    if end < start:
        return -working_days_between(end, start, calendars)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, calendars) for day in days)
