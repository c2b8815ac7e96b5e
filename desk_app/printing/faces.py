"""The printing faces: which character is drawn by which font file, and how wide it is.

ReportLab has no fallback between fonts, so text is cut into runs by what each file can draw. The
30 MB face for rare characters is only read when a character needs it.

What is done with a character that is not plain text:

* ends of lines begin a new line; tabs and every kind of space become one ordinary space;
* characters without ink (joiners, direction marks, soft hyphens, variation selectors) are dropped:
  nothing that a person could see is lost, and they could turn the order of a line around;
* everything else that no face can draw (emoji, other scripts, control, private and unassigned
  characters, CJK from extension G on) is refused, never printed as a box.
"""

from __future__ import annotations

import mmap
import re
import struct
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics, ttfonts

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem, UserFacingError
from desk_app.system.resources import resource_path

REGULAR, BOLD, RARE = "NotoSansSC-Regular", "NotoSansSC-Bold", "HanaMinB"

_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E)])
_NEVER_DRAWN = ("Cc", "Cn", "Co", "Cs")
_loading = threading.RLock()


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one face."""

    text: str
    font: str


def clean(text: str) -> str:
    """``text`` on one line, composed (NFC), without characters that carry no ink."""
    return "".join(_plain(ch) for ch in unicodedata.normalize("NFC", text))


def unprintable(text: str) -> list[str]:
    """The characters of ``text`` that no face can draw, each once, in order."""
    return [ch for ch in dict.fromkeys(clean(text)) if _face_for(ch, False) is None]


def runs(text: str, *, bold: bool = False) -> list[Run]:
    """``text`` cut into runs that one face each can draw.

    Raises:
        UserFacingError: no face has a character; it is named by its code point.
    """
    cut: list[Run] = []
    for ch in clean(text):
        font = _face_for(ch, bold)
        if font is None:
            raise cannot_print(ch)
        if cut and cut[-1].font == font:
            cut[-1] = Run(cut[-1].text + ch, font)
        else:
            cut.append(Run(ch, font))
    return cut


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of ``text`` in points. Raises as ``runs``."""
    return sum(_advance(ch, bold) for ch in clean(text)) * size


def cannot_print(characters: str, place: str = "单子") -> UserFacingError:
    """The refusal of ``characters``, named by code point and place, never by the text around."""
    return UserFacingError(
        QT_TRANSLATE_NOOP("Errors", "{place}里有打印不出来的字：{codes}。"),
        safe=QT_TRANSLATE_NOOP("Errors", "没有打印，案件没有动；不会打成方框。"),
        press=QT_TRANSLATE_NOOP("Errors", "请换一个写法（例如用同音字，旁边手写），再打印。"),
        place=place,
        codes="、".join(f"U+{ord(ch):04X}（{_kind(ch)}）" for ch in characters[:5]),
    )


def load_faces() -> None:
    """Read the two faces every paper needs; call it at idle so that the first paper is quick."""
    _glyphs(REGULAR)
    _glyphs(BOLD)


def _kind(ch: str) -> str:
    category = unicodedata.category(ch)
    if category in _NEVER_DRAWN:
        return "控制字符" if category == "Cc" else "未分配的字符"
    return "表情或符号" if category.startswith("S") else "字库里没有"


@lru_cache(maxsize=8192)
def _plain(ch: str) -> str:
    category = unicodedata.category(ch)
    if category in ("Zs", "Zl", "Zp") or ch in "\t\n\v\f\r\x1c\x1d\x1e\x85":
        return " "
    return "" if category == "Cf" or ord(ch) in _SELECTORS else ch


@lru_cache(maxsize=8192)
def _face_for(ch: str, bold: bool) -> str | None:
    if unicodedata.category(ch) in _NEVER_DRAWN:
        return None
    faces = (BOLD if bold else REGULAR, RARE)
    return next((name for name in faces if _glyphs(name).get(ord(ch))), None)


@lru_cache(maxsize=8192)
def _advance(ch: str, bold: bool) -> float:
    font = _face_for(ch, bold)
    if font is None:
        raise cannot_print(ch)
    return float(pdfmetrics.stringWidth(ch, font, 1.0))


def _glyphs(name: str) -> Mapping[int, int]:
    with _loading:  # two threads reading one file would register it twice
        return _read(name)


@cache
def _read(name: str) -> Mapping[int, int]:
    path = resource_path(f"fonts/{name}.ttf")
    try:
        font = ttfonts.TTFont(name, _MappedFile(path))
    except (OSError, ValueError, IndexError, struct.error, ttfonts.TTFError) as fault:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "字体文件“{name}”坏了，不能打印。"),
            safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请重新安装。"),
            name=path.name,
        ) from fault
    pdfmetrics.registerFont(font)
    font.face.glyphToChar.clear()  # only for shaping other scripts; tens of thousands of lists
    glyphs: Mapping[int, int] = font.face.charToGlyph
    return glyphs


class _MappedFile:
    """A file that ReportLab reads in place: 50 MB of glyphs need not be held in memory."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def read(self) -> mmap.mmap:
        """The whole file, mapped read-only for as long as anybody holds it."""
        with self._path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


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
