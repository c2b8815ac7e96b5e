"""What papers do not say even if somebody typed it."""

from __future__ import annotations

import pytest

from desk_app.core.discretion import discreet, without_articles


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("老伴得了肺癌晚期没钱住院", "老伴因病没钱住院"),
        ("因患尿毒症、糖尿病住院", "因病住院"),
        ("确诊精神分裂症，长期住院", "因病，长期住院"),
        ("他中风以后瘫痪在床", "他因病以后因病在床"),
        ("送到精神病院住院", "送到精神病院住院"),
        ("去肿瘤医院开证明", "去肿瘤医院开证明"),
        ("发票和明细对不上", "发票和明细对不上"),
        ("号码是310106194903121012。", "号码是后四位 1012。"),
        ("账号6222020000000000001", "账号6222020000000000001"),
    ],
)
def test_illness_is_because_of_illness_and_an_id_number_its_last_four(
    typed: str, printed: str
) -> None:
    assert discreet(typed) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("《社会保险法》第二十八条第二款", "《社会保险法》"),
        ("《某办法》第12条之一第（三）项规定", "《某办法》规定"),
        ("街道的规定", "街道的规定"),
    ],
)
def test_articles_are_left_out(typed: str, printed: str) -> None:
    assert without_articles(typed) == printed
