"""A story as the demo plays it: what a resident says and what the officer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.core.fold import MaterialMark, StepMark


@dataclass(frozen=True, slots=True)
class StoryPromise:
    """Who does what within how many working days."""

    what: str
    who: str
    days: int
    to_whom: str


@dataclass(frozen=True, slots=True)
class Story:
    """One story.

    Attributes:
        find: items that the finder must name from the words alone.
        steps: marks of the checklist by step id, in order.
        materials: marks by material id.
        outcome: how the session ends (``kinds.case.OUTCOMES``).
    """

    id: str
    title: str
    channel: str
    officer: str
    resident_title: str
    words: str
    barrier: str
    needs: tuple[str, ...]
    find: tuple[str, ...]
    choose: tuple[str, ...]
    answers: Mapping[str, str]
    sop: str
    steps: Mapping[str, StepMark]
    materials: Mapping[str, MaterialMark]
    verdict: str
    promises: tuple[StoryPromise, ...]
    outcome: str
    explained: bool
    sheet_given: bool
