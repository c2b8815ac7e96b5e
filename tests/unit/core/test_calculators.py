"""The calculators against every worked example of the starter data, and what must always hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.core.calculators import CALCULATORS
from desk_app.core.calculators.base import MAX_FEN, MissingInputError, Unit, Value
from desk_app.core.catalogue import CalendarYear
from desk_app.core.errors import BadInputError

OCTOBER = CalendarYear(
    year=2026,
    official=True,
    source="test",
    days_off=tuple(date(2026, 10, day) for day in range(1, 8)),
    work_days=(),
)
Values = dict[str, Value]
STACKED = {"total": 100_000_00, "first_share": 8000, "second_share": 9500}
LEDGER = {"advanced": 12_000_00, "reimbursed": 9_500_00, "returned": 9_500_00, "written_off": 0}
BASIC = {"total": 6_000_00, "outside": 500_00, "deductible": 1_500_00, "deducted": 1_000_00,
         "share": 7000, "cap": 100_000_00}  # fmt: skip
SERIOUS = {"own": 50_000_00, "start_1": 20_000_00, "share_1": 6000, "start_2": 40_000_00,
           "share_2": 6500}  # fmt: skip
AID = {"own": 8_000_00, "deductible": 0, "share": 9000, "limit": 20_000_00, "used": 0}
FUNERAL: Values = {"monthly_income": 7_000_00, "status": "employed", "paid_months": 22 * 12}
RELIEF: Values = {"income": 7_200_00, "deduction": 0, "people": 3, "standard": 1_600_00,
                  "factor": 20_000}  # fmt: skip
GAP = {"standard": 1_600_00, "people": 2, "income": 1_250_40}
WAIT: Values = {"from_year": "0", "special": "no", "gap_years": 2, "repaired_years": 0}
CLAIM: Values = {"spent": "2025-12-20", "rule": "end_of_year", "months": 6, "today": "2026-06-20"}

EXAMPLES: list[tuple[str, Mapping[str, Value], Values]] = [
    ("stacked_reimbursement", STACKED,
     {"first": 80_000_00, "second": 19_000_00, "self": 1_000_00, "effective": 9900}),
    ("stacked_reimbursement", {"total": 1, "first_share": 5000, "second_share": 0},
     {"first": 1, "second": 0, "self": 0}),
    ("stacked_reimbursement", {"total": 1, "first_share": 4999, "second_share": 0},
     {"first": 0, "second": 0, "self": 1}),
    ("advance_ledger", LEDGER, {"due": 9_500_00, "outstanding": 0, "open": 2_500_00}),
    ("advance_ledger", {**LEDGER, "returned": 12_000_00}, {"outstanding": 0, "open": 0}),
    ("advance_ledger", {**LEDGER, "returned": 0}, {"outstanding": 9_500_00}),
    ("advance_ledger", {**LEDGER, "written_off": 2_500_00, "approved": "yes"}, {"open": 0}),
    ("basic_medical", BASIC, {"base": 5_500_00, "deductible_left": 500_00, "pay": 3_500_00,
                              "self": 2_500_00}),
    ("serious_illness", SERIOUS, {"pay": 18_500_00}),
    ("medical_aid", {**AID, "own": 5, "share": 5000}, {"pay": 3}),
    ("medical_aid", AID, {"pay": 7_200_00}),
    ("unemployment_months", {"paid_months": 72}, {"months": 18}),
    ("unemployment_months", {"paid_months": 24, "left_months": 14}, {"months": 24}),
    ("unemployment_months", {"paid_months": 12}, {"months": 12}),
    ("unemployment_months", {"paid_months": 60}, {"months": 18}),
    ("unemployment_months", {"paid_months": 120}, {"months": 24}),
    ("unemployment_amount", {"months": 18, "first_standard": 2_000_00, "first_months": 12,
                             "later_standard": 1_600_00}, {"total": 33_600_00}),
    ("unemployment_amount", {"months": 12, "first_standard": 2_000_00, "first_months": 12},
     {"total": 24_000_00}),
    ("funeral_pension", FUNERAL, {"funeral": 14_000_00, "months": 16, "pension": 112_000_00}),
    ("funeral_pension", {**FUNERAL, "paid_months": 59}, {"months": 3}),
    ("funeral_pension", {**FUNERAL, "paid_months": 60}, {"months": 6}),
    ("funeral_pension", {**FUNERAL, "paid_months": 180}, {"months": 9}),
    ("funeral_pension", {**FUNERAL, "paid_months": 360}, {"months": 24}),
    ("funeral_pension", {**FUNERAL, "paid_months": 480}, {"months": 24}),
    ("funeral_pension", {**FUNERAL, "status": "retired", "drawn_months": 36}, {"months": 13}),
    ("funeral_pension", {**FUNERAL, "status": "retired", "drawn_months": 240}, {"months": 9}),
    ("funeral_pension", {**FUNERAL, "paid_months": 270, "partial_year_rule": "dropped"},
     {"months": 16}),
    ("funeral_pension", {**FUNERAL, "paid_months": 270, "partial_year_rule": "as_whole"},
     {"months": 17}),
    ("relief_threshold", RELIEF, {"per": 2_400_00, "verdict": "低收入候选"}),
    ("relief_threshold", {**RELIEF, "income": 4_800_00}, {"verdict": "低收入候选"}),
    ("relief_threshold", {**RELIEF, "income": 4_800_00, "edge": "not_above"},
     {"verdict": "低保候选"}),
    ("relief_threshold", {**RELIEF, "income": 4_799_99}, {"verdict": "低保候选"}),
    ("relief_threshold", {**RELIEF, "income": 9_600_00}, {"verdict": "高于低收入线"}),
    ("expenditure_poverty", {"income": 144_000_00, "spent": 96_000_00, "people": 2},
     {"per": 2_000_00}),
    ("expenditure_poverty", {"income": 1, "spent": 96_000_00, "people": 2, "standard": 1},
     {"per": 0, "verdict": "低于标准，可以申请"}),
    ("dibao_gap", GAP, {"gap": 1_950_00}),
    ("dibao_gap", {**GAP, "rounding": "fen"}, {"gap": 1_949_60}),
    ("dibao_gap", {**GAP, "income": 9_999_00}, {"gap": 0}),
    ("resident_wait", WAIT, {"wait": 5}),
    ("resident_wait", {**WAIT, "repaired_years": 1}, {"wait": 4}),
    ("resident_wait", {**WAIT, "gap_years": 5, "repaired_years": 4}, {"wait": 6}),
    ("resident_wait", {**WAIT, "gap_years": 4, "repaired_years": 4}, {"wait": 6}),
    ("resident_wait", {**WAIT, "gap_years": 3, "repaired_years": 3}, {"wait": 3}),
    ("resident_wait", {**WAIT, "from_year": "1"}, {"wait": 4}),
    ("per_capita_area", {"area": 42_50, "people": 3, "line": 15_00},
     {"per": 14_16, "verdict": "低于准入线"}),
    ("claim_deadline", CLAIM, {"left": 10, "last": "2026-06-30"}),
    ("claim_deadline", {**CLAIM, "today": "2026-07-02"}, {"left": -2}),
    ("claim_deadline", {**CLAIM, "spent": "2025-08-31", "rule": "spent"}, {"last": "2026-02-28"}),
    ("due_date", {"accepted": "2026-09-28", "days": 3}, {"due": "2026-10-08"}),
    ("due_date", {"accepted": "2026-09-28", "days": 3, "pause_from": "2026-09-30",
                  "pause_to": "2026-10-09"}, {"due": "2026-10-13"}),
    ("due_date", {"accepted": "2026-09-28", "days": 1, "pause_from": "2026-09-30",
                  "pause_to": "2026-10-09"}, {"due": "2026-09-29"}),
    ("child_allowance", {"born": "2023-03-10"}, {"months": 14, "total": 4_200_00}),
    ("child_allowance", {"born": "2025-06-30"}, {"months": 36, "total": 10_800_00}),
    ("child_allowance", {"born": "2023-03-10", "last_month": "counts"}, {"months": 15}),
    ("child_allowance", {"born": "2021-12-01"}, {"months": 0, "total": 0}),
    ("child_allowance", {"born": "2023-03-10", "extra": 100_00}, {"total": 5_600_00}),
    ("burden_saved", {"papers_before": 20, "papers_now": 12, "trips_before": 10, "trips_now": 3},
     {"papers": 4000, "trips": 7000}),
]  # fmt: skip


def run(name: str, values: Mapping[str, Value]) -> Values:
    outcome = CALCULATORS[name].run(values, {2026: OCTOBER})
    return {result.name: result.value for result in outcome.results}


@pytest.mark.parametrize(("name", "values", "expected"), EXAMPLES)
def test_a_worked_example(name: str, values: Mapping[str, Value], expected: Values) -> None:
    found = run(name, values)
    assert {key: found[key] for key in expected} == expected


def test_all_seventeen_are_there_with_an_example_each() -> None:
    assert len(CALCULATORS) == 17
    assert {name for name, _, _ in EXAMPLES} == set(CALCULATORS)
    for name, one in CALCULATORS.items():
        assert one.id == name
        assert all((one.title, one.formula, one.rounding, one.source))
        assert one.version == 1


@pytest.mark.parametrize(("name", "values"), [(name, values) for name, values, _ in EXAMPLES])
def test_what_is_missing_is_named_and_never_taken_as_nothing(
    name: str, values: Mapping[str, Value]
) -> None:
    for one in CALCULATORS[name].inputs:
        if one.required and not one.default:
            rest = {key: value for key, value in values.items() if key != one.name}
            sentence = f"^缺少 {re.escape(one.label)}，暂不能算。$"
            with pytest.raises(MissingInputError, match=sentence):
                run(name, rest)


SOMETIMES = [
    ("unemployment_amount", {"months": 18, "first_standard": 1, "first_months": 12},
     "缺少 后一档每月标准"),
    ("funeral_pension", {**FUNERAL, "status": "retired"}, "缺少 已领养老金"),
    ("funeral_pension", {**FUNERAL, "paid_months": 270}, "缺少 不足一年的折算"),
    ("serious_illness", {"own": 5, "start_1": 1, "share_1": 1, "start_2": 2}, "缺少 第二段比例"),
    ("serious_illness", {"own": 5, "start_1": 1, "share_1": 1, "start_3": 2, "share_3": 1},
     "缺少 第二段起点"),
    ("advance_ledger", {**LEDGER, "written_off": 1}, "缺少 核销的审批号"),
    ("advance_ledger", {**LEDGER, "written_off": 1, "approved": "no"}, "缺少 核销的审批号"),
    ("due_date", {"accepted": "2026-09-28", "days": 3, "pause_to": "2026-10-09"}, "缺少 补正开始"),
    ("burden_saved", {}, "缺少 单独办理要的材料份数"),
    ("burden_saved", {"papers_now": 3}, "缺少 单独办理要的材料份数"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "words"), SOMETIMES)
def test_what_is_only_sometimes_needed_is_asked_for_then(
    name: str, values: Values, words: str
) -> None:
    with pytest.raises(MissingInputError, match=words):
        run(name, values)


NONSENSE = [
    ("stacked_reimbursement", {**STACKED, "first_share": 10_001}, "太大"),
    ("stacked_reimbursement", {**STACKED, "total": -1}, "太小"),
    ("stacked_reimbursement", {**STACKED, "total": MAX_FEN + 1}, "太大"),
    ("stacked_reimbursement", {**STACKED, "total": 0}, "没有什么可以报销"),
    ("stacked_reimbursement", {**STACKED, "other": 0}, "没有这一项"),
    ("stacked_reimbursement", {**STACKED, "total": "100"}, "应当是数字"),
    ("advance_ledger", {**LEDGER, "returned": 12_000_01}, "返还的比垫付的还多"),
    ("advance_ledger", {**LEDGER, "written_off": 2_500_01}, "返还加核销"),
    ("basic_medical", {**BASIC, "outside": 6_000_01}, "目录外自费比总费用还多"),
    ("serious_illness", {**SERIOUS, "start_2": 20_000_00}, "一段比一段高"),
    ("medical_aid", {**AID, "used": 20_000_01}, "已用额比年度限额还多"),
    ("unemployment_months", {"paid_months": 11}, "缴费不满 1 年"),
    ("unemployment_months", {"paid_months": 24, "left_months": 25}, "太大"),
    ("relief_threshold", {**RELIEF, "deduction": 7_200_01}, "扣减比收入还多"),
    ("relief_threshold", {**RELIEF, "people": 0}, "太小"),
    ("relief_threshold", {**RELIEF, "factor": 9_999}, "太小"),
    ("resident_wait", {**WAIT, "repaired_years": 3}, "补缴的年数"),
    ("resident_wait", {**WAIT, "special": "yes"}, "特殊群体"),
    ("resident_wait", {**WAIT, "special": "maybe"}, "没有这个选项"),
    ("claim_deadline", {**CLAIM, "spent": "1900-01-01"}, "2000-01-01 和 2100-12-31"),
    ("claim_deadline", {**CLAIM, "today": "9999-12-31"}, "2000-01-01 和 2100-12-31"),
    ("claim_deadline", {**CLAIM, "spent": "2026-06-21"}, "比今天还晚"),
    ("due_date", {"accepted": "today", "days": 3}, "2000-01-01 和 2100-12-31"),
    ("due_date", {"accepted": "2026-09-28", "days": 3, "pause_from": "2026-09-28",
                  "pause_to": "2026-10-09"}, "补正要在受理之后"),
    ("burden_saved", {"papers_before": 0, "papers_now": 0}, "太小"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "words"), NONSENSE)
def test_nonsense_gets_a_clear_sentence(name: str, values: Values, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        run(name, values)


def test_a_result_that_rests_on_a_local_standard_says_so() -> None:
    remarks = CALCULATORS["dibao_gap"].run(GAP).remarks
    assert any("自填的本地口径：低保标准" in remark for remark in remarks)
    assert CALCULATORS["stacked_reimbursement"].run(STACKED).remarks == ()
    for one in CALCULATORS.values():
        for wanted in one.inputs:
            assert not (wanted.local and wanted.default), (one.id, wanted.name)


def test_a_year_without_an_announced_calendar_is_an_estimate() -> None:
    outcome = CALCULATORS["due_date"].run({"accepted": "2031-09-28", "days": 3})
    assert outcome.remarks == ("节假日安排还没公布，按估算。",)


FEN = st.integers(1, MAX_FEN)
BP = st.integers(0, 10_000)
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(total=FEN, first=BP, second=BP, more=BP)
def test_two_levels_add_up_and_never_pay_more_than_the_bill(
    total: int, first: int, second: int, more: int
) -> None:
    values: Values = {"total": total, "first_share": first, "second_share": second}
    found = run("stacked_reimbursement", values)
    parts = [found["first"], found["second"], found["self"]]
    assert all(isinstance(part, int) and part >= 0 for part in parts)
    assert sum(int(part) for part in parts) == total
    better = run("stacked_reimbursement", {**values, "second_share": max(second, more)})
    assert int(better["self"]) <= int(found["self"])
    assert abs(int(found["self"]) * 10_000 - total * (10_000 - int(found["effective"]))) <= (
        total + 10_000  # both sides are rounded once
    )


@FEW
@given(total=FEN, outside=FEN, deductible=FEN, deducted=FEN, part=BP, cap=FEN, more=FEN)
def test_insurance_pays_within_its_bounds(
    total: int, outside: int, deductible: int, deducted: int, part: int, cap: int, more: int
) -> None:
    values: Values = {"total": total, "outside": min(outside, total), "deductible": deductible,
                      "deducted": deducted, "share": part, "cap": cap}  # fmt: skip
    found = run("basic_medical", values)
    assert int(found["pay"]) + int(found["self"]) == total
    assert 0 <= int(found["pay"]) <= min(cap, int(found["base"]))
    bigger = run("basic_medical", {**values, "total": max(total, more)})
    assert int(bigger["pay"]) >= int(found["pay"])


@FEW
@given(own=FEN, more=FEN, starts=st.lists(FEN, min_size=3, max_size=3, unique=True), part=BP)
def test_more_of_ones_own_money_never_means_less_back(
    own: int, more: int, starts: list[int], part: int
) -> None:
    values: Values = {"own": min(own, more)}
    for number, start in enumerate(sorted(starts), start=1):
        values |= {f"start_{number}": start, f"share_{number}": part}
    less, much = (
        run("serious_illness", values),
        run("serious_illness", {**values, "own": max(own, more)}),
    )
    assert 0 <= int(less["pay"]) <= int(much["pay"]) <= max(own, more)
    flat = {"own": max(own, more), "start_1": min(starts), "share_1": part}
    assert run("serious_illness", flat)["pay"] == much["pay"]  # one share: tiers do not matter


@FEW
@given(own=FEN, part=BP, limit=FEN, used=FEN)
def test_aid_stays_within_what_is_left_of_the_year(
    own: int, part: int, limit: int, used: int
) -> None:
    used = min(used, limit)
    found = run("medical_aid", {"own": own, "deductible": 0, "share": part, "limit": limit,
                                "used": used})  # fmt: skip
    assert 0 <= int(found["pay"]) <= limit - used
    assert int(found["pay"]) + int(found["self"]) == own


@FEW
@given(paid=st.integers(12, 1200), left=st.integers(0, 24))
def test_unemployment_lasts_two_years_at_most(paid: int, left: int) -> None:
    first = int(run("unemployment_months", {"paid_months": paid})["months"])
    again = int(run("unemployment_months", {"paid_months": paid, "left_months": left})["months"])
    assert first in (12, 18, 24)
    assert first <= again <= 24


@FEW
@given(paid=st.integers(0, 1199), drawn=st.integers(0, 1200))
def test_pension_months_stay_between_three_and_twenty_four(paid: int, drawn: int) -> None:
    values: Values = {**FUNERAL, "paid_months": paid, "partial_year_rule": "dropped"}
    employed = int(run("funeral_pension", values)["months"])
    longer = int(run("funeral_pension", {**values, "paid_months": paid + 1})["months"])
    retired = run("funeral_pension", {**values, "status": "retired", "drawn_months": drawn})
    assert 3 <= employed <= longer <= 24
    assert 9 <= int(retired["months"]) <= max(9, employed)


@FEW
@given(income=FEN, people=st.integers(1, 50), standard=FEN)
def test_the_gap_lifts_a_household_to_the_standard_and_less_than_a_yuan_above(
    income: int, people: int, standard: int
) -> None:
    gap = int(run("dibao_gap", {"standard": standard, "people": people, "income": income})["gap"])
    assert gap % 100 == 0
    assert gap == 0 or 0 <= income + gap - standard * people < 100


@FEW
@given(gap=st.integers(0, 100), repaired=st.integers(0, 100), start=st.sampled_from("01"))
def test_repairing_never_lengthens_the_wait(gap: int, repaired: int, start: str) -> None:
    values: Values = {**WAIT, "gap_years": gap, "from_year": start}
    bare = int(run("resident_wait", values)["wait"])
    mended = int(run("resident_wait", {**values, "repaired_years": min(repaired, gap)})["wait"])
    assert (6 if gap >= 4 else 3) <= mended <= bare


@FEW
@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(1, 60),
       away=st.integers(1, 90), back=st.integers(0, 60))  # fmt: skip
def test_a_pause_never_brings_the_due_day_forward(
    start: date, days: int, away: int, back: int
) -> None:
    pause = date.fromordinal(start.toordinal() + away)
    resumed = date.fromordinal(pause.toordinal() + back)
    values: Values = {"accepted": start.isoformat(), "days": days}
    plain = str(run("due_date", values)["due"])
    paused = str(run("due_date", {**values, "pause_from": pause.isoformat(),
                                  "pause_to": resumed.isoformat()})["due"])  # fmt: skip
    assert start.isoformat() < plain <= paused
    assert not pause.isoformat() <= paused <= resumed.isoformat()


def test_every_unit_of_an_input_has_limits_or_options() -> None:
    for one in CALCULATORS.values():
        for wanted in one.inputs:
            if wanted.unit is Unit.CHOICE:
                assert wanted.options
                assert wanted.default in ("", *dict(wanted.options))
            elif wanted.unit is not Unit.DATE:
                low, high = wanted.limits
                assert low < high
