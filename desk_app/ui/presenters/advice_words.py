"""Words about advisers and filed decisions: what the entries say, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.advice import APPROVED, DISPUTED, DROPPED, OPEN, REFUSED
from desk_app.core.catalogue import Pack
from desk_app.core.kinds.kind import is_day
from desk_app.core.sheet import day_in_words
from desk_app.services.paper_data.advice import LEANING_WORDS

STATE_NAMES: Mapping[str, str] = {
    OPEN: "等人批", APPROVED: "批了", REFUSED: "没批", DROPPED: "收回了",
    DISPUTED: "两个人批得不一样，请商量",
}  # fmt: skip


def _asked(body: Mapping[str, str], _: Pack) -> str:
    due = body["due"]
    day = day_in_words(date.fromisoformat(due)) if is_day(due) else due
    return f"请教{body['whom']}：{body['question']}（{day}前）"


def _given(body: Mapping[str, str], _: Pack) -> str:
    leaning = LEANING_WORDS.get(body["leaning"], body["leaning"])
    basis = f"（依据：{body['basis']}）" if body.get("basis") else ""
    return f"{body['by']}的意见：{leaning}。{body['said']}{basis}"


def _filed(body: Mapping[str, str], _: Pack) -> str:
    return f"报备案：{body['what']}（和规定不一样的地方：{body['rule']}）"


def _judged(body: Mapping[str, str], _: Pack) -> str:
    why = f"：{body['why']}" if body.get("why") else ""
    return ("备案批了" if body["answer"] == "yes" else "备案没批") + why


WORDS = {
    "opinion.asked": _asked,
    "opinion.given": _given,
    "opinion.dropped": lambda b, _: f"不用请教了：{b['why']}",
    "filing.made": _filed,
    "filing.judged": _judged,
    "filing.dropped": lambda b, _: f"备案收回：{b['why']}",
}
