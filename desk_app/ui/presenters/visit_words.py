"""Words about visits: what the entries say, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.kinds.kind import is_day
from desk_app.core.sheet import day_in_words

PLACE_NAMES: Mapping[str, str] = {"home": "家里", "hospital": "医院", "other": "别处"}
IDENTITY_NAMES: Mapping[str, str] = {
    "id_card": "身份证原件", "e_license": "电子证照", "other": "其他办法",
}  # fmt: skip
FILMING_NAMES: Mapping[str, str] = {"none": "没有拍", "agreed": "本人同意拍"}


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text)) if is_day(text) else text


def _plan(body: Mapping[str, str], _: Pack) -> str:
    place = PLACE_NAMES.get(body["place"], body["place"])
    when = " ".join(filter(None, (_day(body["on"]), body.get("time", ""))))
    alone = f"（一个人去：{body['alone']}）" if body.get("alone") else ""
    return f"约好上门：{when}，{place}，{body['officers']}去{alone}"


def _moved(body: Mapping[str, str], pack: Pack) -> str:
    return f"改期（{body['why']}）。{_plan(body, pack)}"


def _recorded(body: Mapping[str, str], _: Pack) -> str:
    kept = f"，收下{body['kept']}" if body.get("kept") else ""
    return f"上门记录（{_day(body['on'])} {body['arrived']}到）：{body['done']}{kept}"


WORDS = {
    "visit.planned": _plan,
    "visit.moved": _moved,
    "visit.dropped": lambda b, _: f"不上门了：{b['why']}",
    "visit.recorded": _recorded,
    "visit.returned": lambda b, _: f"{b['what']}还给了{b['to']}",
}
