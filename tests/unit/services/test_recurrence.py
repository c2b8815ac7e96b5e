"""Which day comes next, and on which one people are reminded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.services.recurrence import REPEATS, next_day, rule_of, working_day_by
from tests.helpers.starter import starter_pack

DAYS = st.dates(date(2024, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("repeats", "start", "days"),
    [
        ("weekly", "2026-11-24", ["2026-12-01", "2026-12-08"]),
        ("monthly", "2026-11-30", ["2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"]),
        ("monthly", "2027-01-31", ["2027-02-28", "2027-03-31", "2027-04-30"]),
        ("quarterly", "2026-11-30", ["2027-02-28", "2027-05-30"]),
        ("yearly", "2028-02-29", ["2029-02-28", "2030-02-28"]),
    ],
)
def test_no_month_is_left_out(repeats: str, start: str, days: list[str]) -> None:
    begin = day = date.fromisoformat(start)
    rule = rule_of(repeats, begin)
    found = []
    for _ in days:
        following = next_day(rule, begin, day)
        assert following is not None
        day = following
        found.append(day.isoformat())
    assert found == days


@given(st.sampled_from(sorted(REPEATS)), DAYS)
def test_what_comes_again_comes_once_in_its_time(repeats: str, start: date) -> None:
    most = {"weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}[repeats]
    least = {"weekly": 7, "monthly": 28, "quarterly": 88, "yearly": 365}[repeats]
    following = next_day(rule_of(repeats, start), start, start)
    assert following is not None
    assert least <= (following - start).days <= most


@pytest.mark.parametrize("rule", ["", "monthly", "FREQ=NEVER", "FREQ=MONTHLY;BYMONTHDAY=99", "\n"])
def test_a_rule_that_cannot_be_read_ends(rule: str) -> None:
    assert next_day(rule, date(2026, 11, 24), date(2026, 11, 24)) is None


def test_nobody_is_reminded_on_a_day_without_work() -> None:
    calendars = starter_pack().calendars
    assert working_day_by(date(2026, 11, 24), calendars) == date(2026, 11, 24)  # a Tuesday
    assert working_day_by(date(2026, 11, 29), calendars) == date(2026, 11, 27)  # a Sunday
    holiday = date(2026, 10, 3)
    reminded = working_day_by(holiday, calendars)
    assert reminded < holiday
    assert holiday - reminded < timedelta(days=7)
