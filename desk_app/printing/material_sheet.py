"""The large-print sheet: A4, black on white, at most seven papers a page."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.sheet import (
    MaterialSheet,
    PrintedPaper,
    SheetChoice,
    SheetPaper,
    day_in_words,
    group_phone,
)
from desk_app.printing.faces import width
from desk_app.printing.layout import (
    FOOTER,
    LINE,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    ROOM,
    Block,
    Placed,
    Row,
    Rule,
    Text,
    TickBox,
    draw,
    draw_text,
    paginate,
    paragraph,
)

SIZES = (16, 18, 22)
TITLE, HEAD, PHONE = 26, 22, 24
BOX = 8 * mm
INDENT = BOX + 4 * mm
QR_SIDE = 24 * mm
MOST_PAPERS = 7
HAND_LINE = "________________"


def material_sheet_pdf(sheet: MaterialSheet, size: int = 18) -> PrintedPaper:
    """The sheet as a PDF.

    Args:
        size: type size of the text in points, one of SIZES.

    Raises:
        BadInputError: another size.
        UserFacingError: a character that cannot be printed; no page is made.
    """
    if size not in SIZES:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "字号只能是 16、18 或 22。"), size=size)
    blocks = list(_blocks(sheet, size))
    head = _head_height(sheet)
    room = PAGE_HEIGHT - 2 * MARGIN - FOOTER
    pages = paginate(blocks, room - head, room, MOST_PAPERS)
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle("材料单")
    canvas.setAuthor("跨前一步")
    canvas.setCreator("desk-app")
    for number, placed in enumerate(pages, start=1):
        _page(canvas, sheet, placed, number, len(pages), head if number == 1 else 0.0)
        canvas.showPage()
    canvas.save()
    pdf = stream.getvalue()
    return PrintedPaper(pdf, len(pages), hashlib.sha256(pdf).hexdigest())


def _page(
    canvas: Canvas, sheet: MaterialSheet, placed: list[Placed], number: int, total: int,
    head: float,
) -> None:  # fmt: skip
    if number == 1:
        _draw_head(canvas, sheet)
    for block in placed:
        draw(canvas, block, MARGIN + head)
    _draw_footer(canvas, sheet, number, total)


def _title_rows(sheet: MaterialSheet) -> list[Row]:
    return paragraph(sheet.title, TITLE, bold=True, room=ROOM - QR_SIDE - 8 * mm)


def _head_height(sheet: MaterialSheet) -> float:
    rows = sum(row.height for row in _title_rows(sheet))
    return float(max(rows + 18 * LINE, QR_SIDE + 14) + 8)


def _draw_head(canvas: Canvas, sheet: MaterialSheet) -> None:
    rows = _title_rows(sheet)
    name = sheet.addressee or HAND_LINE
    greeting = Row(18 * LINE, (Text(f"{name}，您好！", 18, bold=True),))
    draw(canvas, Placed(0.0, Block((*rows, greeting))), MARGIN)
    left = PAGE_WIDTH - MARGIN - QR_SIDE
    _draw_qr(canvas, sheet.case_number, left, PAGE_HEIGHT - MARGIN - QR_SIDE)
    label = width(sheet.case_number, 11)
    draw_text(
        canvas, sheet.case_number, PAGE_WIDTH - MARGIN - label,
        PAGE_HEIGHT - MARGIN - QR_SIDE - 12, 11,
    )  # fmt: skip


def _draw_qr(canvas: Canvas, content: str, x: float, y: float) -> None:
    code = segno.make(content, error="m", boost_error=False, micro=False)
    matrix = [bytes(row) for row in code.matrix]
    module = QR_SIDE / len(matrix)
    canvas.setLineWidth(0)
    path = canvas.beginPath()
    for line, row in enumerate(matrix):
        for column, dark in enumerate(row):
            if dark:
                bottom = y + QR_SIDE - (line + 1) * module
                path.rect(x + column * module, bottom, module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_footer(canvas: Canvas, sheet: MaterialSheet, number: int, total: int) -> None:
    bottom = MARGIN - 4
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, bottom + 34, PAGE_WIDTH - MARGIN, bottom + 34)
    phone = group_phone(sheet.window_phone) or HAND_LINE
    draw_text(canvas, f"有不明白的，打窗口电话：{phone}", MARGIN, bottom + 14, 16, bold=True)
    made = f"{sheet.day.year}年{day_in_words(sheet.day)}"
    officer = f"经办：{sheet.officer or '________'}"
    again = f"　补打第 {sheet.reprint} 次" if sheet.reprint else ""
    draw_text(canvas, f"{made}　{officer}{again}", MARGIN, bottom - 6, 12)
    pages = f"第 {number} 页，共 {total} 页"
    draw_text(canvas, pages, PAGE_WIDTH - MARGIN - width(pages, 16), bottom - 6, 16)


def _blocks(sheet: MaterialSheet, size: int) -> Iterator[Block]:
    if sheet.items:
        yield _items(sheet, size)
    for head, text in sheet.explanation:
        yield _head(head)
        yield Block(tuple(paragraph(text or HAND_LINE, size)))
    yield from _section("您要带的东西", [_to_bring(entry, size) for entry in sheet.to_bring])
    yield from _section("有下面情况的，再带上", [_paper(paper, size) for paper in sheet.perhaps])
    if sheet.in_hand:
        yield from _section("已经有了，不用再带", [_in_hand(sheet.in_hand, size)])
    ours = [_paper(paper, size, box=False) for paper in sheet.by_us]
    yield from _section("这些不用您跑", ours)
    if sheet.promises:
        yield from _section("我们说好的", [_promises(sheet, size)])
    if saving := _saving(sheet):
        yield Block((Row(8), *paragraph(saving, size)))


def _section(head: str, blocks: list[Block]) -> Iterator[Block]:
    if blocks:
        yield _head(head)
        yield from blocks


def _to_bring(entry: SheetPaper | SheetChoice, size: int) -> Block:
    return _choice(entry, size) if isinstance(entry, SheetChoice) else _paper(entry, size)


def _head(text: str) -> Block:
    title = Row(HEAD * LINE, (Text(text, HEAD, bold=True), Rule(ROOM, thickness=1.6)))
    return Block((Row(8), title, Row(6)), heads=True)


def _items(sheet: MaterialSheet, size: int) -> Block:
    rows = paragraph("您要办的是：", size)
    for name in sheet.items:
        lines = paragraph(name, size, x=size * 1.2, bold=True)
        rows += [Row(lines[0].height, (Text("·", size, bold=True), *lines[0].marks)), *lines[1:]]
    return Block(tuple(rows))


def _paper(paper: SheetPaper, size: int, *, box: bool = True) -> Block:
    return Block((*_paper_rows(paper, size, box=box), Row(size * 0.45)), papers=int(box))


def _paper_rows(paper: SheetPaper, size: int, *, box: bool) -> list[Row]:
    name = paragraph(paper.plain_name, size + 2, x=INDENT, bold=True)
    mark = (TickBox(BOX),) if box else (Text("·", size + 2, bold=True, x=BOX / 2),)
    rows = [Row(max(name[0].height, BOX + 4), (*mark, *name[0].marks)), *name[1:]]
    what = "，".join(part for part in (paper.official_name, paper.form) if part)
    for line in (paper.why, what):
        rows += paragraph(line, size, x=INDENT)
    for label, text in (
        ("去哪：", paper.where),
        ("地址：", paper.address),
        ("时间：", paper.hours),
        ("怎么走：", paper.route),
        ("没有的话：", paper.instead),
    ):
        if text:
            rows += paragraph(f"{label}{text}", size, x=INDENT)
    if paper.phone:
        rows.append(
            Row(PHONE * LINE, (Text(f"电话 {group_phone(paper.phone)}", PHONE, True, INDENT),))
        )
    if paper.deadline:
        rows += paragraph(f"！注意期限：{paper.deadline}", size + 2, x=INDENT, bold=True)
    return rows


def _choice(choice: SheetChoice, size: int) -> Block:
    rows = [Row(6), *paragraph("下面几样，带一样就行：", size, bold=True)]
    for index, paper in enumerate(choice.papers):
        if index:
            rows += paragraph("或者", size, x=INDENT, bold=True)
        rows += _paper_rows(paper, size, box=True)
    return Block((*rows, Row(8)), papers=len(choice.papers), framed=True)


def _in_hand(names: tuple[str, ...], size: int) -> Block:
    rows: list[Row] = []
    for name in names:
        lines = paragraph(name, size, x=INDENT, struck=True)
        box = TickBox(BOX * 0.8, ticked=True)
        rows += [Row(max(lines[0].height, BOX + 2), (box, *lines[0].marks)), *lines[1:]]
    return Block(tuple(rows))


def _promises(sheet: MaterialSheet, size: int) -> Block:
    rows: list[Row] = []
    for promise in sheet.promises:
        rows += paragraph(f"{promise.when}前", size + 2, bold=True)
        rows += paragraph(f"{promise.who}：{promise.what}", size, x=size)
        rows.append(Row(size * 0.4))
    return Block(tuple(rows))


def _saving(sheet: MaterialSheet) -> str:
    parts = []
    if sheet.before > sheet.after:
        parts.append(f"分开办一共要 {sheet.before} 份材料，合起来 {sheet.after} 份")
    if sheet.trips_before > sheet.trips_after:
        parts.append(f"分开办要跑 {sheet.trips_before} 趟，合起来 {sheet.trips_after} 趟")
    return "；".join(parts) + "。" if parts else ""
