"""Kinds about the five stages beside ``stage.entered``, which is as old as the case itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind, check_day, is_day


def _check(body: Body) -> None:
    check_day(str(body["until"]))
    if not str(body["why"]).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写一句为什么延期，没有记下。"))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # ``ref`` names the entry with which the stage began, so that an extension ends with it.
        "deadline.extended": Kind(
            {"ref": str, "until": str, "why": str},
            slot="deadline:{ref}",
            check=_check,
            fits=lambda body: is_day(str(body["until"])),
        ),
    }
)
