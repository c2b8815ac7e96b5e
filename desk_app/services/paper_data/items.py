"""What is applied for: items, how long they take, papers that are here and that are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from desk_app.core.catalogue import Item
from desk_app.core.materials import MergedPaper
from desk_app.core.workdays import add_working_days
from desk_app.services.paper import form_in_words, instead_of, where_to_get
from desk_app.services.paper_data.source import PaperSource, TableRow, Value

ONLINE_WORDS = {"yes": "可以在网上全程办", "partial": "有一部分可以在网上办", "no": "要到窗口办"}


def _time_limit(source: PaperSource) -> str:
    limits = [limit for item in source.items if (limit := _limit(source, item))]
    return "；".join(limits) if len(limits) == len(source.items) else ""


def _limit(source: PaperSource, item: Item) -> str:
    """``3 个工作日（到 2026 年 10 月 8 日）``: never days alone; empty = nobody knows."""
    days = item.promised_days if item.promised_days is not None else item.statutory_days
    if days is None:
        return ""
    if days == 0:
        words = "当场办结"
    elif item.day_unit == "working_day":
        due = add_working_days(source.today, days, source.pack.calendars)
        about = "，按估算的日历" if due.estimated else ""
        words = f"{days} 个工作日（到 {_spaced(due.day)}{about}）"
    else:
        words = f"{days} 天（到 {_spaced(date.fromordinal(source.today.toordinal() + days))}）"
    return words if len(source.items) == 1 else f"{item.name}：{words}"


def _spaced(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _online(source: PaperSource) -> str:
    words = [(item.name, ONLINE_WORDS.get(item.online, "")) for item in source.items]
    if len(words) == 1:
        return words[0][1]
    return "；".join(f"{name}：{how}" for name, how in words if how)


def _received(source: PaperSource) -> tuple[TableRow, ...]:
    return tuple(
        {
            "no": str(number),
            "name": paper.material.name,
            "form": _form_received(paper),
            "back": "退还" if paper.show_original and not paper.originals else "",
        }
        for number, paper in enumerate(source.agenda.materials.in_hand, start=1)
    )


def _received_words(source: PaperSource) -> str:
    return "；".join(f"{row['name']}（{row['form']}）" for row in _received(source))


def _form_received(paper: MergedPaper) -> str:
    parts = []
    if paper.originals:
        parts.append(f"原件 {paper.originals} 份")
    if paper.show_original:
        parts.append("原件看过退还")
    if paper.copies:
        parts.append(f"复印件 {paper.copies} 份")
    return "，".join(parts)


def _missing(source: PaperSource) -> list[MergedPaper]:
    return [paper for paper in source.agenda.materials.to_bring if paper.need == "yes"]


def _wanted(source: PaperSource) -> tuple[TableRow, ...]:
    return tuple(
        {
            "no": str(number),
            "name": paper.material.name,
            "plain": paper.material.plain_name,
            "where": where_to_get(paper.material, source.pack.agencies.get(paper.material.issuer)),
            "instead": instead_of(source.pack, paper).removeprefix("先问我们，有的可以"),
            "form": form_in_words(paper),
        }
        for number, paper in enumerate(_missing(source), start=1)
    )


ITEM_DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        "items": lambda source: "、".join(item.name for item in source.items),
        "item_list": lambda source: tuple(item.name for item in source.items),
        "online": _online,
        "time_limit": _time_limit,
        "received": _received,
        "received_words": _received_words,
        "wanted": _wanted,
        "wanted_count": lambda source: str(len(_missing(source)) or ""),
    }
)
