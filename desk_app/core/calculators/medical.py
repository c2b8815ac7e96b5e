"""Medical insurance and what stacks on it (calculations 1, 3, 4, 5, 12)."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from desk_app.core.calculators.base import (
    NO_SOURCE,
    TO_FEN,
    Calculator,
    Given,
    Input,
    MissingInputError,
    Outcome,
    Result,
    Unit,
    half_up,
    money,
    share,
)
from desk_app.core.catalogue import Confidence
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

TIERS = (1, 2, 3)
YES_NO = (("yes", "是"), ("no", "不是"))


def _stacked(given: Given) -> Outcome:
    # Both payments together are rounded once, so that the three parts always add up to the whole.
    total = given.number("total")
    first_exact = total * given.share("first_share")
    paid = half_up(first_exact + (total - first_exact) * given.share("second_share"))
    first = half_up(first_exact)
    if total == 0:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "费用是 0，没有什么可以报销。"))
    p1, p2 = given.share("first_share"), given.share("second_share")
    return Outcome(
        (
            money("self", "居民自付", total - paid, main=True),
            share("effective", "合起来报销", p1 + (1 - p1) * p2, main=True),
            money("first", "第一级报销", first),
            money("remain", "第一级之后的余额", total - first),
            money("second", "第二级报销", paid - first),
        )
    )


STACKED_REIMBURSEMENT = Calculator(
    id="stacked_reimbursement",
    title="两级报销叠加",
    inputs=(
        Input("total", "政策范围内费用", Unit.FEN),
        Input("first_share", "第一级比例", Unit.BASIS_POINTS),
        Input("second_share", "第二级比例", Unit.BASIS_POINTS, note="对第一级报完剩下的部分计算"),
    ),
    formula=(
        "第一级 = 费用 × 第一级比例；余额 = 费用 − 第一级；第二级 = 余额 × 第二级比例；"
        "自付 = 余额 − 第二级；合计比例 = 第一级 +（1 − 第一级）× 第二级"
    ),
    rounding=TO_FEN + "两级合计取整一次，自付是余下的数，三部分加起来正好是费用。",
    source="种子案例：失业金对应医保报 80%，低收入认定后剩余部分再报 95%，合计 99%。",
    confidence=Confidence.HIGH,
    confidence_note="算法与种子一致；比例本身是地方口径，可信度中",
    notes=(
        "不是 80%＋95%，也不是 80%×95%。",
        "目录外、起付线、封顶线另算。",
    ),
    words="80 95 99 二次 叠加 低收入 再报",
    work=_stacked,
)


def _basic(given: Given) -> Outcome:
    total, outside = given.number("total"), given.number("outside")
    if outside > total:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "目录外自费比总费用还多，请核对。"))
    left_to_pay = max(0, given.number("deductible") - given.number("deducted"))
    base = total - outside
    pay = half_up(
        min(max(0, base - left_to_pay) * given.share("share"), Fraction(given.number("cap")))
    )
    return Outcome(
        (
            money("pay", "报销", pay, main=True),
            money("self", "自付", total - pay, main=True),
            money("base", "政策范围内费用", base),
            money("deductible_left", "这次还要扣的起付线", left_to_pay),
        )
    )


BASIC_MEDICAL = Calculator(
    id="basic_medical",
    title="门急诊、住院报销",
    inputs=(
        Input("total", "总费用", Unit.FEN),
        Input("outside", "目录外自费", Unit.FEN, note="没有就填 0"),
        Input("deductible", "起付线", Unit.FEN, local="medical_deductible"),
        Input("deducted", "本年已累计起付", Unit.FEN, note="没有就填 0"),
        Input("share", "报销比例", Unit.BASIS_POINTS, local="medical_share"),
        Input("cap", "封顶线还剩", Unit.FEN),
    ),
    formula=(
        "基数 = 总费用 − 目录外；还要扣的起付 = 起付线 − 已累计起付（不小于 0）；"
        "报销 =（基数 − 还要扣的起付）× 比例，不超过封顶余额；自付 = 总费用 − 报销"
    ),
    rounding=TO_FEN,
    source=NO_SOURCE,
    confidence=Confidence.MEDIUM,
    confidence_note="分段、医院等级、目录先行自付各地不同",
    words="医保 门诊 急诊 住院 起付 封顶",
    work=_basic,
)


def _tiers(given: Given) -> list[tuple[int, Fraction]]:
    """Start and share of each tier that was given, in order."""
    found: list[tuple[int, Fraction]] = []
    for number in TIERS:
        start, part = f"start_{number}", f"share_{number}"
        if number > 1 and not given.has(start) and not given.has(part):
            continue
        if number == 3 and len(found) < 2:
            raise MissingInputError("第二段起点")
        found.append((given.number(start), given.share(part)))
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(found)):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "各段起点要一段比一段高，请核对。"))
    return found


def _serious(given: Given) -> Outcome:
    own, tiers = given.number("own"), _tiers(given)
    pay = Fraction(0)
    for place, (start, part) in enumerate(tiers):
        end = tiers[place + 1][0] if place + 1 < len(tiers) else own
        pay += min(max(0, own - start), max(0, end - start)) * part
    paid = half_up(pay)
    return Outcome(
        (
            money("pay", "大病保险报销", paid, main=True),
            money("self", "还要自付", own - paid, main=True),
        )
    )


SERIOUS_ILLNESS = Calculator(
    id="serious_illness",
    title="大病保险二次报销",
    inputs=(
        Input("own", "年度累计合规自负", Unit.FEN),
        Input("start_1", "第一段起点", Unit.FEN, local="serious_start_1"),
        Input("share_1", "第一段比例", Unit.BASIS_POINTS, local="serious_share_1"),
        Input("start_2", "第二段起点", Unit.FEN, required=False, local="serious_start_2"),
        Input("share_2", "第二段比例", Unit.BASIS_POINTS, required=False, local="serious_share_2"),
        Input("start_3", "第三段起点", Unit.FEN, required=False, local="serious_start_3"),
        Input("share_3", "第三段比例", Unit.BASIS_POINTS, required=False, local="serious_share_3"),
    ),
    formula="每一段：落在这一段里的金额 × 这一段的比例；各段相加",
    rounding=TO_FEN,
    source=NO_SOURCE,
    confidence=Confidence.MEDIUM,
    words="大病 分段",
    work=_serious,
)


def _aid(given: Given) -> Outcome:
    own, limit, used = given.number("own"), given.number("limit"), given.number("used")
    if used > limit:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "已用额比年度限额还多，请核对。"))
    exact = max(0, own - given.number("deductible")) * given.share("share")
    pay = half_up(min(exact, Fraction(limit - used)))
    return Outcome(
        (
            money("pay", "医疗救助", pay, main=True),
            money("self", "还要自付", own - pay, main=True),
            money("limit_left", "年度限额还剩", limit - used - pay),
        )
    )


MEDICAL_AID = Calculator(
    id="medical_aid",
    title="医疗救助",
    inputs=(
        Input("own", "医保、大病后政策范围内自负", Unit.FEN),
        Input("deductible", "救助起付线", Unit.FEN, local="aid_deductible", note="没有就填 0"),
        Input("share", "救助比例", Unit.BASIS_POINTS, local="aid_share"),
        Input("limit", "年度限额", Unit.FEN, local="aid_limit"),
        Input("used", "本年已用额", Unit.FEN, note="没有就填 0"),
    ),
    formula="救助 =（自负 − 起付线）× 比例，不超过 年度限额 − 已用额",
    rounding=TO_FEN,
    source=NO_SOURCE,
    confidence=Confidence.MEDIUM,
    confidence_note="先医保、再大病、后救助的次序，可信度高",
    notes=("先医保、再大病、后救助（三重保障次序）。",),
    words="救助 困难 三重保障",
    work=_aid,
)


def _wait(given: Given) -> Outcome:
    if given.choice("special") == "yes":
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "新生儿等特殊群体不按这条算，请问医保经办机构。")
        )
    gap, repaired = given.number("gap_years"), given.number("repaired_years")
    if repaired > gap:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "补缴的年数比断缴的还多，请核对。"))
    variable = max(0, gap - int(given.choice("from_year")))
    wait = 3 + variable - min(repaired, variable)
    if gap >= 4:
        wait = max(wait, 6)
    return Outcome((Result("wait", "等待期", Unit.MONTHS, wait, main=True),))


RESIDENT_WAIT = Calculator(
    id="resident_wait",
    title="居民医保断缴等待期",
    inputs=(
        Input("gap_years", "断缴年数", Unit.COUNT, high=100),
        Input("repaired_years", "补缴（修复）年数", Unit.COUNT, high=100, note="没有补就填 0"),
        Input(
            "from_year", "变动等待期的起加年", Unit.CHOICE, local="wait_from_year",
            options=(("0", "断第一年就加"), ("1", "断满一年之后才加")),
        ),
        Input("special", "新生儿等特殊群体", Unit.CHOICE, options=YES_NO),
    ),
    formula=(
        "等待期 = 3 +（断缴年数 − 起加年数）− 修复年数（最多减到没有变动部分）；"
        "断缴满 4 年的，合计不少于 6 个月"
    ),
    rounding="整月，不取整。",
    source="国办发〔2024〕38号（2025 年起；凭知识拟写，须核对原文与地方细则）",
    confidence=Confidence.MEDIUM,
    notes=("未在集中期参保或未连续参保的，固定等待期 3 个月。",),
    words="断缴 断保 补缴 居保",
    work=_wait,
)  # fmt: skip

CALCULATORS = (
    STACKED_REIMBURSEMENT,
    BASIC_MEDICAL,
    SERIOUS_ILLNESS,
    MEDICAL_AID,
    RESIDENT_WAIT,
)
