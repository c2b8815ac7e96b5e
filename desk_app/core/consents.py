"""Who agreed to what in a case, and whether it holds today.

A person who cannot decide is spoken for by a guardian: their own consent, by video or otherwise,
does not hold then, and never stands in for the guardian's (starter data, papers no. 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from desk_app.core.attachments import attachments
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json

ENDED, EXPIRED, NEEDS_GUARDIAN, DOUBTED = "ended", "expired", "needs_guardian", "doubted"
NO_FILE = "no_file"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent as it was recorded.

    Attributes:
        by: name of who agreed; masked on screen.
        role, way: see ``kinds.consents``.
        matter: what was agreed to.
        shown: which papers were shown.
        said: the person's own words.
        until: last day on which it holds.
        sha256: of the recording or the signed paper; empty = none is attached.
        ended: why it was taken back; empty = it was not.
    """

    id: str
    by: str
    role: str
    way: str
    matter: str
    shown: str
    said: str
    witnesses: tuple[str, ...]
    guardian_proof: str
    until: date
    sha256: str
    ended: str
    entry: Entry


def capacity_of(case: CaseState) -> str:
    """Whether the person can decide (``kinds.consents.CAPACITIES``); empty = nobody looked."""
    slot = case.slots.get("capacity")
    return str(slot.entry.body["capacity"]) if slot else ""


def consents(case: CaseState) -> tuple[Consent, ...]:
    """All consents of a case, oldest first, those that no longer hold too."""
    return tuple(_consent(entry, case) for entry in case.entries_of("consent.given"))


def why_void(consent: Consent, case: CaseState, today: date) -> str:
    """Why a consent does not hold on ``today``; empty = it holds.

    ``ended`` | ``expired`` | ``needs_guardian`` (the person cannot decide) | ``doubted`` (it is
    not clear whether they can, or two people judged it differently) | ``no_file`` (the recording
    or signed paper it rests on is not among the files of the case, or was taken out).
    """
    if consent.ended:
        return ENDED
    if today > consent.until:
        return EXPIRED
    if consent.sha256 and all(file.sha256 != consent.sha256 for file in attachments(case)):
        return NO_FILE
    if consent.role == "self":
        slot = case.slots.get("capacity")
        capacity = capacity_of(case)
        if capacity == "unclear" or (slot is not None and slot.in_conflict):
            return DOUBTED
        if capacity == "unable":
            return NEEDS_GUARDIAN
    return ""


def holding(case: CaseState, today: date) -> tuple[Consent, ...]:
    """The consents that hold on ``today``."""
    return tuple(one for one in consents(case) if not why_void(one, case, today))


def _consent(entry: Entry, case: CaseState) -> Consent:
    body = entry.body
    end = case.slots.get(f"consent:{entry.id}")
    return Consent(
        id=entry.id,
        by=str(body["by"]),
        role=str(body["role"]),
        way=str(body["way"]),
        matter=str(body["matter"]),
        shown=str(body["shown"]),
        said=str(body.get("said", "")),
        witnesses=tuple(_words(body.get("witnesses"))),
        guardian_proof=str(body.get("guardian_proof", "")),
        until=date.fromisoformat(str(body["until"])),
        sha256=str(body.get("sha256", "")),
        ended=str(end.entry.body["why"]) if end else "",
        entry=entry,
    )


def _words(value: Json) -> Iterable[str]:
    return (str(word) for word in value) if isinstance(value, (list, tuple)) else ()
