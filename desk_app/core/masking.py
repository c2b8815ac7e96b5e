"""The one place that decides how much of a person shows.

There is no single national rule; these follow common counter practice: surname only, three leading
and four last characters of an ID number, a phone's middle hidden.
"""

from __future__ import annotations

import re

COMPOUND_SURNAMES = (
    "欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "长孙", "宇文", "司徒", "夏侯",
    "东方", "令狐", "端木", "司空", "南宫", "轩辕", "百里", "呼延", "独孤", "赫连", "澹台", "申屠",
)  # fmt: skip

TITLES = ("阿姨", "先生", "女士", "老人", "师傅", "奶奶", "爷爷", "同志")


def surname(name: str) -> str:
    """The surname in ``name`` (two characters for compound surnames); empty for no name."""
    name = name.strip()
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def mask_name(name: str) -> str:
    """张小芳 → 张**, 欧阳锋 → 欧阳*, 张小芳女士 → 张**女士. 陈阿姨 and 小杨 stay."""
    name = name.strip()
    title = next((title for title in TITLES if name.endswith(title)), "")
    stem = name.removesuffix(title)
    if len(stem) == 2 and stem[0] in "小老阿":
        return name  # 小杨, 老李: a form of address already
    if len(stem) < 2 or (title and stem in COMPOUND_SURNAMES):
        return name if title else stem
    family = surname(stem)
    return family + "*" * min(2, max(1, len(stem) - len(family))) + title


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678; a landline keeps its area code and last two digits."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) <= 5:
        return digits  # 12345 and the like are public numbers
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"


def mask_id_number(number: str) -> str:
    """310106196001011012 → 310***********1012: never the birth date."""
    compact = re.sub(r"\s", "", number)
    if len(compact) <= 7:
        return "*" * len(compact)
    return f"{compact[:3]}{'*' * (len(compact) - 7)}{compact[-4:]}"


def form_of_address(name: str, title: str) -> str:
    """How paper and screen call the resident: the title given (陈阿姨), else surname + 同志.

    Empty when nothing is known: the paper then leaves a line to fill by hand.
    """
    return title.strip() or (f"{surname(name)}同志" if name.strip() else "")
