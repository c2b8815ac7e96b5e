"""Printers through Qt, for systems without CUPS: the same page pictures that the preview shows.

Written for Windows; there was no such machine to try it on. What could be tried is that the pages
reach a ``QPrinter`` whole and in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem
from desk_app.services.press import PagePicture, Press

DOTS_PER_INCH = 300
A4_INCHES = 210 / 25.4
JOB_TITLE = "desk-app"
"""The same for every job: job titles show in queues, so they say nothing of a person."""


@dataclass(frozen=True, slots=True)
class QtPrinterName:
    """A printer as Qt knows it."""

    name: str
    is_default: bool


def qt_press(picture: Callable[[bytes, int, int], PagePicture]) -> Press:
    """A press whose printers are Qt's. ``picture`` as in ``Press``."""
    return Press(picture, qt_printers, lambda pdf, printer: send_through_qt(pdf, printer, picture))


def qt_printers() -> list[QtPrinterName]:
    """The system's printers, the default one first."""
    default = QPrinterInfo.defaultPrinterName()
    found = [QtPrinterName(name, name == default) for name in QPrinterInfo.availablePrinterNames()]
    return sorted(found, key=lambda printer: not printer.is_default)


def send_through_qt(
    pdf: bytes, printer: str, picture: Callable[[bytes, int, int], PagePicture]
) -> str:
    """Print ``pdf`` on ``printer`` page by page; there is no job id to return.

    Raises:
        EnvironmentProblem: no such printer, or it refuses.
    """
    info = QPrinterInfo.printerInfo(printer)
    if info.isNull():
        raise _refused(printer)
    device = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    paint_pages(device, pdf, picture)
    return ""


def paint_pages(
    device: QPrinter, pdf: bytes, picture: Callable[[bytes, int, int], PagePicture]
) -> None:
    """Paint every page of ``pdf`` on ``device``, A4 without margins of its own.

    Raises:
        EnvironmentProblem: the device refuses.
    """
    device.setDocName(JOB_TITLE)
    device.setResolution(DOTS_PER_INCH)
    # The paper has its margins drawn in; full page means from edge to edge.
    device.setFullPage(True)
    device.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF()
        )
    )
    painter = QPainter()
    if not painter.begin(device):
        raise _refused(device.printerName())
    try:
        room = QRectF(device.paperRect(QPrinter.Unit.DevicePixel))
        for number, page in enumerate(_pages(pdf, picture)):
            if number and not device.newPage():
                raise _refused(device.printerName())
            image = QImage(
                page.pixels, page.width, page.height, page.width * 4, QImage.Format.Format_RGB32
            )
            painter.drawImage(room, image)
    finally:
        painter.end()


def _pages(pdf: bytes, picture: Callable[[bytes, int, int], PagePicture]) -> Iterator[PagePicture]:
    number = 0
    while True:
        try:
            page = picture(pdf, number, round(A4_INCHES * DOTS_PER_INCH))
        except IndexError:
            return
        yield page
        number += 1


def _refused(printer: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "打印机“{printer}”没有收下。"),
        press=QT_TRANSLATE_NOOP("Errors", "单子没有丢，可以存为 PDF，或者回中心再打。"),
        printer=printer[:40],
    )
