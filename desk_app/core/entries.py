"""Entries: the immutable facts a case is made of, and the kinds that exist.

An entry is written once and never changed. ``seal`` turns what a use case wants to say into an
entry: text in NFC, body checked against its kind, linked to the entry this device wrote before.
"""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from desk_app.core.clock import Hlc
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.ids import EntryId

_TYPE_NAMES = {str: "文字", int: "整数", bool: "是或否", list: "列表", dict: "表"}

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

MAX_AHEAD_MS = 5 * 60 * 1000
"""How far a device's clock may run ahead of the centre's before it no longer counts."""

MAX_TEXT = 100_000
"""Longest text of one value, in characters: a pasted file fits, a runaway program does not."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of entry must carry.

    Attributes:
        required, optional: body keys with the type of their values.
        slot: how to name the single value this entry sets, as a format string over the body;
            empty for entries that only add (notes, promises, papers).
        choices: keys whose value must be one of a few words.
        version: of the body's shape, written into each entry.
    """

    required: Mapping[str, type]
    optional: Mapping[str, type] = field(default_factory=dict)
    slot: str = ""
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    version: int = 1


STAGES = ("receive", "triage", "coordinate", "assess", "reply")
STEP_STATES = ("unseen", "in_progress", "missing", "done", "not_applicable")
MATERIAL_STATES = ("in_hand", "missing", "not_applicable", "asking", "unseen")
FETCHERS = ("resident", "us", "third_party")
VERDICTS = ("feasible", "maybe_feasible", "infeasible")
BARRIERS = ("material", "policy", "departments", "system", "attitude", "other")
OUTCOMES = ("done_now", "come_back", "referred", "assessing", "infeasible", "talk_only")
CLOSING_OUTCOMES = frozenset(("done_now", "infeasible", "talk_only"))
"""Outcomes of a session that end the case too; after the others it waits for somebody."""
CHANNELS = (
    "counter",
    "walk_in",
    "phone",
    "hotline_12345",
    "online",
    "home_visit",
    "hospital_visit",
)

