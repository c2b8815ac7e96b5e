"""Words about consents: what the entries say, and why one does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.consents import DOUBTED, ENDED, EXPIRED, NEEDS_GUARDIAN, NO_FILE
from desk_app.core.kinds.kind import is_day
from desk_app.core.masking import mask_name
from desk_app.core.sheet import day_in_words

ROLE_NAMES = {"self": "本人", "guardian": "监护人"}
WAY_NAMES = {"in_person": "当面", "video": "视频亮证", "paper": "书面委托"}
CAPACITY_NAMES = {"able": "能", "unable": "不能", "unclear": "还不清楚"}
VOID_WORDS = {
    ENDED: "收回了",
    EXPIRED: "过期了",
    NEEDS_GUARDIAN: "本人不能拿主意，要监护人授权",
    NO_FILE: "凭据不在本案的附件里",
    DOUBTED: "本人能不能拿主意还不清楚",
}


def _given(body: Mapping[str, str], _: Pack) -> str:
    role = ROLE_NAMES.get(body["role"], body["role"])
    way = WAY_NAMES.get(body["way"], body["way"])
    until = body["until"]
    day = day_in_words(date.fromisoformat(until)) if is_day(until) else until
    return f"{role}{mask_name(body['by'])}{way}授权：{body['matter']}（到{day}）"


def _judged(body: Mapping[str, str], _: Pack) -> str:
    words = CAPACITY_NAMES.get(body["capacity"], body["capacity"])
    why = f"（{body['why']}）" if body.get("why") else ""
    return f"本人能不能自己拿主意：{words}{why}"


WORDS = {
    "consent.given": _given,
    "consent.ended": lambda b, _: f"授权收回（{b['why']}）",
    "capacity.judged": _judged,
}
