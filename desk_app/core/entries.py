"""Entries: the immutable facts a case is made of.

An entry is written once and never changed. ``seal`` turns what a use case wants to say into an
entry: text in NFC, body checked against its kind, linked to the entry this device wrote before.
"""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desk_app.core.clock import Hlc
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.ids import EntryId
from desk_app.core.kinds import KINDS
from desk_app.core.kinds.kind import Json

MAX_AHEAD_MS = 5 * 60 * 1000
"""How far a device's clock may run ahead of the centre's before it no longer counts."""

MAX_TEXT = 100_000
"""Longest text of one value, in characters: a pasted file fits, a runaway program does not."""


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


def slot_of(kind: str, body: Mapping[str, Json]) -> str:
    """Name of the single value that such an entry sets; empty where it only adds."""
    known = KINDS.get(kind)
    return known.slot.format(**body) if known is not None and known.slot else ""


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
        return kind is not None and kind.understands(self.body)

    @property
    def slot(self) -> str:
        """Name of the single value this entry sets; empty where it only adds."""
        return slot_of(self.kind, self.body)

    def text(self, key: str) -> str:
        """A text of the body; empty where there is none."""
        value = self.body.get(key, "")
        return value if isinstance(value, str) else ""

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
    return _CANONICAL.encode(value).encode()


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


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
    kind.check_body(body)
    _check_text(body)


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
