"""Promises that come again: which day is next, by RFC 5545's recurrence rules.

A rule is kept as its text (``FREQ=MONTHLY``) with the day it began on. Days that fall on a weekend
or a holiday are moved to the working day before: who is reminded a day early is not late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from desk_app.core.catalogue import CalendarYear
from desk_app.core.workdays import is_working_day

REPEATS: Mapping[str, str] = {
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "yearly": "FREQ=YEARLY",
}
"""The rules that are offered, by name."""

_LAST_SURE_DAY = 28


def rule_of(repeats: str, start: date) -> str:
    """The text of an offered rule for something that begins on ``start``.

    A month without that day counts its last one: by RFC 5545 it would be left out.
    """
    rule = REPEATS[repeats]
    if start.day > _LAST_SURE_DAY and "MONTHLY" in rule:
        days = ",".join(str(day) for day in range(_LAST_SURE_DAY, start.day + 1))
        return f"{rule};BYMONTHDAY={days};BYSETPOS=-1"
    if (start.month, start.day) == (2, 29) and "YEARLY" in rule:
        return f"{rule};BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"
    return rule


def next_day(rule: str, start: date, day: date) -> date | None:
    """The first day after ``day`` by ``rule``; None where it has ended, or cannot be read."""
    try:
        found = rrulestr(rule, dtstart=_noon(start)).after(_noon(day))
    except (ValueError, TypeError):
        return None  # written by a newer program, or by hand
    return found.date() if found else None


def working_day_by(day: date, calendars: Mapping[int, CalendarYear]) -> date:
    """``day``, or the last working day before it."""
    while not is_working_day(day, calendars):
        day -= timedelta(days=1)
    return day


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))
