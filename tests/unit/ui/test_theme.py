"""Every pair of colours that meets on a screen is readable; sizes follow the scale."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics
from pytestqt.qtbot import QtBot

from desk_app.ui.theme import (
    BODY,
    LINE_COLOURS,
    LINE_TEXT,
    SCALES,
    TOKENS,
    Theme,
    ThemeName,
    Tokens,
    contrast,
    load_fonts,
    style_sheet,
)

GROUNDS = ("page", "surface", "sunken")
MAIN, OTHER, CONTROL = 7.0, 4.5, 3.0

PAIRS = [
    *(("text", ground, MAIN) for ground in GROUNDS),
    *(("text_2", ground, OTHER) for ground in GROUNDS),
    ("text", "primary_tint", MAIN),
    ("text_2", "primary_tint", OTHER),
    ("muted", "page", OTHER),
    ("muted", "surface", OTHER),
    ("primary", "page", OTHER),
    ("primary", "surface", OTHER),
    ("primary", "primary_tint", OTHER),
    ("on_primary", "primary", OTHER),
    ("on_primary", "primary_hover", OTHER),
    *((tone, f"{tone}_tint", OTHER) for tone in ("ok", "warn", "danger", "info")),
    *((tone, ground, OTHER) for tone in ("ok", "warn", "danger", "info")
      for ground in ("page", "surface", "sunken")),
    ("page", "text", MAIN),  # the toast
    ("border", "page", CONTROL),
    ("border", "surface", CONTROL),
    ("focus", "page", CONTROL),
    ("focus", "surface", CONTROL),
    ("focus", "sunken", CONTROL),
]  # fmt: skip


@pytest.mark.parametrize("name", list(ThemeName))
@pytest.mark.parametrize(("ink", "ground", "limit"), PAIRS)
def test_what_is_written_stands_out_from_its_ground(
    name: ThemeName, ink: str, ground: str, limit: float
) -> None:
    tokens = TOKENS[name]
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= limit


@pytest.mark.parametrize("name", list(ThemeName))
def test_one_tone_of_the_focus_ring_shows_on_a_filled_button(name: ThemeName) -> None:
    tokens = TOKENS[name]
    ring = max(contrast(tone, tokens.primary) for tone in (tokens.focus, tokens.surface))
    assert ring >= CONTROL
    assert contrast(tokens.focus, tokens.surface) >= CONTROL  # the tones from one another


@pytest.mark.parametrize("colour", LINE_COLOURS.values())
def test_tags_of_lines_of_business_are_readable(colour: str) -> None:
    assert contrast(colour, LINE_TEXT) >= OTHER
    assert contrast(colour, TOKENS[ThemeName.LIGHT].page) >= OTHER


def test_contrast_is_the_wcag_formula() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", list(ThemeName))
def test_the_style_sheet_holds_no_colour_but_the_tokens(name: ThemeName) -> None:
    tokens = TOKENS[name]
    known = {getattr(tokens, field.name) for field in fields(Tokens)}
    sheet = style_sheet(Theme(name, 100))
    assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)) <= known
    assert "%(" not in sheet


def test_type_and_space_grow_with_the_scale() -> None:
    assert SCALES == (100, 115, 130, 150, 175)
    for scale in SCALES:
        theme = Theme(ThemeName.LIGHT, scale)
        assert theme.font().pointSizeF() == pytest.approx(BODY * scale / 100)
        assert theme.px(40) == round(40 * scale / 100)


def test_the_shipped_face_is_used_and_knows_chinese(qtbot: QtBot) -> None:
    assert qtbot
    load_fonts()
    font: QFont = Theme(ThemeName.LIGHT, 100).font()
    assert QFontInfo(font).family() == "Noto Sans SC"
    assert all(QFontMetrics(font).inFontUcs4(ord(sign)) for sign in "跨前一步办不成事囍")
