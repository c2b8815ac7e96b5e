"""Money: what people type, figures and capitals."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.core.errors import BadInputError
from desk_app.core.money import MAX_FEN, money_capitals, money_text, parse_money

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def whole(words: str) -> int:
    """Yuan in capitals, read by hand: 亿, 万, then units within four places."""
    for unit, size in (("亿", 100_000_000), ("万", 10_000)):
        if unit in words:
            high, low = words.split(unit)
            return whole(high) * size + whole(low)
    total = 0
    for digit, unit in re.findall(f"([{DIGITS[1:]}])([拾佰仟]?)", words):
        total += DIGITS.index(digit) * UNITS.get(unit, 1)
    return total


def read_capitals(words: str) -> int:
    yuan, _, rest = words.rpartition("元")
    fen = whole(yuan) * 100
    for digit, unit in re.findall(f"([{DIGITS}])([角分])", rest):
        fen += DIGITS.index(digit) * (10 if unit == "角" else 1)
    return fen


@given(st.integers(0, MAX_FEN))
def test_capitals_say_the_amount(fen: int) -> None:
    words = money_capitals(fen)
    assert read_capitals(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 10 == 0)


@pytest.mark.parametrize(
    ("fen", "words"),
    [(0, "零元整"), (5, "伍分"), (50, "伍角整"), (400_050, "肆仟元伍角整"),
     (1_200_000, "壹万贰仟元整"), (10_005, "壹佰元零伍分"), (1_000_100, "壹万零壹元整"),
     (1_000_000_100, "壹仟万零壹元整"), (MAX_FEN, "壹亿元整")],
)  # fmt: skip
def test_capitals_as_papers_want_them(fen: int, words: str) -> None:
    assert money_capitals(fen) == words


@given(st.integers(1, MAX_FEN))
def test_what_is_written_is_read_again(fen: int) -> None:
    assert parse_money(money_text(fen)) == fen


@pytest.mark.parametrize("typed", ["4000.5", "４，０００．５０元", "￥4,000.50", " 4000.50 元 "])
def test_what_people_type(typed: str) -> None:
    assert parse_money(typed) == 400_050


@pytest.mark.parametrize(
    "typed", ["", "-5", "0", "0.00", "1.234", "1万", "40,00", "9" * 30, "100000000.01", "一百"]
)
def test_what_is_not_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(BadInputError):
        parse_money(typed)
