"""What the codes on invoices say, in the forms described in public, with digits made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.core.e_invoice import FISCAL, EInvoice, read_e_invoice
from desk_app.core.errors import BadInputError

CODES = [
    ("01,10,050001200111,12345678,104.72,20180613,12345678901234567890,1774,",
     "增值税电子普通发票", "050001200111", "12345678", "12345678901234567890",
     date(2018, 6, 13), 104_72),
    ("01,04,4200161111,00012345,165106.00,20160501,23456789012345678901,DBFE,",
     "增值税普通发票", "4200161111", "00012345", "23456789012345678901",
     date(2016, 5, 1), 165_106_00),
    ("01,01,1200151111,01234567,94339.62,20160621,,9335,",
     "增值税专用发票", "1200151111", "01234567", "", date(2016, 6, 21), 94_339_62),
    ("01,01,4300171111,07654321,10545.43,20180115,6579,",
     "增值税专用发票", "4300171111", "07654321", "", date(2018, 1, 15), 10_545_43),
    ("01,32,,23442000000012345678,112,20230215,,74AE",
     "数电发票（普通发票）", "", "23442000000012345678", "", date(2023, 2, 15), 112_00),
    ("01,31,,24922000000012345678,666.00,20240208,,76A1",
     "数电发票（增值税专用发票）", "", "24922000000012345678", "", date(2024, 2, 8), 666_00),
    ("https://www.chinaebill.cn/eips-wxapp-service/d?t=504&a=x"
     "&d=45060122_0123456789_0a1b2c_236.21_20230306&s=x",
     FISCAL, "45060122", "0123456789", "0a1b2c", date(2023, 3, 6), 236_21),
    ("https://www.chinaebill.cn/d?t=501&a=x&d=44060122_9876543210_3d4e5f_20221118&s=B6",
     FISCAL, "44060122", "9876543210", "3d4e5f", date(2022, 11, 18), None),
    ("http://www.chinaebill.cn/eips-wxapp-service/H5FinanceDisplay/showInvoice"
     "?invoice_code=45010223&invoice_number=0012345678&check_code=6a7b8c&app_id=hN",
     FISCAL, "45010223", "0012345678", "6a7b8c", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "code", "number", "check", "day", "fen"), CODES)
def test_a_known_code_is_read(
    text: str, kind: str, code: str, number: str, check: str, day: date | None, fen: int | None
) -> None:
    assert read_e_invoice(f" {text}\r\n") == EInvoice(kind, text, code, number, check, day, fen)


def test_full_width_signs_of_a_scanner_keyboard_are_plain_ones() -> None:
    text = "０１，３２，，23442000000012345678，112，20230215，，74AE"
    assert read_e_invoice(text).number == "23442000000012345678"


@pytest.mark.parametrize(
    "text",
    [
        "BCS-20261201-01-7K",
        "https://fapiao.example.cn/d?d=45060122_0123456789_0a1b2c_236.21_20230306",
        "https://www.chinaebill.cn/about",
        "01,99,050001200111,12345678,104.72,20180613,12345678901234567890,1774,",
        "01,10,050001200111",
        "6920152400777",
        "http://[broken",
    ],
)
def test_a_form_that_nobody_described_is_shown_as_it_is(text: str) -> None:
    found = read_e_invoice(text)
    assert not found.is_known
    assert found == EInvoice("", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  ", "没有内容"),
        ("1" * 4_001, "太长"),
        ("01,10,\x00\x01", "乱码"),
        ("01,10,05000352345,12345678,104.72,20180613,,1774,", "代码或号码不对"),
        ("01,32,,2344200000001234567,112,20230215,,74AE", "代码或号码不对"),
        ("01,32,050001200111,23442000000012345678,112,20230215,,74AE", "代码或号码不对"),
        ("01,10,050001200111,12345678,1e9,20180613,,1774,", "金额不对"),
        ("01,10,050001200111,12345678,9999999999,20180613,,1774,", "金额不对"),
        ("01,10,050001200111,12345678,104.72,20180631,,1774,", "开票日期不对"),
        ("01,10,050001200111,12345678,104.72,19000101,,1774,", "开票日期不对"),
        ("01,10,050001200111,12345678,104.72,99991231,,1774,", "开票日期不对"),
        ("https://www.chinaebill.cn/d?d=4506012_0123456789_0a1b2c_20230306", "校验码不对"),
        ("https://www.chinaebill.cn/d?d=45060122_0123456789_0a1b2c_x_20230306", "金额不对"),
    ],
)
def test_a_broken_code_gets_a_clear_sentence(text: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read_e_invoice(text)


@given(text=st.text(max_size=60) | st.lists(st.text(max_size=9)).map(",".join))
def test_no_text_makes_it_stumble(text: str) -> None:
    for code in (text, f"01,10,{text}", f"https://www.chinaebill.cn/d?d={text}"):
        try:
            found = read_e_invoice(code)
        except BadInputError:
            continue
        assert found.text
