"""What the finder answers: items, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.core.kinds.kind import Json


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


_WHY = {
    "words": "听起来像“{}”",
    "name": "事项名“{}”",
    "event": "遇到了“{}”",
    "pinyin": "音像“{}”",
    "link": "和“{}”有关",
    "material": "提到“{}”",
}


def why_text(suggestion: Suggestion) -> str:
    """The reasons of a suggestion in one sentence."""
    return "；".join(_WHY[why.kind].format(why.text) for why in suggestion.why)


def as_json_dict(suggestions: Suggestions) -> dict[str, Json]:
    """The answer as plain data for scripts."""
    return {
        "query": suggestions.query,
        "suggestions": [
            {
                "item": found.item,
                "score": found.score,
                "why": [{"kind": why.kind, "text": why.text} for why in found.why],
                "questions": list(found.questions),
            }
            for found in suggestions.suggestions
        ],
    }
