"""The printing room as screens and commands see it; its libraries are imported at first use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk_app.core.paper_form import PaperForm
    from desk_app.core.sheet import MaterialSheet, PrintedPaper
    from desk_app.printing.preview import PageImage
    from desk_app.printing.spool import Printer
    from desk_app.services.press import Press


def print_sheet(sheet: MaterialSheet | PaperForm, size: int) -> PrintedPaper:
    """Make the PDF of a paper; ReportLab is imported at the first one."""
    from desk_app.printing.papers import paper_pdf

    return paper_pdf(sheet, size)


def make_press() -> Press:
    """The printing room, as screens see it; imported at the first use."""
    from desk_app.services.press import Press

    def picture(pdf: bytes, page: int, width: int) -> PageImage:
        from desk_app.printing.preview import render_page

        return render_page(pdf, page, width)

    def printers() -> list[Printer]:
        from desk_app.printing import spool

        return spool.printers()

    def send(pdf: bytes, printer: str) -> str:
        from desk_app.printing import spool

        return spool.print_pdf(pdf, printer)

    return Press(picture, printers, send)


def make_window_press() -> Press:
    """The same for the window: where there is no CUPS, through Qt's printers."""
    press = make_press()
    if sys.platform == "win32":
        from desk_app.ui.tasks.qt_press import qt_press

        press = qt_press(press.picture)
    return press
