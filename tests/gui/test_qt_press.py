"""Printing through Qt, as far as it can be tried without Windows: the pages reach the printer."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from desk_app.core.errors import EnvironmentProblem
from desk_app.core.sheet import MaterialSheet, SheetPaper
from desk_app.printing.material_sheet import material_sheet_pdf
from desk_app.printing.preview import PageImage, render_page
from desk_app.ui.tasks.qt_press import paint_pages, qt_press, send_through_qt

A4_POINTS = (595, 842)


@pytest.fixture
def pdf() -> bytes:
    papers = tuple(SheetPaper(f"第 {n} 样") for n in range(12))
    sheet = MaterialSheet("请照这张单子准备", "BCS-1", "陈阿姨", ("报销",), to_bring=papers)
    return material_sheet_pdf(sheet, 22).pdf


def test_every_page_reaches_the_printer_whole_and_in_order(
    qapp: QApplication, pdf: bytes, tmp_path: Path
) -> None:
    assert qapp
    out = tmp_path / "out.pdf"
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    device.setOutputFileName(str(out))
    paint_pages(device, pdf, render_page)
    pages = pypdf.PdfReader(out).pages
    assert len(pages) == len(pypdfium2.PdfDocument(pdf)) > 1
    for number, page in enumerate(pages):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4_POINTS
        assert _alike(render_page(out.read_bytes(), number, 120), render_page(pdf, number, 120))


def _alike(one: PageImage, other: PageImage) -> bool:
    """Whether two small pictures differ by no more than resampling does."""
    assert (one.width, one.height) == (other.width, other.height)
    gaps = [abs(a - b) for a, b in zip(one.pixels, other.pixels, strict=True)]
    return sum(gaps) / len(gaps) < 6


def test_a_printer_that_is_not_there_refuses_and_nothing_is_lost(
    qapp: QApplication, pdf: bytes
) -> None:
    assert qapp
    with pytest.raises(EnvironmentProblem, match="没有收下"):
        send_through_qt(pdf, "没有这台打印机", render_page)


def test_the_press_shows_the_same_pictures(qapp: QApplication, pdf: bytes) -> None:
    assert qapp
    assert qt_press(render_page).picture(pdf, 0, 90) == render_page(pdf, 0, 90)
