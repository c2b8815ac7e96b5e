"""The printing faces: which character is drawn by which font file.

ReportLab has no fallback between fonts, so text is cut into runs by what each file can draw. The
30 MB face for rare characters is only read when a character needs it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from reportlab.pdfbase import pdfmetrics, ttfonts

from desk_app.core.errors import QT_TRANSLATE_NOOP, UserFacingError
from desk_app.system.resources import resource_path

REGULAR, BOLD, RARE = "NotoSansSC-Regular", "NotoSansSC-Bold", "HanaMinB"

DROPPED = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""Invisible joiners and hyphens: they carry no ink and are left out."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one face."""

    text: str
    font: str


def clean(text: str) -> str:
    """``text`` without characters that print nothing; tabs and line ends become spaces."""
    spaced = (" " if ch in "\t\r\n\u3000\u00a0" else ch for ch in text)
    return "".join(ch for ch in spaced if ch not in DROPPED and not _is_selector(ch))


def runs(text: str, *, bold: bool = False) -> list[Run]:
    """``text`` cut into runs that one face each can draw.

    Raises:
        UserFacingError: no face has a character; it is named by its code point.
    """
    cut: list[Run] = []
    for ch in clean(text):
        font = _font_for(ch, bold)
        if cut and cut[-1].font == font:
            cut[-1] = Run(cut[-1].text + ch, font)
        else:
            cut.append(Run(ch, font))
    return cut


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of ``text`` in points."""
    return float(
        sum(pdfmetrics.stringWidth(run.text, run.font, size) for run in runs(text, bold=bold))
    )


def _font_for(ch: str, bold: bool) -> str:
    main = BOLD if bold else REGULAR
    for name in (main, RARE):
        if ord(ch) in _characters(name):
            return name
    raise UserFacingError(
        QT_TRANSLATE_NOOP(
            "Errors", "有一个字打印不出来：{code}（{kind}）。没有打印，也不会打成方框。"
        ),
        press=QT_TRANSLATE_NOOP("Errors", "请换一个写法，例如用同音字加注，再打印。"),
        code=f"U+{ord(ch):04X}",
        kind=_kind(ch),
    )


def _kind(ch: str) -> str:
    category = unicodedata.category(ch)
    if category in ("Cn", "Co", "Cs", "Cc"):
        return "未分配或控制字符"
    return "表情或符号" if category.startswith("S") else "字库里没有"


def _is_selector(ch: str) -> bool:
    return "\ufe00" <= ch <= "\ufe0f" or 0xE0100 <= ord(ch) <= 0xE01EF


@cache
def _characters(name: str) -> frozenset[int]:
    face = ttfonts.TTFont(name, str(resource_path(f"fonts/{name}.ttf")))
    pdfmetrics.registerFont(face)
    return frozenset(face.face.charToGlyph)


_reportlab_cmap = ttfonts.makeToUnicodeCMap


def _to_unicode_cmap(fontname: str, subset: list[int]) -> str:
    # ReportLab writes code points above U+FFFF as five hex digits: they look right on paper but
    # copy and search wrong. PDF 32000-1, 9.10.3 wants UTF-16BE.
    written: str = _reportlab_cmap(fontname, subset)
    return re.sub(
        r"<([0-9A-F]{5,6})>",
        lambda code: f"<{chr(int(code[1], 16)).encode('utf-16-be').hex().upper()}>",
        written,
    )


ttfonts.makeToUnicodeCMap = _to_unicode_cmap
