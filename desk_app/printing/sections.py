"""What stands on the large-print sheet, block by block, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reportlab.lib.units import mm

from desk_app.core.sheet import (
    MaterialSheet,
    SheetChoice,
    SheetPaper,
    SheetPromise,
    day_in_words,
    phone_lines,
)
from desk_app.printing.faces import width
from desk_app.printing.layout import (
    HAND_ROW,
    LINE,
    ROOM,
    Block,
    Row,
    Rule,
    Text,
    TickBox,
    frame,
    hand_line,
    paragraph,
)

TITLE, HEAD, PHONE = 26, 22, 24
MOST_PAPERS = 7
QR_SIDE = 24 * mm
_HEAD_ROOM = ROOM - QR_SIDE - 12 * mm
_BOX = 8 * mm
_INDENT = _BOX + 4 * mm
_INSET = 4 * mm


def head(sheet: MaterialSheet, size: int) -> Block:
    """Title, greeting and date, beside the QR code and at least as high."""
    greeting = (
        paragraph(f"{sheet.addressee}，您好！", size + 2, bold=True, room=_HEAD_ROOM)
        if sheet.addressee
        else [Row(HAND_ROW, (Rule(110), Text("，您好！", size + 2, True, 112)))]
    )
    made = (f"{sheet.day.year}年{day_in_words(sheet.day)}",) if sheet.day else ()
    rows = [
        *paragraph(sheet.title, TITLE, bold=True, room=_HEAD_ROOM),
        *greeting,
        *paragraph("　".join((*made, *reprint_mark(sheet))), 14, room=_HEAD_ROOM),
    ]
    missing = QR_SIDE + 24 - sum(row.height for row in rows)
    return Block((*rows, Row(max(missing, 0.0) + 6)))


def reprint_mark(sheet: MaterialSheet) -> tuple[str, ...]:
    """补打第 n 次, where this is not the first print."""
    return (f"补打第 {sheet.reprint} 次",) if sheet.reprint else ()


def sections(sheet: MaterialSheet, size: int) -> list[Block]:
    """Everything below the head."""
    blocks = list(_sections(sheet, size))
    if saving := _saving(sheet):
        # With the last block, so that it never stands on a page of its own.
        rows = (Row(8), *paragraph(saving, size))
        last = blocks.pop() if blocks else Block(())
        blocks.append(replace(last, rows=(*last.rows, *rows)))
    return blocks


def _sections(sheet: MaterialSheet, size: int) -> Iterator[Block]:
    if sheet.items:
        yield Block(tuple(paragraph(f"您要办：{'、'.join(sheet.items)}。", size)))
    for title, text in sheet.explanation:
        written = [Row(HAND_ROW, (Rule(ROOM),))] * 3
        yield from _section(title, [Block(tuple(paragraph(text, size) or written))])
    nothing = not (sheet.to_bring or sheet.perhaps or sheet.explanation)
    if nothing:
        yield Block((Row(8), *paragraph("这次没有要您带的东西。", size, bold=True)))
    bring = [block for entry in sheet.to_bring for block in _to_bring(entry, size)]
    yield from _section(f"您要带的东西（{len(sheet.to_bring)} 样）", bring)
    yield from _section("有下面情况的，再带上", [_paper(paper, size) for paper in sheet.perhaps])
    yield from _section(
        "已经有了，不用再带", _together(_in_hand(name, size) for name in sheet.in_hand)
    )
    ours = [_by_us(paper, size) for paper in sheet.by_us]
    yield from _section("我们来办，不用您跑", ours)
    promises = _together(_promise(promise, size) for promise in sheet.promises)
    yield from _section("我们说好的", promises)


def _section(title: str, blocks: Sequence[Block]) -> Iterator[Block]:
    if blocks:
        lines = paragraph(title, HEAD, bold=True)
        ruled = replace(lines[-1], marks=(*lines[-1].marks, Rule(ROOM, thickness=1.6)))
        yield Block((Row(8), *lines[:-1], ruled, Row(7)), heads=True)
        yield from blocks


def _together(rows: Iterable[list[Row]]) -> list[Block]:
    """All rows in one block; none where there are none."""
    joined = tuple(row for some in rows for row in some)
    return [Block(joined)] if joined else []


def _to_bring(entry: SheetPaper | SheetChoice, size: int) -> Iterator[Block]:
    if isinstance(entry, SheetPaper):
        yield _paper(entry, size)
        return
    for start in range(0, len(entry.papers), MOST_PAPERS):
        papers = entry.papers[start : start + MOST_PAPERS]
        yield _choice(papers, size, again=start > 0)


def _paper(paper: SheetPaper, size: int) -> Block:
    return Block((*_paper_rows(paper, size, 0.0, ROOM), Row(size * 0.45)), papers=1)


def _by_us(paper: SheetPaper, size: int) -> Block:
    """One line where it fits: the resident has nothing to do about it."""
    large = min(size + 2, HEAD)
    point = Text("·", large, True, _BOX / 2)
    name = paragraph(paper.plain_name, large, x=_INDENT, bold=True)
    if paper.form:
        name = _beside(name, paper.plain_name, f"：{paper.form}", size, ROOM)
    official = f"（{paper.official_name}）" if paper.official_name else ""
    more = [
        *paragraph(official, size, x=_INDENT),
        *_details(replace(paper, form=""), size, _INDENT, ROOM),
    ]
    rows = [*name, *more] or [hand_line("", size, x=_INDENT)]
    return Block((replace(rows[0], marks=(point, *rows[0].marks)), *rows[1:]))


def _choice(papers: Sequence[SheetPaper], size: int, *, again: bool) -> Block:
    lead = "还是这几样里，带一样就行：" if again else "下面几样，带一样就行："
    room = ROOM - _INSET
    rows = [Row(5), *paragraph(lead, size, x=_INSET, bold=True, room=room)]
    for index, paper in enumerate(papers):
        if index:
            rows += paragraph("或者", size, x=_INSET + _INDENT, bold=True, room=room)
        rows += _paper_rows(paper, size, _INSET, room)
    framed = frame([*rows, Row(6)], x=0.0, room=ROOM, thickness=1.2)
    return Block((*framed, Row(size * 0.7)), papers=len(papers))


def _paper_rows(paper: SheetPaper, size: int, left: float, room: float) -> list[Row]:
    return [
        *_name_rows(paper, size, left, room),
        *_details(paper, size, left + _INDENT, room),
    ]


def _details(paper: SheetPaper, size: int, x: float, room: float) -> list[Row]:
    """Everything known of a paper but its names."""
    rows: list[Row] = []
    for label, text in (
        ("", paper.why),
        ("", paper.form),
        ("去哪办：", paper.where),
        ("地址：", paper.address),
        ("时间：", paper.hours),
        ("怎么走：", paper.route),
    ):
        if text:
            rows += paragraph(f"{label}{text}", size, x=x, room=room)
    rows += _phone_rows(paper, size, x, room)
    if paper.instead:
        rows += paragraph(f"没有的话：{paper.instead}", size, x=x, room=room)
    if paper.deadline:
        rows += _deadline_rows(paper.deadline, size, x, room)
    return rows


def _name_rows(paper: SheetPaper, size: int, left: float, room: float) -> list[Row]:
    large = min(size + 2, HEAD)
    x = left + _INDENT
    name = paragraph(paper.plain_name, large, x=x, bold=True, room=room)
    if not name:
        name = [Row(HAND_ROW, (Rule(room - x, x),))]
    name[0] = Row(max(name[0].height, _BOX + 4), (TickBox(_BOX, left), *name[0].marks))
    if not paper.official_name:
        return name
    return _beside(name, paper.plain_name, f"（{paper.official_name}）", size, room, x)


def _beside(
    name: list[Row], plain: str, after: str, size: int, room: float, x: float = _INDENT
) -> list[Row]:
    """The rows of a name with ``after`` behind it, or below where it does not fit."""
    end = x + width(plain, min(size + 2, HEAD), bold=True)
    if len(name) == 1 and end + width(after, size) <= room:
        return [replace(name[0], marks=(*name[0].marks, Text(after, size, x=end)))]
    return [*name, *paragraph(after.removeprefix("："), size, x=x, room=room)]


def _phone_rows(paper: SheetPaper, size: int, x: float, room: float) -> list[Row]:
    if not paper.phone:
        label = "电话：" if paper.address else "地址、电话："
        return [hand_line(label, size, x=x, room=room)] if paper.where else []
    rows = []
    after = x + 3 * size
    for number in phone_lines(paper.phone):
        lines = paragraph(number, PHONE, x=after, bold=True, room=room)
        lines[0] = replace(lines[0], marks=(Text("电话：", size, x=x), *lines[0].marks))
        rows += [replace(line, height=PHONE * LINE) for line in lines]
    return rows


def _deadline_rows(deadline: str, size: int, x: float, room: float) -> list[Row]:
    text = paragraph(
        f"注意期限：{deadline}", min(size + 2, HEAD), x=x + 8, bold=True, room=room - 8
    )
    return [Row(4), *frame(text, x=x, room=room - x, thickness=2.4), Row(4)]


def _in_hand(name: str, size: int) -> list[Row]:
    lines = paragraph(name, size, x=_INDENT, struck=True)
    if not lines:
        return []
    box = TickBox(_BOX * 0.75, ticked=True)
    first = Row(max(lines[0].height, _BOX + 2), (box, *lines[0].marks))
    return [first, *lines[1:]]


def _promise(promise: SheetPromise, size: int) -> list[Row]:
    when = paragraph(f"最晚 {promise.when}", min(size + 2, HEAD), bold=True)
    rows = when if promise.when else [hand_line("最晚", size, room=ROOM / 2)]
    what = paragraph(f"{promise.who}：{promise.what}", size, x=size)
    return [*rows, *what, Row(size * 0.4)]


def _saving(sheet: MaterialSheet) -> str:
    papers = sheet.before > sheet.after > 0
    trips = sheet.trips_before > sheet.trips_after
    parts = [f"原来分开办要 {sheet.before} 份材料，现在 {sheet.after} 份"] if papers else []
    if trips:
        parts.append(f"少跑 {sheet.trips_before - sheet.trips_after} 趟")
    return "；".join(parts) + "。" if parts else ""
