"""Names that are unique for ever, also when a database is copied or restored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Self

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

# Crockford's base 32: no letter that looks like a digit when read over the phone.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

MAX_DIGITS = 18
"""Longest counter taken from outside: more than any device will ever write, and an SQL integer."""


def random_name(length: int) -> str:
    """``length`` random characters of ALPHABET (5 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_device_id() -> str:
    """A device's id: 50 random bits."""
    return random_name(10)


def new_incarnation() -> str:
    """One life of one database: 65 random bits, new whenever a store is copied or restored."""
    return random_name(13)


def derived_incarnation(words: str) -> str:
    """The incarnation that follows from ``words``: the same on every copy of a store.

    Two copies that must give new ids to the same entries thereby give them the same ones.
    """
    number = int.from_bytes(hashlib.sha256(words.encode()).digest(), "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(13))


def new_case_id() -> str:
    """A case's id: 80 random bits, opaque."""
    return random_name(16)


BOOK = "book"
"""What the id of a book begins with; no case's does, as ALPHABET has no o."""


def new_book_id() -> str:
    """The id of a book of the centre (``core.centre_book``): a journal that is no case."""
    return BOOK + random_name(16)


@dataclass(frozen=True, slots=True)
class EntryId:
    """Which device wrote an entry, in which incarnation, as its how-manieth (from 1)."""

    device: str
    incarnation: str
    counter: int

    def __str__(self) -> str:
        return f"{self.device}-{self.incarnation}-{self.counter}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what ``str()`` wrote. Raises BadInputError."""
        parts = text.split("-")
        # Only the one way of writing a number: "07" or "７" would be a second name for "7".
        digits = parts[2] if len(parts) == 3 and len(parts[2]) < MAX_DIGITS else ""
        counter = int(digits) if digits.isdecimal() else 0
        if counter < 1 or not all(parts) or str(counter) != digits:
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "记录的编号不对，没有收下。"))
        return cls(parts[0], parts[1], counter)


def case_number(day: date, sequence: int, device: str) -> str:
    """The number people use for a case, e.g. ``BCS-20261123-02-K7``.

    Two devices may open their second case of a day while offline, so the device's first two
    characters close the number. It is printed and put into QR codes; it says nothing of the person.
    """
    return f"BCS-{day:%Y%m%d}-{sequence:02d}-{device[:2].upper()}"
