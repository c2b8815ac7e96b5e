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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk_app.content.finder_index import Index, Meanings, tokens
from desk_app.content.finder_phrases import phrases_of
from desk_app.content.finder_sound import Letters, Sounds
from desk_app.content.finder_text import clauses, deny, is_latin, normalise, without
from desk_app.content.words import Words
from desk_app.core.catalogue import Pack
from desk_app.core.suggestion import Suggestion, Suggestions, Why

MOST = 8
FLOOR, FOREIGN = 3.0, 1.15
"""An item must score more than FLOOR and FOREIGN times the likest foreign topic (see README of
tests/data/finder): lower finds more, and chatters."""
NEAR = 0.3
"""Share of the best score below which other items are left out."""
CONTEXT = 0.3
"""How much the whole talk counts when the best item of one clause is chosen."""
NAMED, LONGEST_NAMED = 0.5, 12
"""What an item gains, as a share of the clause's best score, when the clause is nothing but one of
its phrases; and the longest phrase looked for."""
LINKED = 2
"""Most items added because they are linked with the best one, where places are left over."""
SOUND_LENGTH = 60
"""Longer talk is not heard again by sound: it is no slip of typing."""
DENIED = 0.7
"""Share of what speaks for an item that, when it is what was denied, leaves the item out."""
WORD_WEIGHT = 0.97
"""Likeness of the item that a word typed in letters leads to most."""
SURE = 8.0
"""Score that is shown as one half."""
EVENT_SEEN = 0.7
MAX_WHY = 2
TOPIC = "topic:"


@dataclass(slots=True)
class _Heard:
    """What was made of a talk: scores by item, and tokens with those by sound apart."""

    scores: dict[str, float]
    said: dict[str, float]
    by_sound: dict[str, float]
    leaders: list[str]


