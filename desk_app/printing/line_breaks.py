"""Breaks Chinese text into lines (避头尾): what may not begin or end a line stays with others.

A line may break between any two ideographs, at spaces, and nowhere inside a phone number, an amount
with its unit, or a Latin word that fits on a line.
"""

from __future__ import annotations

import re

from desk_app.printing.faces import clean, width

NO_START = "，。、；：！？）】」』》〉”’…—～,.;:!?)]}%％℃"
NO_END = "（【「『《〈“‘([{"

_ATOMS = re.compile(
    r"\d[\d ,.:/-]*\d(?:\s?[一-鿿%％])?"  # 138 0013 8000, 2026-12-01, 20 份
    r"|\d(?:\s?[一-鿿%％])?"
    r"|[A-Za-z][A-Za-z0-9_.@/-]*"
    r"|\s+"
    r"|.",
    re.DOTALL,
)


def break_lines(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """``text`` as lines no wider than ``room`` points; an empty text gives no line.

    Raises UserFacingError for characters that cannot be printed.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(clean(text), size, room, bold):
        if line and width((line + piece).rstrip(), size, bold=bold) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str, size: float, room: float, bold: bool) -> list[str]:
    """Pieces that must not be broken, in order."""
    pieces: list[str] = []
    for atom in _ATOMS.findall(text):
        glued = pieces and (atom[0] in NO_START or pieces[-1][-1] in NO_END)
        if glued and width(pieces[-1] + atom, size, bold=bold) <= room:
            pieces[-1] += atom
        elif width(atom, size, bold=bold) <= room:
            pieces.append(atom)
        else:
            pieces.extend(atom)  # longer than a line: better broken than cut
    return pieces
