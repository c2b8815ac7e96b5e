"""From blocks of rows to pages: blocks stay whole where they fit, nothing is ever cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from desk_app.printing.faces import runs, width
from desk_app.printing.line_breaks import break_lines

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 20 * mm
ROOM = PAGE_WIDTH - 2 * MARGIN
FOOTER = 16 * mm
LINE = 1.5
"""Distance of lines as a multiple of the type size."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text. ``x`` in points from the left margin; ``struck`` = crossed out."""

    text: str
    size: float
    bold: bool = False
    x: float = 0.0
    struck: bool = False


@dataclass(frozen=True, slots=True)
class TickBox:
    """A box for a pen; ``ticked`` = already done."""

    side: float
    x: float = 0.0
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across ``room`` points, at the bottom of the row."""

    room: float
    x: float = 0.0
    thickness: float = 0.8


Mark = Text | TickBox | Rule


@dataclass(frozen=True, slots=True)
class Row:
    """Marks side by side; ``height`` in points."""

    height: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together.

    Attributes:
        papers: how many papers of the list it holds (at most so many go on a page).
        heads: it is a head and stays with the block after it.
        framed: draw a frame around it (with ``inset`` inside).
    """

    rows: tuple[Row, ...]
    papers: int = 0
    heads: bool = False
    framed: bool = False

    @property
    def height(self) -> float:
        """Height in points."""
        return sum(row.height for row in self.rows)


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, or a part of it, at ``top`` points below the upper margin."""

    top: float
    block: Block


def paragraph(
    text: str, size: float, *, x: float = 0.0, bold: bool = False, struck: bool = False,
    room: float = ROOM,
) -> list[Row]:  # fmt: skip
    """Rows of a text in lines."""
    return [
        Row(size * LINE, (Text(line, size, bold, x, struck),))
        for line in break_lines(text, size, room - x, bold=bold)
    ]


def paginate(
    blocks: Sequence[Block], first: float, other: float, most_papers: int
) -> list[list[Placed]]:
    """Put blocks on pages.

    Args:
        first, other: heights available on the first and on every other page, in points.
        most_papers: papers a page holds at most.
    """
    pages: list[list[Placed]] = [[]]
    top, papers = 0.0, 0
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if block.heads and index + 1 < len(blocks) else None
        wanted = block.height + (following.height if following else 0.0)
        carried = block.papers + (following.papers if following else 0)
        room = first if len(pages) == 1 else other
        if top and (top + min(wanted, other) > room or papers + carried > most_papers):
            pages.append([])
            top, papers, room = 0.0, 0, other
        for part in _split(block, room - top, other):
            if top and top + part.height > room + 0.01:
                pages.append([])
                top, papers, room = 0.0, 0, other
            pages[-1].append(Placed(top, part))
            top += part.height
        papers += block.papers
    return pages


def _split(block: Block, here: float, page: float) -> Iterable[Block]:
    if block.height <= here or block.height <= page:
        yield block
        return
    rows: list[Row] = []
    left = here
    for row in block.rows:
        if rows and row.height > left:
            yield Block(tuple(rows), framed=block.framed)
            rows, left = [], page
        rows.append(row)
        left -= row.height
    yield Block(tuple(rows), block.papers, framed=block.framed)


def draw(canvas: Canvas, placed: Placed, start: float) -> None:
    """Draw a placed block; ``start`` = distance of the page's content from the paper's top."""
    top = PAGE_HEIGHT - start - placed.top
    if placed.block.framed:
        canvas.setLineWidth(1.2)
        canvas.roundRect(
            MARGIN - 6, top - placed.block.height + 2, ROOM + 12, placed.block.height - 2, 6
        )
    for row in placed.block.rows:
        for mark in row.marks:
            _draw_mark(canvas, mark, top, row.height)
        top -= row.height


def _draw_mark(canvas: Canvas, mark: Mark, top: float, height: float) -> None:
    x = MARGIN + mark.x
    if isinstance(mark, Text):
        baseline = top - height / 2 - mark.size * 0.36
        draw_text(canvas, mark.text, x, baseline, mark.size, bold=mark.bold)
        if mark.struck:
            canvas.setLineWidth(1.4)
            middle = baseline + mark.size * 0.36
            canvas.line(x, middle, x + width(mark.text, mark.size, bold=mark.bold), middle)
    elif isinstance(mark, TickBox):
        bottom = top - height / 2 - mark.side / 2
        canvas.setLineWidth(1.4)
        canvas.rect(x, bottom, mark.side, mark.side)
        if mark.ticked:
            canvas.setLineWidth(2.4)
            canvas.lines(
                [
                    (x + mark.side * 0.2, bottom + mark.side * 0.5,
                     x + mark.side * 0.42, bottom + mark.side * 0.25),
                    (x + mark.side * 0.42, bottom + mark.side * 0.25,
                     x + mark.side * 0.82, bottom + mark.side * 0.78),
                ]
            )  # fmt: skip
    else:
        canvas.setLineWidth(mark.thickness)
        canvas.line(x, top - height + 2, x + mark.room, top - height + 2)


def draw_text(
    canvas: Canvas, text: str, x: float, baseline: float, size: float, *, bold: bool = False
) -> None:
    """Draw one line of text, each run in the face that has it."""
    pen = canvas.beginText(x, baseline)
    for run in runs(text, bold=bold):
        pen.setFont(run.font, size)
        pen.textOut(run.text)
    canvas.drawText(pen)
