"""What is known about items, compared with talk: Okapi BM25 over small tokens.

A document is everything known about one item (or about one topic that is not our business). Its
tokens are pairs of characters, single characters and meanings (``#去世``, see ``Meanings``).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

SATURATION, LENGTH_SHARE = 2.0, 0.5
"""k1 and b of Okapi BM25 (Robertson and Zaragoza, 2009), set by leaving phrases out in turn."""
SINGLE_WEIGHT = 0.7
LEAST_IDF = 0.12
"""Tokens of nearly every item say nothing and are left out."""

_RUNS = re.compile(r"[a-z0-9]{2,}|[^\sa-z0-9，]+")


class Meanings:
    """Words that mean the same: each is found in talk as ``#`` and the group's first word."""

    def __init__(self, same: Mapping[str, tuple[str, ...]]) -> None:
        self.of = same
        self._longest = max(map(len, same), default=1)

    def found_in(self, text: str) -> Iterable[str]:
        """Tokens of all words in ``text``; a word inside a longer known word does not count."""
        end = 0
        for start in range(len(text)):
            for stop in range(min(len(text), start + self._longest), max(start, end), -1):
                groups = self.of.get(text[start:stop])
                if groups:
                    end = stop
                    for group in groups:
                        yield f"#{group}"
                    break


def tokens(text: str, meanings: Meanings) -> dict[str, float]:
    """Tokens of a normalised text with their weights; Latin words and numbers stay whole."""
    found: dict[str, float] = {}
    for run in _RUNS.findall(text):
        if run[0].isascii():
            found[run] = 1.0
            continue
        for single in run:
            found.setdefault(single, SINGLE_WEIGHT)
        for start in range(len(run) - 1):
            found[run[start : start + 2]] = 1.0
        for meaning in meanings.found_in(run):
            found[meaning] = 1.0
    return found


class Index:
    """BM25 scores of documents for weighted tokens.

    Args:
        documents: by id, how often each token stands in it, weighted.
    """

    def __init__(self, documents: Mapping[str, Mapping[str, float]]) -> None:
        total = max(1, len(documents))
        holding = Counter(token for document in documents.values() for token in document)
        self.idf = {
            token: math.log(1 + (total - found + 0.5) / (found + 0.5))
            for token, found in holding.items()
        }
        lengths = {name: sum(document.values()) for name, document in documents.items()}
        average = sum(lengths.values()) / total or 1.0
        self.postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for name, document in documents.items():
            norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[name] / average)
            for token, count in document.items():
                idf = self.idf[token]
                if idf >= LEAST_IDF:
                    value = idf * count * (SATURATION + 1) / (count + norm)
                    self.postings[token].append((name, value))

    def add(self, scores: dict[str, float], token: str, weight: float) -> None:
        """Add what ``token`` says to ``scores``."""
        for name, value in self.postings.get(token, ()):
            scores[name] = scores.get(name, 0.0) + weight * value

    def match(self, weighted: Mapping[str, float]) -> dict[str, float]:
        """Document → score; documents that share nothing are left out."""
        scores: dict[str, float] = {}
        for token, weight in weighted.items():
            self.add(scores, token, weight)
        return scores
