"""From a resident's own words to items, each with its reasons.

Every item is known by phrases: its name, what people call it, the life events that lead to it.
A clause is compared with every phrase by the pairs of characters they share, rare pairs counting
more (inverse document frequency), measured against the length of both. An item's score is that of
its best phrase, helped a little by its other ones and by words from its conditions. Clauses are
looked up one by one, so that several needs in one talk each find their item.

Words typed in letters are matched as pinyin or initials; wrong characters of the right sound are
found by comparing sounds where characters give too little.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desk_app.content.finder_index import ItemIndex, PhraseIndex
from desk_app.content.finder_text import (
    clauses,
    deny,
    grams,
    is_latin,
    normalise,
    read_as,
    without,
)
from desk_app.content.pinyin import syllables
from desk_app.content.words import Words
from desk_app.core.catalogue import Pack
from desk_app.core.suggestion import Suggestion, Suggestions, Why

MOST = 8
ENOUGH = 0.40
"""Score below which nothing is said. Set on the labelled talk: lower finds more, and chatters."""
NEAR = 0.5
"""Share of the best score below which other items of the same clause are left out."""
FILL = 0.2
"""Score with which an item may still take a place that is left over."""
ITEM_WEIGHT = 0.6
"""What the likeness of an item as a whole adds to that of its best phrase."""
LEAST_BY_ITEM = 0.12
SOUND_WEIGHT = 0.82
"""What a match by sound is worth beside one by characters."""
OUTSIDE_COST = 0.6
MAX_WHY = 2


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase and the items it stands for, each with a weight from 0 to 1."""

    text: str
    kind: str
    shown: str
    items: Mapping[str, float]


@dataclass(slots=True)
class _Found:
    """An item while scores are added up."""

    score: float = 0.0
    why: list[Why] = field(default_factory=list)


