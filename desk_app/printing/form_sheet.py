"""A filled-in paper as a PDF: A4, black on white, head and foot on every page."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from desk_app.core.paper_form import FormPage, FormStamp, PaperForm
from desk_app.core.sheet import PrintedPaper
from desk_app.printing.drawing import draw_qr, draw_rows, draw_text
from desk_app.printing.faces import REGULAR, cannot_print, load_faces, unprintable, width
from desk_app.printing.form_blocks import CELL, LEFT, ROOM, formal_blocks
from desk_app.printing.form_large import LOUD, MOST_THINGS, large_blocks
from desk_app.printing.layout import (
    LINE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Block,
    Row,
    Rule,
    Text,
    paginate,
)
from desk_app.printing.line_breaks import break_lines

FORMAL_SIZE, LARGE_SIZE = 16, 22
TOP, BOTTOM = 25 * mm, 20 * mm
QR_SIDE = 20 * mm
LINK_WORDS = ("扫这里看", "办到哪一步")

_TITLE = 22
_FOOT = 10.5
_NUMBER = 11
_FOOT_ROOM = 20.0
_AGAIN = 26.0
"""Height of the line that heads every page after the first."""


def form_pdf(form: PaperForm) -> PrintedPaper:
    """The paper as a PDF: the same bytes for the same paper.

    Raises:
        UserFacingError: a character that cannot be printed; no page is made.
    """
    for text in _texts(form):
        if missing := unprintable(text):
            raise cannot_print("".join(missing), form.title)
    pages = _pages(form)
    stream = io.BytesIO()
    load_faces()
    canvas = Canvas(
        stream,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        invariant=1,
        pageCompression=1,
        lang="zh-CN",
        initialFontName=REGULAR,  # else a face that is not embedded would be named on every page
    )
    # Titles show in print queues and viewers' lists: the kind of paper and nothing of a person.
    canvas.setTitle(form.title)
    canvas.setAuthor("跨前一步")
    canvas.setCreator("desk-app")
    canvas.setSubject("")
    canvas.setViewerPreference("PrintScaling", "None")
    for number, rows in enumerate(pages, start=1):
        top = PAGE_HEIGHT - TOP
        if number == 1:
            _draw_codes(canvas, form, top)
        else:
            top -= _draw_again(canvas, form, top)
        draw_rows(canvas, rows, top, LEFT)
        _draw_foot(canvas, form, f"第 {number} 页，共 {len(pages)} 页")
        canvas.showPage()
    canvas.save()
    pdf = stream.getvalue()
    return PrintedPaper(pdf, len(pages), hashlib.sha256(pdf).hexdigest())


def _pages(form: PaperForm) -> list[list[Row]]:
    room = PAGE_HEIGHT - TOP - BOTTOM - _FOOT_ROOM
    blocks_of = large_blocks if form.large else formal_blocks
    pages: list[list[Row]] = []
    part: list[Block] = [_head(form)]
    for block in (*form.blocks, FormPage()):
        if isinstance(block, FormStamp):  # a seal alone on a page proves nothing
            part[-2:] = [replace(one, heads=True) for one in part[-2:]]
        if not isinstance(block, FormPage):
            part += blocks_of(block)
            continue
        first = room - _AGAIN if pages else room
        pages += paginate(part, first, room - _AGAIN, MOST_THINGS)
        part = []
    return [rows for rows in pages if rows]


def _head(form: PaperForm) -> Block:
    """Title and number between the two codes, and at least as high as these."""
    size = LOUD if form.large else _TITLE
    rows = [
        _middle(line, size, bold=True)
        for line in break_lines(form.title, size, ROOM - 2 * (QR_SIDE + 4 * mm), bold=True)
    ]
    if form.number:
        rows.append(_middle(form.number, CELL))
    if form.reprint:
        rows.append(_middle(f"补打第 {form.reprint} 次", CELL))
    missing = QR_SIDE + (2 * CELL * 1.3 if form.link else _NUMBER * 1.5)
    missing -= sum(row.height for row in rows)
    return Block((*rows, Row(max(missing, 0.0) + 8)))


def _middle(text: str, size: float, *, bold: bool = False) -> Row:
    return Row(size * LINE, (Text(text, size, bold, (ROOM - width(text, size, bold=bold)) / 2),))


def _draw_codes(canvas: Canvas, form: PaperForm, top: float) -> None:
    """The case's code at the right; the resident's link, with what it is for, at the left."""
    right = LEFT + ROOM
    if form.case_number:
        draw_qr(canvas, form.case_number, right - QR_SIDE, top - QR_SIDE, QR_SIDE)
        left = right - width(form.case_number, _NUMBER)
        draw_text(canvas, form.case_number, left, top - QR_SIDE - _NUMBER - 3, _NUMBER)
    if form.link:
        draw_qr(canvas, form.link, LEFT, top - QR_SIDE, QR_SIDE)
        for at, words in enumerate(LINK_WORDS, start=1):
            draw_text(canvas, words, LEFT, top - QR_SIDE - at * CELL * 1.3, CELL)


def _draw_again(canvas: Canvas, form: PaperForm, top: float) -> float:
    number = form.case_number
    left = f"{form.title}（接上一页）"
    marks = (
        Text(left, CELL),
        Text(number, CELL, x=ROOM - width(number, CELL)),
        Rule(ROOM),
    )
    draw_rows(canvas, [Row(CELL * LINE, marks)], top, LEFT)
    return _AGAIN


def _draw_foot(canvas: Canvas, form: PaperForm, pages: str) -> None:
    parts = [form.copies, f"补打第 {form.reprint} 次" if form.reprint else ""]
    left = Text("　".join(filter(None, parts)), _FOOT)
    right = Text(pages, _FOOT, x=ROOM - width(pages, _FOOT))
    rows = [Row(3, (Rule(ROOM, thickness=0.5),)), Row(_FOOT_ROOM - 4, (left, right))]
    draw_rows(canvas, rows, BOTTOM + sum(row.height for row in rows), LEFT)


def _texts(value: object) -> Iterator[str]:
    """Every text anywhere in a paper."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))
