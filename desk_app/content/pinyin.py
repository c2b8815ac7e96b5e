"""Readings of Chinese text: what a clerk types when she types letters.

pypinyin is imported at the first use, without its phrase table: it then costs a third of the time
and memory. A character with several readings is found by each of them.
"""

from __future__ import annotations

import os
from functools import cache
from itertools import islice, product

MOST_READINGS = 16

SURNAMES = {
    "曾": ("zeng",), "单": ("shan",), "仇": ("qiu",), "解": ("xie",), "区": ("ou",), "查": ("zha",),
    "任": ("ren",), "朴": ("piao",), "盖": ("ge", "gai"), "翟": ("zhai", "di"), "缪": ("miao",),
    "覃": ("qin", "tan"), "乐": ("yue", "le"), "种": ("chong",), "重": ("chong",), "冼": ("xian",),
    "员": ("yun",), "燕": ("yan",), "华": ("hua",), "隗": ("wei", "kui"), "尉": ("wei", "yu"),
    "万": ("wan", "mo"), "折": ("she",), "繁": ("po",), "洗": ("xian",), "召": ("shao",),
}  # fmt: skip
"""Readings of characters as surnames, first in the list of the character's readings."""


@cache
def syllables(character: str) -> tuple[str, ...]:
    """All readings of one character, lower case, without tones; other characters as they are."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="default")
    plain = tuple(dict.fromkeys(syllable.lower() for syllable in found[0])) if found else ()
    return plain or (character.lower(),)


def readings(text: str) -> tuple[str, ...]:
    """Full pinyin and initials of ``text``, every reading, at most MOST_READINGS in all.

    The first character is also read as a surname (曾 zeng, 单 shan).
    """
    letters = [ch for ch in text if not ch.isspace()][:12]
    if not letters:
        return ()
    choices = [syllables(ch) for ch in letters]
    choices[0] = tuple(dict.fromkeys((*SURNAMES.get(letters[0], ()), *choices[0])))
    combined = list(islice(product(*choices), MOST_READINGS))
    full = dict.fromkeys("".join(parts) for parts in combined)
    initials = dict.fromkeys("".join(part[:1] for part in parts) for parts in combined)
    return tuple(islice((*initials, *full), MOST_READINGS))
