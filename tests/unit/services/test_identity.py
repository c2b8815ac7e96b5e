"""Hints about numbers ask to look again; none of them refuses anything."""

from __future__ import annotations

import pytest

from desk_app.services.identity import id_number_hint, phone_hint


@pytest.mark.parametrize("number", ["", "11010519491231002X", "110105 19491231 002x", "H12345678"])
def test_a_good_number_or_another_paper_needs_no_hint(number: str) -> None:
    assert id_number_hint(number) == ""


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("110105194912310021", "校验位"),
        ("110105194913310024", "日期"),
        ("130503670401001", "15 位"),
        ("1101051949", "10 位"),
    ],
)
def test_an_odd_number_is_told_and_kept(number: str, says: str) -> None:
    assert says in id_number_hint(number)
    assert "已照样记下" in id_number_hint(number)


@pytest.mark.parametrize(
    "phone", ["", "13800138000", "138 0013 8000", "+86 138-0013-8000", "021-12345678", "12345",
              "65432100", "4008123123"],
)  # fmt: skip
def test_usual_phones_need_no_hint(phone: str) -> None:
    assert phone_hint(phone) == ""


@pytest.mark.parametrize("phone", ["1380013800", "138001380000", "00", "问儿子"])
def test_an_odd_phone_is_told_and_kept(phone: str) -> None:
    assert "已照样记下" in phone_hint(phone)
