"""The parts of a paper in large print (大字单): at least 22 points, five things a page at most."""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.core.paper_form import (
    FormBlock,
    FormFields,
    FormHead,
    FormLines,
    FormList,
    FormTable,
    FormText,
)
from desk_app.core.sheet import phone_lines
from desk_app.printing.form_blocks import ROOM, formal_blocks
from desk_app.printing.layout import HAND_ROW, LINE, Block, Row, Rule, Text, paragraph

LARGE, LOUD = 22, 28
MOST_THINGS = 5
_CHARACTERS = 18
_PHONE_LABEL = "电话"


def large_blocks(part: FormBlock) -> Iterator[Block]:
    """The blocks of one part; what is signed or stamped looks as on a formal paper."""
    if isinstance(part, FormHead):
        yield Block((Row(8), *_lines(part.text, LOUD, bold=True), Row(4)), heads=True)
    elif isinstance(part, FormText):
        yield Block((*_lines(part.text, LARGE), Row(6)))
    elif isinstance(part, FormList):
        for number, point in enumerate(part.points, start=1):
            yield Block(tuple(_lines(f"{number}. {point}", LARGE)))
    elif isinstance(part, FormFields):
        for field in part.fields:
            yield Block(tuple(_said(field.label, field.value)))
    elif isinstance(part, FormTable):
        yield from _things(part)
    elif isinstance(part, FormLines):
        yield Block((*_lines(part.label, LARGE), *[Row(HAND_ROW, (Rule(ROOM),))] * part.rows))
    else:
        yield from formal_blocks(part)


def _things(table: FormTable) -> Iterator[Block]:
    """Each row on its own: the first column loud, below it what else is known."""
    for number, row in enumerate(table.rows, start=1):
        first, *others = row
        rows = _lines(f"{number}. {first}", LOUD, bold=True) if first else [_hand(f"{number}.")]
        for column, value in zip(table.columns[1:], others, strict=True):
            rows += _said(column.label, value)
        yield Block((*rows, Row(18, (Rule(ROOM, thickness=1.6),)), Row(8)), papers=1)


def _said(label: str, value: str) -> list[Row]:
    if not value:
        return [_hand(f"{label}：")]
    if label.endswith(_PHONE_LABEL):
        numbers = [row for one in phone_lines(value) for row in _lines(one, LOUD, bold=True)]
        return [*_lines(f"{label}：", LARGE), *numbers]
    return _lines(f"{label}：{value}", LARGE)


def _hand(label: str) -> Row:
    after = len(label) * LARGE + 6
    return Row(max(HAND_ROW, LARGE * LINE), (Text(label, LARGE), Rule(ROOM - after, after)))


def _lines(text: str, size: float, *, bold: bool = False) -> list[Row]:
    return paragraph(text, size, bold=bold, room=ROOM, most=_CHARACTERS)
