"""Kinds of the centre's book: what is of the centre and of no case: duty, advisers, standards."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind, check_day, is_day

HALVES = ("am", "pm")
"""A day of duty has two: 上午, 下午."""

MOST_NAME = 40


def _check_duty(body: Body) -> None:
    check_day(str(body["day"]))
    if len(str(body["officer"])) > MOST_NAME:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "名字最多 {most} 个字，没有记下。"), most=MOST_NAME
        )


def _check_adviser(body: Body) -> None:
    if not 0 < len(str(body["name"]).strip()) <= MOST_NAME:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "请写明是谁，最多 {most} 个字，没有记下。"), most=MOST_NAME
        )


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # ``officer`` empty = nobody is.
        "duty.set": Kind(
            {"day": str, "half": str, "officer": str},
            slot="duty:{day}:{half}",
            choices={"half": frozenset(HALVES)},
            check=_check_duty,
            fits=lambda body: is_day(str(body["day"])),
        ),
        # A local standard of the calculators (``Input.local``); ``value``: JSON, as its unit wants.
        "standard.set": Kind(
            {"name": str, "value": str, "day": str},
            slot="standard:{name}",
            check=lambda body: check_day(str(body["day"])),
            fits=lambda body: is_day(str(body["day"])),
        ),
        # ``field``: what to ask them about; ``gone``: they are asked no more.
        "adviser.set": Kind(
            {"name": str, "field": str},
            {"phone": str, "gone": bool},
            slot="adviser:{name}",
            check=_check_adviser,
        ),
    }
)
