"""Where lines end: 避头尾, numbers and words stay whole, nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.printing.faces import width
from desk_app.printing.line_breaks import break_lines

SIZE = 18.0
NEVER_FIRST = "，。、；：？！）】」』》〉”’…—·％"
NEVER_LAST = "（【「『《〈“‘"
TEXTS = st.lists(
    st.sampled_from(
        ["请带", "身份证", "原件", "，", "。", "、", "（", "）", "“", "”", "《", "》", "？", " ",
         "021 0000 8888", "20 份", "8:30—11:30", "2026年12月3日", "星期四", "ABC", "𠮷", "\n"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(TEXTS, st.integers(8, 24))
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, characters: int) -> None:
    room = characters * SIZE
    lines = break_lines(text, SIZE, room)
    assert squeezed("".join(lines)) == squeezed(text)
    assert all(width(line, SIZE) <= room + 0.01 for line in lines)
    assert all(line == line.strip() != "" for line in lines)


@given(st.lists(st.sampled_from(["请您带好身份证", "复印件"]), min_size=1, max_size=9),
       st.lists(st.sampled_from(NEVER_FIRST), min_size=9, max_size=9),
       st.lists(st.sampled_from(["", *NEVER_LAST]), min_size=9, max_size=9),
       st.integers(8, 24))  # fmt: skip
def test_no_line_begins_or_ends_with_what_may_not(
    parts: list[str], closing: list[str], opening: list[str], characters: int
) -> None:
    text = "".join(o + part + c for part, c, o in zip(parts, closing, opening, strict=False))
    for line in break_lines(text, SIZE, characters * SIZE):
        assert line[0] not in NEVER_FIRST
        assert line[-1] not in NEVER_LAST


@pytest.mark.parametrize(
    "whole",
    ["021 0000 8888", "138 0013 8000", "20 份", "3 个", "8:30—11:30", "2026年12月3日", "12月3日",
     "星期四", "￥4,000.50 元", "BCS-20261123-02", "100％"],
)  # fmt: skip
def test_numbers_with_their_units_dates_and_words_stay_on_one_line(whole: str) -> None:
    for before in range(25):
        lines = break_lines("字" * before + whole + "字" * 5, SIZE, 12 * SIZE)
        assert sum(whole in line for line in lines) == 1


def test_one_or_two_characters_are_not_left_alone_on_the_last_line() -> None:
    assert len(break_lines("字" * 21 + "。", SIZE, 20 * SIZE)[-1]) > 2
    assert len(break_lines("字" * 22, SIZE, 20 * SIZE)[-1]) > 2


def test_ends_of_lines_in_the_text_are_kept() -> None:
    assert break_lines("一\n\n 二\r\n三", SIZE, 100) == ["一", "二", "三"]
    assert break_lines("", SIZE, 100) == []


def test_what_is_wider_than_a_line_is_broken_not_cut() -> None:
    lines = break_lines("A" * 200, SIZE, 100)
    assert "".join(lines) == "A" * 200


def test_a_very_long_text_is_broken_in_time() -> None:
    text = "您好，请带3 份复印件（原件也要）。" * 6000
    assert squeezed("".join(break_lines(text, SIZE, 400))) == squeezed(text)
