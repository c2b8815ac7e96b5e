"""Kinds of the advance ledger (垫付台账): asked for, judged by others, and every leg of the money.

Money is whole fen. The ledger is only ever added to; what a leg is worth, ``core.advance_ledger``
says, so that one that breaks a rule stays readable with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind, check_day, is_day
from desk_app.core.money import MAX_FEN

STEPS = ("check", "approve")
ANSWERS = ("yes", "no")
LEGS = ("paid", "claimed", "reimbursed", "returned", "waived")

_DIGEST = re.compile(r"[0-9a-f]{64}")
_VOUCHER = {"sha256": str, "paper": str}


def _check_amount(body: Body) -> None:
    amount = body["amount"]
    if not isinstance(amount, int) or not 0 < amount <= MAX_FEN:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "金额要大于 0，最多 1 亿元，没有记下。"))
    sha256 = body.get("sha256")
    if sha256 and _DIGEST.fullmatch(str(sha256)) is None:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "凭证的校验码不对，没有记下。"))


def _check_request(body: Body) -> None:
    _check_amount(body)
    for key, words in (("payee", "收款医院"), ("bank", "开户行"), ("account", "对公账号")):
        if not str(body[key]).strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "垫付申请还缺“{missing}”，没有记下。"), missing=words
            )


def _check_leg(body: Body) -> None:
    _check_amount(body)
    check_day(str(body["day"]))


def _check_reversal(body: Body) -> None:
    if not str(body["why"]).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写一句为什么冲正，没有记下。"))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "advance.requested": Kind(
            {"amount": int, "payee": str, "bank": str, "account": str, "purpose": str},
            _VOUCHER,
            check=_check_request,
        ),
        # ``ref``: the request; or a leg ``waived`` or a reversal, which count once another person
        # approved them.
        "advance.judged": Kind(
            {"ref": str, "step": str, "answer": str},
            {"why": str},
            choices={"step": frozenset(STEPS), "answer": frozenset(ANSWERS)},
        ),
        # ``to_return``: what of a reimbursement was agreed to go back, in fen.
        "advance.moved": Kind(
            {"ref": str, "leg": str, "amount": int, "day": str},
            {"source": str, "to_return": int, "why": str, **_VOUCHER},
            choices={"leg": frozenset(LEGS)},
            check=_check_leg,
            fits=lambda body: is_day(str(body["day"])),
        ),
        # A leg that was recorded wrongly (冲正); ``ref``: the leg.
        "advance.reversed": Kind({"ref": str, "why": str}, check=_check_reversal),
    }
)
