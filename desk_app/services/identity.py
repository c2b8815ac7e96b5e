"""Gentle hints about numbers people tell us: they warn, they never block a person."""

from __future__ import annotations

import re

from stdnum.cn import ric
from stdnum.exceptions import ValidationError


def id_number_hint(number: str) -> str:
    """What looks odd about an ID number; empty = nothing.

    Checked by GB 11643 (length, birth date, check digit). Foreign and old papers have other forms,
    so this only asks to look again.
    """
    compact = re.sub(r"\s", "", number)
    if not compact:
        return ""
    if len(compact) == 18 and compact[:17].isdecimal():
        try:
            ric.validate(compact)
        except ValidationError:
            return "这个身份证号的校验位或日期对不上，请再核对一遍（已照样记下）。"
        return ""
    if compact.isdecimal():
        return f"身份证号一般是 18 位，现在是 {len(compact)} 位（已照样记下）。"
    return ""


def phone_hint(phone: str) -> str:
    """What looks odd about a phone number; empty = nothing. Short service numbers are fine."""
    digits = re.sub(r"[\s\-()（）+]", "", phone)
    if not digits:
        return ""
    if not digits.isdecimal():
        return "电话里有不是数字的字（已照样记下）。"
    mobile = re.fullmatch(r"(86)?1[3-9]\d{9}", digits)
    landline = re.fullmatch(r"0\d{9,11}|[2-8]\d{6,7}", digits)
    short = re.fullmatch(r"1\d{2,4}|9\d{4,5}|[48]00\d{7}", digits)
    if mobile or landline or short:
        return ""
    return f"电话位数好像不对（现在 {len(digits)} 位，已照样记下）。"
