"""How long a sheet takes: warm, and cold in a fresh process with every import.

Run: ``python -m tests.bench.bench_printing``. All figures of a table come from one run on one
machine; compare the ratios, not the milliseconds of two machines. Exits 1 when a one-page list
takes more than 150 ms warm or 600 ms cold.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from reportlab.pdfgen.canvas import Canvas

from desk_app.printing.faces import REGULAR
from desk_app.printing.material_sheet import SIZES, material_sheet_pdf
from desk_app.printing.preview import render_page
from tests.helpers.sheets import FULL, ONE_PAGE, many_papers

WARM_LIMIT, COLD_LIMIT = 150.0, 600.0

_COLD = """
import time
start = time.perf_counter()
{body}
print((time.perf_counter() - start) * 1000)
"""
_COLD_SHEET = """
from tests.helpers.sheets import ONE_PAGE
from desk_app.printing.material_sheet import material_sheet_pdf
from dataclasses import replace
material_sheet_pdf(replace(ONE_PAGE, addressee={name!r}), 18)
"""
_COLD_BARE = """
import io
from reportlab.pdfgen.canvas import Canvas
canvas = Canvas(io.BytesIO())
canvas.drawString(72, 720, "one page")
canvas.save()
"""


def bare_page() -> bytes:
    """One page of ReportLab with the same face and as many lines, without any layout."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=1, initialFontName=REGULAR)
    canvas.setFont(REGULAR, 18)
    for line in range(20):
        canvas.drawString(57, 780 - 27 * line, "带原件，看一下就还您，复印件 2 份")
    canvas.save()
    return stream.getvalue()


def warm(work: Callable[[], object], rounds: int = 20) -> float:
    """Median milliseconds of ``rounds`` runs after a first one."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def cold(body: str, rounds: int = 5) -> float:
    """Median milliseconds of a fresh process from its first line on, imports included."""
    program = [sys.executable, "-c", _COLD.format(body=body)]
    return statistics.median(
        float(subprocess.run(program, capture_output=True, check=True, text=True).stdout)
        for _ in range(rounds)
    )


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    base_warm = warm(lambda: material_sheet_pdf(ONE_PAGE))
    bare_warm = warm(bare_page)
    pdf = material_sheet_pdf(ONE_PAGE).pdf
    rare = replace(ONE_PAGE, addressee="𠮷阿姨")
    long = replace(ONE_PAGE, explanation=(("说明", "请您带好原件，复印件 2 份。" * 150),))
    rows = [
        ("bare ReportLab page", bare_warm, bare_warm),
        ("one-page list, 18 pt", base_warm, bare_warm),
        *(
            (f"full list, {size} pt", warm(lambda size=size: material_sheet_pdf(FULL, size)),
             bare_warm)
            for size in SIZES
        ),
        ("30 papers", warm(lambda: material_sheet_pdf(many_papers(30))), bare_warm),
        ("2,000 characters of text", warm(lambda: material_sheet_pdf(long)), bare_warm),
        ("one page with a rare name", warm(lambda: material_sheet_pdf(rare)), bare_warm),
        ("preview of a page, 1240 px", warm(lambda: render_page(pdf, 0, 1240)), bare_warm),
    ]  # fmt: skip
    bare_cold = cold(_COLD_BARE)
    base_cold = cold(_COLD_SHEET.format(name="陈阿姨"))
    rows += [
        ("cold: bare ReportLab page", bare_cold, bare_cold),
        ("cold: one-page list", base_cold, bare_cold),
        ("cold: with a rare name", cold(_COLD_SHEET.format(name="𠮷阿姨")), bare_cold),
    ]
    write = sys.stdout.write
    write(f"{'':32}{'ms':>8}{'ratio':>8}\n")
    for name, taken, base in rows:
        write(f"{name:32}{taken:8.1f}{taken / base:8.1f}\n")
    write(f"one-page list: {len(pdf) / 1000:.0f} kB\n")
    broken = base_warm > WARM_LIMIT or base_cold > COLD_LIMIT
    write("a limit is broken\n" if broken else f"warm <= {WARM_LIMIT:.0f}, cold <= "
          f"{COLD_LIMIT:.0f} ms: kept\n")  # fmt: skip
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
