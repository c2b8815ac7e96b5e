"""The window's own sums: money advanced, days, papers and trips saved (calculations 2, 14, 15, 17).

The advance ledger of a case has a topic of its own with an entry for each payment; here the same
rule is worked out for figures that somebody reads off a paper.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from fractions import Fraction

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
    money,
    share,
)
from desk_app.core.catalogue import Confidence
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.workdays import add_working_days, working_days_between


def _ledger(given: Given) -> Outcome:
    advanced, returned = given.number("advanced"), given.number("returned")
    written_off = given.number("written_off")
    if returned > advanced:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "返还的比垫付的还多，请核对。"))
    if returned + written_off > advanced:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "返还加核销比垫付的还多，请核对。"))
    if written_off and given.choice("approved") != "yes":
        raise MissingInputError("核销的审批号")
    due = min(advanced, given.number("reimbursed"))
    outstanding = due - returned - written_off
    remarks = [] if outstanding <= 0 else ["还有应返的没有返还，案件不得归档。"]
    if advanced > returned + written_off:
        remarks.append("没收回的部分，要按办法核销（须有审批号），或由居民自愿归还。")
    return Outcome(
        (
            money("outstanding", "还应返还", max(0, outstanding), main=True),
            money("due", "应当返还", due, main=True),
            money("open", "垫付还没收回", advanced - returned - written_off),
        ),
        tuple(remarks),
    )


ADVANCE_LEDGER = Calculator(
    id="advance_ledger",
    title="垫付与返还",
    inputs=(
        Input("advanced", "垫付合计", Unit.FEN),
        Input("reimbursed", "到账中约定返还的合计", Unit.FEN, note="还没有到账就填 0"),
        Input("returned", "已返还合计", Unit.FEN, note="没有就填 0"),
        Input("written_off", "已核销合计", Unit.FEN, note="没有就填 0"),
        Input(
            "approved", "核销的审批号", Unit.CHOICE, required=False,
            options=(("yes", "有"), ("no", "没有")), note="有核销才要选",
        ),
    ),
    formula=(
        "应当返还 = 垫付合计 和 约定返还的到账 中较小的；还应返还 = 应当返还 − 已返还 − 已核销"
    ),
    rounding=TO_FEN,
    source=NO_SOURCE,
    confidence=Confidence.HIGH,
    confidence_note="记账高；约定返还的口径中",
    notes=("付款对象须为医院对公账户。", "只追加不改写，冲正另记一笔。"),
    words="垫付 返还 慈善 核销",
    work=_ledger,
)  # fmt: skip


def _plus_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _deadline(given: Given) -> Outcome:
    spent, today = given.day("spent"), given.day("today")
    if spent > today:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "费用日期比今天还晚，请核对。"))
    start = date(spent.year, 12, 31) if given.choice("rule") == "end_of_year" else spent
    last = _plus_months(start, given.number("months"))
    left = (last - today).days
    return Outcome(
        (
            Result("left", "还剩" if left >= 0 else "已经过了", Unit.DAYS, left, main=True),
            Result("last", "最后一天", Unit.DATE, last.isoformat(), main=True),
        ),
        ("按自然日算。",),
    )


CLAIM_DEADLINE = Calculator(
    id="claim_deadline",
    title="报销截止倒计时",
    inputs=(
        Input("spent", "费用日期", Unit.DATE),
        Input(
            "rule", "起算日", Unit.CHOICE, local="claim_rule",
            options=(("end_of_year", "费用当年年底"), ("spent", "费用那天")),
        ),
        Input(
            "months", "期限（几个月）", Unit.MONTHS, high=120, local="claim_months",
            note="“次年 6 月 30 日”就是年底起 6 个月",
        ),
        Input("today", "今天", Unit.DATE),
    ),
    formula="截止日 = 费用当年年底（或费用那天）往后若干个月；还剩 = 截止日 − 今天，过了是负数",
    rounding="自然日，不取整。",
    source=NO_SOURCE,
    confidence=Confidence.LOW,
    confidence_note="各地截止不同",
    words="报销 截止 过期 来得及",
    work=_deadline,
)  # fmt: skip


def _due(given: Given) -> Outcome:
    start, days = given.day("accepted"), given.number("days")
    if given.has("pause_from") != given.has("pause_to"):
        raise MissingInputError("补正结束" if given.has("pause_from") else "补正开始")
    due = add_working_days(start, days, given.calendars)
    if given.has("pause_from"):
        pause, resumed = given.day("pause_from"), given.day("pause_to")
        if not start < pause <= resumed:
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "补正要在受理之后，先开始后结束。"))
        before = working_days_between(start, pause - timedelta(days=1), given.calendars)
        if days > before:
            due = add_working_days(resumed, days - before, given.calendars)
    remarks = ("节假日安排还没公布，按估算。",) if due.estimated else ()
    return Outcome((Result("due", "截止日", Unit.DATE, due.day.isoformat(), main=True),), remarks)


DUE_DATE = Calculator(
    id="due_date",
    title="办结时限",
    inputs=(
        Input("accepted", "受理日期", Unit.DATE),
        Input("days", "工作日数", Unit.DAYS, low=1, high=366),
        Input("pause_from", "补正开始", Unit.DATE, required=False, note="没有补正就空着"),
        Input("pause_to", "补正结束", Unit.DATE, required=False),
    ),
    formula="从受理次日起算，跳过周六周日与节假日，调休上班日计入；补正期间（含首尾）不计",
    rounding="整天，不取整。",
    source="节假日表按国务院办公厅每年的通知录入。",
    confidence=Confidence.HIGH,
    confidence_note="算法高；节假日表每年录入",
    words="工作日 截止 时限 办结",
    work=_due,
)


def _saved(given: Given, base: str, real: str) -> Fraction:
    return Fraction(given.number(base) - given.number(real), given.number(base))


def _burden(given: Given) -> Outcome:
    results = []
    for kind, label in (("papers", "材料"), ("trips", "跑动")):
        if given.has(f"{kind}_before") or given.has(f"{kind}_now"):
            saved = _saved(given, f"{kind}_before", f"{kind}_now")
            results.append(share(kind, f"{label}减少", saved, main=True))
    if not results:
        raise MissingInputError("单独办理要的材料份数（或次数）")
    return Outcome(tuple(results))


BURDEN_SAVED = Calculator(
    id="burden_saved",
    title="减材料、减跑动",
    inputs=(
        Input("papers_before", "单独办理要的材料份数", Unit.COUNT, required=False, low=1),
        Input("papers_now", "实交份数", Unit.COUNT, required=False),
        Input("trips_before", "单独办理要跑的次数", Unit.COUNT, required=False, low=1),
        Input("trips_now", "实际次数", Unit.COUNT, required=False),
    ),
    formula="（基准 − 实际）÷ 基准；基准是同一事项组合单独办理的和",
    rounding="四舍五入到 0.01%。",
    source="与种子案例中 40%、70% 的口径相合。",
    confidence=Confidence.HIGH,
    confidence_note="算式",
    words="减负 材料 跑动 统计",
    work=_burden,
)

CALCULATORS = (ADVANCE_LEDGER, CLAIM_DEADLINE, DUE_DATE, BURDEN_SAVED)
