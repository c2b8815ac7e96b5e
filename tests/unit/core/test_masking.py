"""How much of a person shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.core.masking import (
    TITLES,
    form_of_address,
    mask_id_number,
    mask_name,
    mask_phone,
    surname,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张小芳", "张**"),
        ("张芳", "张*"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("迪丽热巴·迪力木拉提", "迪**"),
        ("陈阿姨", "陈阿姨"),
        ("欧阳先生", "欧阳先生"),
        ("张小芳女士", "张**女士"),
        ("天桥老人", "天*老人"),
        ("  ", ""),
        ("𠮷田", "𠮷*"),
    ],
)
def test_only_the_surname_of_a_name_shows(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("021-62345678", "021******78"),
        ("12345", "12345"),
        ("", ""),
        ("没有", ""),
    ],
)
def test_the_middle_of_a_phone_is_hidden(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_an_id_number_never_shows_the_birth_date() -> None:
    assert mask_id_number("310106196001011012") == "310***********1012"
    assert mask_id_number("31010619600101101X") == "310***********101X"
    assert "600101" not in mask_id_number("310106600101101")


@given(st.text(alphabet="0123456789X ", max_size=24))
def test_at_most_seven_characters_of_an_id_number_show(number: str) -> None:
    shown = mask_id_number(number)
    assert len(shown.replace("*", "")) <= 7
    assert len(shown) == len(number.replace(" ", ""))


@given(st.text(alphabet="0123456789-+ ", max_size=20))
def test_at_most_seven_digits_of_a_private_phone_show(phone: str) -> None:
    assert sum(ch.isdecimal() for ch in mask_phone(phone)) <= 7


@given(st.text(min_size=2, max_size=12))
def test_a_masked_name_gives_away_no_more_than_a_surname_or_a_form_of_address(name: str) -> None:
    shown = mask_name(name)
    given_name = name.strip()[len(surname(name)) :]
    hidden = set(given_name) - set(surname(name)) - {"*"} - set("".join(TITLES))
    assert not hidden & set(shown)


def test_the_title_given_is_how_a_resident_is_called() -> None:
    assert form_of_address("陈秀英", "陈阿姨") == "陈阿姨"
    assert form_of_address("欧阳锋", "") == "欧阳同志"
    assert form_of_address("", "") == ""
