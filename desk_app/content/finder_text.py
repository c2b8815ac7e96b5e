"""How a resident's talk is cut up before it is matched: fillers, clauses, what is denied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MAX_CHARACTERS = 800
"""Characters of a talk that are looked at; the beginning and the end of a longer one."""

MAX_CLAUSES = 32
"""Clauses looked at: of a longer talk the first and the last ones."""

_BREAKS = re.compile(
    r"[，。；！？、,.;!?\n\r\t ]+|还有就是|还有|另外|顺便|顺带|以及|同时|然后|而且|接着|再就是"
)
_START = r"(?:^|(?<=[，。；！？ ]))"
_END = r"(?=[，。；！？ ]|$)"
_DENIED = re.compile(
    _START + r"(?:我们?|今天|这次|这回|其实|可|但|也|先|都|又|本来|您|你|同志|阿姨|师傅)*"
    r"(?:并?不是|没想|没打算|不打算|不想|不用|不要|不办|不需要|不问|不申请|不查|不考虑|用不着)"
    r"(?:来|要|想|说|给我|帮我)*(?:办|问|申请|领|查(?!档)|弄|报(?!销)|搞|取(?!暖)|开)?"
    r"([一-鿿]{2,10}?)(?:的业务|的事情|的事|的|了|啦)?(?:"
    + _END
    + r"|(?=[是只就][来要想问办说是]))"
)
_SETTLED = re.compile(
    _START
    + r"([一-鿿]{2,8}?)(?:我|都|是)?(?:已经)?(?:不办了|办过了|办好了|弄好了|就算了|不问了|不弄了)"
    + _END
)
_KEEP_AFTER = (
    "能", "知道", "会", "够", "行", "好", "清楚", "明白", "给", "了", "到", "上", "懂",
    "我", "咱", "他", "她", "它", "人", "活", "麻烦",
)  # fmt: skip
"""不能, 不知道, 不会, 不要我 … complain; they deny nothing that was asked for."""
_KEEP_WITH = ("人", "户口", "户籍", "吗", "么", "嘛", "吧", "没有")
"""不是本地户口, 不是能报吗 … tell or ask."""


def normalise(text: str) -> str:
    """Compatibility forms unified, lower case, odd characters dropped, long talks cut."""
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = f"{text[:half]}，{text[-half:]}"
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(ch if _is_word(ch) else "，" if _is_break(ch) else " " for ch in folded)


def deny(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without what the speaker denied or has settled, and those words."""
    denied: list[str] = []

    def drop(found: re.Match[str]) -> str:
        thing = found[1]
        if thing.startswith(_KEEP_AFTER) or thing.endswith(_KEEP_WITH):
            return found[0]
        denied.append(thing.removesuffix("的"))
        return "，"

    return _SETTLED.sub(drop, _DENIED.sub(drop, text)), tuple(denied)


def clauses(text: str) -> list[str]:
    """The parts of a talk, each perhaps a need of its own."""
    parts = [part.strip() for part in _BREAKS.split(text)]
    said = [part for part in parts if part]
    half = MAX_CLAUSES // 2
    return said if len(said) <= MAX_CLAUSES else [*said[:half], *said[-half:]]


def without(text: str, fillers: Sequence[str]) -> str:
    """``text`` without words that carry no need."""
    for filler in fillers:
        text = text.replace(filler, " ")
    return text


def is_latin(text: str) -> bool:
    """Whether ``text`` is typed in letters: pinyin or initials."""
    letters = text.replace(" ", "").replace("，", "").replace("'", "")
    return len(letters) >= 2 and letters.isascii() and letters.isalpha()


def _is_word(ch: str) -> bool:
    return ch.isalnum()


def _is_break(ch: str) -> bool:
    return ch in "，。；！？、,.;!?\n\r\t"
