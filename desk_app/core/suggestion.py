"""What the finder answers: items, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Why:
    """One reason; ``kind``: words | name | event | pinyin | link | material; ``text``: in words."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One item with why it was found and the questions that would change the answer."""

    item: str
    score: float
    why: tuple[Why, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answer to one query.

    Attributes:
        events: ids of life events recognised in the words.
        negated: words that the speaker denied and that were therefore not looked for.
    """

    query: str
    suggestions: tuple[Suggestion, ...]
    events: tuple[str, ...]
    negated: tuple[str, ...]
