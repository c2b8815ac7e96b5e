"""Working days, against the worked example of the starter data."""

from __future__ import annotations

from datetime import date, timedelta

from desk_app.core.catalogue import CalendarYear
from desk_app.core.workdays import add_working_days, is_working_day, working_days_between

OCTOBER = CalendarYear(
    year=2026,
    official=True,
    source="test",
    days_off=tuple(date(2026, 10, day) for day in range(1, 8)),
    work_days=(date(2026, 10, 10),),
)
KNOWN = {2026: OCTOBER}


def test_three_working_days_over_the_national_holiday() -> None:
    due = add_working_days(date(2026, 9, 28), 3, KNOWN)
    assert due.day == date(2026, 10, 8)
    assert not due.estimated


def test_a_shifted_saturday_counts_as_work() -> None:
    assert is_working_day(date(2026, 10, 10), KNOWN)
    assert add_working_days(date(2026, 10, 9), 1, KNOWN).day == date(2026, 10, 10)


def test_a_year_without_calendar_is_counted_by_weeks_and_marked_as_estimate() -> None:
    due = add_working_days(date(2026, 12, 31), 1, KNOWN)
    assert due.day == date(2027, 1, 1)
    assert due.estimated


def test_no_days_is_the_day_itself() -> None:
    assert add_working_days(date(2026, 10, 3), 0, KNOWN).day == date(2026, 10, 3)


def test_counting_back_and_forth_agree() -> None:
    start = date(2026, 9, 28)
    for days in range(1, 30):
        assert working_days_between(start, add_working_days(start, days, KNOWN).day, KNOWN) == days
    assert working_days_between(start, start - timedelta(days=7), KNOWN) < 0