class Finder:
    """Finds items behind words. Immutable once built; any thread may ask.

    Args:
        pack: the content pack.
        words: what people call things.
    """

    def __init__(self, pack: Pack, words: Words) -> None:
        self._pack = pack
        self._same = words.same
        self._longest = max(map(len, words.same), default=1)
        self._outside = words.outside
        self._fillers = sorted(words.fillers, key=len, reverse=True)
        self._phrases = list(_phrases(pack, words))
        self._index = PhraseIndex.build(self._tokens(phrase.text) for phrase in self._phrases)
        self._whole = ItemIndex(self._documents())
        self._sounds: PhraseIndex | None = None
        self._letters: list[tuple[str, str, str]] = []

    def suggest(self, text: str, limit: int = 5) -> Suggestions:
        """At most ``limit`` (up to 8) items behind ``text``, best first; none when nothing fits."""
        limit = max(0, min(limit, MOST))
        plain = normalise(text)
        if is_latin(plain):
            found = self._by_letters(plain.replace(" ", "").replace("，", ""))
            return self._answer(text, _ranked(found)[:limit], (), ())
        asked, denied = deny(plain)
        parts = [
            part for part in (without(p, self._fillers).strip() for p in clauses(asked)) if part
        ]
        if not parts:
            return Suggestions(text, (), (), denied)
        whole = " ".join(parts)
        looked = [self._look_up(part) for part in dict.fromkeys([*parts, *_joined(parts)])]
        overall = self._look_up(whole) if len(parts) > 1 else looked[0]
        known = [self._not_denied(found, denied) for found in (*looked, overall)]
        merged = self._merge(known, limit)
        events = tuple(self._events(parts))
        return self._answer(text, merged, events, denied)

    def _look_up(self, clause: str) -> dict[str, _Found]:
        outside = sum(len(word) for word in self._outside if word in clause)
        cost = OUTSIDE_COST if outside else 1.0
        scores = self._index.match(self._tokens(clause))
        found = self._items(scores, cost)
        best = max((item.score for item in found.values()), default=0.0)
        if best < 0.6 and len(clause) <= 24:
            heard = self._items(self._by_sound(clause), cost * SOUND_WEIGHT, by_sound=True)
            for item, heard_item in heard.items():
                if heard_item.score > found.setdefault(item, _Found()).score:
                    found[item] = heard_item
        for item, likeness in self._whole.match(self._tokens(clause)).items():
            value = ITEM_WEIGHT * likeness * cost
            if item in found:
                found[item].score += value
            elif value > LEAST_BY_ITEM:
                found[item] = _Found(value, [Why("name", self._pack.items[item].name)])
        return found

    def _documents(self) -> dict[str, dict[str, float]]:
        documents: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for phrase in self._phrases:
            for gram in self._tokens(phrase.text):
                if len(gram) > 1:
                    for item, weight in phrase.items.items():
                        documents[item][gram] += weight
        return documents

    def _items(
        self, scores: Mapping[int, float], cost: float, *, by_sound: bool = False
    ) -> dict[str, _Found]:
        best = sorted(scores.items(), key=lambda pair: -pair[1])[:60]
        found: dict[str, _Found] = defaultdict(_Found)
        for number, likeness in best:
            phrase = self._phrases[number]
            for item, weight in phrase.items.items():
                value = likeness * weight * cost
                known = found[item]
                if value > known.score:
                    known.score = value + 0.12 * known.score
                else:
                    known.score += 0.06 * value
                kind = "pinyin" if by_sound else phrase.kind
                if len(known.why) < MAX_WHY and all(w.text != phrase.shown for w in known.why):
                    known.why.append(Why(kind, phrase.shown))
        return found

    def _not_denied(self, found: dict[str, _Found], denied: Sequence[str]) -> dict[str, _Found]:
        """``found`` without items of a name or a line of business that the speaker denied."""

        def is_denied(item_id: str) -> bool:
            item = self._pack.items[item_id]
            line = self._pack.lines[item.line].short_name
            return any(word in item.name or line in word for word in denied)

        return {item: known for item, known in found.items() if not is_denied(item)}

    def _merge(self, looked: Sequence[dict[str, _Found]], limit: int) -> list[tuple[str, _Found]]:
        """The best of each clause first, then whatever is near; nothing where nothing is sure."""
        merged: dict[str, _Found] = {}
        left_over: dict[str, _Found] = {}
        leaders: list[tuple[float, str]] = []
        for found in looked:
            ranked = _ranked(found)
            top = ranked[0][1].score if ranked else 0.0
            if top >= ENOUGH:
                leaders.append((top, ranked[0][0]))
            floor = max(ENOUGH * 0.8, top * NEAR) if top >= ENOUGH else math.inf
            for item, known in ranked:
                into = merged if known.score >= floor else left_over
                if item not in into or known.score > into[item].score:
                    into[item] = known
        if not leaders:
            return []
        firsts = list(dict.fromkeys(item for _, item in sorted(leaders, reverse=True)))[:limit]
        rest = [item for item, _ in _ranked(merged) if item not in firsts]
        spare = [item for item, known in _ranked(left_over) if known.score >= FILL]
        chosen = list(dict.fromkeys([*firsts, *rest, *spare]))[:limit]
        known_as = {**left_over, **merged}
        return sorted(((i, known_as[i]) for i in chosen), key=lambda pair: -pair[1].score)

    def _by_sound(self, clause: str) -> dict[int, float]:
        if self._sounds is None:
            self._sounds = PhraseIndex.build(_sounds(phrase.text) for phrase in self._phrases)
        return self._sounds.match(_sounds(self._read(clause)))

    def warm_up(self) -> None:
        """Build beforehand what only some talk needs: a tenth of a second, for a side thread."""
        self._by_sound("")
        self._by_letters("aa")

    def _by_letters(self, letters: str) -> dict[str, _Found]:
        if not self._letters:
            self._letters = [
                ("".join(s[:1] for s in spelt), "".join(spelt), number)
                for number, spelt in (
                    (str(n), [syllables(ch)[0] for ch in phrase.text if ch.isalnum()])
                    for n, phrase in enumerate(self._phrases)
                )
            ]
        found: dict[str, _Found] = defaultdict(_Found)
        for initials, full, number in self._letters:
            likeness = max(_letter_match(letters, initials), _letter_match(letters, full))
            if likeness:
                phrase = self._phrases[int(number)]
                for item, weight in phrase.items.items():
                    if likeness * weight > found[item].score:
                        found[item] = _Found(likeness * weight, [Why("pinyin", phrase.shown)])
        return found

    def _events(self, parts: Sequence[str]) -> Iterable[str]:
        seen = dict.fromkeys(
            phrase.shown
            for part in parts
            for number, likeness in self._index.match(self._tokens(part)).items()
            if likeness >= 0.6 and (phrase := self._phrases[number]).kind == "event"
        )
        titles = {event.title: event.id for event in self._pack.events.values()}
        return [titles[title] for title in seen if title in titles]

    def _answer(
        self, query: str, ranked: Sequence[tuple[str, _Found]], events: tuple[str, ...],
        denied: tuple[str, ...],
    ) -> Suggestions:  # fmt: skip
        asked = [q for event in events for q in self._pack.events[event].ask_first]
        suggestions = []
        for item, known in ranked:
            questions = tuple(dict.fromkeys([*self._pack.items[item].ask_first, *asked]))[:2]
            score = round(min(known.score, 1.0), 3)
            suggestions.append(Suggestion(item, score, tuple(known.why), questions))
        return Suggestions(query, tuple(suggestions), events, denied)

    def _read(self, text: str) -> str:
        return read_as(text, self._same, self._longest)

    def _tokens(self, text: str) -> list[str]:
        return grams(self._read(normalise(text)))


