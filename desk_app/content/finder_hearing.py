"""Hearing what a talk is about: items with their scores, or nothing.

Everything known about an item makes one document; so does every topic that is not our business.
Each clause is compared with all of them; one that sounds more like a foreign topic is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk_app.content.finder_index import Index, Meanings, tokens
from desk_app.content.finder_phrases import Phrase
from desk_app.content.finder_sound import Sounds
from desk_app.content.finder_text import clauses, normalise, without
from desk_app.content.words import Words

FLOOR, FOREIGN = 3.0, 1.15
"""An item must score more than FLOOR and FOREIGN times the likest foreign topic; lower finds more,
and chatters. Set on the labelled talk."""
CONTEXT = 0.3
"""How much the whole talk counts when the best item of one clause is chosen."""
NAMED, LONGEST_NAMED = 0.5, 12
"""What an item gains, as a share of the clause's best score, when the clause is nothing but one of
its phrases; and the longest phrase looked for."""
SOUND_LENGTH = 60
"""Longer talk is not heard again by sound: it is no slip of typing."""
TOPIC = "topic:"


@dataclass(slots=True)
class Heard:
    """What was made of a talk.

    Attributes:
        scores: by item.
        said: tokens of what was said, with their weights.
        by_sound: tokens that only sound like it.
        leaders: the best item of each clause that tells a need.
    """

    scores: dict[str, float]
    said: dict[str, float]
    by_sound: dict[str, float]
    leaders: list[str]


class Hearing:
    """Turns talk into scores of items.

    Args:
        phrases: all phrases of items, each with its tokens.
        words: what people call things.
    """

    def __init__(
        self,
        phrases: Sequence[tuple[Phrase, Mapping[str, float]]],
        words: Words,
        meanings: Meanings,
    ) -> None:
        self._meanings = meanings
        self._fillers = sorted(words.fillers, key=len, reverse=True)
        self._items_of: dict[str, list[str]] = defaultdict(list)
        for phrase, _ in phrases:
            if phrase.shown and len(phrase.items) == 1 and len(phrase.text) <= LONGEST_NAMED:
                self._items_of[normalise(phrase.text)].extend(phrase.items)
        self.index = Index(self._documents(phrases, words))
        self._sounds: Sounds | None = None

    def tokens(self, text: str) -> dict[str, float]:
        """Tokens of a normalised text, with their weights."""
        return tokens(text, self._meanings)

    def hear(self, asked: str) -> Heard | None:
        """What ``asked`` is about, over all clauses that are ours; None = silence."""
        again = len(asked) <= SOUND_LENGTH
        heard = Heard({}, {}, {}, [])
        needs: list[dict[str, float]] = []
        for clause in dict.fromkeys(without(part, self._fillers) for part in clauses(asked)):
            said = self.tokens(clause)
            by_sound = self._heard_again(clause, said) if again else {}
            scores = self.index.match({**by_sound, **said})
            _, top, foreign = _tops(scores)
            if foreign > top:
                continue
            for token, weight in {**by_sound, **said}.items():
                if token not in heard.said and token not in heard.by_sound:
                    self.index.add(heard.scores, token, weight)
            heard.said.update(said)
            heard.by_sound.update(by_sound)
            for name, share in self._named_in(clause).items():
                for table in (scores, heard.scores):
                    table[name] = table.get(name, 0.0) + NAMED * share * top
            _, top, foreign = _tops(scores)
            if _is_ours(top, foreign):
                needs.append(scores)
        _, top, foreign = _tops(heard.scores)
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

    def _heard_again(self, clause: str, said: Mapping[str, float]) -> dict[str, float]:
        if all(len(t) != 2 or t in self.index.idf or t[0] == "#" for t in said):
            return {}
        sounds = self.sounds()
        found: dict[str, float] = {}
        for run in clause.split():
            found.update(sounds.heard(run, self.index.idf))
        return {token: weight for token, weight in found.items() if token not in said}

    def hear_typed(self, letters: str) -> Heard | None:
        """What pinyin typed without tones is about; None = silence."""
        typed = self.sounds().typed(letters)
        scores = self.index.match(typed)
        _, top, foreign = _tops(scores)
        return Heard(_items_only(scores), {}, typed, []) if _is_ours(top, foreign) else None

    def sounds(self) -> Sounds:
        """The table of sounds, made at the first need."""
        if self._sounds is None:
            pairs = (
                token
                for token, found in self.index.postings.items()
                if any(not name.startswith(TOPIC) for name, _ in found)
            )
            self._sounds = Sounds(pairs, self._meanings.of)
        return self._sounds

    def _documents(
        self, phrases: Sequence[tuple[Phrase, Mapping[str, float]]], words: Words
    ) -> dict[str, dict[str, float]]:
        documents: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for phrase, known in phrases:
            for item, weight in phrase.items.items():
                document = documents[item]
                for token in known:
                    document[token] += weight
        for topic, sentences in words.outside.items():
            document = documents[TOPIC + topic]
            for sentence in sentences:
                for token in self.tokens(normalise(sentence)):
                    document[token] += 1.0
        return documents


def _tops(scores: Mapping[str, float]) -> tuple[str, float, float]:
    """The best item, its score, and that of the likest foreign topic."""
    item, top, foreign = "", 0.0, 0.0
    for name, score in scores.items():
        if name.startswith(TOPIC):
            foreign = max(foreign, score)
        elif score > top:
            item, top = name, score
    return item, top, foreign


def _items_only(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: score for name, score in scores.items() if not name.startswith(TOPIC)}


def _is_ours(top: float, foreign: float) -> bool:
    return top > FLOOR + FOREIGN * foreign
