"""The parts of a formal paper as blocks of rows: grids, tables, places to sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from reportlab.lib.units import mm

from desk_app.core.paper_form import (
    FormBlock,
    FormChoices,
    FormField,
    FormFields,
    FormHead,
    FormLines,
    FormList,
    FormPaste,
    FormSign,
    FormStamp,
    FormTable,
    FormText,
    SignBox,
)
from desk_app.printing.faces import width
from desk_app.printing.layout import (
    LINE,
    PAGE_WIDTH,
    Block,
    Row,
    Rule,
    Sides,
    Text,
    TickBox,
    paragraph,
)
from desk_app.printing.line_breaks import break_lines

LEFT, RIGHT = 28 * mm, 20 * mm
"""Margins: the left one is bound (papers of the starter data, general rules)."""
ROOM = PAGE_WIDTH - LEFT - RIGHT
BODY, CELL, HEAD = 16, 12, 16
"""正文 3 号, words of a table, heads: points."""
SIGN_WIDTH, SIGN_HEIGHT = 80 * mm, 20 * mm
FINGER = 20 * mm

_ANY = 10_000
_PAD, _INSET = 3.5, 4.0
_CELL_LINE = CELL * 1.35
_HAND = 9 * mm
_LABEL = 27 * mm
_THIN = 0.7
_GAP = Row(7)
_TICK = CELL * 0.9
_DATE = " " * 12 + "年" + " " * 7 + "月" + " " * 7 + "日"
"""Ordinary spaces: every other kind becomes one."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a grid; ``hand`` = an empty one gets a line to write on."""

    text: str
    x: float
    room: float
    bold: bool = False
    hand: bool = True


def formal_blocks(part: FormBlock) -> Iterator[Block]:
    """The blocks of one part of a formal paper."""
    if isinstance(part, FormHead):
        yield Block((Row(4), *_lines(part.text, HEAD, bold=True), Row(1)), heads=True)
    elif isinstance(part, FormText):
        size = CELL if part.small else BODY
        for text in part.text.splitlines() or [""]:
            yield Block((*_lines(text, size), Row(2 if part.small else 4)))
    elif isinstance(part, FormFields):
        for cells in _pairs(part.fields):
            yield Block(tuple(_grid_row(cells)))
        yield Block((_GAP,))
    elif isinstance(part, FormTable):
        yield from _table(part)
    elif isinstance(part, FormSign):
        yield from _signing(part.boxes)
    else:
        yield Block(tuple(_other(part)))


def _other(part: FormBlock) -> Iterator[Row]:
    if isinstance(part, FormList):
        for number, point in enumerate(part.points, start=1):
            yield from _lines(f"{number}. {point}", CELL)
        if not part.points:
            yield Row(_HAND, (Rule(ROOM),))
        yield _GAP
    elif isinstance(part, FormChoices):
        yield from _choices(part)
    elif isinstance(part, FormLines):
        if part.label:
            yield from _lines(part.label, CELL, bold=True)
        yield from [Row(_HAND, (Rule(ROOM),))] * part.rows
        yield _GAP
    elif isinstance(part, FormStamp):
        yield from _stamp(part)
    elif isinstance(part, FormPaste):
        yield Row(20, (Sides(ROOM, thickness=_THIN, above=True), Text(part.label, CELL, x=_INSET)))
        yield Row(part.height * 10 * mm - 20, (Sides(ROOM, thickness=_THIN, below=True),))
        yield _GAP


def _lines(text: str, size: float, *, bold: bool = False) -> list[Row]:
    return paragraph(text, size, bold=bold, room=ROOM, most=_ANY)


def _pairs(fields: Sequence[FormField]) -> Iterator[list[_Cell]]:
    """The cells of each row of a grid: one field across, or two halves side by side."""
    waiting: FormField | None = None
    for field in (*fields, None):
        if field is not None and field.half and waiting is None:
            waiting = field
            continue
        if field is not None and field.half and waiting is not None:
            yield [*_field(waiting, 0.0, ROOM / 2), *_field(field, ROOM / 2, ROOM / 2)]
            waiting = None
            continue
        if waiting is not None:
            yield _field(waiting, 0.0, ROOM)
            waiting = None
        if field is not None:
            yield _field(field, 0.0, ROOM)


def _field(field: FormField, x: float, room: float) -> list[_Cell]:
    value = _Cell(field.value, x + _LABEL, room - _LABEL)
    return [_Cell(field.label, x, _LABEL, hand=False), value]


def _grid_row(cells: Sequence[_Cell]) -> list[Row]:
    """One row of a grid, as high as its highest cell; a cell may go on over a page's end."""
    texts = [break_lines(cell.text, CELL, cell.room - 2 * _INSET, bold=cell.bold) for cell in cells]
    most = max(1, *(len(lines) for lines in texts))
    empty = any(cell.hand and not lines for cell, lines in zip(cells, texts, strict=True))
    height = max(_CELL_LINE, (_HAND - 2 * _PAD) / most if empty else _CELL_LINE)
    rows = [Row(_PAD)]
    rows += [
        Row(height, tuple(_texts_beside(cells, beside, last=at == most - 1)))
        for at, beside in enumerate(_middled(texts, most))
    ]
    rows.append(Row(_PAD))
    return [
        Row(row.height, (*_borders(cells, first=at == 0, last=at == len(rows) - 1), *row.marks))
        for at, row in enumerate(rows)
    ]


