"""Draws the lines of presenters as rows with choices."""

from __future__ import annotations

from collections.abc import Iterable

from desk_app.ui.presenters.lines import PLACE, Line
from desk_app.ui.widgets.chip_row import Chip, ChipGroup, ChipRow


def rows_of(lines: Iterable[Line]) -> list[ChipRow]:
    """The rows of ``lines``; what can be done with one shows while it is the current one."""
    return [_row(line) for line in lines]


def _row(line: Line) -> ChipRow:
    chips = tuple(Chip(act.value, act.words, digit=act.digit) for act in line.acts)
    place = Chip(PLACE, line.place, chosen=bool(line.place_tone), tone=line.place_tone)
    return ChipRow(
        line.id, line.text, bold=line.bold, mark=line.mark, tone=line.tone, tag=line.tag,
        status=line.status, detail=line.detail, quiet=line.quiet, news=line.news,
        chips=(place,) if line.place else (),
        groups=(ChipGroup("", chips),) if chips else (),
    )  # fmt: skip
