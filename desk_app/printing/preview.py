"""Pictures of a finished PDF: what the preview shows is exactly what is printed."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as packed 32-bit pixels (blue, green, red, unused), ``width * 4`` bytes a line."""

    width: int
    height: int
    pixels: bytes


def render_page(pdf: bytes, page: int, width: int) -> PageImage:
    """Page ``page`` (from 0) of ``pdf``, ``width`` pixels wide. Raises IndexError."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        if not 0 <= page < len(document):
            raise IndexError(page)
        sheet = document[page]
        bitmap = sheet.render(
            scale=width / sheet.get_width(), rev_byteorder=False, prefer_bgrx=True
        )
        try:
            lines = memoryview(bitmap.buffer).cast("B")
            packed = bitmap.width * 4
            rows = (
                bytes(lines[line * bitmap.stride : line * bitmap.stride + packed])
                for line in range(bitmap.height)
            )
            return PageImage(bitmap.width, bitmap.height, b"".join(rows))
        finally:
            bitmap.close()
    finally:
        document.close()
