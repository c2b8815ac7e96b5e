"""How a resident's talk is cut up before it is matched: fillers, clauses, what is denied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

MAX_CHARACTERS = 1_200
"""Characters of a talk that are looked at; the beginning and the end of a longer one."""

MAX_CLAUSES = 32
"""Clauses looked at: of a longer talk the first and the last ones."""

_BREAKS = re.compile(
    r"[，。；！？、,.;!?\n\r\t ]+|还有就是|还有|另外|顺便|顺带|以及|同时|然后|而且|接着|再就是"
)
_DENIED = re.compile(
    r"(?:不是|并不是|不是说|没想|不想|不用|不要|不办|不需要|不问|先不)(?:来|要|想|说|是)?"
    r"(?:办|问|申请|领|查|弄|报|搞)?([一-鿿]{2,10}?)(?:的事情|的事|的|了|，|,|。|；|$)"
)
_KEEP_AFTER = ("能", "知道", "会", "够", "行", "好", "清楚", "明白", "给", "了", "到", "上", "懂")
"""不能, 不知道, 不会 … complain; they deny nothing that was asked for."""


def normalise(text: str) -> str:
    """Compatibility forms unified, lower case, odd characters dropped, long talks cut."""
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = f"{text[:half]}，{text[-half:]}"
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(ch if _is_word(ch) else "，" if _is_break(ch) else " " for ch in folded)


def deny(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without what the speaker denied, and the denied words."""
    denied: list[str] = []

    def drop(found: re.Match[str]) -> str:
        thing = found[1]
        if thing.startswith(_KEEP_AFTER) or text[: found.start()].endswith(("是", "要")):
            return found[0]
        denied.append(thing)
        return "，"

    return _DENIED.sub(drop, text), tuple(denied)


def clauses(text: str) -> list[str]:
    """The parts of a talk, each perhaps a need of its own."""
    parts = [part.strip() for part in _BREAKS.split(text)]
    said = [part for part in parts if part]
    half = MAX_CLAUSES // 2
    return said if len(said) <= MAX_CLAUSES else [*said[:half], *said[-half:]]


def read_as(text: str, same: Mapping[str, str], longest: int) -> str:
    """``text`` with each word that has a standard form replaced by it, longest first."""
    out: list[str] = []
    place = 0
    while place < len(text):
        for size in range(min(longest, len(text) - place), 0, -1):
            word = same.get(text[place : place + size])
            if word is not None:
                out.append(word)
                place += size
                break
        else:
            out.append(text[place])
            place += 1
    return "".join(out)


def without(text: str, fillers: Sequence[str]) -> str:
    """``text`` without words that carry no need."""
    for filler in fillers:
        text = text.replace(filler, " ")
    return text


def grams(text: str) -> list[str]:
    """Overlapping pairs and single characters of ``text``; Latin words whole."""
    found: list[str] = []
    for run in re.findall(r"[a-z0-9]+|[^\sa-z0-9，]+", text):
        if run[0].isascii():
            found.append(run)
            continue
        found.extend(run[i : i + 2] for i in range(len(run) - 1))
        found.extend(run)
    return found


def is_latin(text: str) -> bool:
    """Whether ``text`` is typed in letters: pinyin or initials."""
    letters = text.replace(" ", "").replace("，", "").replace("'", "")
    return len(letters) >= 2 and letters.isascii() and letters.isalpha()


def _is_word(ch: str) -> bool:
    return ch.isalnum()


def _is_break(ch: str) -> bool:
    return ch in "，。；！？、,.;!?\n\r\t"
