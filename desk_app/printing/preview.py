"""Pictures of a finished PDF: what the preview shows is exactly what is printed."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pypdfium2


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as packed 32-bit pixels (blue, green, red, unused), ``width * 4`` bytes a line."""

    width: int
    height: int
    pixels: bytes


_one_at_a_time = threading.Lock()
"""PDFium keeps state of its own without any lock: two threads in it at once crash the program."""


def render_page(pdf: bytes, page: int, width: int) -> PageImage:
    """Page ``page`` (from 0) of ``pdf``, ``width`` pixels wide. Raises IndexError.

    May be called from any thread; everything of PDFium is closed again before it returns, so that
    nothing of it is left for a garbage collection on another thread.
    """
    with _one_at_a_time, closing(pypdfium2.PdfDocument(pdf)) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        with closing(document[page]) as sheet:
            scale = width / sheet.get_width()
            with closing(sheet.render(scale=scale, prefer_bgrx=True)) as bitmap:
                return _packed(bitmap)


def _packed(bitmap: Any) -> PageImage:
    lines = memoryview(bitmap.buffer).cast("B")
    packed = bitmap.width * 4
    rows = (
        bytes(lines[line * bitmap.stride : line * bitmap.stride + packed])
        for line in range(bitmap.height)
    )
    return PageImage(bitmap.width, bitmap.height, b"".join(rows))
