"""Puts rows of marks on a canvas: black on white, thin lines, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from reportlab.pdfgen.canvas import Canvas

from desk_app.printing.faces import RARE, runs, width
from desk_app.printing.layout import MARGIN, Mark, Row, Rule, Sides, Text, TickBox

_MIDDLE = 0.36
"""Height of the middle of a Chinese character above the baseline, in type sizes."""


def draw_rows(canvas: Canvas, rows: Sequence[Row], top: float, left: float = MARGIN) -> None:
    """Draw ``rows`` one below the other.

    Args:
        top: upper edge, points from the paper's foot.
        left: margin that the marks are counted from, points from the paper's side.
    """
    for row in rows:
        biggest = max((mark.size for mark in row.marks if isinstance(mark, Text)), default=0.0)
        baseline = top - row.height / 2 - biggest * _MIDDLE
        for mark in row.marks:
            _draw_mark(canvas, mark, left + mark.x, top, row.height, baseline)
        top -= row.height


def draw_text(
    canvas: Canvas, text: str, x: float, baseline: float, size: float, *, bold: bool = False
) -> None:
    """Draw one line of text, each run in the face that has it."""
    cut = runs(text, bold=bold)
    pen = canvas.beginText(x, baseline)
    rare = any(run.font == RARE for run in cut)
    if rare:
        # The face for rare characters is a thin Song style in one weight: an outline of its own
        # colour brings it near the others, so that old eyes can read the name.
        canvas.saveState()
        canvas.setLineWidth(size * (0.05 if bold else 0.02))
    for run in cut:
        if rare:
            pen.setTextRenderMode(2 if run.font == RARE else 0)
        pen.setFont(run.font, size)
        pen.textOut(run.text)
    canvas.drawText(pen)
    if rare:
        canvas.restoreState()


def draw_qr(canvas: Canvas, content: str, x: float, y: float, side: float) -> None:
    """Draw ``content`` as a QR code of ``side`` points with its lower left corner at (x, y)."""
    code = segno.make(content, error="m", boost_error=False, micro=False)
    matrix = [bytes(row) for row in code.matrix]
    module = side / len(matrix)
    path = canvas.beginPath()
    for line, row in enumerate(matrix):
        for column, dark in enumerate(row):
            if dark:
                bottom = y + side - (line + 1) * module
                path.rect(x + column * module, bottom, module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_mark(
    canvas: Canvas, mark: Mark, x: float, top: float, height: float, baseline: float
) -> None:
    if isinstance(mark, Text):
        draw_text(canvas, mark.text, x, baseline, mark.size, bold=mark.bold)
        if mark.struck:
            middle = baseline + mark.size * _MIDDLE
            canvas.setLineWidth(1.4)
            canvas.line(x, middle, x + width(mark.text, mark.size, bold=mark.bold), middle)
    elif isinstance(mark, TickBox):
        _draw_box(canvas, mark, x, top - height / 2 - mark.side / 2)
    elif isinstance(mark, Rule):
        canvas.setLineWidth(mark.thickness)
        canvas.line(x, top - height + mark.up, x + mark.room, top - height + mark.up)
    else:
        _draw_sides(canvas, mark, x, top, top - height)


def _draw_box(canvas: Canvas, box: TickBox, x: float, bottom: float) -> None:
    canvas.setLineWidth(1.4)
    canvas.rect(x, bottom, box.side, box.side)
    if box.ticked:
        corners = ((0.2, 0.5), (0.42, 0.25), (0.82, 0.78))
        tick = canvas.beginPath()
        for at, (across, up) in enumerate(corners):
            step = tick.lineTo if at else tick.moveTo
            step(x + box.side * across, bottom + box.side * up)
        canvas.setLineWidth(2.4)
        canvas.drawPath(tick)


def _draw_sides(canvas: Canvas, sides: Sides, x: float, top: float, bottom: float) -> None:
    canvas.setLineWidth(sides.thickness)
    canvas.setLineCap(2)
    right = x + sides.room
    lines = [(x, top, x, bottom), (right, top, right, bottom)]
    if sides.above:
        lines.append((x, top, right, top))
    if sides.below:
        lines.append((x, bottom, right, bottom))
    canvas.lines(lines)
    canvas.setLineCap(0)
