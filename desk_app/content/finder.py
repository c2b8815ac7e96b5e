"""From a resident's own words to items, each with its reasons.

Everything known about an item (name, what people call it, the life events that lead to it, its
conditions) makes one document; so does every topic that is not our business (weather, food, shops).
Talk is cut into clauses and each is compared with all documents. A clause that sounds more like a
foreign topic than like any item is left out, and where none is left the finder keeps silent. Items
are then ranked by the whole of what is left, and the best of each clause keeps its place, so that
several needs in one talk each find their item.

Pairs of characters that nothing is known by are heard again by their sound; words typed in letters
are matched as pinyin or initials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from desk_app.content.finder_hearing import Heard, Hearing
from desk_app.content.finder_index import Meanings, tokens
from desk_app.content.finder_phrases import phrases_of
from desk_app.content.finder_sound import Letters
from desk_app.content.finder_text import deny, is_latin, normalise
from desk_app.content.words import Words
from desk_app.core.catalogue import Pack
from desk_app.core.suggestion import Suggestion, Suggestions, Why

MOST = 8
NEAR = 0.3
"""Share of the best score below which other items are left out."""
LINKED = 2
"""Most items added because they are linked with the best one, where places are left over."""
DENIED = 0.7
"""Share of what speaks for an item that, when it is what was denied, leaves the item out."""
WORD_WEIGHT = 0.97
"""Likeness of the item that a word typed in letters leads to most."""
SURE = 8.0
"""Score that is shown as one half."""
EVENT_SEEN = 0.7
MAX_WHY = 2


class Finder:
    """Finds items behind words. Any thread may ask.

    Args:
        pack: the content pack.
        words: what people call things.
    """

    def __init__(self, pack: Pack, words: Words) -> None:
        self._pack = pack
        meanings = Meanings(words.same)
        self._phrases = [
            (phrase, tokens(normalise(phrase.text), meanings)) for phrase in phrases_of(pack, words)
        ]
        self._told = [phrase for phrase, _ in self._phrases if phrase.shown]
        self._of_item: dict[str, list[int]] = defaultdict(list)
        for number, (phrase, _) in enumerate(self._phrases):
            for item in phrase.items if phrase.shown else ():
                self._of_item[item].append(number)
        self._hearing = Hearing(self._phrases, words, meanings)
        self._letters: Letters | None = None
        self._words = list(words.same)

    def suggest(self, text: str, limit: int = 5) -> Suggestions:
        """At most ``limit`` (up to 8) items behind ``text``, best first; none when nothing fits."""
        limit = max(0, min(limit, MOST))
        plain = normalise(text)
        if is_latin(plain):
            return self._suggest_letters(text, "".join(filter(str.isalpha, plain)), limit)
        asked, denied = deny(plain)
        heard = self._hearing.hear(asked)
        if heard is None:
            return Suggestions(text, (), (), denied)
        self._drop_denied(heard, denied)
        ranked = self._rank(heard, limit)
        return self._answer(text, heard, ranked, denied, limit)

    def warm_up(self) -> None:
        """Build beforehand what only some talk needs: a tenth of a second, for a side thread."""
        self._hearing.sounds()
        self._by_letters("aa")

    def _drop_denied(self, heard: Heard, denied: Sequence[str]) -> None:
        """Leave out items of a line that was denied, and those for which that speaks most."""
        for word in denied:
            spoken = self._hearing.index.match(self._hearing.tokens(word))
            for name, score in list(heard.scores.items()):
                line = self._pack.lines[self._pack.items[name].line]
                if word == line.short_name or spoken.get(name, 0.0) >= DENIED * score:
                    del heard.scores[name]

    def _suggest_letters(self, query: str, letters: str, limit: int) -> Suggestions:
        found = self._by_letters(letters)
        if found:
            ranked = sorted(found, key=lambda item: (-found[item][0], item))[:limit]
            answer = tuple(
                Suggestion(
                    item,
                    round(found[item][0], 3),
                    (Why("pinyin", found[item][1]),),
                    self._pack.items[item].ask_first[:2],
                )
                for item in ranked
            )
            return Suggestions(query, answer, (), ())
        heard = self._hearing.hear_typed(letters)
        if heard is None:
            return Suggestions(query, (), (), ())
        return self._answer(query, heard, self._rank(heard, limit), (), limit)

    def _by_letters(self, letters: str) -> dict[str, tuple[float, str]]:
        """Item → likeness and phrase, for letters that stand in its initials or its pinyin."""
        if self._letters is None:
            self._letters = Letters([*(phrase.text for phrase in self._told), *self._words])
        found: dict[str, tuple[float, str]] = {}

        def put(item: str, likeness: float, shown: str) -> None:
            if likeness > found.get(item, (0.0, ""))[0]:
                found[item] = (likeness, shown)

        for number, likeness in self._letters.match(letters).items():
            if number < len(self._told):
                for item, weight in self._told[number].items.items():
                    put(item, likeness * weight, self._told[number].shown)
            elif likeness == 1.0:
                word = self._words[number - len(self._told)]
                heard = self._hearing.hear(word)
                for item in heard.leaders if heard else ():
                    put(item, WORD_WEIGHT, word)
        return found

    def _rank(self, heard: Heard, limit: int) -> list[str]:
        ranked = sorted(heard.scores, key=lambda item: (-heard.scores[item], item))
        if not ranked:
            return []
        floor = NEAR * heard.scores[ranked[0]]
        leaders = [item for item in dict.fromkeys(heard.leaders) if item in heard.scores]
        leaders.sort(key=lambda item: -heard.scores[item])
        rest = [i for i in ranked if i not in leaders and heard.scores[i] >= floor]
        chosen = [*leaders[:limit], *rest][:limit]
        return sorted(chosen, key=lambda item: (-heard.scores[item], item))

    def _answer(
        self, query: str, heard: Heard, ranked: Sequence[str], denied: tuple[str, ...], limit: int
    ) -> Suggestions:
        events: dict[str, None] = {}
        reasons = {item: self._reasons(item, heard, events) for item in ranked}
        told = [q for event in events for q in self._pack.events[event].ask_first]
        found = []
        for item in ranked:
            questions = dict.fromkeys([*self._pack.items[item].ask_first, *told])
            score = heard.scores[item] / (heard.scores[item] + SURE)
            found.append(Suggestion(item, round(score, 3), reasons[item], tuple(questions)[:2]))
        found += self._linked(found, denied, limit)
        return Suggestions(query, tuple(found), tuple(events), denied)

    def _reasons(self, item: str, heard: Heard, events: dict[str, None]) -> tuple[Why, ...]:
        """The phrases nearest to what was said; life events told of are put into ``events``."""
        near: dict[str, tuple[float, Why]] = {}
        for number in self._of_item[item]:
            phrase, known = self._phrases[number]
            length = shared = by_sound = 0.0
            for token, weight in known.items():
                worth = weight * self._hearing.index.idf[token]
                length += worth
                if token in heard.said:
                    shared += worth
                elif token in heard.by_sound:
                    by_sound += worth
            likeness = (shared + by_sound) / (length + 4.0)
            if phrase.event and shared / (length or 1.0) >= EVENT_SEEN:
                events[phrase.event] = None
            kind = "pinyin" if by_sound > shared else phrase.kind
            if likeness > near.get(phrase.shown, (0.0,))[0]:
                near[phrase.shown] = (likeness, Why(kind, phrase.shown))
        best = sorted(near.values(), key=lambda pair: -pair[0])[:MAX_WHY]
        if not best:
            return (Why("name", self._pack.items[item].name),)
        return tuple(why for likeness, why in best if likeness >= 0.5 * best[0][0])

    def _linked(
        self, found: Sequence[Suggestion], denied: Sequence[str], limit: int
    ) -> list[Suggestion]:
        """Items linked with the best one, where places are left over and nothing was denied."""
        if not found or denied:
            return []
        best = found[0]
        known = {suggestion.item for suggestion in found}
        linked: list[Suggestion] = []
        for relation in self._pack.relations_of(best.item):
            other = relation.target if relation.source == best.item else relation.source
            if relation.kind == "excludes" or other in known or self._pack.items[other].retired:
                continue
            known.add(other)
            why = (Why("link", self._pack.items[best.item].name),)
            score = round(min(best.score, found[-1].score) / 2, 3)
            linked.append(Suggestion(other, score, why, self._pack.items[other].ask_first[:2]))
        return linked[: max(0, min(LINKED, limit - len(found)))]
