"""The fold: from a set of entries to the case as it stands.

A pure function of the *set* of entries: whatever order they arrive in, every machine that holds the
same entries computes the same state. Entries are put in their total order (``Entry.order``) first.

Single values are kept in slots. An entry that sets a slot names in ``base`` the entry whose value
its author saw. Values nobody has replaced yet are the slot's *heads*; more than one head is a
conflict: the later one counts, both stay readable, and a person's choice (an entry that replaces
all heads, named in its body's ``also``) settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from desk_app.core.entries import Entry, NewEntry, slot_of
from desk_app.core.kinds.case import HUMAN_ONLY_FIELDS, NEED_PREFIX
from desk_app.core.kinds.funds import KINDS as FUND_KINDS
from desk_app.core.kinds.kind import Json


@dataclass(frozen=True, slots=True)
class Slot:
    """A single value of a case: ``entry`` set it, ``rivals`` are other heads (earlier ones)."""

    name: str
    entry: Entry
    rivals: tuple[Entry, ...] = ()

    @property
    def in_conflict(self) -> bool:
        """Whether two people set this value without seeing each other's."""
        return any(_value(rival) != _value(self.entry) for rival in self.rivals)

    @property
    def needs_person(self) -> bool:
        """Whether the machine must not choose between the rivals (identity, outcome)."""
        name = str(self.entry.body.get("name", ""))
        return self.in_conflict and (name in HUMAN_ONLY_FIELDS or self.name == "closing")


@dataclass(frozen=True, slots=True)
class Note:
    """A note, with its correction in force if there is one (``corrected_by``)."""

    entry: Entry
    text: str
    corrected_by: Entry | None = None


@dataclass(frozen=True, slots=True)
class ChosenItem:
    """An item taken into the case."""

    item: str
    name: str
    version: int
    why: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class StepMark:
    """How far a step is. ``state`` is one of ``kinds.case.STEP_STATES``."""

    state: str
    answer: str = ""
    note: str = ""
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class MaterialMark:
    """What is known of a material. Empty ``fetcher`` = as the pack says."""

    state: str
    fetcher: str = ""
    substitute: str = ""
    note: str = ""
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """Who does what by when.

    Attributes:
        who: who does it now; another officer may have taken it over.
        state: open | kept | dropped.
        told: who was told, of one that was kept.
        rule, start, on: of one that comes again: its recurrence rule (RFC 5545), the day that it
            began on, and the day that this one falls on by the rule.
    """

    id: str
    what: str
    who: str
    due: date
    to_whom: str
    state: str
    note: str
    entry: Entry
    told: str = ""
    rule: str = ""
    start: date | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case ended. ``outcome`` is one of ``kinds.case.OUTCOMES``."""

    outcome: str
    explained: bool
    sheet_given: bool
    reasons: tuple[str, ...]
    explanation: str
    basis: str
    next_door: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class CaseState:
    """Everything a screen may show of one case.

    Attributes:
        fields: value by field name (``kinds.case.TEXT_FIELDS``, ``CHOICE_FIELDS``); set ones only.
        needs: names of needs that are set (hearing, escort …), in alphabetical order.
        same_person: ids of cases that somebody said are of the same person, in alphabetical order.
        heads: entry id of each slot's value in force, to be given as ``base`` when replacing it.
        slots: every slot that was ever set, by name; those in conflict carry rivals.
        definitions: SOP definition (as stored) by SOP id, from the moment it was started.
        timeline: all entries in force, oldest first, those of unknown kinds too.
        withdrawn: ids of entries taken back (undo); they stay in the journal.
    """

    case_id: str
    number: str = ""
    channel: str = ""
    pack_version: str = ""
    pack_digest: str = ""
    practice: bool = False
    opened: Entry | None = None
    stage: str = "receive"
    fields: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    items: tuple[ChosenItem, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    steps: Mapping[tuple[str, str], StepMark] = field(default_factory=dict)
    materials: Mapping[str, MaterialMark] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    promises: tuple[Promise, ...] = ()
    papers: tuple[Entry, ...] = ()
    same_person: tuple[str, ...] = ()
    closing: Closing | None = None
    heads: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    timeline: tuple[Entry, ...] = ()
    withdrawn: frozenset[str] = frozenset()

    @property
    def conflicts(self) -> tuple[Slot, ...]:
        """Slots two people set without seeing each other's value."""
        return tuple(slot for slot in self.slots.values() if slot.in_conflict)

    @property
    def is_open(self) -> bool:
        """Whether the case is still being worked on."""
        return self.closing is None

    def entries_of(self, *kinds: str) -> tuple[Entry, ...]:
        """The entries of these kinds that are in force and make sense here, oldest first."""
        return tuple([e for e in self.timeline if e.kind in kinds and e.is_understood])

    def on_top(self, kind: str, body: Mapping[str, Json]) -> NewEntry:
        """An entry to be written by whoever sees this state.

        Where its kind sets a single value, it replaces the one in force here.
        """
        slot = slot_of(kind, body)
        return NewEntry(self.case_id, kind, body, self.heads.get(slot, "") if slot else "")

    @property
    def first_contact_officer(self) -> str:
        """Who opened the case and stays responsible for it (首问负责)."""
        return self.opened.author if self.opened else ""


