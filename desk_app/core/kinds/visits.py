"""Kinds about going to somebody: a visit to a home or a sickbed is planned, written up, or dropped.

What a record holds is that of 上门服务记录 (starter data, papers no. 6) and of sop.home-visit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Json, Kind, check_day, is_day

PLACES = ("home", "hospital", "other")
"""Where to: at home, at a hospital bed, somewhere else (a court, a test, another centre)."""

STATES = ("clear", "unclear")
"""Whether the person was awake and followed what was said: 清醒, 不太清醒."""

HEARING = ("hears", "hard_of_hearing")

IDENTITIES = ("id_card", "e_license", "other")
"""How it was made sure who it is: 身份证原件, 电子证照, otherwise (said in ``identity_note``)."""

FILMING = ("none", "agreed")
"""Recording needs the person's yes."""

MOST_OFFICERS, MOST_THINGS = 6, 40

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_PLAN = {
    "time": str, "alone": str, "contact": str, "route": str, "care": str, "what": str,
    "take": list,
}  # fmt: skip


def is_clock(text: str) -> bool:
    """Whether ``text`` is a time of day, ``09:05``."""
    return _CLOCK.fullmatch(text) is not None


def names(value: Json) -> tuple[str, ...]:
    """The texts of a list; empty where it is none."""
    listed = value if isinstance(value, (list, tuple)) else ()
    return tuple(one.strip() for one in listed if isinstance(one, str) and one.strip())


def _check_plan(body: Body) -> None:
    check_day(str(body["on"]))
    _check_clock(body, "time")
    if not str(body["where"]).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写明去哪里（地址、床号），没有记下。"))
    going = names(body["officers"])
    if not going or len(going) > MOST_OFFICERS:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "请写明谁去，最多 {most} 位，没有记下。"),
            most=MOST_OFFICERS,
        )
    if len(set(going)) < len(going):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "同一个人写了两遍：要两名工作人员，没有记下。")
        )
    if len(going) < 2 and not str(body.get("alone", "")).strip():
        raise BadInputError(
            QT_TRANSLATE_NOOP(
                "Errors", "上门要两名工作人员；只能一个人去的，写一句为什么。没有记下。"
            )
        )
    if len(names(body.get("take"))) > MOST_THINGS:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "要带的东西最多 {most} 样，没有记下。"), most=MOST_THINGS
        )


def _check_record(body: Body) -> None:
    check_day(str(body["on"]))
    for key in ("arrived", "left"):
        _check_clock(body, key)
    arrived, left = str(body["arrived"]), str(body.get("left", ""))
    if not arrived:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写几点到的，比如 09:30。没有记下。"))
    if left and left < arrived:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "离开的时间比到达还早，没有记下。"))
    if not str(body["done"]).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写办了什么，没有记下。"))
    if body.get("identity") == "other" and not str(body.get("identity_note", "")).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写明是怎么核对身份的，没有记下。"))


def _check_clock(body: Body, key: str) -> None:
    text = str(body.get(key, ""))
    if text and not is_clock(text):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "时间“{time}”看不懂，请写成 09:30 这样。没有记下。"),
            time=text[:20],
        )


def _check_returned(body: Body) -> None:
    if not names(body["what"]):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写明还了什么，没有记下。"))


def _fits(body: Body) -> bool:
    return is_day(str(body["on"]))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "visit.planned": Kind(
            {"on": str, "place": str, "where": str, "officers": list},
            _PLAN,
            choices={"place": frozenset(PLACES)},
            check=_check_plan,
            fits=_fits,
        ),
        # The whole plan anew, with why it was moved; ``ref``: the entry that planned the visit.
        "visit.moved": Kind(
            {"ref": str, "on": str, "place": str, "where": str, "officers": list, "why": str},
            _PLAN,
            slot="visit:{ref}",
            choices={"place": frozenset(PLACES)},
            check=_check_plan,
            fits=_fits,
        ),
        "visit.dropped": Kind({"ref": str, "why": str}, slot="visit_end:{ref}"),
        # The whole record anew where it is corrected. ``kept``: originals and papers that were
        # taken along; what was looked at and given back on the spot stands in ``shown``.
        "visit.recorded": Kind(
            {"ref": str, "on": str, "arrived": str, "done": str},
            {
                "left": str, "present": str, "state": str, "hearing": str, "language": str,
                "badge_shown": bool, "identity": str, "identity_note": str, "filming": str,
                "filming_for": str, "kept": list, "shown": list, "rest": str, "said": str,
            },
            slot="visit_record:{ref}",
            choices={
                "state": frozenset(STATES), "hearing": frozenset(HEARING),
                "identity": frozenset(IDENTITIES), "filming": frozenset(FILMING),
            },
            check=_check_record,
            fits=_fits,
        ),
        # Papers that were taken along went back to their owner; ``to``: who took them.
        "visit.returned": Kind({"ref": str, "what": list, "to": str}, check=_check_returned),
    }
)  # fmt: skip