TEXT_FIELDS = (
    "words",
    "resident_name",
    "resident_title",
    "phone",
    "id_number",
    "relation",
    "address",
    "stuck_reason",
    "verdict_note",
)
CHOICE_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"verdict": VERDICTS, "barrier": BARRIERS, "channel": CHANNELS}
)
NEED_PREFIX = "need."
HUMAN_ONLY_FIELDS = frozenset({"resident_name", "id_number", "phone", "verdict"})
"""Fields whose conflicts show both values and wait for a person (identity and outcome)."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "case.opened": Kind(
            {"number": str, "channel": str, "pack_version": str, "pack_digest": str},
            {"practice": bool},
            choices={"channel": frozenset(CHANNELS)},
        ),
        "field.set": Kind({"name": str, "value": str}, slot="field:{name}"),
        "note.added": Kind({"text": str}, {"channel": str}),
        "note.corrected": Kind({"ref": str, "text": str}, slot="note:{ref}"),
        "item.chosen": Kind(
            {"item": str, "name": str, "version": int}, {"why": str}, slot="item:{item}"
        ),
        "item.dropped": Kind({"item": str}, {"why": str}, slot="item:{item}"),
        "answer.given": Kind({"fact": str, "value": str}, slot="answer:{fact}"),
        "question.answered": Kind({"question": str, "answer": str}, slot="question:{question}"),
        "sop.started": Kind({"sop": str, "version": int, "definition": dict}, slot="sop:{sop}"),
        "step.marked": Kind(
            {"sop": str, "step": str, "state": str},
            {"answer": str, "note": str},
            slot="step:{sop}/{step}",
            choices={"state": frozenset(STEP_STATES)},
        ),
        "material.marked": Kind(
            {"material": str, "state": str},
            {"fetcher": str, "substitute": str, "note": str},
            slot="material:{material}",
            choices={
                "state": frozenset(MATERIAL_STATES),
                "fetcher": frozenset((*FETCHERS, "")),
            },
        ),
        "promise.made": Kind({"what": str, "who": str, "due": str}, {"to_whom": str}),
        "promise.kept": Kind({"ref": str}, {"note": str}, slot="promise:{ref}"),
        "promise.dropped": Kind({"ref": str, "why": str}, slot="promise:{ref}"),
        "stage.entered": Kind({"stage": str}, slot="stage", choices={"stage": frozenset(STAGES)}),
        "paper.made": Kind(
            {"paper": str, "sha256": str, "pages": int, "size": int, "how": str},
            {"count_before": int, "count_after": int},
            choices={"how": frozenset(("print", "pdf", "queue"))},
        ),
        "sensitive.revealed": Kind({"field": str, "why": str}),
        "session.ended": Kind(
            {"outcome": str, "minutes": int, "explained": bool, "sheet_given": bool},
            choices={"outcome": frozenset(OUTCOMES)},
        ),
        "case.closed": Kind(
            {"outcome": str, "explained": bool, "sheet_given": bool},
            {"reasons": list, "explanation": str, "basis": str, "next_door": str},
            slot="closing",
            choices={"outcome": frozenset(OUTCOMES)},
        ),
        "case.reopened": Kind({"why": str}, slot="closing"),
        "entry.withdrawn": Kind({"ref": str}, {"why": str}),
        "case.referred": Kind({"why": str}, {"to_centre": str, "summary": str}),
        "case.claimed": Kind({"fence": int}, {"hours": int}),
        "lease.renewed": Kind({"fence": int, "hours": int}),
        "case.released": Kind({"fence": int, "why": str}),
        "handover.offered": Kind(
            {"fence": int, "to": str, "why": str}, {"to_centre": str, "summary": str}
        ),
        "handover.answered": Kind(
            {"ref": str, "answer": str, "why": str},
            choices={"answer": frozenset(("accept", "refuse"))},
        ),
        "case.escalated": Kind({"why": str}),
        "person.linked": Kind({"case": str, "same": bool}, {"why": str}, slot="same:{case}"),
    }
)

QUEUE_KINDS = frozenset(
    (
        "case.referred",
        "case.claimed",
        "lease.renewed",
        "case.released",
        "handover.offered",
        "handover.answered",
        "case.escalated",
    )
)
"""Kinds that move a case in the centre's queue; they take effect in the order in which the centre
received them (see ``queue``), not in the order of the fold."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What a use case wants to write.

    Attributes:
        base: id of the entry whose value the author saw and replaced; empty = there was none.
    """

    case_id: str
    kind: str
    body: Mapping[str, Json]
    base: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable fact.

    Attributes:
        id: ``device-incarnation-counter`` (see ``ids.EntryId``).
        version: of the body's shape.
        hlc: hybrid logical clock reading as text; entries are ordered by (hlc, id).
        at: the wall time the device claimed, ISO 8601 with offset.
        sha256: over everything else here, hex.
        prev: sha256 of the entry this device wrote before; empty for its first.
        received: the centre's clock in ms since 1970 when it took the entry in, where the entry
            claims a time more than ``MAX_AHEAD_MS`` later; otherwise 0. Not part of the
            fingerprint: it is said by the centre, to every machine alike.
    """

    id: str
    case_id: str
    kind: str
    version: int
    body: Mapping[str, Json]
    author: str
    hlc: str
    at: str
    base: str
    prev: str
    sha256: str
    received: int = 0

    @property
    def order(self) -> tuple[str, str, str]:
        """Key of the total order that every machine computes alike.

        A clock that is years ahead orders its entries by when the centre received them, or one
        bad battery would win every later choice.
        """
        return (f"{self.effective_ms:013d}", self.hlc, self.id)

    @property
    def effective_ms(self) -> int:
        """Milliseconds since 1970 that count for the order."""
        claimed = int(self.hlc[:13])
        return min(claimed, self.received + MAX_AHEAD_MS) if self.received else claimed

    @property
    def is_understood(self) -> bool:
        """Whether this program knows the kind and finds in the body what it needs.

        Others are kept and passed on as they came; a newer program will read them.
        """
        kind = KINDS.get(self.kind)
        if kind is None:
            return False
        for key, wanted in kind.required.items():  # a fold asks this of every entry: no generator
            if not _fits(self.body.get(key), wanted):
                return False
        return self.kind != "promise.made" or _is_day(str(self.body["due"]))

    @property
    def slot(self) -> str:
        """Name of the single value this entry sets; empty where it only adds."""
        kind = KINDS.get(self.kind)
        if kind is None or not kind.slot:
            return ""
        return kind.slot.format(**self.body)

    @property
    def time(self) -> datetime:
        """The claimed wall time, aware."""
        return datetime.fromisoformat(self.at)


