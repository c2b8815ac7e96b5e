"""A sheet goes through a real print queue: a cupsd of the test's own, with its own socket."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from desk_app.core.errors import BadInputError, EnvironmentProblem
from desk_app.printing.material_sheet import material_sheet_pdf
from desk_app.printing.preview import render_page
from desk_app.printing.spool import Printer, print_pdf, printers
from tests.helpers.cups import PrintService, print_service
from tests.helpers.sheets import FULL

pytestmark = pytest.mark.skipif(
    shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin") is None,
    reason="cupsd (Debian package cups) is not installed on this machine",
)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrintService]:
    with print_service() as running:
        monkeypatch.setenv("CUPS_SERVER", running.socket)
        monkeypatch.setenv("LANG", "zh_CN.UTF-8")
        yield running


def seen(pdf: bytes, page: int) -> Image.Image:
    image = render_page(pdf, page, 900)
    whole = Image.frombytes("RGB", (image.width, image.height), image.pixels, "raw", "BGRX")
    return whole.convert("L").resize((900, 1273))


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Share of points that are black on one and white on the other."""
    histogram = ImageChops.difference(one, other).histogram()
    return sum(histogram[140:]) / (one.width * one.height)


def test_the_paper_that_comes_out_is_the_page_that_was_shown(service: PrintService) -> None:
    out = service.add_printer("Desk")
    printed = material_sheet_pdf(FULL)
    job = print_pdf(printed.pdf, "Desk")
    assert job == "Desk-1"
    service.wait_for(job)

    came_out = out.read_bytes()
    reader = PdfReader(io.BytesIO(came_out))
    assert len(reader.pages) == printed.pages
    for number, page in enumerate(reader.pages):
        width, height = (float(edge) / 72 * 25.4 for edge in page.mediabox[2:])
        assert (width, height) == pytest.approx((210, 297), abs=0.3)
        assert unlike(seen(came_out, number), seen(printed.pdf, number)) < 0.005
    assert unlike(seen(came_out, 0), seen(printed.pdf, 1)) > 0.02


def test_the_queue_sees_a_general_title_and_the_copies_asked_for(service: PrintService) -> None:
    out = service.add_printer("Desk")
    printed = material_sheet_pdf(FULL)
    service.wait_for(print_pdf(printed.pdf, "Desk", copies=2))
    log = "".join(path.read_text("utf-8", "replace") for path in service.folder.glob("*.log"))
    assert "陈阿姨" not in log
    assert FULL.case_number not in log
    assert len(PdfReader(io.BytesIO(out.read_bytes())).pages) == printed.pages
    # printer, user, job, time, pages in all, billing, host, title, paper, sides
    for wanted in (f"total {2 * printed.pages} ", "跨前一步", "A4 one-sided"):
        assert wanted in service.page_log


def test_printers_are_listed_with_the_default_first(service: PrintService) -> None:
    assert printers() == []
    service.add_printer("Alpha")
    service.add_printer("Desk")
    assert printers() == [Printer("Alpha", False), Printer("Desk", False)]
    service.run("lpadmin", "-d", "Desk")
    assert printers() == [Printer("Desk", True), Printer("Alpha", False)]
    service.wait_for(print_pdf(material_sheet_pdf(FULL).pdf))


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "C"])
def test_each_refusal_says_what_happened_and_that_a_pdf_is_still_possible(
    service: PrintService, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    pdf = material_sheet_pdf(FULL).pdf

    def refusal(printer: str = "Desk") -> str:
        with pytest.raises(EnvironmentProblem) as problem:
            print_pdf(pdf, printer)
        assert "存为 PDF 仍可用" in str(problem.value)
        return str(problem.value)

    assert "还没有装打印机" in refusal("")
    assert "找不到打印机“Desk”" in refusal()
    service.add_printer("Desk")
    service.run("cupsreject", "Desk")
    assert "打印机“Desk”没有收下" in refusal()
    service.stop()
    assert "打印服务（CUPS）没有开" in refusal()
    assert printers() == []
    monkeypatch.setenv("PATH", "/nowhere")
    assert "没有装打印服务" in refusal()
    assert printers() == []


def test_a_number_of_copies_that_makes_no_sense_is_refused() -> None:
    for copies in (0, -1, 1000):
        with pytest.raises(BadInputError, match="份数"):
            print_pdf(b"", "Desk", copies)
