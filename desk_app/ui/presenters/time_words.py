"""Times and days as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from desk_app.core.catalogue import CalendarYear
from desk_app.core.workdays import working_days_between


def time_words(at: str, now: datetime) -> str:
    """今天 14:32, 昨天 16:40, 11月3日 09:00, 2025年3月1日; empty for an empty time."""
    if not at:
        return ""
    moment = datetime.fromisoformat(at).astimezone(now.tzinfo)
    days = (now.date() - moment.date()).days
    clock = moment.strftime("%H:%M")
    if days == 0:
        return f"今天 {clock}"
    if days == 1:
        return f"昨天 {clock}"
    if moment.year == now.year:
        return f"{moment.month}月{moment.day}日 {clock}"
    return f"{moment.year}年{moment.month}月{moment.day}日"


def due_words(due: date, today: date, calendars: Mapping[int, CalendarYear]) -> str:
    """今天, 明天, 还剩 2 个工作日, 超 1 个工作日."""
    days = (due - today).days
    if days == 0:
        return "今天"
    if days == 1:
        return "明天"
    left = working_days_between(today, due, calendars)
    if days < 0:
        return f"超 {max(1, -left)} 个工作日"
    return f"还剩 {left} 个工作日"


_REPEATS = {
    "FREQ=DAILY": "每天", "FREQ=WEEKLY": "每周", "FREQ=MONTHLY": "每月",
    "FREQ=MONTHLY;INTERVAL=3": "每季", "FREQ=YEARLY": "每年",
}  # fmt: skip


def repeat_words(rule: str) -> str:
    """How often something comes again by an RFC 5545 rule; empty = once."""
    if not rule:
        return ""
    often = ";".join(part for part in rule.split(";") if part.startswith(("FREQ=", "INTERVAL=")))
    return _REPEATS.get(often, "按周期")
