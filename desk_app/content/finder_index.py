"""Two ways to compare a clause with what is known: phrase by phrase, and item by item.

The phrases tell exactly when something was said as we know it; the items catch talk whose words are
spread over several phrases of one item.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SATURATION, LENGTH_SHARE = 1.2, 0.4
"""k1 and b of Okapi BM25 (Robertson and Zaragoza, 2009), set on the labelled talk."""
UNKNOWN_WEIGHT = 5.0
"""Weight of a pair of characters that no item knows: talk full of them is about something else."""


@dataclass(slots=True)
class PhraseIndex:
    """Grams to phrases, with the weight of each gram and the length of each phrase."""

    postings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    idf: dict[str, float] = field(default_factory=dict)
    lengths: list[float] = field(default_factory=list)
    unknown: float = 1.0

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> PhraseIndex:
        made = cls()
        documents = [Counter(tokens) for tokens in texts]
        for number, document in enumerate(documents):
            for gram in document:
                made.postings[gram].append(number)
        total = len(documents)
        for gram, found in made.postings.items():
            weight = math.log(1 + total / len(found))
            made.idf[gram] = weight * (1.0 if len(gram) > 1 else 0.28)
        made.unknown = math.log(1 + total) * 0.6
        made.lengths = [sum(made.idf[gram] for gram in document) for document in documents]
        return made

    def match(self, tokens: Sequence[str]) -> dict[int, float]:
        """Phrase number → likeness from 0 to 1."""
        shared: dict[int, float] = defaultdict(float)
        length = 0.0
        for gram in dict.fromkeys(tokens):
            weight = self.idf.get(gram)
            if weight is None:
                length += self.unknown if len(gram) > 1 else 0.0
                continue
            length += weight
            for number in self.postings[gram]:
                shared[number] += weight
        if not length:
            return {}
        return {
            number: 0.62 * common / self.lengths[number] + 0.38 * common / length
            for number, common in shared.items()
        }


class ItemIndex:
    """BM25 over the pairs of characters of all phrases of an item, as a share of the best possible.

    Args:
        documents: by item, how often each pair stands in its phrases, weighted.
    """

    def __init__(self, documents: Mapping[str, Mapping[str, float]]) -> None:
        total = max(1, len(documents))
        holding = Counter(gram for document in documents.values() for gram in document)
        self._idf = {
            gram: math.log(1 + (total - found + 0.5) / (found + 0.5))
            for gram, found in holding.items()
        }
        lengths = {item: sum(document.values()) for item, document in documents.items()}
        average = sum(lengths.values()) / total or 1.0
        self._postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for item, document in documents.items():
            norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[item] / average)
            for gram, count in document.items():
                value = self._idf[gram] * count * (SATURATION + 1) / (count + norm)
                self._postings[gram].append((item, value))

    def match(self, grams: Sequence[str]) -> dict[str, float]:
        """Item → likeness from 0 to 1."""
        scores: dict[str, float] = defaultdict(float)
        possible = 0.0
        for gram in dict.fromkeys(grams):
            if len(gram) < 2:
                continue
            possible += self._idf.get(gram, UNKNOWN_WEIGHT)
            for item, value in self._postings.get(gram, ()):
                scores[item] += value
        if not possible:
            return {}
        return {item: value / (possible * (SATURATION + 1)) for item, value in scores.items()}
