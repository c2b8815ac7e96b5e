"""The large-print sheet: A4, black on white, at most seven papers a page."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.sheet import (
    MaterialSheet,
    PrintedPaper,
    SheetChoice,
    SheetPaper,
    phone_lines,
)
from desk_app.printing.drawing import draw_qr, draw_rows, draw_text
from desk_app.printing.faces import REGULAR, cannot_print, load_faces, unprintable, width
from desk_app.printing.layout import (
    LINE,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    ROOM,
    Row,
    Rule,
    Text,
    hand_line,
    paginate,
    paragraph,
)
from desk_app.printing.line_breaks import break_lines
from desk_app.printing.sections import MOST_PAPERS, PHONE, QR_SIDE, head, reprint_mark, sections

SIZES = (16, 18, 22)
_SMALL, _PAGE_NUMBER = 14, 16
_AGAIN = 30.0
"""Height of the line that heads every page after the first."""
_HIGHEST_FOOT = 60 * mm
_LONGEST_NUMBER = 30


def material_sheet_pdf(sheet: MaterialSheet, size: int = 18) -> PrintedPaper:
    """The sheet as a PDF: the same bytes for the same sheet and size.

    Args:
        size: type size of the text in points, one of SIZES.

    Raises:
        BadInputError: another size; a case number or footer that leaves no room for the list.
        UserFacingError: a character that cannot be printed; no page is made.
    """
    if size not in SIZES:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "字号只能是 16、18 或 22。"), size=size)
    _refuse_unprintable(sheet)
    foot = _foot(sheet)
    room = PAGE_HEIGHT - 2 * MARGIN - sum(row.height for row in foot)
    pages = paginate([head(sheet, size), *sections(sheet, size)], room, room - _AGAIN, MOST_PAPERS)
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
    # Titles show in print queues and viewers' lists, so they say nothing of a person.
    canvas.setTitle("说明单" if sheet.explanation else "材料单")
    canvas.setAuthor("跨前一步")
    canvas.setCreator("desk-app")
    canvas.setSubject("")
    canvas.setViewerPreference("PrintScaling", "None")
    for number, rows in enumerate(pages, start=1):
        _draw_page(canvas, sheet, rows, foot, f"第 {number} 页，共 {len(pages)} 页")
        canvas.showPage()
    canvas.save()
    pdf = stream.getvalue()
    return PrintedPaper(pdf, len(pages), hashlib.sha256(pdf).hexdigest())


def _draw_page(
    canvas: Canvas, sheet: MaterialSheet, rows: Sequence[Row], foot: Sequence[Row], pages: str
) -> None:
    top = PAGE_HEIGHT - MARGIN
    if canvas.getPageNumber() == 1:
        _draw_code(canvas, sheet.case_number, top)
    else:
        number = sheet.case_number
        right = Text(number, _SMALL, x=ROOM - width(number, _SMALL))
        left = Text(" ".join(("接上一页", *reprint_mark(sheet))), _SMALL)
        again = Row(_SMALL * LINE, (left, right, Rule(ROOM)))
        draw_rows(canvas, [again], top)
        top -= _AGAIN
    draw_rows(canvas, rows, top)
    draw_rows(canvas, foot, MARGIN + sum(row.height for row in foot))
    draw_text(
        canvas, pages, PAGE_WIDTH - MARGIN - width(pages, _PAGE_NUMBER), MARGIN + 10, _PAGE_NUMBER
    )


def _draw_code(canvas: Canvas, number: str, top: float) -> None:
    if number:
        draw_qr(canvas, number, PAGE_WIDTH - MARGIN - QR_SIDE, top - QR_SIDE, QR_SIDE)
        left = PAGE_WIDTH - MARGIN - width(number, _SMALL)
        draw_text(canvas, number, left, top - QR_SIDE - 18, _SMALL)


def _foot(sheet: MaterialSheet) -> list[Row]:
    """Rows at the foot of every page; the page number goes beside the last one."""
    beside = ROOM * 0.64
    numbers = [
        row
        for number in phone_lines(sheet.window_phone)
        for row in paragraph(number, PHONE, bold=True, room=beside)
    ]
    rows = [
        Row(6, (Rule(ROOM),)),
        *_asking(sheet, beside),
        *(numbers or [hand_line("", PHONE, room=ROOM / 2)]),
    ]
    if sum(row.height for row in rows) > _HIGHEST_FOOT or len(sheet.case_number) > _LONGEST_NUMBER:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "窗口电话、经办人或案件号太长，单子上放不下。"),
            safe=QT_TRANSLATE_NOOP("Errors", "没有打印，案件没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请在设置里改短，再打印。"),
        )
    return rows


def _asking(sheet: MaterialSheet, beside: float) -> list[Row]:
    """Whom to ask; at the right the officer, or a line for the name."""
    asking = Text("有不明白的，请打窗口电话：", _SMALL)
    if not sheet.officer:
        signing = hand_line("经办：", _SMALL, x=beside).marks
        return [Row(_SMALL * LINE, (asking, *signing))]
    lines = break_lines(f"经办：{sheet.officer}", _SMALL, ROOM - beside)
    right = [Text(line, _SMALL, x=ROOM - width(line, _SMALL)) for line in lines]
    above = [Row(_SMALL * LINE, (text,)) for text in right[:-1]]
    return [*above, Row(_SMALL * LINE, (asking, right[-1]))]


def _refuse_unprintable(sheet: MaterialSheet) -> None:
    for place, text in _texts(sheet):
        if missing := unprintable(text):
            raise cannot_print("".join(missing), place)


def _texts(sheet: MaterialSheet) -> Iterator[tuple[str, str]]:
    """Every text of the sheet with the place where a person finds it."""
    yield "称呼（姓名）", sheet.addressee
    yield "标题", sheet.title
    yield "案件号", sheet.case_number
    yield "经办人", sheet.officer
    yield "窗口电话", sheet.window_phone
    for number, name in enumerate(sheet.items, start=1):
        yield f"第 {number} 个事项", name
    for number, entry in enumerate(sheet.to_bring, start=1):
        for paper in entry.papers if isinstance(entry, SheetChoice) else (entry,):
            yield f"要带的第 {number} 样", _paper_text(paper)
    for number, paper in enumerate(sheet.perhaps, start=1):
        yield f"再带上的第 {number} 样", _paper_text(paper)
    for number, name in enumerate(sheet.in_hand, start=1):
        yield f"已经有了的第 {number} 样", name
    for number, paper in enumerate(sheet.by_us, start=1):
        yield f"我们来办的第 {number} 样", _paper_text(paper)
    for number, promise in enumerate(sheet.promises, start=1):
        yield f"第 {number} 个约定", f"{promise.who}{promise.what}{promise.when}"
    for number, (title, text) in enumerate(sheet.explanation, start=1):
        yield f"说明的第 {number} 段", f"{title}{text}"


def _paper_text(paper: SheetPaper) -> str:
    return "".join((
        paper.plain_name, paper.official_name, paper.form, paper.where, paper.address,
        paper.phone, paper.hours, paper.route, paper.instead, paper.deadline, paper.why,
    ))  # fmt: skip
