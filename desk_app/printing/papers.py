"""Every kind of paper that is printed, by the plain data it is made from."""

from __future__ import annotations

from desk_app.core.paper_form import PaperForm
from desk_app.core.sheet import MaterialSheet, PrintedPaper
from desk_app.printing.form_sheet import form_pdf
from desk_app.printing.material_sheet import material_sheet_pdf


def paper_pdf(paper: MaterialSheet | PaperForm, size: int) -> PrintedPaper:
    """The paper as a PDF; ``size`` in points is that of a material list's text.

    A form has the sizes of its layout. Raises as ``material_sheet_pdf`` and ``form_pdf``.
    """
    return form_pdf(paper) if isinstance(paper, PaperForm) else material_sheet_pdf(paper, size)
