"""Text to tokens for full-text search.

SQLite's own tokenizers find nothing inside unsegmented Chinese, or miss two-character words. So
every run of characters is written as its overlapping pairs, and a query is a phrase of pairs: it
finds any substring of two or more characters, digits and pinyin initials included.
"""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")
MAX_INDEXED = 20_000
"""Characters indexed of one text: enough for any talk, bounded for a pasted book."""
MAX_QUERY, MAX_WORDS, MAX_PAIRS = 400, 6, 60
"""How much of a query is looked at."""


def fold_text(text: str) -> str:
    """``text`` as search sees it: compatibility forms unified, case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def index_tokens(texts: list[str]) -> str:
    """Tokens of several texts."""
    return " ".join(
        token for text in texts for run in _RUN.findall(fold_text(text[:MAX_INDEXED]))
        for token in _pairs(run)
    )  # fmt: skip


def query_phrases(query: str) -> list[str]:
    """FTS5 phrases, one for each run of ``query``; all of them are wanted."""
    phrases = []
    for run in _RUN.findall(fold_text(query[:MAX_QUERY]))[:MAX_WORDS]:
        if len(run) == 1:
            phrases.append(f'"{run}"*')  # the first half of a pair, or a last character
        else:
            phrases.append('"' + " ".join(_pairs(run)[:-1][:MAX_PAIRS]) + '"')
    return phrases


def _pairs(run: str) -> list[str]:
    # The last character stands alone at the end: it can be found by itself, and a phrase of pairs
    # cannot cross over into the next run.
    return [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]
