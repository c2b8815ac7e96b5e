"""Dates: validity, checks and calendars that can be true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from desk_app.content.forms import Forms
from desk_app.content.report import Problem, Severity, Unchecked
from desk_app.content.shape import Row

CHECK_EVERY = timedelta(days=365)
"""A record checked longer ago than this wants to be looked at again."""

_WITH_PROVENANCE = ("items", "materials", "events", "relations", "combos", "sops", "stages")
_SATURDAY = 5


def check_dates(forms: Forms, today: date) -> Iterator[Problem]:
    """Validity that ends before it begins, checks in the future, calendars that cannot be."""
    for kind in _WITH_PROVENANCE:
        for file, row in forms.of(kind):
            yield from _check_provenance(file, row["provenance"], today)
    for file, row in forms.of("agencies"):
        yield from _check_past(file, row, "last_verified", today)
    for file, row in forms.of("calendars"):
        yield from _check_past(file, row, "last_checked", today)
        yield from _check_calendar(file, row)


def find_unchecked(forms: Forms, today: date) -> Iterator[Unchecked]:
    """Records that no one ever checked, not for a year, or that are of low confidence."""
    for kind in _WITH_PROVENANCE:
        for file, row in forms.of(kind):
            provenance = row["provenance"]
            why = _staleness(provenance["last_checked"], today)
            if not why and provenance["confidence"] == "low":
                why = "把握低，需要核实"
            if why and not row.get("retired"):
                name = row.get("name") or row.get("title") or row.get("reason", "")
                yield Unchecked(file, row.line, kind, row["id"], name, why)
    for file, row in forms.of("agencies"):
        why = "电话地址还是样例" if row["sample"] else _staleness(row["last_verified"], today)
        if why:
            yield Unchecked(file, row.line, "agencies", row["id"], row["name"], why)
    for file, row in forms.of("calendars"):
        why = _staleness(row["last_checked"], today) if row["official"] else "放假通知还没录入"
        if why:
            year = str(row["year"])
            yield Unchecked(file, row.line, "calendars", year, f"{year} 年日历", why)


def _staleness(last_checked: str, today: date) -> str:
    day = _day(last_checked)
    if day is None:
        return "从没核对过"
    if today - day > CHECK_EVERY:
        return f"上次核对是 {last_checked}，已过一年"
    return ""


def _check_provenance(file: str, row: Row, today: date) -> Iterator[Problem]:
    first, last = _day(row["valid_from"]), _day(row["valid_to"])
    if first is not None and last is not None and last < first:
        text = f"有效期的结束日 {last} 早于开始日 {first}。"
        yield Problem(file, row.line_of("valid_to"), text)
    yield from _check_past(file, row, "last_checked", today)
    if row["last_checked"] and not row["checked_by"]:
        text = "写了核对日期，请在 checked_by 写上核对人的工号或姓名。"
        yield Problem(file, row.line_of("last_checked"), text, Severity.WARNING)


def _check_past(file: str, row: Row, key: str, today: date) -> Iterator[Problem]:
    day = _day(row[key])
    if day is not None and day > today:
        text = f"核对日期 {day} 还没有到，请检查年份。"
        yield Problem(file, row.line_of(key), text, Severity.WARNING)


def _check_calendar(file: str, row: Row) -> Iterator[Problem]:
    year = row["year"]
    off: set[date] = set()
    for span in row["days_off"]:
        first, last = _day(span["from"]), _day(span["to"])
        if first is None or last is None:
            continue
        if last < first:
            yield Problem(file, span.line, f"假期“{span['name']}”的最后一天早于第一天。")
            continue
        if first.year != year or last.year != year:
            yield Problem(file, span.line, f"假期“{span['name']}”不在 {year} 年里。")
            continue
        off.update(first + timedelta(n) for n in range((last - first).days + 1))
    lines = getattr(row["work_days"], "lines", [])
    for text_of_day, line in zip(row["work_days"], lines, strict=False):
        day = _day(text_of_day)
        if day is None:
            continue
        if day.year != year:
            yield Problem(file, line, f"调休上班日 {day} 不在 {year} 年里。")
        elif day.weekday() < _SATURDAY:
            yield Problem(file, line, f"调休上班日 {day} 不是周末，本来就上班。")
        elif day in off:
            yield Problem(file, line, f"{day} 又写了放假，又写了上班。")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
