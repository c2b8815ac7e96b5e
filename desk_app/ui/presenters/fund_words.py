"""Words about advances: what the entries say."""

from __future__ import annotations

from collections.abc import Mapping

from desk_app.core.catalogue import Pack
from desk_app.core.money import money_text

STEP_NAMES = {"check": "审核", "approve": "审批"}
ANSWER_NAMES = {"yes": "同意", "no": "不同意"}
LEG_NAMES = {
    "paid": "已付医院", "claimed": "已申请报销", "reimbursed": "报销到账", "returned": "返还",
    "waived": "申请核销",
}  # fmt: skip


def _yuan(fen: str) -> str:
    return f"{money_text(int(fen))} 元"


def _requested(body: Mapping[str, str], _: Pack) -> str:
    return f"申请垫付 {_yuan(body['amount'])}，付给{body['payee']}（{body['purpose']}）"


def _judged(body: Mapping[str, str], _: Pack) -> str:
    step = STEP_NAMES.get(body["step"], body["step"])
    answer = ANSWER_NAMES.get(body["answer"], body["answer"])
    why = f"（{body['why']}）" if body.get("why") else ""
    return f"垫付{step}：{answer}{why}"


def _moved(body: Mapping[str, str], _: Pack) -> str:
    leg = LEG_NAMES.get(body["leg"], body["leg"])
    more = "，".join(part for part in (body.get("source", ""), body.get("why", "")) if part)
    return f"垫付{leg} {_yuan(body['amount'])}" + (f"（{more}）" if more else "")


def _reversed(body: Mapping[str, str], _: Pack) -> str:
    return f"垫付：申请冲正一笔（{body['why']}）"


WORDS = {
    "advance.requested": _requested,
    "advance.judged": _judged,
    "advance.moved": _moved,
    "advance.reversed": _reversed,
}
