"""Breaks Chinese text into lines (避头尾): what may not begin or end a line stays with others.

A line may break between any two ideographs and at spaces, and nowhere inside a phone number, a time
or an amount with its unit, or a Latin word that fits on a line.
"""

from __future__ import annotations

import re

from desk_app.printing.faces import clean, width

NO_START = "，。、；：！？）】」』》〉〕”’…—～·,.;:!?)]}%％℃"
NO_END = "（【「『《〈〔“‘([{￥¥"

_LONELY = 2
"""A last line of so few characters is avoided where the others can take them along."""

_HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
_NUMBER = rf"\d(?:[\d ,.:/\-—–~～]*\d)?(?:\s?(?:{_HAN}|[%％℃]))?"
_ATOMS = re.compile(
    rf"(?:\d+年)?\d+月\d+日"  # a date stays whole
    rf"|(?:星期|周)[一二三四五六日天]"
    rf"|(?:￥|¥)?{_NUMBER}"  # 138 0013 8000, 8:30—11:30, 20 份
    rf"|[A-Za-z][A-Za-z0-9_.@/\-]*"
    rf"|\s+"
    rf"|.",
    re.DOTALL,
)


def break_lines(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """``text`` as lines no wider than ``room`` points; an empty text gives no line.

    Ends of lines in ``text`` are kept as breaks, empty lines are not. What is wider than a line by
    itself is broken anywhere rather than cut.

    Raises:
        UserFacingError: a character that cannot be printed.
    """
    lines: list[str] = []
    for part in text.splitlines():
        pieces = _pieces(clean(part).strip(), size, room, bold)
        broken = _fill(pieces, size, room, bold)
        if len(broken) > 1 and len(broken[-1]) <= _LONELY:
            # One or two characters alone look like an error: narrower lines give them company.
            narrower = _fill(pieces, size, room - (_LONELY + 1) * size, bold)
            broken = narrower if len(narrower) == len(broken) else broken
        lines += broken
    return lines


def _fill(pieces: list[tuple[str, float]], size: float, room: float, bold: bool) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for piece, wide in pieces:
        if line and used + wide - _trailing_space(piece, size, bold) > room + 0.01:
            lines.append(line.rstrip())
            line, used = "", 0.0
            piece, wide = piece.lstrip(), wide - _leading_space(piece, size, bold)
        line += piece
        used += wide
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str, size: float, room: float, bold: bool) -> list[tuple[str, float]]:
    """Pieces that must not be broken, in order, each with its width in points."""
    pieces: list[tuple[str, float]] = []
    for atom in _ATOMS.findall(text):
        wide = width(atom, size, bold=bold)
        before, before_wide = pieces[-1] if pieces else ("", 0.0)
        glued = before and (atom[0] in NO_START or before[-1] in NO_END)
        if glued and before_wide + wide <= room:
            pieces[-1] = (before + atom, before_wide + wide)
        elif wide <= room:
            pieces.append((atom, wide))
        else:
            pieces.extend((ch, width(ch, size, bold=bold)) for ch in atom)
    return pieces


def _trailing_space(piece: str, size: float, bold: bool) -> float:
    return width(piece[len(piece.rstrip()) :], size, bold=bold)


def _leading_space(piece: str, size: float, bold: bool) -> float:
    return width(piece[: len(piece) - len(piece.lstrip())], size, bold=bold)
