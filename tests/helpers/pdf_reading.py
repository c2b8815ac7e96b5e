"""Reads a finished PDF back: its words, its faces, its picture."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image
from pypdf import PageObject, PdfReader

PT_PER_MM = 72 / 25.4


class Span(NamedTuple):
    """Text drawn in one go: where its baseline begins (points), its size, its face."""

    text: str
    x: float
    y: float
    size: float
    face: str


def pages(pdf: bytes) -> list[PageObject]:
    """The pages of ``pdf``."""
    return list(PdfReader(io.BytesIO(pdf)).pages)


def words(pdf: bytes) -> str:
    """All text of ``pdf`` without spaces and line ends: what stands there, however broken."""
    return "".join(re.sub(r"\s", "", page.extract_text()) for page in pages(pdf))


def spans(page: PageObject) -> list[Span]:
    """Every text of ``page`` as it was drawn, without blanks."""
    found: list[Span] = []

    def visit(text: str, _cm: Any, matrix: Any, font: Any, size: float) -> None:
        if text.strip():
            face = str(font["/BaseFont"]).partition("+")[2] if font else ""
            found.append(Span(text.strip("\n"), matrix[4], matrix[5], size, face))

    page.extract_text(visitor_text=visit)
    return found


def lines(page: PageObject) -> list[str]:
    """The lines of ``page`` as a reader sees them, spans of one baseline joined."""
    rows: dict[float, str] = {}
    for span in spans(page):
        rows[round(span.y, 1)] = rows.get(round(span.y, 1), "") + span.text
    return [rows[y] for y in sorted(rows, reverse=True)]


def fonts(pdf: bytes) -> Iterator[dict[str, Any]]:
    """Every font object that a page names."""
    for page in pages(pdf):
        for reference in page["/Resources"]["/Font"].values():
            yield reference.get_object()


def picture(pdf: bytes, page: int = 0, dpi: int = 100) -> Image.Image:
    """Page ``page`` in grey, as a printer sees it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        document.close()


def codes(pdf: bytes, page: int = 0) -> list[str]:
    """What the bar codes on ``page`` say."""
    return [code.text for code in zxingcpp.read_barcodes(picture(pdf, page, 150))]
