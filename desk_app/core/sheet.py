"""What a paper says, as plain data: ``printing`` draws it, nothing else adds to it.

There is no field for an ID number, a diagnosis or a full name on purpose: what the type cannot hold
cannot be printed by mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

WEEKDAYS = "一二三四五六日"
_PHONE_SEPARATORS = re.compile(r"[、，,；;/\n]|或者|或")


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """One paper on the list.

    Attributes:
        plain_name: what people call it (户口本); printed large.
        official_name: its official name where that differs; else empty.
        form: original or copies in words (原件，看一下就还您).
        where: which office gives it; address, hours, route: how to get there; phone: of the office
            (several: with 、 between them). ``where`` without ``phone`` = nobody has verified it:
            the paper then leaves a line to fill by hand. No ``where`` = nothing to fetch.
        instead: what may stand in for it, in words.
        deadline: by when, loudly; empty = none known.
        why: in which case it is wanted (没定的 rows); empty = always.
    """

    plain_name: str
    official_name: str = ""
    form: str = ""
    where: str = ""
    address: str = ""
    phone: str = ""
    hours: str = ""
    route: str = ""
    instead: str = ""
    deadline: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """Papers of which one is enough (二选一)."""

    papers: tuple[SheetPaper, ...]


@dataclass(frozen=True, slots=True)
class SheetPromise:
    """Who does what by when at the latest.

    ``when`` in words with the weekday (12月3日 星期四 上午); empty = a line to fill by hand.
    """

    who: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class MaterialSheet:
    """The large-print list to take home (材料单), or the explanation (说明单).

    Attributes:
        title: the head of the paper.
        case_number: opaque; it alone goes into the QR code. Empty = no case yet: no QR code.
        addressee: how the resident is called (陈阿姨); empty = a line to fill by hand.
        items: names of the services.
        to_bring: what the resident brings; ``SheetChoice`` where one of several is enough.
        perhaps: what may be wanted, with ``why``.
        in_hand: names of papers that are here already.
        by_us: what we or others fetch for the resident.
        explanation: paragraphs of head and text, for 说明单 (为什么 / 依据 / 您还可以).
        before, after: papers asked for before and after merging; 0 = say nothing.
        trips_before, trips_after: the same for trips.
        window_phone, officer: for the footer; empty = a line to fill by hand.
        day: the day it was made; None = not printed.
        reprint: 0 = first print, n = the n-th reprint (补打第 n 次).
    """

    title: str
    case_number: str
    addressee: str
    items: tuple[str, ...]
    to_bring: tuple[SheetPaper | SheetChoice, ...] = ()
    perhaps: tuple[SheetPaper, ...] = ()
    in_hand: tuple[str, ...] = ()
    by_us: tuple[SheetPaper, ...] = ()
    promises: tuple[SheetPromise, ...] = ()
    explanation: tuple[tuple[str, str], ...] = ()
    before: int = 0
    after: int = 0
    trips_before: int = 0
    trips_after: int = 0
    window_phone: str = ""
    officer: str = ""
    day: date | None = None
    reprint: int = 0


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """A finished paper. ``pdf`` stays in memory until the user exports or prints it."""

    pdf: bytes
    pages: int
    sha256: str


def day_in_words(day: date) -> str:
    """2026-12-03 → 12月3日 星期四."""
    return f"{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def phone_lines(phones: str) -> tuple[str, ...]:
    """Every number in ``phones`` (several may stand in one text) grouped, one a line."""
    parts = (part.strip() for part in _PHONE_SEPARATORS.split(phones))
    return tuple(group_phone(part) for part in parts if part)


def group_phone(phone: str) -> str:
    """Digits in groups that can be read out: 138 0013 8000, 021 0000 0000, 12345.

    An extension stays behind the number (021 0000 0000 转 3). Text that is not a plain Chinese
    number is returned as it came.
    """
    number, said, extension = phone.partition("转")
    digits = "".join(ch for ch in number.removeprefix("+86") if ch not in " -－—()（）")
    if not digits.isdecimal() or not digits.isascii():
        return phone
    grouped = " ".join(_digit_groups(digits))
    return f"{grouped} 转 {extension.strip()}" if said else grouped


def _digit_groups(digits: str) -> tuple[str, ...]:
    if len(digits) == 11 and digits[0] == "1":
        return digits[:3], digits[3:7], digits[7:]
    if digits[0] == "0" and 10 <= len(digits) <= 12:
        area = 3 if digits[1] in "12" else 4
        local = digits[area:]
        return digits[:area], local[:-4], local[-4:]
    if len(digits) == 10 and digits.startswith(("400", "800")):
        return digits[:3], digits[3:6], digits[6:]
    if len(digits) in (7, 8):
        return digits[:-4], digits[-4:]
    return (digits,)