def _phrases(pack: Pack, words: Words) -> Iterable[_Phrase]:
    """Every phrase of two characters or more; one character alone would match half the world."""
    return (phrase for phrase in _all_phrases(pack, words) if len(phrase.text) > 1)


def _all_phrases(pack: Pack, words: Words) -> Iterable[_Phrase]:
    for item in pack.items.values():
        if item.retired:
            continue
        names = [item.name, *item.aliases]
        bare = item.name.partition("（")[0]
        if bare != item.name:
            names.append(bare)
        for name in names:
            yield _Phrase(name, "name", item.name, {item.id: 1.0})
        for said in words.phrases.get(item.id, ()):
            yield _Phrase(said, "words", said, {item.id: 1.0})
        for text in (*item.eligibility, *item.tips, *(b.text for b in item.common_blockers)):
            yield _Phrase(text, "words", text, {item.id: 0.5})
    for event in pack.events.values():
        weights = {c.item: {3: 0.9, 2: 0.74, 1: 0.55}[c.weight] for c in event.candidates}
        for said in (event.title, *event.phrases, *words.event_phrases.get(event.id, ())):
            yield _Phrase(said, "event", event.title, weights)


def _ranked(found: Mapping[str, _Found]) -> list[tuple[str, _Found]]:
    return sorted(found.items(), key=lambda pair: (-pair[1].score, pair[0]))


def _joined(parts: Sequence[str]) -> list[str]:
    """Neighbouring short clauses together: one need is often said in two breaths."""
    return [
        f"{left} {right}"
        for left, right in itertools.pairwise(parts)
        if len(left) + len(right) <= 24
    ]


def _sounds(text: str) -> list[str]:
    spelt = [syllables(ch)[0] for ch in text if ch.isalnum()]
    return [f"{left}{right}" for left, right in itertools.pairwise(spelt)]


def _letter_match(letters: str, known: str) -> float:
    """How well typed letters stand for a spelling: all of it, its beginning, or inside."""
    if letters not in known:
        return 0.0
    share = len(letters) / len(known)
    return min(1.0, 0.5 + 0.5 * share + (0.1 if known.startswith(letters) else 0.0))
