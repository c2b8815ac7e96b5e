"""Values that two people set without seeing each other's, in plain words, for a person to choose.

Identity and outcome are never chosen by the machine: neither value is marked there, not even the
one that shows elsewhere because it is later. What is masked stays masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desk_app.core.catalogue import Pack
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState, Slot
from desk_app.ui.presenters.entry_words import FIELD_NAMES, MASKED_FIELDS, entry_words
from desk_app.ui.presenters.time_words import time_words

SLOT_NAMES: Mapping[str, str] = {
    "closing": "结果", "stage": "阶段", "item": "事项", "answer": "回答", "question": "问到的",
    "sop": "检查单", "step": "检查单", "material": "材料", "promise": "约定", "note": "更正",
    "same": "是不是同一个人", "party": "联系人", "request": "请办的事", "consent": "授权",
    "opinion": "请教", "filing": "备案的批复", "filing_end": "备案收回",
    "visit": "上门的安排", "visit_record": "上门记录", "visit_end": "不上门的原因",
    "capacity": "能不能自己拿主意", "promiser": "约定由谁做",
}  # fmt: skip
FREE = "现在先显示后写的那个。选哪个都行，选了还能改。"
FOR_PEOPLE = "关系到人和结果，程序不替您选。两个都留着，选好以前不能销号。"
ALIKE = "遮住以后看着一样，按 0 看清楚。"


@dataclass(frozen=True, slots=True)
class Rival:
    """One of the values.

    Attributes:
        by: who wrote it and when.
        shows: whether it is the one that shows elsewhere until somebody chooses.
    """

    entry_id: str
    words: str
    by: str
    shows: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value that wants choosing; the rivals in the order in which they count.

    Attributes:
        slot: the value's name in the fold.
        field: to be given to ``Casework.reveal``; empty where nothing is masked.
    """

    slot: str
    head: str
    note: str
    rivals: tuple[Rival, ...]
    field: str = ""


def conflicts_of(
    case: CaseState, pack: Pack, author: str, now: datetime, seen: frozenset[str] = frozenset()
) -> tuple[Conflict, ...]:
    """All of them.

    Args:
        author: who looks.
        seen: names of slots that are shown in full for a moment.
    """
    return tuple(_conflict(slot, pack, author, now, seen) for slot in case.conflicts)


def _conflict(slot: Slot, pack: Pack, author: str, now: datetime, seen: frozenset[str]) -> Conflict:
    field = str(slot.entry.body.get("name", "")) if slot.entry.kind == "field.set" else ""
    is_masked = field in MASKED_FIELDS and slot.name not in seen
    rivals = tuple(
        Rival(
            entry_id=entry.id,
            words=_value_words(entry, pack, in_full=slot.name in seen),
            by=_by(entry, author, now),
            shows=entry is slot.entry and not slot.needs_person,
        )
        for entry in (*slot.rivals, slot.entry)
    )
    note = FOR_PEOPLE if slot.needs_person else FREE
    if is_masked and len({rival.words for rival in rivals}) < len(rivals):
        note = f"{note}{ALIKE}"
    name = FIELD_NAMES.get(field, "") or SLOT_NAMES.get(slot.name.partition(":")[0], "记录")
    return Conflict(slot.name, name, note, rivals, field if is_masked else "")


def _value_words(entry: Entry, pack: Pack, *, in_full: bool) -> str:
    if in_full and entry.kind == "field.set":
        name = str(entry.body["name"])
        return f"{FIELD_NAMES.get(name, name)}：{entry.body['value'] or '清空'}"
    return entry_words(entry, pack)


def _by(entry: Entry, author: str, now: datetime) -> str:
    who = f"{entry.author}（您）" if entry.author == author else entry.author
    return f"{who}　{time_words(entry.at, now)}"
