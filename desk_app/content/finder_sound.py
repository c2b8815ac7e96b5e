"""Finding by sound: wrong characters of the right sound, pinyin, initials.

Tones are dropped, and so are differences that many people neither hear nor type (zh z, ing in).
Building costs the loading of pypinyin and a tenth of a second, so it is done at the first need.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping

from desk_app.content.pinyin import syllables

MOST_SPELLINGS = 4
SOUND_WEIGHT = 0.65
"""What a pair found by sound is worth beside the pair itself."""
LONGEST_SYLLABLE = 6


class Sounds:
    """Sounds of all known pairs of characters and words.

    Args:
        pairs: pairs of characters that items are known by.
        words: words that mean the same, each with its groups.
    """

    def __init__(self, pairs: Iterable[str], words: Mapping[str, tuple[str, ...]]) -> None:
        self._pairs = _by_sound((pair, (pair,)) for pair in pairs if len(pair) == 2)
        self._words = _by_sound(
            (word, tuple(f"#{group}" for group in groups))
            for word, groups in words.items()
            if 2 <= len(word) <= 6
        )
        self._longest = 6
        self._known = {part for spelt in self._pairs for part in spelt}

    def heard(self, run: str, known: Mapping[str, float]) -> dict[str, float]:
        """Tokens that sound like the unknown pairs of ``run``, with their weights.

        Args:
            known: weight of every pair that needs no second hearing.
        """
        odd = [i for i in range(len(run) - 1) if run[i : i + 2] not in known]
        found: dict[str, float] = {}
        for start in odd:
            for token in self._alike(self._pairs, run[start : start + 2]):
                found[token] = SOUND_WEIGHT
        for start in range(len(run) - 1):
            for stop in range(start + 2, min(len(run), start + self._longest) + 1):
                if any(start <= place < stop - 1 for place in odd):
                    for token in self._alike(self._words, run[start:stop]):
                        found[token] = SOUND_WEIGHT
        return found

    def typed(self, letters: str) -> dict[str, float]:
        """Tokens for pinyin typed without tones; none when it cannot be cut into syllables."""
        parts = self._cut(letters)
        found: dict[str, float] = {}
        for left, right in itertools.pairwise(parts):
            for token in self._pairs.get((left, right), ()):
                found[token] = 1.0
        for start in range(len(parts)):
            for stop in range(start + 2, min(len(parts), start + self._longest) + 1):
                for token in self._words.get(tuple(parts[start:stop]), ()):
                    found[token] = 1.0
        return found

    def _alike(self, table: Mapping[tuple[str, ...], tuple[str, ...]], word: str) -> Iterable[str]:
        for spelt in _spellings(word):
            yield from table.get(spelt, ())

    def _cut(self, letters: str) -> list[str]:
        """Syllables of ``letters``: fewest parts, all of them known; [] when there is no way."""
        ways: list[list[str] | None] = [[]]
        for stop in range(1, len(letters) + 1):
            best: list[str] | None = None
            for start in range(max(0, stop - LONGEST_SYLLABLE), stop):
                before, part = ways[start], _plain(letters[start:stop])
                if before is None or part not in self._known:
                    continue
                if best is None or len(before) + 1 < len(best):
                    best = [*before, part]
            ways.append(best)
        return ways[-1] or []


class Letters:
    """Texts by what is typed for them: initials or full pinyin, of each of their readings."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._numbers: list[int] = []
        self._starts: list[int] = []
        spelt: list[str] = []
        place = 0
        for number, text in enumerate(texts):
            readings = [syllables(character) for character in text if character.isalnum()]
            for parts in itertools.islice(itertools.product(*readings), MOST_SPELLINGS):
                for letters in ("".join(part[:1] for part in parts), "".join(parts)):
                    self._numbers.append(number)
                    self._starts.append(place)
                    spelt.append(letters)
                    place += len(letters) + 1
        self._all = "\n".join(spelt) + "\n"

    def match(self, letters: str) -> dict[int, float]:
        """Number of text → likeness from 0 to 1, where ``letters`` stand in a spelling of it.

        All of a spelling is likest, then its beginning, then any other part.
        """
        found: dict[int, float] = {}
        place = self._all.find(letters)
        while place >= 0:
            which = bisect_right(self._starts, place) - 1
            start = self._starts[which]
            length = self._all.index("\n", place) - start
            likeness = 0.5 + 0.5 * len(letters) / length + (0.1 if place == start else 0.0)
            number = self._numbers[which]
            found[number] = max(found.get(number, 0.0), min(1.0, likeness))
            place = self._all.find(letters, start + length)
        return found


def _by_sound(
    words: Iterable[tuple[str, tuple[str, ...]]],
) -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for word, means in words:
        for spelt in _spellings(word):
            table[spelt].update(dict.fromkeys(means))
    return {spelt: tuple(found) for spelt, found in table.items()}


def _spellings(word: str) -> Iterable[tuple[str, ...]]:
    readings = [dict.fromkeys(map(_plain, syllables(character))) for character in word]
    return itertools.islice(itertools.product(*readings), MOST_SPELLINGS)


def _plain(syllable: str) -> str:
    """``syllable`` without the differences that are often not heard."""
    if syllable[:2] in ("zh", "ch", "sh"):
        syllable = syllable[0] + syllable[2:]
    return syllable[:-1] if syllable.endswith("ng") and syllable[-3:-2] != "o" else syllable