def _middled(texts: Sequence[list[str]], most: int) -> Iterator[tuple[str, ...]]:
    """Line by line what stands beside each other; short texts stand in the middle."""
    padded = [[""] * ((most - len(lines)) // 2) + lines for lines in texts]
    yield from zip_longest(*padded, [""] * most, fillvalue="")


def _texts_beside(
    cells: Sequence[_Cell], beside: Sequence[str], *, last: bool
) -> Iterator[Text | Rule]:
    for cell, text in zip(cells, beside, strict=False):
        if text:
            yield Text(text, CELL, cell.bold, cell.x + _INSET)
        elif last and cell.hand and not cell.text.strip():
            yield Rule(cell.room - 4 * _INSET, cell.x + 2 * _INSET, 0.5, up=1.0)


def _borders(cells: Sequence[_Cell], *, first: bool, last: bool) -> Iterator[Sides]:
    for cell in cells:
        yield Sides(cell.room, cell.x, _THIN, first, last)


def _table(table: FormTable) -> Iterator[Block]:
    shares = sum(column.width for column in table.columns)
    places, x = [], 0.0
    for column in table.columns:
        room = ROOM * column.width / shares
        places.append((x, room))
        x += room
    head = tuple(
        _grid_row(
            [
                _Cell(column.label, *place, bold=True, hand=False)
                for column, place in zip(table.columns, places, strict=True)
            ]
        )
    )
    yield Block(head, heads=True)
    for row in table.rows:
        cells = [_Cell(text, *place) for text, place in zip(row, places, strict=True)]
        yield Block(tuple(_grid_row(cells)), again=head)
    yield Block((_GAP,))


def _choices(part: FormChoices) -> Iterator[Row]:
    """Boxes one after the other behind the label, on as many lines as they need."""
    indent = width(part.label, CELL, bold=True) + 8 if part.label else 0.0
    marks: list[Text | TickBox] = [Text(part.label, CELL, True)] if part.label else []
    x = indent
    for option, ticked in part.options:
        lines = break_lines(option, CELL, ROOM - indent - _TICK - 5)
        wide = _TICK + 5 + max((width(line, CELL) for line in lines), default=0.0)
        if x > indent and x + wide > ROOM:
            yield Row(CELL * 1.6, tuple(marks))
            marks, x = [], indent
        marks += [TickBox(_TICK, x, ticked), Text(lines[0], CELL, x=x + _TICK + 5)]
        for line in lines[1:]:
            yield Row(CELL * 1.6, tuple(marks))
            marks = [Text(line, CELL, x=x + _TICK + 5)]
        x += wide + 14
    yield Row(CELL * 1.6, tuple(marks))
    yield Row(4)


def _signing(boxes: Sequence[SignBox]) -> Iterator[Block]:
    """Places to sign, two beside each other; one with a fingerprint takes the whole width."""
    waiting: list[SignBox] = []
    for box in boxes:
        if box.fingerprint:
            yield from _flushed(waiting)
            yield Block(tuple(_sign_row([box])))
            continue
        waiting.append(box)
        if len(waiting) == 2:
            yield from _flushed(waiting)
    yield from _flushed(waiting)


def _flushed(waiting: list[SignBox]) -> Iterator[Block]:
    if waiting:
        yield Block(tuple(_sign_row(waiting)))
        waiting.clear()


def _sign_row(boxes: Sequence[SignBox]) -> Iterable[Row]:
    labels: list[Text] = []
    frames: list[Sides] = []
    for x, box in zip((0.0, ROOM - SIGN_WIDTH), boxes, strict=False):
        labels.append(Text(box.label, CELL, x=x))
        frames.append(Sides(SIGN_WIDTH, x, _THIN, above=True, below=True))
        if box.fingerprint:
            right = x + SIGN_WIDTH + 6 * mm
            labels.append(Text("按指印", CELL, x=right))
            frames.append(Sides(FINGER, right, _THIN, above=True, below=True))
            labels.append(Text(_DATE, CELL, x=ROOM - width(_DATE, CELL)))
        else:
            labels.append(Text(_DATE, CELL, x=x + SIGN_WIDTH - width(_DATE, CELL) - 5 * mm))
    yield Row(CELL * LINE, tuple(labels))
    yield Row(SIGN_HEIGHT, tuple(frames))
    yield Row(5)


def _stamp(stamp: FormStamp) -> Iterator[Row]:
    """Office and day at the right; the seal goes across the day (骑年盖月)."""
    yield Row(4 * mm)
    left = (Text(stamp.text, CELL, x=0.0),) if stamp.text else ()
    office = stamp.office
    if office:
        middle = min(width(office, BODY), ROOM * 0.6)
        yield Row(BODY * LINE, (Text(office, BODY, x=ROOM - middle),))
    else:
        yield Row(_HAND, (Rule(70 * mm, ROOM - 70 * mm),))
    day = stamp.day or _DATE
    yield Row(BODY * LINE, (*left, Text(day, BODY, x=ROOM - width(day, BODY) - 8 * mm)))
    yield Row(3 * mm)