def normalise(value: Json) -> Json:
    """``value`` with every text in Unicode NFC, so that equal words have equal bytes."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {str(normalise(k)): normalise(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [normalise(v) for v in value]
    return value


def canonical(value: Json) -> bytes:
    """The one byte form of ``value``: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def fingerprint(entry: Entry) -> str:
    """What ``entry.sha256`` must be."""
    return _sha256(
        {
            "id": entry.id,
            "case_id": entry.case_id,
            "kind": entry.kind,
            "version": entry.version,
            "body": entry.body,
            "author": entry.author,
            "hlc": entry.hlc,
            "at": entry.at,
            "base": entry.base,
            "prev": entry.prev,
        }
    )


def _sha256(fields: Mapping[str, Json]) -> str:
    return hashlib.sha256(canonical(fields)).hexdigest()


def check_foreign(entry: Entry) -> None:
    """Accept an entry from elsewhere, of whatever kind.

    Raises:
        BadInputError: its fingerprint does not fit, or its id or time cannot be read.
    """
    Hlc.parse(entry.hlc)
    EntryId.parse(entry.id)
    try:
        entry.time  # noqa: B018 - reading it is the check
        intact = fingerprint(entry) == entry.sha256
    except (ValueError, TypeError, RecursionError):  # no time, lone surrogates, bottomless body
        intact = False
    if not intact:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "有一条记录的校验码对不上，没有收下。"),
            safe=QT_TRANSLATE_NOOP("Errors", "已有的记录没有变。"),
        )


def seal(new: NewEntry, *, entry_id: str, author: str, hlc: Hlc, now: datetime, prev: str) -> Entry:
    """Check ``new`` and make it an entry of this device.

    Raises:
        BadInputError: unknown kind, missing key, wrong type, value out of its choices, over-long
            text, lone surrogates. Nothing was written.
    """
    body = normalise(new.body)
    assert isinstance(body, dict)
    _check(new.kind, body)
    _check_text([new.case_id, new.base, author])
    fields: dict[str, Json] = {
        "id": entry_id,
        "case_id": new.case_id,
        "kind": new.kind,
        "version": KINDS[new.kind].version,
        "body": body,
        "author": author,
        "hlc": str(hlc),
        "at": now.isoformat(timespec="milliseconds"),
        "base": new.base,
        "prev": prev,
    }
    return Entry(**fields, sha256=_sha256(fields))  # type: ignore[arg-type]


def _check(kind_name: str, body: Mapping[str, Json]) -> None:
    kind = KINDS.get(kind_name)
    if kind is None:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "没有“{kind}”这种记录，没有写入。"), kind=kind_name
        )
    for key, wanted in kind.required.items():
        if key not in body:
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "记录缺少“{key}”，没有写入。"), key=key)
        _check_type(key, body[key], wanted)
    for key, wanted in kind.optional.items():
        if key in body:
            _check_type(key, body[key], wanted)
    for key, allowed in kind.choices.items():
        if key in body and body[key] not in allowed:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "“{key}”不能是“{value}”，没有写入。"),
                key=key, value=str(body[key])[:20],
            )  # fmt: skip
    if kind_name == "field.set":
        _check_field(str(body["name"]), str(body["value"]))
    if kind_name == "promise.made":
        _check_day(str(body["due"]))
    _check_text(body)


def _fits(value: Json, wanted: type) -> bool:
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))


def _check_type(key: str, value: Json, wanted: type) -> None:
    if not _fits(value, wanted):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{key}”应当是{wanted}，没有写入。"),
            key=key, wanted=_TYPE_NAMES[wanted],
        )  # fmt: skip


def _check_field(name: str, value: str) -> None:
    if name in TEXT_FIELDS or (name.startswith(NEED_PREFIX) and value in ("yes", "")):
        return
    if name in CHOICE_FIELDS and (value == "" or value in CHOICE_FIELDS[name]):
        return
    raise BadInputError(
        QT_TRANSLATE_NOOP("Errors", "案件没有“{name}”这一栏，或者填法不对，没有写入。"),
        name=name[:40],
    )


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return date(2000, 1, 1) <= day <= date(2200, 1, 1)


def _check_day(text: str) -> None:
    if not _is_day(text):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "日期“{day}”看不懂，请写成 2026-12-01 这样。没有写入。"),
            day=text[:20],
        )


def _check_text(value: Json) -> None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这段文字有 {length} 字，最多 {limit} 字，没有写入。"),
                length=len(value), limit=MAX_TEXT,
            )  # fmt: skip
        if any("\ud800" <= ch <= "\udfff" for ch in value):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "文字里有损坏的字符（半个字），没有写入。")
            )
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _check_text(key)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)
    elif isinstance(value, float) and not math.isfinite(value):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "有一个数字算不出来，没有写入。"))
