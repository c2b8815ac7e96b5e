"""What officers write: every kind of entry, as the window would hand it to the store."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from desk_app.core.entries import Entry, NewEntry, fingerprint
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.queue import QueueState
from tests.helpers.factories import OPENED
from tests.helpers.memory_store import MemoryStore

CHAFF = "长" * 900
"""Too long for the limit that the simulated hub has."""

KINDS = {
    "note.added": 30, "note.corrected": 5, "field.set": 20, "promise.made": 4, "promise.kept": 3,
    "entry.withdrawn": 4, "person.linked": 3, "stage.entered": 3, "case.closed": 2,
    "case.referred": 3, "case.claimed": 8, "lease.renewed": 2, "case.released": 3,
    "handover.offered": 9, "handover.answered": 12, "case.escalated": 2,
    "future.kind": 3,
}  # fmt: skip
POISON = ("bad_fingerprint", "too_large", "too_deep", "bad_shape")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the writer has before him."""

    case_id: str
    case: CaseState
    queue: QueueState
    author: str
    other_centre: str


def opened(case_id: str, number: str, token: str, practice: bool) -> NewEntry:
    """The first entry of a case."""
    body: dict[str, Json] = {**OPENED, "number": number, "tok": token}
    return NewEntry(case_id, "case.opened", {**body, "practice": True} if practice else body)


def drafted(dice: random.Random, store: MemoryStore, sheet: Sheet, token: str) -> NewEntry:
    """Something that this officer may write now."""
    kind = dice.choices(list(KINDS), list(KINDS.values()))[0]
    body, base, case_id = _body(dice, store, sheet, kind)
    if body is None:
        kind, body, base = "note.added", {"text": f"记{token}"}, ""
    return NewEntry(case_id, kind, {**body, "tok": token}, base)


def _body(
    dice: random.Random, store: MemoryStore, sheet: Sheet, kind: str
) -> tuple[dict[str, Json] | None, str, str]:
    case, queue, case_id = sheet.case, sheet.queue, sheet.case_id
    seen: dict[str, Json] = {"fence": queue.fence if dice.random() < 0.85 else dice.randrange(4)}
    if kind == "handover.answered":
        return _answer(dice, store, sheet)
    if kind == "note.corrected" and case.notes:
        ref = dice.choice(case.notes).entry.id
        return {"ref": ref, "text": "改"}, case.heads.get(f"note:{ref}", ""), case_id
    if kind == "field.set":
        name = dice.choice(("resident_name", "address"))
        slot = case.slots.get(f"field:{name}")
        body: dict[str, Json] = {"name": name, "value": f"值{dice.randrange(5)}"}
        if slot and slot.rivals and dice.random() < 0.6:
            body["also"] = [rival.id for rival in slot.rivals]
        return body, slot.entry.id if slot else "", case_id
    if kind == "promise.kept" and case.promises:
        ref = dice.choice(case.promises).id
        return {"ref": ref}, case.heads.get(f"promise:{ref}", ""), case_id
    if kind == "entry.withdrawn" and case.timeline:
        return {"ref": dice.choice(case.timeline).id}, "", case_id
    if kind == "handover.offered":
        to_centre = sheet.other_centre if dice.random() < 0.7 else ""
        to = "" if to_centre else dice.choice(("小王", "小李"))
        return {**seen, "why": "移", "to": to, "to_centre": to_centre}, "", case_id
    plain: dict[str, dict[str, Json]] = {
        "promise.made": {"what": "打电话", "who": "小李", "due": "2026-12-01"},
        "person.linked": {"case": f"other{dice.randrange(3)}", "same": dice.random() < 0.7},
        "stage.entered": {"stage": dice.choice(("triage", "reply"))},
        "case.closed": {"outcome": "done_now", "explained": True, "sheet_given": False},
        "case.referred": {"why": "转"},
        "case.claimed": {**seen, "hours": dice.choice((1, 24, 72))},
        "lease.renewed": {**seen, "hours": 24},
        "case.released": {**seen, "why": "放"},
        "case.escalated": {"why": "急"},
        "future.kind": {"anything": [1, {"deep": ["新"]}]},
    }
    slots = {"person.linked": f"same:{plain['person.linked']['case']}", "stage.entered": "stage",
             "case.closed": "closing"}  # fmt: skip
    return plain.get(kind), case.heads.get(slots.get(kind, ""), ""), case_id


def _answer(
    dice: random.Random, store: MemoryStore, sheet: Sheet
) -> tuple[dict[str, Json] | None, str, str]:
    offers = store.incoming_offers()
    if sheet.queue.offer and (not offers or dice.random() < 0.3):
        back = bool(sheet.queue.offer.to_centre)
        answer = "refuse" if back or dice.random() < 0.3 else "accept"
        ref = sheet.queue.offer.entry_id
        return {"ref": ref, "answer": answer, "why": "答"}, "", sheet.case_id
    if offers:
        offer = dice.choice(offers)
        answer = "accept" if dice.random() < 0.85 else "refuse"
        return {"ref": offer.ref, "answer": answer, "why": "答"}, "", offer.case_id
    return None, "", sheet.case_id


def unknown_to_us(entry: Entry) -> Entry:
    """The same as a newer program would have written it."""
    return _sealed(replace(entry, kind="future.kind", version=9))


def poisoned(entry: Entry, how: str) -> Entry:
    """The same, broken in a way that the hub must refuse."""
    if how == "bad_fingerprint":
        return replace(entry, sha256=entry.sha256[::-1])
    body: dict[str, Json] = dict(entry.body)
    if how == "too_large":
        body["chaff"] = CHAFF
    if how == "too_deep":
        deep: Json = "底"
        for _ in range(20):
            deep = [deep]
        body["deep"] = deep
    kind = "x" * 70 if how == "bad_shape" else entry.kind
    return _sealed(replace(entry, body=body, kind=kind))


def _sealed(entry: Entry) -> Entry:
    return replace(entry, sha256=fingerprint(entry))
