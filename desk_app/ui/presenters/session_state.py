"""What the session page shows, as plain data, and what is derived from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from desk_app.core.agenda import Agenda, FactQuestion
from desk_app.core.catalogue import Pack, Relation
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft, Romanise
from desk_app.core.relation_graph import neighbours
from desk_app.core.suggestion import Suggestion

FEW, MANY = 5, 8
"""Suggestions shown at first, and on request."""

LINKED = ("needs_first", "often_together", "follow_up", "opens_way_to")
MOST_LINKED = 5
REASON_LETTERS = {
    "material": "M", "policy": "Z", "departments": "P", "system": "Y", "attitude": "S",
    "other": "R",
}  # fmt: skip
"""Where reason codes of a barrier begin (categories of the starter data)."""


@dataclass(frozen=True, slots=True)
class Search:
    """The search box: its text, what was found, and whether the finder has answered yet."""

    query: str = ""
    found: tuple[Suggestion, ...] = ()
    answered: bool = True


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything the session page shows.

    Attributes:
        suggestions: items behind the resident's words.
        drafts: what was being typed and is no entry yet, by slot.
        more: show up to eight suggestions instead of five.
        typed_here: fields written in this session, which need no revealing to be corrected.
    """

    case: CaseState
    agenda: Agenda
    suggestions: tuple[Suggestion, ...] = ()
    search: Search = Search()
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    more: bool = False
    typed_here: frozenset[str] = frozenset()


class SessionView(Protocol):
    """The page as the presenter sees it."""

    def show_session(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the state; ``fresh`` = another case than before."""

    def show_suggestions(self, state: SessionState) -> None:
        """Draw only the suggestions and what the search box found."""

    def session_undone(self, entries: tuple[Entry, ...]) -> None:
        """The last act was taken back; empty = there was nothing to take back."""

    def session_ended(self, case: CaseState) -> None:
        """The resident has left."""


@dataclass(frozen=True, slots=True)
class Link:
    """An item that belongs with a chosen one. ``kind``: as in ``relation_graph`` or ``step``."""

    item: str
    kind: str
    reason: str
    chosen: bool


def links(pack: Pack, state: SessionState) -> tuple[Link, ...]:
    """What is often done together with the chosen items, in an order that ticking keeps.

    What a checklist step asked for comes first. An item reached only from a chosen one stays on
    the list when it is ticked, so that the next one stays where it is.
    """
    chosen = [item.item for item in state.case.items]
    found: dict[str, Link] = {}
    for effect in state.agenda.effects:
        if effect.action == "add_item" and effect.target in pack.items:
            item = effect.target
            found.setdefault(item, Link(item, "step", effect.text, item in chosen))
    for item in chosen:
        for kind, near in neighbours(pack, item).items():
            for neighbour in near if kind in LINKED else ():
                other = neighbour.item.id
                link = Link(other, kind, neighbour.relation.reason, other in chosen)
                # The first item was chosen for the words; it is nobody's companion.
                if other != chosen[0]:
                    found.setdefault(other, link)
    return tuple(found.values())[:MOST_LINKED]


def exclusions(pack: Pack, state: SessionState, item: str) -> Iterator[tuple[str, Relation]]:
    """Chosen items that cannot be had together with ``item``, with the link that says so."""
    chosen = {other.item for other in state.case.items}
    for neighbour in neighbours(pack, item).get("excludes", ()):
        if neighbour.item.id in chosen:
            yield neighbour.item.name, neighbour.relation


def offered(state: SessionState) -> tuple[Suggestion, ...]:
    """Suggestions for the words that are not chosen yet, at most five (eight on request)."""
    chosen = {item.item for item in state.case.items}
    fresh = [s for s in state.suggestions if s.item not in chosen]
    return tuple(fresh[: MANY if state.more else FEW])


@dataclass(frozen=True, slots=True)
class Asking:
    """What to ask, each thing once.

    Attributes:
        facts: questions with set answers: answered ones and the next few.
        open: free questions with their answers, the next few and the answered ones.
        folded: how many more there are.
    """

    facts: tuple[FactQuestion, ...]
    open: tuple[tuple[str, str], ...]
    folded: int


def asking(pack: Pack, state: SessionState, shown: int) -> Asking:
    """What to ask now; ``shown`` bounds the questions that nobody has answered, in all.

    Questions of the finder come first while no item is chosen: they tell the candidates apart.
    """
    said = {fact.question for fact in pack.facts.values()}
    texts: dict[str, str] = {}
    if not state.case.items:
        for suggestion in state.suggestions[:3]:
            texts.update((q, "") for q in suggestion.questions if q not in said)
    texts.update((asked.text, asked.answer) for asked in state.agenda.questions)
    for text, answer in state.case.questions.items():
        texts[text] = answer
    left = shown
    facts: list[FactQuestion] = []
    for question in state.agenda.facts:
        # Half of the room at most, so that free questions are seen too.
        if question.answer or left > shown // 2 or not texts:
            facts.append(question)
            left -= not question.answer
    open_: list[tuple[str, str]] = []
    for text, answer in texts.items():
        if answer or left > 0:
            open_.append((text, answer))
            left -= not answer
    folded = len(state.agenda.facts) - len(facts) + len(texts) - len(open_)
    return Asking(tuple(facts), tuple(open_), folded)


def offered_reasons(pack: Pack, state: SessionState) -> tuple[str, ...]:
    """Reason codes that come near: known blockers of the chosen items, then of the barrier."""
    letter = REASON_LETTERS.get(state.case.fields.get("barrier", ""), "")
    known = [b.reason for item in state.agenda.items for b in item.common_blockers]
    of_barrier = [code for code in pack.reasons if letter and code.startswith(letter)]
    first = [code for code in known if letter and code.startswith(letter)]
    codes = dict.fromkeys((*first, *known, *of_barrier))
    return tuple(code for code in codes if code in pack.reasons)


def reason_texts(pack: Pack, romanise: Romanise) -> Mapping[str, str]:
    """What each reason code is found by: code, name, category, advice and readings of the name."""
    return {
        code: " ".join(
            (
                code,
                reason.name,
                pack.reason_categories.get(reason.category, ""),
                reason.advice,
                *romanise(reason.name),
            )
        ).casefold()
        for code, reason in pack.reasons.items()
    }


def find_reasons(texts: Mapping[str, str], query: str) -> tuple[str, ...]:
    """Reason codes whose text (``reason_texts``) holds every word of ``query``."""
    words = query.casefold().split()
    found = [code for code, text in texts.items() if all(word in text for word in words)]
    return tuple(sorted(found, key=lambda code: not code.casefold().startswith(words[0])))
