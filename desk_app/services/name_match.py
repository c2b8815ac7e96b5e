"""Finds names by what a clerk types: a part of the name, its pinyin, its initials, or a mixture.

``yl``, ``yiliao``, ``ylbx``, ``yiliaobx`` and ``医疗`` all find 医疗保险, wherever in the name the
words stand. Every reading of a character counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desk_app.core.ports import Romanise

EXACT, FRONT, PART, LETTERS_FRONT, LETTERS_PART = range(5)
"""Ranks of a match, the best first."""


@dataclass(frozen=True, slots=True)
class Match:
    """A found name. ``rank`` as above, ``text`` is the name or alias that matched."""

    id: str
    rank: int
    text: str


class NameIndex:
    """Names with their readings, made at the first search by letters.

    Args:
        names: (id, name) pairs; an id may come several times, for its aliases.
    """

    def __init__(self, names: Iterable[tuple[str, str]], romanise: Romanise) -> None:
        self._names = [(owner, text, text.lower()) for owner, text in names if text]
        self._romanise = romanise
        self._spelled: list[list[frozenset[str]]] | None = None

    def find(self, query: str, limit: int = 0) -> list[Match]:
        """Matches of ``query``, best first, each id once; ``limit`` 0 = all of them."""
        wanted = "".join(query.lower().split())
        if not wanted:
            return []
        rank = self._rank_letters(wanted) if _is_letters(wanted) else _rank_words(wanted)
        best: dict[str, tuple[int, int, Match]] = {}
        for place, (owner, text, lower) in enumerate(self._names):
            found = rank(place, lower)
            if found is not None and (owner not in best or found < best[owner][0]):
                best[owner] = (found, len(text), Match(owner, found, text))
        ranked = sorted(best.values(), key=lambda entry: entry[:2])
        matches = [match for _, _, match in ranked]
        return matches[:limit] if limit else matches

    def warm_up(self) -> None:
        """Spell all names now, so that the first search by letters is not the slow one."""
        if self._spelled is None:
            known: dict[str, frozenset[str]] = {}
            self._spelled = [
                [known.setdefault(ch, self._readings(ch)) for ch in lower]
                for _, _, lower in self._names
            ]

    def _readings(self, character: str) -> frozenset[str]:
        found = self._romanise(character) if not character.isascii() else (character,)
        return frozenset(reading for reading in found if reading)

    def _rank_letters(self, wanted: str) -> Callable[[int, str], int | None]:
        self.warm_up()
        spelled = self._spelled or []

        def rank(place: int, lower: str) -> int | None:
            if (plain := _rank_words(wanted)(place, lower)) is not None:
                return plain
            readings = spelled[place]
            for start in range(len(readings)):
                if _spells(readings, start, wanted):
                    return LETTERS_PART if start else LETTERS_FRONT
            return None

        return rank


def _rank_words(wanted: str) -> Callable[[int, str], int | None]:
    def rank(_: int, lower: str) -> int | None:
        if wanted == lower:
            return EXACT
        if lower.startswith(wanted):
            return FRONT
        return PART if wanted in lower else None

    return rank


def _is_letters(text: str) -> bool:
    return text.isascii() and any(ch.isalpha() for ch in text)


def _spells(readings: Sequence[frozenset[str]], start: int, wanted: str) -> bool:
    """Whether ``wanted`` spells the characters from ``start`` on, each in full or by its initial.

    Only the last character may be cut short anywhere. Characters that no key types are passed over.
    """
    left = {wanted}
    for place in range(start, len(readings)):
        spellings = readings[place]
        if not any(spelling[0].isalnum() and spelling.isascii() for spelling in spellings):
            if place == start:
                return False
            continue
        after = set()
        for rest in left:
            for spelling in spellings:
                if spelling.startswith(rest):
                    return True
                after |= {
                    rest[len(cut) :] for cut in (spelling, spelling[0]) if rest.startswith(cut)
                }
        left = after
        if not left:
            return False
    return False
