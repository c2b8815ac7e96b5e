"""From blocks of rows to pages: blocks stay whole where they fit, nothing is ever cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from desk_app.printing.line_breaks import break_lines

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 20 * mm
ROOM = PAGE_WIDTH - 2 * MARGIN
LINE = 1.5
"""Distance of lines as a multiple of the type size."""
MOST_CHARACTERS = 24
"""Characters on a line: beyond that an old reader loses the way back to the next line."""
HAND_ROW = 11 * mm
"""Height of a line to write on by hand."""


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
    """A line across ``room`` points, ``up`` points above the bottom of the row."""

    room: float
    x: float = 0.0
    thickness: float = 0.8
    up: float = 2.0


@dataclass(frozen=True, slots=True)
class Sides:
    """This row's part of a frame: both sides, and the lines above and below where asked."""

    room: float
    x: float = 0.0
    thickness: float = 1.2
    above: bool = False
    below: bool = False


Mark = Text | TickBox | Rule | Sides


@dataclass(frozen=True, slots=True)
class Row:
    """Marks side by side; ``height`` in points. Texts of a row share one baseline."""

    height: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together.

    Attributes:
        papers: how many papers of the list it holds (at most so many go on a page).
        heads: it stays with the block after it, as a head does.
        again: rows to stand above it where it begins another page (the head of its table).
    """

    rows: tuple[Row, ...]
    papers: int = 0
    heads: bool = False
    again: tuple[Row, ...] = ()

    @property
    def height(self) -> float:
        """Height in points."""
        return sum(row.height for row in self.rows)


def paragraph(
    text: str, size: float, *, x: float = 0.0, bold: bool = False, struck: bool = False,
    room: float = ROOM, most: int = MOST_CHARACTERS,
) -> list[Row]:  # fmt: skip
    """Rows of a text in lines of ``most`` characters at most.

    They go from ``x`` to at most ``room`` points from the left margin.
    """
    widest = min(room - x, most * size)
    return [
        Row(size * LINE, (Text(line, size, bold, x, struck),))
        for line in break_lines(text, size, widest, bold=bold)
    ]


def frame(rows: Sequence[Row], *, x: float, room: float, thickness: float) -> list[Row]:
    """``rows`` inside a frame from ``x``, ``room`` points wide; it may go on over a page's end."""
    last = len(rows) - 1
    return [
        replace(row, marks=(Sides(room, x, thickness, at == 0, at == last), *row.marks))
        for at, row in enumerate(rows)
    ]


def hand_line(label: str, size: float, *, x: float = 0.0, room: float = ROOM) -> Row:
    """A line to fill by hand after ``label``, up to ``room`` points from the left margin."""
    from_label = x + len(label) * size + (6 if label else 0)
    marks: tuple[Mark, ...] = (Rule(room - from_label, from_label),)
    return Row(HAND_ROW, (Text(label, size, x=x), *marks) if label else marks)


def paginate(
    blocks: Sequence[Block], first: float, other: float, most_papers: int
) -> list[list[Row]]:
    """The rows of each page; always at least one page.

    Args:
        first, other: heights available on the first and on every other page, in points.
        most_papers: papers a page holds at most.
    """
    pages: list[list[Row]] = [[]]
    used, papers = 0.0, 0
    for index, block in enumerate(blocks):
        room = first if len(pages) == 1 else other
        wanted, carried = _kept_together(blocks, index)
        too_high = used + wanted > room and (wanted <= other or block.heads)
        if used and (too_high or papers + carried > most_papers):
            pages.append([*block.again])
            used, papers, room = sum(row.height for row in block.again), 0, other
        for part in _parts(block, room - used, other):
            if part is not None:
                pages[-1].extend(part)
                used += sum(row.height for row in part)
            else:
                pages.append([])
                used, papers = 0.0, 0
        papers += block.papers
    return pages


def _kept_together(blocks: Sequence[Block], index: int) -> tuple[float, int]:
    """Height and papers of a block with what must follow it on the same page."""
    together = [blocks[index]]
    for following in blocks[index + 1 :]:
        if not together[-1].heads:
            break
        together.append(following)
    return sum(one.height for one in together), sum(one.papers for one in together)


def _parts(block: Block, here: float, page: float) -> Iterator[list[Row] | None]:
    """The block's rows in parts that fit a page each; None = begin a new page."""
    rows: list[Row] = []
    left = here
    for row in block.rows:
        if row.height > left + 0.01:
            yield rows
            yield None
            rows, left = [], page
        rows.append(row)
        left -= row.height
    yield rows
