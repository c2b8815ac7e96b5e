"""One line of a list as a presenter words it; views draw it (``views.line_rows``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk_app.core.masking import mask_name
from desk_app.core.ports import CaseRow

PLACE = "place"
"""Reported when somebody presses the word that says where a line is kept."""

NO_NAME = "未留姓名"
NO_ITEM = "还没选事项"


@dataclass(frozen=True, slots=True)
class Act:
    """Something a line offers to do: ``value`` is reported, ``digit`` is its key."""

    value: str
    words: str
    digit: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        id: what it stands for; empty = a head that cannot be selected.
        text: what is read first.
        detail: a second, smaller line.
        tag: a short word before the text.
        status: a word at the right end.
        mark: a sign before everything; never the only thing that says the state.
        tone: of mark and status: ok | warn | danger | info; empty = plain.
        acts: what can be done with it.
        news: what followed from it, a line each on a ground of its own.
        place: where it is kept (本机, 待传 2, 已到中心 …), with its tone.
    """

    id: str
    text: str
    detail: str = ""
    tag: str = ""
    status: str = ""
    mark: str = ""
    tone: str = ""
    bold: bool = False
    quiet: bool = False
    acts: Sequence[Act] = ()
    news: tuple[str, ...] = ()
    place: str = ""
    place_tone: str = ""


def person_and_matter(row: CaseRow) -> str:
    """陈**　异地就医报销: who, masked, and what about."""
    return f"{mask_name(row.resident) or NO_NAME}　{row.title or NO_ITEM}"
