"""What a person types into a calculator, and how values are read out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.core.calculators.base import MAX_FEN, Input, Unit, Value
from desk_app.core.calculators.typed import read_value, show_value
from desk_app.core.errors import BadInputError

ONE = {unit: Input("one", "这一项", unit) for unit in Unit if unit is not Unit.CHOICE}
CHOICE = Input("one", "这一项", Unit.CHOICE, options=(("yes", "是"), ("no", "不是")))


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        (Unit.FEN, "100000", 100_000_00),
        (Unit.FEN, " ¥1,280.5 元", 1_280_50),
        (Unit.FEN, "￥１２，３４５．６７", 12_345_67),
        (Unit.FEN, "1.5万", 15_000_00),
        (Unit.FEN, "0", 0),
        (Unit.BASIS_POINTS, "80", 8000),
        (Unit.BASIS_POINTS, "９９．５％", 9950),
        (Unit.TIMES, "1.5倍", 15_000),
        (Unit.MONTHS, "6年", 72),
        (Unit.MONTHS, "6 年 3 个月", 75),
        (Unit.MONTHS, "75", 75),
        (Unit.MONTHS, "18个月", 18),
        (Unit.DAYS, "3 个工作日", 3),
        (Unit.COUNT, "3人", 3),
        (Unit.AREA, "42.5㎡", 42_50),
        (Unit.AREA, "42.5平方米", 42_50),
        (Unit.DATE, "2026/9/8", "2026-09-08"),
        (Unit.DATE, "20260908", "2026-09-08"),
        (Unit.DATE, "２０２６年９月８日", "2026-09-08"),
        (Unit.FEN, "  ", None),
    ],
)
def test_what_people_type_is_understood(unit: Unit, text: str, value: Value | None) -> None:
    assert read_value(ONE[unit], text) == value


@pytest.mark.parametrize(
    ("unit", "text", "words"),
    [
        (Unit.FEN, "八千", "看不懂，请写成 1,280.50"),
        (Unit.FEN, "1,28.50", "看不懂"),
        (Unit.FEN, "-5", "不能是负数"),
        (Unit.FEN, "1.005", "小数太多"),
        (Unit.FEN, "9" * 20, "太大了"),
        (Unit.FEN, "9" * 5000, "看不懂"),
        (Unit.BASIS_POINTS, "101", "太大了"),
        (Unit.COUNT, "2.5", "小数太多"),
        (Unit.MONTHS, "半年", "6年3个月"),
        (Unit.DATE, "1900-01-01", "2000-01-01 和 2100-12-31"),
        (Unit.DATE, "9999-12-31", "2000-01-01 和 2100-12-31"),
        (Unit.DATE, "2026-02-30", "没有这一天"),
        (Unit.DATE, "明天", "2026-12-01"),
    ],
)
def test_what_makes_no_sense_gets_a_clear_sentence(unit: Unit, text: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read_value(ONE[unit], text)


def test_a_choice_is_one_of_its_options() -> None:
    assert read_value(CHOICE, "yes") == "yes"
    with pytest.raises(BadInputError, match="没有这个选项"):
        read_value(CHOICE, "maybe")


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.FEN, 19_000_00, "19,000.00 元"),
        (Unit.FEN, -5, "-0.05 元"),
        (Unit.BASIS_POINTS, 9900, "99%"),
        (Unit.BASIS_POINTS, 9955, "99.55%"),
        (Unit.TIMES, 15_000, "1.5 倍"),
        (Unit.MONTHS, 18, "18 个月"),
        (Unit.DAYS, -2, "-2 天"),
        (Unit.COUNT, 3, "3"),
        (Unit.AREA, 14_16, "14.16 平方米"),
        (Unit.DATE, "2026-10-08", "2026年10月8日"),
        (Unit.CHOICE, "低保候选", "低保候选"),
    ],
)
def test_values_are_read_out_plainly(unit: Unit, value: Value, words: str) -> None:
    assert show_value(unit, value) == words


@given(value=st.integers(0, MAX_FEN))
def test_an_amount_that_was_shown_is_read_back(value: int) -> None:
    assert read_value(ONE[Unit.FEN], show_value(Unit.FEN, value)) == value


@given(text=st.text(max_size=20), unit=st.sampled_from(sorted(ONE)))
def test_no_text_makes_it_stumble(text: str, unit: Unit) -> None:
    try:
        value = read_value(ONE[unit], text)
    except BadInputError:
        return
    assert value is None or show_value(unit, value)
