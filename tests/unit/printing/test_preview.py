"""The preview is the finished PDF itself, as pixels."""

from __future__ import annotations

import pytest
from PIL import Image

from desk_app.printing.material_sheet import material_sheet_pdf
from desk_app.printing.preview import render_page
from tests.helpers.pdf_reading import picture
from tests.helpers.sheets import FULL


def test_the_preview_shows_the_page_that_is_printed() -> None:
    printed = material_sheet_pdf(FULL)
    for page in range(printed.pages):
        shown = render_page(printed.pdf, page, 827)
        assert shown.width == 827
        assert shown.height == pytest.approx(827 * 297 / 210, abs=2)
        assert len(shown.pixels) == shown.width * shown.height * 4
        image = Image.frombytes("RGB", (shown.width, shown.height), shown.pixels, "raw", "BGRX")
        wanted = picture(printed.pdf, page, 100).resize(image.size)
        histogram = difference(image.convert("L"), wanted)
        assert sum(histogram[128:]) < image.width * image.height * 0.002


def difference(one: Image.Image, other: Image.Image) -> list[int]:
    from PIL import ImageChops

    return ImageChops.difference(one, other).histogram()


def test_a_page_that_is_not_there_is_an_index_error() -> None:
    printed = material_sheet_pdf(FULL)
    for page in (-1, printed.pages):
        with pytest.raises(IndexError):
            render_page(printed.pdf, page, 100)
