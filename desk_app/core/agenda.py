"""What is left to ask and to check over all chosen items, each thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk_app.core.catalogue import Fact, Item, Pack
from desk_app.core.checklist import Effect, Walk, from_definition, walk
from desk_app.core.fold import CaseState, StepMark
from desk_app.core.materials import MaterialList, merge_materials


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """A question with set answers that decides which papers are needed.

    ``papers`` counts the rows that hang on it; ``answer`` is empty while nobody has asked.
    """

    fact: Fact
    items: tuple[str, ...]
    papers: int
    answer: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question asked in free words; ``answer`` is empty while nobody has asked."""

    text: str
    items: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything a case asks for, derived from the pack and the case as it stands.

    Attributes:
        facts: questions with set answers, those deciding most papers first.
        questions: free questions of the chosen items, in chosen order, each once.
        walks: started SOPs, in the order they were started.
        suggested_sops: SOPs of the chosen items that nobody has started.
        effects: what answered steps set off, over all walks.
        wanted_items: items that a step asked for and nobody has chosen.
    """

    items: tuple[Item, ...]
    facts: tuple[FactQuestion, ...]
    questions: tuple[OpenQuestion, ...]
    walks: tuple[Walk, ...]
    suggested_sops: tuple[str, ...]
    materials: MaterialList
    effects: tuple[Effect, ...]
    wanted_items: tuple[str, ...]


def build_agenda(pack: Pack, state: CaseState) -> Agenda:
    """The agenda of one case. Items that the pack no longer holds are left out of it."""
    items = tuple(pack.items[c.item] for c in state.items if c.item in pack.items)
    walks = tuple(
        walk(from_definition(definition), _marks(state, sop))
        for sop, definition in state.definitions.items()
    )
    effects = tuple(effect for walked in walks for effect in walked.effects)
    asked = [e.target for e in effects if e.action == "add_material" and e.target in pack.materials]
    chosen = {item.id for item in items}
    wanted = (e.target for e in effects if e.action == "add_item" and e.target in pack.items)
    return Agenda(
        items=items,
        facts=_facts(pack, items, state.answers),
        questions=_questions(items, state.questions),
        walks=walks,
        suggested_sops=_suggested(pack, items, effects, state),
        materials=merge_materials(
            pack, [item.id for item in items], state.answers, state.materials, asked
        ),
        effects=effects,
        wanted_items=tuple(dict.fromkeys(item for item in wanted if item not in chosen)),
    )


def _marks(state: CaseState, sop: str) -> dict[str, StepMark]:
    return {step: mark for (owner, step), mark in state.steps.items() if owner == sop}


def _facts(
    pack: Pack, items: Sequence[Item], answers: Mapping[str, str]
) -> tuple[FactQuestion, ...]:
    asking: dict[str, list[str]] = {}
    for item in items:
        for need in item.materials:
            if need.fact:
                asking.setdefault(need.fact, []).append(item.id)
    found = [
        FactQuestion(pack.facts[fact], tuple(dict.fromkeys(rows)), len(rows), answers.get(fact, ""))
        for fact, rows in asking.items()
    ]
    return tuple(sorted(found, key=lambda question: -question.papers))


def _questions(items: Sequence[Item], answers: Mapping[str, str]) -> tuple[OpenQuestion, ...]:
    asking: dict[str, list[str]] = {}
    for item in items:
        for text in item.ask_first:
            asking.setdefault(text, []).append(item.id)
    return tuple(
        OpenQuestion(text, tuple(ids), answers.get(text, "")) for text, ids in asking.items()
    )


def _suggested(
    pack: Pack, items: Sequence[Item], effects: Sequence[Effect], state: CaseState
) -> tuple[str, ...]:
    called = [e.target for e in effects if e.action == "start_sop" and e.target in pack.sops]
    related = [sop.id for item in items for sop in pack.sops_for(item.id)]
    fresh = (sop for sop in (*called, *related) if sop not in state.definitions)
    return tuple(dict.fromkeys(fresh))
