"""An invoice against its detail list."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.core.errors import BadInputError
from desk_app.core.invoice_compare import (
    DETAILS_ONLY,
    DIFFERS,
    INVOICE_ONLY,
    SAME,
    Bill,
    BillLine,
    Row,
    Suggestion,
    compare,
    read_bill,
)

# 陈阿姨's figures are not in the report ("200-odd", "another 200-odd"); these are made up to fit.
CHEN_INVOICE = """挂号费	12.00
西药费	86.40
检验费	118.00
合计	216.40"""
CHEN_DETAILS = """项目	数量	单价	金额
挂号费	1	12.00	12.00
西药费	2	43.20	86.40
检验费	1	118.00	118.00
ＣＴ检查	1	228.00	￥228.00"""


def amounts(text: str) -> list[tuple[str, int]]:
    return [(line.name, line.fen) for line in read_bill(text).lines]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("挂号费 12.5", ("挂号费", 12_50)),
        ("挂号费\t￥1,280.00元", ("挂号费", 1_280_00)),
        ("　挂号费　１２．５０　", ("挂号费", 12_50)),
        ("挂号费12.50元", ("挂号费", 12_50)),
        ("挂号费：12", ("挂号费", 12_00)),
        ("挂号费 12 元", ("挂号费", 12_00)),
        ("阿莫西林 0.25g 2 4.30 8.60", ("阿莫西林 0.25g", 8_60)),
        ("退药 -8.60", ("退药", -8_60)),
        ("退药 ¥-8.60", ("退药", -8_60)),
    ],
)
def test_a_line_is_read_as_it_is_copied(text: str, line: tuple[str, int]) -> None:
    assert amounts(text) == [line]


def test_what_cannot_be_read_is_said_and_never_dropped() -> None:
    bill = read_bill("项目 金额\n\n挂号费 12\n12.00\n西药费 1.2.3\n合计 12.00")
    assert [line.name for line in bill.lines] == ["挂号费"]
    assert bill.unread == ((1, "项目 金额"), (3, "12.00"), (4, "西药费 1.2.3"))
    assert bill.stated == bill.total == 12_00


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("挂号费 99999999999999", "太大了"),
        ("挂号费 " + "9" * 6000, "太大了"),
        ("挂号费 1\n" * 501, "最多 500 行，现在有 501 行"),
    ],
)
def test_more_than_any_bill_has_gets_a_clear_sentence(text: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        read_bill(text)


def test_aunt_chens_invoice_lacks_what_the_details_have() -> None:
    found = compare(read_bill(CHEN_INVOICE), read_bill(CHEN_DETAILS))
    assert found.difference == 228_00
    assert found.invoice.stated == found.invoice.total == 216_40
    assert found.rows[0] == Row("CT检查", DETAILS_ONLY, (), (228_00,))
    assert [row.name for row in found.of_state(SAME)] == ["挂号费", "西药费", "检验费"]
    assert found.suggestions == ()


def test_lines_that_differ_say_by_how_much() -> None:
    found = compare(read_bill("西药费 86.40"), read_bill("西药费 84.00"))
    assert found.rows == (Row("西药费", DIFFERS, (86_40,), (84_00,)),)
    assert found.rows[0].difference == found.difference == -2_40


def test_a_line_that_stands_twice_on_one_side_is_one_too_many() -> None:
    found = compare(read_bill("检验费 30\n检验费 30"), read_bill("检验费 30"))
    assert found.rows == (
        Row("检验费", INVOICE_ONLY, (30_00,), ()),
        Row("检验费", SAME, (30_00,), (30_00,)),
    )


def test_a_line_that_stands_twice_on_both_sides_agrees_twice() -> None:
    found = compare(read_bill("检验费 30\n检验费 30"), read_bill("检验费 30\n检验费 30"))
    assert found.rows == (Row("检验费", SAME, (30_00,), (30_00,)),) * 2


def test_one_sum_for_several_lines_of_the_list_agrees() -> None:
    found = compare(read_bill("西药费 30"), read_bill("西药费 10\n西药费 20"))
    assert found.rows == (Row("西药费", SAME, (30_00,), (10_00, 20_00)),)


def test_a_renamed_line_is_suggested_and_matched_only_by_a_person() -> None:
    invoice, details = read_bill("CT检查费 228\n护理费 5"), read_bill("CT平扫检查 228\n床位费 40")
    found = compare(invoice, details)
    assert found.suggestions == (Suggestion("CT检查费", "CT平扫检查", True),)
    assert not found.of_state(SAME)
    agreed = compare(invoice, details, {"CT平扫检查": "CT检查费"})
    assert agreed.of_state(SAME) == (Row("CT检查费", SAME, (228_00,), (228_00,), "CT平扫检查"),)
    assert agreed.suggestions == ()
    assert agreed.difference == found.difference


BILL = st.lists(
    st.builds(BillLine, st.sampled_from(["西药费", "中药费", "检验费", "CT"]),
              st.integers(-500, 500)), max_size=12,
).map(lambda lines: Bill(tuple(lines)))  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(ours=BILL, theirs=BILL)
def test_every_line_is_in_exactly_one_row_and_the_sums_agree(ours: Bill, theirs: Bill) -> None:
    found = compare(ours, theirs)
    assert sorted(fen for row in found.rows for fen in row.invoice) == sorted(
        line.fen for line in ours.lines
    )
    assert sorted(fen for row in found.rows for fen in row.details) == sorted(
        line.fen for line in theirs.lines
    )
    assert sum(row.difference for row in found.rows) == found.difference
    assert all(row.difference == 0 for row in found.of_state(SAME))
    mirrored = compare(theirs, ours)
    assert mirrored.difference == -found.difference
    assert len(mirrored.of_state(SAME)) == len(found.of_state(SAME))


@given(bill=BILL)
def test_a_bill_agrees_with_itself(bill: Bill) -> None:
    assert {row.state for row in compare(bill, bill).rows} <= {SAME}


@given(text=st.text(max_size=80))
def test_no_text_makes_it_stumble(text: str) -> None:
    try:
        bill = read_bill(text)
    except BadInputError:
        return
    assert len(bill.lines) + len(bill.unread) <= len(text.splitlines())