_ORDER = attrgetter("hlc", "id")
"""``Entry.order`` where no clock ran ahead, at the speed that a fold at every commit wants."""


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """``entries`` in the total order that every machine computes alike."""
    entries = list(entries)
    if any([entry.received for entry in entries]):
        return sorted(entries, key=lambda entry: entry.order)
    return sorted(entries, key=_ORDER)


def fold(case_id: str, entries: Iterable[Entry]) -> CaseState:
    """The state of one case from its entries, given in any order, doubles allowed."""
    unique = {entry.id: entry for entry in entries}
    ordered = in_order(unique.values())
    withdrawn = _withdrawn(ordered)
    timeline = tuple([e for e in ordered if e.kind != "entry.withdrawn" and e.id not in withdrawn])
    understood = tuple([entry for entry in timeline if entry.is_understood])
    slots = _slots(understood)
    opened = next((e for e in understood if e.kind == "case.opened"), None)
    body: Mapping[str, Json] = opened.body if opened else {}
    return CaseState(
        case_id=case_id,
        number=str(body.get("number", "")),
        channel=str(body.get("channel", "")),
        pack_version=str(body.get("pack_version", "")),
        pack_digest=str(body.get("pack_digest", "")),
        practice=bool(body.get("practice", False)),
        opened=opened,
        stage=_text(slots, "stage", "stage") or "receive",
        fields=_fields(slots),
        needs=_needs(slots),
        items=_items(slots),
        answers=_by_key(slots, "answer.given", "fact", "value"),
        questions=_by_key(slots, "question.answered", "question", "answer"),
        definitions=_definitions(slots),
        steps=_steps(slots),
        materials=_materials(slots),
        notes=_notes(understood, slots),
        promises=_promises(understood, slots),
        papers=tuple(e for e in understood if e.kind == "paper.made"),
        same_person=tuple(
            sorted(str(e.body["case"]) for e in _of_kind(slots, "person.linked") if e.body["same"])
        ),
        closing=_closing(slots),
        heads={name: slot.entry.id for name, slot in slots.items()},
        slots=slots,
        timeline=timeline,
        withdrawn=withdrawn,
    )


def _withdrawn(ordered: Sequence[Entry]) -> frozenset[str]:
    # From the latest back: a withdrawal that is itself withdrawn (redo) has no effect.
    gone: set[str] = set()
    for entry in reversed(ordered):
        if entry.kind == "entry.withdrawn" and entry.id not in gone:
            gone.add(str(entry.body.get("ref", "")))
    if gone:  # money is put right by another leg, never by taking one out of sight
        gone -= {entry.id for entry in ordered if entry.kind in FUND_KINDS}
    return frozenset(gone)


def _slots(timeline: Sequence[Entry]) -> dict[str, Slot]:
    by_slot: dict[str, list[Entry]] = {}
    for entry in timeline:
        if name := entry.slot:
            by_slot.setdefault(name, []).append(entry)
    slots = {}
    for name, setters in by_slot.items():
        replaced = {entry.base for entry in setters}
        for entry in setters:
            replaced.update(_also(entry))
        heads = [entry for entry in setters if entry.id not in replaced]
        # Every entry can only be replaced by one that knew it, so the last is always a head,
        # unless a forged base closes a circle: then the latest still counts.
        heads = heads or setters[-1:]
        slots[name] = Slot(name, heads[-1], tuple(heads[:-1]))
    return slots


def _also(entry: Entry) -> tuple[str, ...]:
    also = entry.body.get("also", ())
    return tuple(str(ref) for ref in also) if isinstance(also, (list, tuple)) else ()


def _value(entry: Entry) -> dict[str, Json]:
    return {"kind": entry.kind, **{k: v for k, v in entry.body.items() if k != "also"}}


def _text(slots: Mapping[str, Slot], slot: str, key: str) -> str:
    return str(slots[slot].entry.body.get(key, "")) if slot in slots else ""


def _of_kind(slots: Mapping[str, Slot], *kinds: str) -> list[Entry]:
    return [slot.entry for slot in slots.values() if slot.entry.kind in kinds]


def _fields(slots: Mapping[str, Slot]) -> dict[str, str]:
    pairs = ((str(e.body["name"]), str(e.body["value"])) for e in _of_kind(slots, "field.set"))
    return {n: v for n, v in pairs if v and not n.startswith(NEED_PREFIX)}


def _needs(slots: Mapping[str, Slot]) -> tuple[str, ...]:
    pairs = ((str(e.body["name"]), str(e.body["value"])) for e in _of_kind(slots, "field.set"))
    return tuple(sorted(n.removeprefix(NEED_PREFIX) for n, v in pairs if n[:5] == "need." and v))


