"""Money as whole fen: what people type, and how it is written in figures and in capitals."""

from __future__ import annotations

import re
import unicodedata

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

MAX_FEN = 10_000_000_000
"""Largest amount a counter ever sees, 1 亿元: beyond it a key was hit twice."""

_TYPED = re.compile(r"[¥]?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?(?:元|圆)?整?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def parse_money(text: str) -> int:
    """The fen in ``4000``, ``4,000.50``, ``￥４０００元``.

    Raises:
        BadInputError: not such an amount, 0, negative, three decimals, or over ``MAX_FEN``.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("，", ",")
    found = _TYPED.fullmatch(plain)
    if found is None:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "金额看不懂，请写成 4000 或 4,000.50，最多两位小数。")
        )
    whole = found[1].replace(",", "").lstrip("0")
    fen = int((whole + (found[2] or "").ljust(2, "0"))[:14])
    if not 0 < fen <= MAX_FEN:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "金额要大于 0，最多 1 亿元。"))
    return fen


def money_text(fen: int) -> str:
    """``4,000.50``: yuan with separators and two decimals."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def money_capitals(fen: int) -> str:
    """肆仟元伍角整: in capitals; 整 after 元 or 角, never after 分 (papers, 大写金额).

    Raises:
        ValueError: negative, or over ``MAX_FEN``.
    """
    if not 0 <= fen <= MAX_FEN:
        raise ValueError(fen)
    yuan, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_yuan(yuan)}元" if yuan or not fen else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif cents and yuan:
        words += "零"
    return words + (f"{_DIGITS[cents]}分" if cents else "整")


def _yuan(yuan: int) -> str:
    digits = str(yuan)
    words, gap = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            words += ("零" if gap and words else "") + _DIGITS[int(digit)]
            words += ("", "拾", "佰", "仟")[place % 4]
            gap = False
        else:
            gap = True
        if place == 8 or (place == 4 and yuan // 10_000 % 10_000):
            words += "亿" if place == 8 else "万"
    return words or "零"
