"""Words about the centre's book: what its entries say, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.centre_book import Duty
from desk_app.core.kinds.kind import is_day
from desk_app.core.sheet import day_in_words

HALF_NAMES: Mapping[str, str] = {"am": "上午", "pm": "下午"}


def on_duty(duties: tuple[Duty, ...]) -> str:
    """上午 小李，下午 小王; one name where it is the same; empty where nobody is."""
    names = {one.officer for one in duties}
    if len(names) == 1:
        return next(iter(names))
    return "，".join(f"{HALF_NAMES[one.half]} {one.officer}" for one in duties if one.officer)


def _duty(body: Mapping[str, str], _: Pack) -> str:
    day = day_in_words(date.fromisoformat(body["day"])) if is_day(body["day"]) else body["day"]
    half = HALF_NAMES.get(body["half"], body["half"])
    return f"{day}{half}值班：{body['officer'] or '没有人'}"


def _adviser(body: Mapping[str, str], _: Pack) -> str:
    if body.get("gone") == "True":
        return f"{body['name']}不在智囊团了"
    return f"智囊团：{body['name']}（{body['field']}）"


WORDS = {
    "duty.set": _duty,
    "adviser.set": _adviser,
    "standard.set": lambda b, _: f"本地标准 {b['name']}：{b['value']}",
}
