"""What a "no" can rest on: where the chosen items say they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from desk_app.core.catalogue import Item

UNCHECKED = "（未核实）"

_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百\d]+[条款项](?:之[一二三四五六七八九十]+)?")


@dataclass(frozen=True, slots=True)
class Basis:
    """A ground that may be offered.

    Attributes:
        text: to be written down: where nobody checked the record against its source, without the
            number of an article, and marked so.
        item: name of the item whose record says it.
        verified: whether somebody checked that record.
    """

    text: str
    item: str
    verified: bool


def offered_bases(items: Iterable[Item]) -> tuple[Basis, ...]:
    """Sources of these items, each once, checked ones first."""
    found: dict[str, Basis] = {}
    for item in items:
        verified = item.provenance.last_checked is not None
        source = item.provenance.source.strip()
        text = source if verified else _ARTICLE.sub("", source).strip(" ，；")
        if text:
            text = text if verified else f"{text}{UNCHECKED}"
            found.setdefault(text, Basis(text, item.name, verified))
    return tuple(sorted(found.values(), key=lambda basis: not basis.verified))
