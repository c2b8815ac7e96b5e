"""Visits to homes and sickbeds: a fold over the entries of a case.

A visit's id is that of the entry that planned it. Total for any set of entries: what speaks of a
visit that is not there stays readable and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.visits import names

PLANNED, RECORDED, DROPPED = "planned", "recorded", "dropped"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where two officers go, when, and with what.

    Attributes:
        time: of day, ``09:30``; empty = not agreed on.
        place: one of ``kinds.visits.PLACES``.
        where: address or bed, unmasked.
        alone: why only one officer goes.
        contact: who opens the door, or who is called first.
        care: what to mind: an infection, a dog, somebody who cannot sign.
        take: what is taken along.
    """

    on: date
    place: str
    where: str
    officers: tuple[str, ...]
    time: str = ""
    alone: str = ""
    contact: str = ""
    route: str = ""
    care: str = ""
    what: str = ""
    take: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What happened there; words as in ``kinds.visits``.

    Attributes:
        arrived, left: times of day; ``left`` empty = not written.
        kept: papers that were taken along.
        shown: papers that were looked at and given back on the spot.
        rest: what is still to be done.
        said: what the resident said to it.
    """

    on: date
    arrived: str
    done: str
    left: str = ""
    present: str = ""
    state: str = ""
    hearing: str = ""
    language: str = ""
    badge_shown: bool = False
    identity: str = ""
    identity_note: str = ""
    filming: str = ""
    filming_for: str = ""
    kept: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    rest: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit.

    Attributes:
        plan: the latest one in force.
        moved: why it was moved the last time; empty = it was not.
        record: None = nothing was written of it.
        why: why it was dropped; empty = it was not.
        owed: papers that were taken along and did not go back yet.
        entry: who planned it and when.
    """

    id: str
    plan: Plan
    moved: str
    record: Record | None
    why: str
    owed: tuple[str, ...]
    entry: Entry

    @property
    def state(self) -> str:
        """``recorded`` (it took place, whatever else was said) | ``dropped`` | ``planned``."""
        if self.record is not None:
            return RECORDED
        return DROPPED if self.why else PLANNED


def visits(case: CaseState) -> tuple[Visit, ...]:
    """Every visit of a case, in the order in which they were planned."""
    returned = case.entries_of("visit.returned")
    return tuple(_visit(entry, case, returned) for entry in case.entries_of("visit.planned"))


def visit_of(case: CaseState, visit_id: str) -> Visit | None:
    """One visit; None where the case has no such."""
    return next((one for one in visits(case) if one.id == visit_id), None)


def _visit(entry: Entry, case: CaseState, returned: tuple[Entry, ...]) -> Visit:
    moved = case.slots.get(f"visit:{entry.id}")
    record = case.slots.get(f"visit_record:{entry.id}")
    end = case.slots.get(f"visit_end:{entry.id}")
    written = _record(record.entry) if record else None
    back = [name for one in returned if one.body["ref"] == entry.id for name in _names(one, "what")]
    return Visit(
        id=entry.id,
        plan=_plan(moved.entry if moved else entry),
        moved=moved.entry.text("why") if moved else "",
        record=written,
        why=end.entry.text("why") if end else "",
        owed=tuple(name for name in written.kept if name not in back) if written else (),
        entry=entry,
    )


def _plan(entry: Entry) -> Plan:
    return Plan(
        on=date.fromisoformat(entry.text("on")),
        place=entry.text("place"),
        where=entry.text("where"),
        officers=_names(entry, "officers"),
        time=entry.text("time"),
        alone=entry.text("alone"),
        contact=entry.text("contact"),
        route=entry.text("route"),
        care=entry.text("care"),
        what=entry.text("what"),
        take=_names(entry, "take"),
    )


def _record(entry: Entry) -> Record:
    return Record(
        on=date.fromisoformat(entry.text("on")),
        arrived=entry.text("arrived"),
        done=entry.text("done"),
        left=entry.text("left"),
        present=entry.text("present"),
        state=entry.text("state"),
        hearing=entry.text("hearing"),
        language=entry.text("language"),
        badge_shown=entry.body.get("badge_shown") is True,
        identity=entry.text("identity"),
        identity_note=entry.text("identity_note"),
        filming=entry.text("filming"),
        filming_for=entry.text("filming_for"),
        kept=_names(entry, "kept"),
        shown=_names(entry, "shown"),
        rest=entry.text("rest"),
        said=entry.text("said"),
    )


def _names(entry: Entry, key: str) -> tuple[str, ...]:
    return names(entry.body.get(key))