def _items(slots: Mapping[str, Slot]) -> tuple[ChosenItem, ...]:
    chosen = sorted(_of_kind(slots, "item.chosen"), key=lambda entry: entry.order)
    return tuple(
        ChosenItem(
            item=str(e.body["item"]),
            name=str(e.body["name"]),
            version=int(str(e.body["version"])),
            why=str(e.body.get("why", "")),
            entry=e,
        )
        for e in chosen
    )


def _by_key(slots: Mapping[str, Slot], kind: str, key: str, value: str) -> dict[str, str]:
    pairs = ((str(e.body[key]), str(e.body[value])) for e in _of_kind(slots, kind))
    return {k: v for k, v in pairs if v}


def _definitions(slots: Mapping[str, Slot]) -> dict[str, Mapping[str, Json]]:
    found: dict[str, Mapping[str, Json]] = {}
    for entry in sorted(_of_kind(slots, "sop.started"), key=lambda e: e.order):
        definition = entry.body["definition"]
        if isinstance(definition, Mapping):
            found[str(entry.body["sop"])] = definition
    return found


def _steps(slots: Mapping[str, Slot]) -> dict[tuple[str, str], StepMark]:
    return {
        (str(e.body["sop"]), str(e.body["step"])): StepMark(
            state=str(e.body["state"]),
            answer=str(e.body.get("answer", "")),
            note=str(e.body.get("note", "")),
            entry_id=e.id,
        )
        for e in _of_kind(slots, "step.marked")
    }


def _materials(slots: Mapping[str, Slot]) -> dict[str, MaterialMark]:
    return {
        str(e.body["material"]): MaterialMark(
            state=str(e.body["state"]),
            fetcher=str(e.body.get("fetcher", "")),
            substitute=str(e.body.get("substitute", "")),
            note=str(e.body.get("note", "")),
            entry_id=e.id,
        )
        for e in _of_kind(slots, "material.marked")
    }


def _notes(timeline: Sequence[Entry], slots: Mapping[str, Slot]) -> tuple[Note, ...]:
    notes = []
    for entry in timeline:
        if entry.kind == "note.added":
            slot = slots.get(f"note:{entry.id}")
            correction = slot.entry if slot else None
            text = str((correction or entry).body["text"])
            notes.append(Note(entry, text, correction))
    return tuple(notes)


def _promises(timeline: Sequence[Entry], slots: Mapping[str, Slot]) -> tuple[Promise, ...]:
    made = [entry for entry in timeline if entry.kind == "promise.made"]
    return tuple(_promise(entry, slots) for entry in made if not _is_idle(entry, made, slots))


def _is_idle(entry: Entry, made: Sequence[Entry], slots: Mapping[str, Slot]) -> bool:
    """Whether a promise that comes again is not due at all.

    Its forerunner is not kept (any more), or two devices kept that one and both wrote the next:
    then the one that was dealt with counts, or else the first.
    """
    after = str(entry.body.get("after", ""))
    if not after:
        return False
    if _promise_end(after, slots) != "kept":
        return True
    twins = [other for other in made if other.body.get("after") == after]
    ranks = {"kept": 0, "dropped": 1, "open": 2}
    return entry.id != min(twins, key=lambda e: ranks[_promise_end(e.id, slots)]).id


def _promise_end(promise_id: str, slots: Mapping[str, Slot]) -> str:
    end = slots.get(f"promise:{promise_id}")
    return "open" if end is None else end.entry.kind.removeprefix("promise.")


def _promise(entry: Entry, slots: Mapping[str, Slot]) -> Promise:
    end = slots.get(f"promise:{entry.id}")
    ended: Mapping[str, Json] = end.entry.body if end else {}
    body, rule = entry.body, str(entry.body.get("rule", ""))
    return Promise(
        id=entry.id,
        what=str(body["what"]),
        who=_text(slots, f"promiser:{entry.id}", "to") or str(body["who"]),
        due=date.fromisoformat(str(body["due"])),
        to_whom=str(body.get("to_whom", "")),
        state=_promise_end(entry.id, slots),
        note=str(ended.get("note", ended.get("why", ""))),
        entry=entry,
        told=str(ended.get("told", "")),
        rule=rule,
        start=date.fromisoformat(str(body["start"])) if rule else None,
        on=date.fromisoformat(str(body["on"])) if rule else None,
    )


def _closing(slots: Mapping[str, Slot]) -> Closing | None:
    slot = slots.get("closing")
    if slot is None or slot.entry.kind != "case.closed":
        return None
    body = slot.entry.body
    reasons = body.get("reasons", ())
    return Closing(
        outcome=str(body["outcome"]),
        explained=bool(body["explained"]),
        sheet_given=bool(body["sheet_given"]),
        reasons=tuple(str(r) for r in reasons) if isinstance(reasons, (list, tuple)) else (),
        explanation=str(body.get("explanation", "")),
        basis=str(body.get("basis", "")),
        next_door=str(body.get("next_door", "")),
        entry=slot.entry,
    )
