"""What an invoice, its detail list and its code come to, in words and lines."""

from __future__ import annotations

from desk_app.core.calculators.base import Unit
from desk_app.core.calculators.typed import show_value
from desk_app.core.e_invoice import EInvoice, read_e_invoice
from desk_app.core.errors import BadInputError
from desk_app.core.invoice_compare import (
    DETAILS_ONLY,
    DIFFERS,
    INVOICE_ONLY,
    SAME,
    Bill,
    Comparison,
    Row,
)
from desk_app.ui.presenters.lines import Act, Line

ALIKE, APART = "alike", "apart"
LONGEST_SHOWN = 120


def code_words(text: str, found: Comparison) -> str:
    """What the code on the invoice says, or why it cannot be read; empty for none."""
    if not text.strip():
        return ""
    try:
        code = read_e_invoice(text)
    except BadInputError as error:
        return str(error)
    if not code.is_known:
        shown = text.strip()[:LONGEST_SHOWN]
        broken = "\u200b".join(shown[place : place + 20] for place in range(0, len(shown), 20))
        return f"没见过的码，照原样：{broken}"
    return "\n".join(filter(None, (_invoice_words(code), _amount_words(code, found))))


def _invoice_words(code: EInvoice) -> str:
    parts = (
        ("代码", code.code),
        ("号码", code.number),
        ("开票", show_value(Unit.DATE, code.day.isoformat()) if code.day else ""),
        ("校验码", code.check_code),
    )
    return "　".join((code.kind, *(f"{name} {value}" for name, value in parts if value)))


def _amount_words(code: EInvoice, found: Comparison) -> str:
    if code.fen is None:
        return ""
    said = f"码上金额 {show_value(Unit.FEN, code.fen)}"
    same = [
        name
        for name, bill in (("发票", found.invoice), ("明细", found.details))
        if bill.lines and bill.total == code.fen
    ]
    return f"{said}，和{'、'.join(same)}的合计一样" if same else said


def bill_words(bill: Bill) -> str:
    """What is said under a side: lines, sum, and what was not counted."""
    words = [f"{len(bill.lines)} 行，合计 {show_value(Unit.FEN, bill.total)}"] if bill.lines else []
    if bill.stated is not None and bill.stated != bill.total:
        words.append(
            f"写明的合计是 {show_value(Unit.FEN, bill.stated)}，"
            f"和各行相加差 {show_value(Unit.FEN, abs(bill.stated - bill.total))}"
        )
    if bill.unread:
        rows = "、".join(str(number) for number, _ in bill.unread[:5])
        more = "等" if len(bill.unread) > 5 else ""
        words.append(f"第 {rows}{more} 行没有金额，没有算进去")
    return "；".join(words)


def comparison_lines(found: Comparison) -> list[Line]:
    """Suggestions, then line by line, what differs first.

    A suggestion is called by the name on the detail list, a row by its number and that name where
    a person said that two names are one.
    """
    lines = [
        Line(
            one.details,
            f"“{one.details}”会不会就是发票上的“{one.invoice}”？",
            detail="金额一样，名字相近" if one.same_amount else "名字相近，金额不一样",
            mark="？", tone="info", acts=(Act(ALIKE, "是同一项", "1"),),
        )
        for one in found.suggestions
    ]  # fmt: skip
    return [*lines, *(_row_line(number, row) for number, row in enumerate(found.rows))]


def _row_line(number: int, row: Row) -> Line:
    invoice, details = _sum_words(row.invoice), _sum_words(row.details)
    gap = show_value(Unit.FEN, abs(row.difference))
    text = f"{row.name}（明细上叫“{row.renamed}”）" if row.renamed else row.name
    shown = {
        DIFFERS: (f"发票 {invoice}　明细 {details}",
                  f"明细{'多' if row.difference > 0 else '少'} {gap}", "≠", "warn"),
        INVOICE_ONLY: (f"发票 {invoice}", "只在发票上", "←", "warn"),
        DETAILS_ONLY: (f"明细 {details}", "只在明细上", "→", "warn"),
        SAME: (invoice if invoice == details else f"发票 {invoice}　明细 {details}",
               "一致", "✓", "ok"),
    }  # fmt: skip
    detail, status, mark, tone = shown[row.state]
    return Line(
        f"{number} {row.renamed}", text, detail=detail, status=status, mark=mark, tone=tone,
        quiet=row.state == SAME, acts=(Act(APART, "不是同一项", "1"),) if row.renamed else (),
    )  # fmt: skip


def _sum_words(amounts: tuple[int, ...]) -> str:
    shown = show_value(Unit.FEN, sum(amounts))
    return shown if len(amounts) < 2 else f"{shown}（{len(amounts)} 行）"
