"""The form for inquiries: what was typed, what is wrong with it, and which copy of it this is.

Each copy of the form carries a ticket that the hub made: when, and a random word. Its age shows a
machine that fills forms (no person writes in two seconds), and the random word makes the same copy
sent twice the same inquiry. The hub keeps nothing for it.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl

MOST_WORDS = 5_000
"""Characters; what is longer is told on paper or in the room."""

MOST_NAME, MOST_PHONE = 40, 30
FASTEST_MS = 2_000
OLDEST_MS = 24 * 3_600_000

NAMES = ("words", "name", "phone")
TRAP = "website"
"""A box that no person sees: who fills it in is a machine."""

_PHONE = re.compile(r"\+?[0-9][0-9 -]{3,28}")
_TICKET = re.compile(r"[0-9a-f]{1,12}\.[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with the form.

    Attributes:
        words, name, phone: as typed, for the form to show again.
        trap: what stood in the hidden box.
        ticket: as it came.
    """

    words: str = ""
    name: str = ""
    phone: str = ""
    trap: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a form was not taken.

    Attributes:
        fields: sentence by field.
        whole: a sentence about the form as a whole; may be empty.
    """

    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    whole: str = ""

    def __bool__(self) -> bool:
        return bool(self.fields or self.whole)


def read(body: bytes) -> Typed:
    """What was typed. Raises ValueError: no form that a browser sends."""
    pairs = parse_qsl(
        body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=20
    )
    given = {name: _clean(value) for name, value in reversed(pairs)}
    return Typed(
        given.get("words", ""),
        given.get("name", "").replace("\n", " "),
        given.get("phone", "").replace("\n", " "),
        given.get(TRAP, ""),
        given.get("ticket", ""),
    )


def check(typed: Typed) -> Wrong:
    """What is wrong with the words themselves."""
    wrong = {}
    length = len(typed.words)
    if not typed.words.strip():
        wrong["words"] = "还没有写遇到了什么事。请写一两句。"
    elif length > MOST_WORDS:
        wrong["words"] = (
            f"写了 {length} 个字，最多能收 {MOST_WORDS} 个字。请留下要紧的，其余的来窗口说。"
        )
    if len(typed.name) > MOST_NAME:
        wrong["name"] = f"称呼请不要超过 {MOST_NAME} 个字。"
    phone = unicodedata.normalize("NFKC", typed.phone).strip()
    if phone and not (len(typed.phone) <= MOST_PHONE and _PHONE.fullmatch(phone)):
        wrong["phone"] = "电话号码看不懂。请只写数字，例如 13800000000；不想留就空着。"
    return Wrong(MappingProxyType(wrong))


class Tickets:
    """Makes and reads the tickets of forms.

    Args:
        secret: 32 bytes, the same for all processes of one hub.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, now: int) -> str:
        """A ticket for a new copy of the form; ``now`` in ms since 1970."""
        body = f"{now:x}.{secrets.token_hex(16)}"
        return f"{body}.{self._mac(body)}"

    def is_good(self, ticket: str, now: int) -> bool:
        """Whether a ticket is one of ours and not too old."""
        return self._age(ticket, now) is not None

    def check(self, typed: Typed, now: int) -> str:
        """Why this copy of the form must be sent once more; empty = it may be taken."""
        age = self._age(typed.ticket, now)
        if age is None:
            return "这一页打开很久了。写的都在，请再按一次“交给窗口”。"
        if typed.trap or age < FASTEST_MS:
            return "没有看清是不是您按的。写的都在，请再按一次“交给窗口”。"
        return ""

    def _age(self, ticket: str, now: int) -> int | None:
        """ms since it was made; None = it is none of ours, or too old."""
        body, _, mac = ticket.rpartition(".")
        is_ours = hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(body).encode())
        if not is_ours or not _TICKET.fullmatch(body):
            return None
        age = now - int(body.partition(".")[0], 16)
        return age if age < OLDEST_MS else None

    def _mac(self, text: str) -> str:
        words = b"desk-app inquiry form\0" + text.encode("utf-8", "replace")
        return hmac.new(self._secret, words, "sha256").hexdigest()


def _clean(value: str) -> str:
    """Without what no keyboard types; line ends as one character."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(ch for ch in lines if ch == "\n" or unicodedata.category(ch) not in ("Cc", "Cs"))
