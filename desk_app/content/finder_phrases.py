"""What items are known by: their names, what people say, the events that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desk_app.content.words import Words
from desk_app.core.catalogue import Pack

EVENT_WEIGHTS = {3: 0.8, 2: 0.5, 1: 0.25}
"""What a phrase of a life event counts for an item, by the candidate's weight."""
CONDITION_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and the items it stands for, each with a weight from 0 to 1.

    Attributes:
        shown: how it is named as a reason; empty = never named.
        event: id of the life event it tells of, or empty.
    """

    text: str
    kind: str
    shown: str
    items: Mapping[str, float]
    event: str = ""


def phrases_of(pack: Pack, words: Words) -> Iterable[Phrase]:
    """Every phrase of every item in use, the telling ones and the conditions."""
    for item in pack.items.values():
        if item.retired:
            continue
        names = [item.name, *item.aliases]
        bare = item.name.partition("（")[0]
        if bare != item.name:
            names.append(bare)
        for name in names:
            yield Phrase(name, "name", item.name, {item.id: 1.0})
        for said in words.phrases.get(item.id, ()):
            yield Phrase(said, "words", said, {item.id: 1.0})
        conditions = (item.who_may_apply, *item.eligibility, *item.tips)
        for text in (*conditions, *(blocker.text for blocker in item.common_blockers)):
            yield Phrase(text, "words", "", {item.id: CONDITION_WEIGHT})
    for event in pack.events.values():
        weights = {
            candidate.item: EVENT_WEIGHTS[candidate.weight]
            for candidate in event.candidates
            if not pack.items[candidate.item].retired
        }
        for said in (event.title, *event.phrases, *words.event_phrases.get(event.id, ())):
            yield Phrase(said, "event", event.title, weights, event.id)
