"""Kinds about files of a case: a file was taken in; ``entry.withdrawn`` takes it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind

SOURCES = ("drag", "paste", "choose", "folder", "camera", "scan")
"""How a file came: dragged in, from the clipboard, chosen, from the watched folder, and so on."""

MOST_BYTES = 200 * (1 << 20)
"""More than any hub takes: such a body comes from nobody's desk."""
MOST_NAME = 200

_DIGEST = re.compile(r"[0-9a-f]{64}")


def _fits(body: Body) -> bool:
    size = body["size"]
    return (
        isinstance(size, int)
        and 0 < size <= MOST_BYTES
        and _DIGEST.fullmatch(str(body["sha256"])) is not None
    )


def _check(body: Body) -> None:
    if not _fits(body) or not 0 < len(str(body["name"]).strip()) <= MOST_NAME:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "附件的记录不完整，没有写入。"))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "attachment.added": Kind(
            {"sha256": str, "size": int, "name": str, "media_type": str, "source": str},
            choices={"source": frozenset(SOURCES)},
            check=_check,
            fits=_fits,
        ),
    }
)
