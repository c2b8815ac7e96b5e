"""Which face draws which character, and what is dropped or refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from desk_app.core.errors import UserFacingError
from desk_app.printing.faces import (
    BOLD,
    RARE,
    REGULAR,
    Run,
    clean,
    runs,
    unprintable,
    width,
)
from desk_app.printing.material_sheet import material_sheet_pdf
from tests.helpers.pdf_reading import pages, picture, spans, words
from tests.helpers.sheets import ONE_PAGE

RARE_NAMES = "𠮷㛃䶮𬭚𬱖𫖯𤋮"


@pytest.mark.parametrize("ch", RARE_NAMES)
def test_a_rare_name_is_drawn_with_ink_and_read_back_as_itself(ch: str, pdftotext: str) -> None:
    pdf = material_sheet_pdf(replace(ONE_PAGE, addressee=f"{ch}阿姨", officer=ch)).pdf
    assert f"{ch}阿姨，您好！" in words(pdf)
    done = subprocess.run([pdftotext, "-", "-"], input=pdf, capture_output=True, check=True)
    assert f"{ch}阿姨" in done.stdout.decode()
    assert f"经办：{ch}" in done.stdout.decode().replace(" ", "")

    page = pages(pdf)[0]
    greeting = next(span for span in spans(page) if "阿姨，您好" in span.text)
    scale = 2
    left, bottom = greeting.x * scale, (841.89 - greeting.y) * scale
    box = (left, bottom - 18 * scale, left + 20 * scale, bottom + 3 * scale)
    glyph = picture(pdf, dpi=72 * scale).crop(tuple(map(round, box)))
    dark = sum(glyph.histogram()[:128])
    assert 0.06 < dark / (glyph.width * glyph.height) < 0.6


@pytest.fixture(scope="module")
def pdftotext() -> str:
    import shutil

    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler-utils is not installed")
    return program


def test_text_is_cut_into_runs_by_the_face_that_has_each_character() -> None:
    assert runs("张𠮷 1") == [Run("张", REGULAR), Run("𠮷", RARE), Run(" 1", REGULAR)]
    assert runs("张𠮷", bold=True) == [Run("张", BOLD), Run("𠮷", RARE)]
    assert width("张𠮷", 18) == pytest.approx(36)


def test_the_face_for_rare_characters_is_read_only_when_one_is_needed() -> None:
    program = (
        "from desk_app.printing import faces\n"
        "from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames as names\n"
        "faces.runs('陈阿姨 123，㛃䶮'); print('HanaMinB' in names())\n"
        "faces.runs('𠮷'); print('HanaMinB' in names())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "True"]


def test_all_of_gb2312_and_gbk_can_be_printed() -> None:
    everything = bytes(
        byte
        for high in range(0x81, 0xFF)
        for low in [*range(0x40, 0x7F), *range(0x80, 0xFF)]
        for byte in (high, low)
    ).decode("gbk", "ignore")
    han = [ch for ch in everything if ch >= "一" and not "\ue000" <= ch <= "\uf8ff"]
    assert len(han) > 20_000
    assert unprintable("".join(han)) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [(0x3400, 0x4DB5), (0x4E00, 0x9FEF), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1)],
)
def test_the_ideographs_of_names_can_be_printed(first: int, last: int) -> None:
    assert unprintable("".join(map(chr, range(first, last + 1)))) == []


def test_what_carries_no_ink_is_dropped() -> None:
    assert clean("陈\u200d\u200b\u2060阿\ufe0f\U000e0100姨\u202e\ufeff\u00ad") == "陈阿姨"
    assert clean("a\tb\u3000c\u00a0d\r\ne") == "a b c d  e"
    assert clean("e\u0301") == "é"


@pytest.mark.parametrize(
    ("ch", "kind"),
    [
        ("😀", "表情或符号"),
        ("👩", "表情或符号"),
        ("\x07", "控制字符"),
        ("\x00", "控制字符"),
        ("\U000e0080", "未分配的字符"),
        ("\ue000", "未分配的字符"),
        ("\ud800", "未分配的字符"),
        ("\uffff", "未分配的字符"),
        ("\U00030000", "字库里没有"),
        ("༄", "字库里没有"),
    ],
)
def test_what_no_face_can_draw_is_refused_with_its_code_point_and_kind(ch: str, kind: str) -> None:
    assert unprintable(f"好{ch}") == [ch]
    for refused in (runs, clean_width):
        with pytest.raises(UserFacingError) as refusal:
            refused(f"好{ch}")
        assert f"U+{ord(ch):04X}" in str(refusal.value)
    assert kind in str(refusal.value) or kind == "字库里没有"


def clean_width(text: str) -> float:
    return width(text, 18)
