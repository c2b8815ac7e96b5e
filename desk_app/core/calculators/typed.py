"""Between what a person types and what a formula wants: 8,000元 · 80% · 6年3个月 · 2026/10/8.

Full-width digits and signs count as plain ones, since that is how an input method writes them.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from fractions import Fraction

from desk_app.core.calculators.base import WHOLE_BP, Input, Unit, Value
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

_NUMBER = re.compile(r"(-?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?)(万?)")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_SPAN = re.compile(r"(?:(\d+)年)?(?:(\d+)(?:个?月)?)?")

_WORDS = {
    Unit.FEN: "元圆¥",
    Unit.BASIS_POINTS: "%",
    Unit.TIMES: "倍",
    Unit.DAYS: "个工作日天",
    Unit.COUNT: "人份次年口",
    Unit.AREA: "平方米m2",
}
_PLACES = {Unit.FEN: 2, Unit.BASIS_POINTS: 2, Unit.TIMES: 4, Unit.AREA: 2}
"""How many decimals a person may type."""

_SCALE = {Unit.FEN: 100, Unit.BASIS_POINTS: 100, Unit.TIMES: WHOLE_BP, Unit.AREA: 100}

UNIT_WORDS = {
    Unit.FEN: "元",
    Unit.BASIS_POINTS: "%",
    Unit.TIMES: "倍",
    Unit.MONTHS: "个月",
    Unit.DAYS: "天",
    Unit.AREA: "平方米",
}


def plain(text: str) -> str:
    """``text`` with plain digits and signs and without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def read_value(one: Input, text: str) -> Value | None:
    """What ``text`` says for ``one``; None = nothing was typed.

    Raises:
        BadInputError: it cannot be read, or makes no sense for this input.
    """
    text = plain(text)
    if not text:
        return None
    value: Value
    if one.unit is Unit.CHOICE:
        value = text
    elif one.unit is Unit.DATE:
        value = _read_day(one, text)
    elif one.unit is Unit.MONTHS:
        value = _read_months(one, text)
    else:
        value = _read_number(one, text)
    one.check(value)
    return value


def show_value(unit: Unit, value: Value) -> str:
    """``value`` as it is read out; a choice is shown as it is."""
    if unit is Unit.CHOICE:
        return str(value)
    if unit is Unit.DATE:
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日"
    assert isinstance(value, int)
    if unit is Unit.COUNT:
        return str(value)
    if unit is Unit.FEN:
        return f"{_decimal(value, 100, 2)} 元"
    gap = "" if unit is Unit.BASIS_POINTS else " "
    shown = value if unit not in _SCALE else _decimal(value, _SCALE[unit], 0)
    return f"{shown}{gap}{UNIT_WORDS[unit]}"


def _decimal(value: int, scale: int, least: int) -> str:
    """``value`` / ``scale`` with as many decimals as it needs, at least ``least``."""
    whole, rest = divmod(abs(value), scale)
    digits = str(rest).zfill(len(str(scale)) - 1).rstrip("0").ljust(least, "0")
    return f"{'-' if value < 0 else ''}{whole:,}{'.' if digits else ''}{digits}"


def _unreadable(one: Input, example: str) -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "“{name}”看不懂，请写成 {example} 这样。"),
        name=one.label, example=example,
    )  # fmt: skip


def _read_day(one: Input, text: str) -> str:
    found = _DAY.fullmatch(text)
    if found is None:
        raise _unreadable(one, "2026-12-01")
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{name}”没有这一天，请核对。"), name=one.label
        ) from None


def _read_months(one: Input, text: str) -> int:
    found = _SPAN.fullmatch(text)
    if found is None or len(text) > 12:
        raise _unreadable(one, "6年3个月")
    years, months = found.groups()
    return int(years or 0) * 12 + int(months or 0)


def _read_number(one: Input, text: str) -> int:
    found = _NUMBER.fullmatch(text.strip(_WORDS[one.unit]))
    if found is None or len(text) > 30:
        raise _unreadable(one, {Unit.FEN: "1,280.50", Unit.BASIS_POINTS: "80%"}.get(one.unit, "12"))
    minus, number, decimals, ten_thousand = found.groups()
    if minus:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "“{name}”不能是负数。"), name=one.label)
    if len(decimals or "") > _PLACES.get(one.unit, 0):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{name}”的小数太多，请核对。"), name=one.label
        )
    exact = Fraction(number.replace(",", "").rstrip(".")) * _SCALE.get(one.unit, 1)
    return int(exact * (WHOLE_BP if ten_thousand else 1))
