"""Unemployment, and what follows a worker's death (calculations 6, 7, 8)."""

from __future__ import annotations

from fractions import Fraction

from desk_app.core.calculators.base import (
    TO_FEN,
    Calculator,
    Given,
    Input,
    Outcome,
    Result,
    Unit,
    money,
)
from desk_app.core.catalogue import Confidence
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

MOST_MONTHS = 24


def _months(given: Given) -> Outcome:
    paid = given.number("paid_months")
    if paid < 12:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "缴费不满 1 年，这条规则没有说，请问失业保险经办机构。")
        )
    cap = 12 if paid < 60 else 18 if paid < 120 else MOST_MONTHS
    if given.has("left_months"):
        cap = min(cap + given.number("left_months"), MOST_MONTHS)
    return Outcome(
        (Result("months", "最长可领", Unit.MONTHS, cap, main=True),),
        ("这是上限。同一档里具体几个月由地方定。",),
    )


UNEMPLOYMENT_MONTHS = Calculator(
    id="unemployment_months",
    title="失业金能领几个月",
    inputs=(
        Input("paid_months", "累计缴费", Unit.MONTHS, note="重新就业后又失业的，从上次之后算起"),
        Input(
            "left_months", "上次没领完的", Unit.MONTHS, required=False, high=MOST_MONTHS,
            note="第一次失业就空着",
        ),
    ),
    formula=(
        "缴费满 1 年不足 5 年，最长 12 个月；满 5 年不足 10 年，最长 18 个月；满 10 年，"
        "最长 24 个月。再次失业的，加上上次没领的，合计不超过 24 个月"
    ),
    rounding="整月，不取整。",
    source="《社会保险法》第四十六条",
    confidence=Confidence.HIGH,
    confidence_note="只是上限",
    notes=("同一档内具体月数由地方定，这里只输出上限。",),
    words="失业 期限 几个月",
    work=_months,
)  # fmt: skip


def _amount(given: Given) -> Outcome:
    months, first = given.number("months"), given.number("first_months")
    in_first, later = min(months, first), max(0, months - first)
    total = given.number("first_standard") * in_first
    if later:
        total += given.number("later_standard") * later
    return Outcome((money("total", "合计", total, main=True),))


UNEMPLOYMENT_AMOUNT = Calculator(
    id="unemployment_amount",
    title="失业金一共多少",
    inputs=(
        Input("months", "领取月数", Unit.MONTHS, high=MOST_MONTHS),
        Input("first_standard", "前一档每月标准", Unit.FEN, local="unemployment_first_standard"),
        Input(
            "first_months", "前一档的月数", Unit.MONTHS, high=MOST_MONTHS,
            local="unemployment_first_months", note="例如前 12 个月一档",
        ),
        Input(
            "later_standard", "后一档每月标准", Unit.FEN, required=False,
            local="unemployment_later_standard", note="超过前一档的月份才用得到",
        ),
    ),
    formula="前一档标准 × 前一档月数 + 后一档标准 × 其余月数",
    rounding=TO_FEN,
    source="标准由本市公布，须自填。",
    confidence=Confidence.LOW,
    confidence_note="标准须自填",
    words="失业 失业金 多少钱",
    work=_amount,
)  # fmt: skip


def _years(given: Given, months: int) -> int:
    """Whole years of ``months``; a part of a year counts as the place says."""
    years, rest = divmod(months, 12)
    if rest and given.choice("partial_year_rule") == "as_whole":
        years += 1
    return years


def _pension_months(given: Given) -> int:
    paid = given.number("paid_months")
    if paid < 60:
        months = 3
    elif paid < 120:
        months = 6
    elif paid <= 180:
        months = 9
    else:
        months = min(MOST_MONTHS, 9 + _years(given, paid - 180))
    if given.choice("status") == "retired":
        months = max(9, months - _years(given, given.number("drawn_months")))
    return months


def _funeral(given: Given) -> Outcome:
    monthly, months = given.number("monthly_income"), _pension_months(given)
    return Outcome(
        (
            money("funeral", "丧葬补助", 2 * monthly, main=True),
            money("pension", "抚恤金", Fraction(monthly * months), main=True),
            Result("months", "抚恤金月数", Unit.MONTHS, months),
        )
    )


FUNERAL_PENSION = Calculator(
    id="funeral_pension",
    title="职工养老丧葬补助与抚恤",
    inputs=(
        Input(
            "monthly_income", "本省上年度城镇居民月人均可支配收入", Unit.FEN,
            local="monthly_income", note="按死亡时公布的上一年度数",
        ),
        Input(
            "status", "去世时是在职还是退休", Unit.CHOICE,
            options=(("employed", "在职"), ("retired", "退休")),
        ),
        Input("paid_months", "累计缴费", Unit.MONTHS),
        Input("drawn_months", "已领养老金", Unit.MONTHS, required=False, note="退休的才要填"),
        Input(
            "partial_year_rule", "不足一年的折算", Unit.CHOICE, required=False,
            options=(("dropped", "不计"), ("as_whole", "按一年计")),
            local="partial_year_rule", note="按当地口径",
        ),
    ),
    formula=(
        "丧葬补助 = 2 × 月人均可支配收入。抚恤金 = 月数 × 月人均可支配收入。在职月数：缴费不满 "
        "5 年 3 个月，满 5 不满 10 年 6 个月，满 10 年到 15 年 9 个月，15 年以上每多 1 年加 "
        "1 个月，满 30 年封顶 24 个月。退休：先按上式，再每领 1 年养老金减 1 个月，最低 9 个月"
    ),
    rounding=TO_FEN,
    source="人社部发〔2021〕18号（凭知识拟写，须核对原文）",
    confidence=Confidence.MEDIUM,
    words="丧葬 抚恤 去世 火化 遗属",
    work=_funeral,
)  # fmt: skip

CALCULATORS = (UNEMPLOYMENT_MONTHS, UNEMPLOYMENT_AMOUNT, FUNERAL_PENSION)
