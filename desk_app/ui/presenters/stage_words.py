"""Words about the five stages: what the entries say, colours and limits in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import is_day
from desk_app.core.sheet import day_in_words
from desk_app.core.stages import CHANNEL_FIELDS, CONDITIONS, GREEN, RED, YELLOW, channel_of

COLOUR_NAMES = {GREEN: "绿", YELLOW: "黄", RED: "红"}
TONES = {GREEN: "ok", YELLOW: "warn", RED: "danger"}
CHANNEL_NAMES = {
    "counter": "柜台转来", "walk_in": "自己来的", "phone": "电话", "hotline_12345": "12345",
    "online": "网上", "home_visit": "上门", "hospital_visit": "医院",
}  # fmt: skip
DAYS_BY = {"statutory": "法定", "published": "公开承诺", "window": "本窗口自定"}


def wanted_words(names: Iterable[str]) -> str:
    """What is missing, from names of conditions."""
    return "、".join(CONDITIONS[name].wanted for name in names if name in CONDITIONS)


def channel_words(case: CaseState, pack: Pack) -> str:
    """How the case came, with what belongs to that: 柜台转来（3 号窗口：“材料不全”，M03 …）."""
    fields, channel = case.fields, channel_of(case)
    said = [fields[name] for name in CHANNEL_FIELDS.get(channel, ()) if fields.get(name)]
    if channel == "counter" and (code := fields.get("stuck_code", "")):
        said.append(f"{code} {pack.reasons[code].name}" if code in pack.reasons else code)
    about = f"（{'；'.join(said)}）" if said else ""
    return f"{CHANNEL_NAMES.get(channel, channel)}{about}"


def _entered(body: Mapping[str, str], pack: Pack) -> str:
    missing = wanted_words(body.get("unmet", "").split("、"))
    more = "；".join(filter(None, (body.get("why", ""), f"当时还差{missing}" if missing else "")))
    return f"进入“{pack.label('stage', body['stage'])}”" + (f"（{more}）" if more else "")


def _extended(body: Mapping[str, str], _: Pack) -> str:
    until = body["until"]
    day = day_in_words(date.fromisoformat(until)) if is_day(until) else until
    return f"这个阶段延期到{day}（{body['why']}）"


WORDS = {"stage.entered": _entered, "deadline.extended": _extended}