class Finder:
    """Finds items behind words. Any thread may ask.

    Args:
        pack: the content pack.
        words: what people call things.
    """

    def __init__(self, pack: Pack, words: Words) -> None:
        self._pack = pack
        self._meanings = Meanings(words.same)
        self._fillers = sorted(words.fillers, key=len, reverse=True)
        self._phrases = [
            (phrase, self._tokens(normalise(phrase.text))) for phrase in phrases_of(pack, words)
        ]
        self._told = [phrase for phrase, _ in self._phrases if phrase.shown]
        self._of_item: dict[str, list[int]] = defaultdict(list)
        for number, (phrase, _) in enumerate(self._phrases):
            for item in phrase.items if phrase.shown else ():
                self._of_item[item].append(number)
        self._items_of: dict[str, list[str]] = defaultdict(list)
        for phrase in self._told:
            if len(phrase.items) == 1 and len(phrase.text) <= LONGEST_NAMED:
                self._items_of[normalise(phrase.text)].extend(phrase.items)
        self._index = Index(self._documents(words))
        self._sounds: Sounds | None = None
        self._letters: Letters | None = None
        self._by_word = list(words.same)

    def suggest(self, text: str, limit: int = 5) -> Suggestions:
        """At most ``limit`` (up to 8) items behind ``text``, best first; none when nothing fits."""
        limit = max(0, min(limit, MOST))
        plain = normalise(text)
        if is_latin(plain):
            return self._suggest_letters(text, "".join(filter(str.isalpha, plain)), limit)
        asked, denied = deny(plain)
        heard = self._hear(asked)
        if heard is None:
            return Suggestions(text, (), (), denied)
        self._drop_denied(heard, denied)
        ranked = self._rank(heard, limit)
        return self._answer(text, heard, ranked, denied, limit)

    def warm_up(self) -> None:
        """Build beforehand what only some talk needs: a tenth of a second, for a side thread."""
        self._sound()
        self._by_letters("aa")

    # -- hearing ----------------------------------------------------------------------------

    def _tokens(self, text: str) -> dict[str, float]:
        return tokens(text, self._meanings)

    def _hear(self, asked: str) -> _Heard | None:
        """Scores over all clauses that are ours; None = silence."""
        again = len(asked) <= SOUND_LENGTH
        heard = _Heard({}, {}, {}, [])
        needs: list[dict[str, float]] = []
        for clause in dict.fromkeys(without(part, self._fillers) for part in clauses(asked)):
            said = self._tokens(clause)
            by_sound = self._heard_again(clause, said) if again else {}
            scores = self._index.match({**by_sound, **said})
            _, top, foreign = self._tops(scores)
            if foreign > top:
                continue
            for token, weight in {**by_sound, **said}.items():
                if token not in heard.said and token not in heard.by_sound:
                    self._index.add(heard.scores, token, weight)
            heard.said.update(said)
            heard.by_sound.update(by_sound)
            for name, share in self._named_in(clause).items():
                for table in (scores, heard.scores):
                    table[name] = table.get(name, 0.0) + NAMED * share * top
            _, top, foreign = self._tops(scores)
            if _is_ours(top, foreign):
                needs.append(scores)
        _, top, foreign = self._tops(heard.scores)
        if not _is_ours(top, foreign) and not needs:
            return None
        heard.scores = _items_only(heard.scores)
        for scores in needs:
            with_context = {
                name: score + CONTEXT * heard.scores[name]
                for name, score in _items_only(scores).items()
            }
            heard.leaders.append(max(with_context, key=lambda name: (with_context[name], name)))
        return heard

    def _named_in(self, clause: str) -> dict[str, float]:
        """Items of phrases that stand in ``clause`` word for word → share of it that they fill."""
        run = clause.replace(" ", "")
        found: dict[str, float] = {}
        for start in range(len(run)):
            for stop in range(start + 2, min(len(run), start + LONGEST_NAMED) + 1):
                for item in self._items_of.get(run[start:stop], ()):
                    found[item] = max(found.get(item, 0.0), (stop - start) / len(run))
        return found

    def _tops(self, scores: Mapping[str, float]) -> tuple[str, float, float]:
        """The best item, its score, and that of the likest foreign topic."""
        item, top, foreign = "", 0.0, 0.0
        for name, score in scores.items():
            if name.startswith(TOPIC):
                foreign = max(foreign, score)
            elif score > top:
                item, top = name, score
        return item, top, foreign

    def _heard_again(self, clause: str, said: Mapping[str, float]) -> dict[str, float]:
        if all(len(t) != 2 or t in self._index.idf or t[0] == "#" for t in said):
            return {}
        sounds = self._sound()
        found: dict[str, float] = {}
        for run in clause.split():
            found.update(sounds.heard(run, self._index.idf))
        return {token: weight for token, weight in found.items() if token not in said}

    def _drop_denied(self, heard: _Heard, denied: Sequence[str]) -> None:
        """Leave out items of a line that was denied, and those for which that speaks most."""
        for word in denied:
            spoken = self._index.match(self._tokens(word))
            for name, score in list(heard.scores.items()):
                line = self._pack.lines[self._pack.items[name].line]
                if word == line.short_name or spoken.get(name, 0.0) >= DENIED * score:
                    del heard.scores[name]

    # -- letters ----------------------------------------------------------------------------

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
        typed = self._sound().typed(letters)
        heard = _Heard(self._index.match(typed), {}, typed, [])
        _, top, foreign = self._tops(heard.scores)
        if not _is_ours(top, foreign):
            return Suggestions(query, (), (), ())
        heard.scores = _items_only(heard.scores)
        return self._answer(query, heard, self._rank(heard, limit), (), limit)

    def _by_letters(self, letters: str) -> dict[str, tuple[float, str]]:
        """Item → likeness and phrase, for letters that stand in its initials or its pinyin."""
        if self._letters is None:
            self._letters = Letters([*(phrase.text for phrase in self._told), *self._by_word])
        found: dict[str, tuple[float, str]] = {}

        def put(item: str, likeness: float, shown: str) -> None:
            if likeness > found.get(item, (0.0, ""))[0]:
                found[item] = (likeness, shown)

        for number, likeness in self._letters.match(letters).items():
            if number < len(self._told):
                for item, weight in self._told[number].items.items():
                    put(item, likeness * weight, self._told[number].shown)
            elif likeness == 1.0:
                word = self._by_word[number - len(self._told)]
                heard = self._hear(word)
                for item in heard.leaders if heard else ():
                    put(item, WORD_WEIGHT, word)
        return found

    def _sound(self) -> Sounds:
        if self._sounds is None:
            pairs = (
                token
                for token, found in self._index.postings.items()
                if any(not name.startswith(TOPIC) for name, _ in found)
            )
            self._sounds = Sounds(pairs, self._meanings.of)
        return self._sounds

    # -- answering --------------------------------------------------------------------------

    def _rank(self, heard: _Heard, limit: int) -> list[str]:
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
        self, query: str, heard: _Heard, ranked: Sequence[str], denied: tuple[str, ...], limit: int
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

    def _reasons(self, item: str, heard: _Heard, events: dict[str, None]) -> tuple[Why, ...]:
        """The phrases nearest to what was said; life events told of are put into ``events``."""
        near: dict[str, tuple[float, Why]] = {}
        for number in self._of_item[item]:
            phrase, known = self._phrases[number]
            length = shared = by_sound = 0.0
            for token, weight in known.items():
                worth = weight * self._index.idf[token]
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

    def _documents(self, words: Words) -> dict[str, dict[str, float]]:
        documents: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for phrase, known in self._phrases:
            for item, weight in phrase.items.items():
                document = documents[item]
                for token in known:
                    document[token] += weight
        for topic, sentences in words.outside.items():
            document = documents[TOPIC + topic]
            for sentence in sentences:
                for token in self._tokens(normalise(sentence)):
                    document[token] += 1.0
        return documents


def _items_only(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: score for name, score in scores.items() if not name.startswith(TOPIC)}


def _is_ours(top: float, foreign: float) -> bool:
    return top > FLOOR + FOREIGN * foreign
