"""What a desk and its centre tell each other, and what sync asks of the store; no library in it.

The centre's stream is one numbered row after another, without holes. A desk keeps which numbers it
has; what it has without a number is what it still has to send. So the journal itself is the
outbox: an entry is in it from the moment it was committed, until the centre has numbered it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desk_app.core.entries import Entry
from desk_app.core.queue import QueueState

DIGEST_MODULUS = 1 << 64


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a centre's stream.

    Attributes:
        seq: 1, 2, 3 … in this centre, without holes.
        id: of the entry, or of the notice (``evict:…``, ``offer:…``, ``settled:…``).
        received: ms since 1970 by the centre's clock.
        type: ``entry``; ``gone`` (an entry of a case that is another centre's now: its number
            stays, its contents went along); ``evict`` (the case went to another centre: let it
            go); ``offer`` (another centre asks us to take a case); ``settled`` (that offer is
            answered or taken back).
        case_id: of the case it speaks of.
        sha256: of the entry, for types ``entry`` and ``gone``; empty for notices.
        entry: the entry, for type ``entry`` only.
        notice: what an offer says: number, from_centre, from_name, by, to, why, summary, ref;
            for ``settled``: ref, answer; for ``evict``: to_centre, to_name.
    """

    seq: int
    id: str
    received: int
    type: str
    case_id: str
    sha256: str = ""
    entry: Entry | None = None
    notice: dict[str, str] = field(default_factory=dict)

    @property
    def mark(self) -> int:
        """This row's share of the digest."""
        return row_mark(self.id, self.sha256, self.received)


def row_mark(row_id: str, sha256: str, received: int) -> int:
    """A row's share of the digest: 64 bits of SHA-256 over its id, contents and time of receipt.

    The digest of a stretch of the stream is the sum of its rows' marks modulo 2^64, so that a
    running sum answers for any stretch and the order of arrival does not matter.
    """
    digest = hashlib.sha256(f"{row_id} {sha256} {received}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre says to one entry that was sent.

    Attributes:
        status: ``accepted`` | ``duplicate`` (both: it has number ``seq`` in this device's centre)
            | ``rejected`` (for ever, see ``REJECTIONS``) | ``deferred`` (send it again later).
        received: ms since 1970 by the centre's clock; 0 unless it has a number.
        code: why, for ``rejected`` and ``deferred``.
    """

    id: str
    status: str
    seq: int = 0
    received: int = 0
    code: str = ""


REJECTIONS: dict[str, str] = {
    "bad_fingerprint": "校验码对不上",
    "bad_shape": "格式不对",
    "too_large": "内容太长",
    "too_deep": "内容嵌套太深",
    "forked": "同一编号已有别的内容（资料被复制过）",
    "foreign_case": "案件属于别的中心",
    "foreign_device": "写它的设备不属于本中心",
    "not_addressee": "不是移交给本中心的",
    "no_such_centre": "没有这个中心",
    "practice": "演练的记录不上传",
}
"""Why the centre refuses an entry for ever, in the words of the tray 待处理."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far a store is with its centre.

    Attributes:
        hub, centre, centre_name: who it belongs to; empty = no centre.
        epoch: the centre's life that the numbers belong to; it changes when the centre's data
            was restored from a backup.
        cursor: every row up to this number is here.
        snapshot_upto: a first load up to this number is under way; 0 = none.
        snapshot_after: the first load has every case up to this id.
        hold: cases that the centre wants gone, held until a person has agreed (the brake).
    """

    hub: str = ""
    centre: str = ""
    centre_name: str = ""
    epoch: str = ""
    cursor: int = 0
    snapshot_upto: int = 0
    snapshot_after: str = ""
    hold: int = 0


@dataclass(frozen=True, slots=True)
class TrayItem:
    """An entry the centre refused; its text stays readable.

    Attributes:
        code: a key of ``REJECTIONS``.
        state: ``open`` | ``done`` (a person has dealt with it).
    """

    entry: Entry
    code: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue, as this desk knows it.

    Attributes:
        pending: kinds of queue entries about it that do not count yet: the centre has not numbered
            them, or its stream is not here up to their numbers.
    """

    case_id: str
    number: str
    title: str
    resident: str
    first_contact_officer: str
    state: QueueState
    pending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncomingOffer:
    """Another centre asks us to take a case that we cannot see yet."""

    ref: str
    case_id: str
    number: str
    from_centre: str
    from_name: str
    by: str
    to: str
    why: str
    summary: str
    received: int


@dataclass(frozen=True, slots=True)
class CaseSync:
    """Where one case stands: ``local`` | ``waiting`` | ``at_centre`` | ``conflict``.

    ``local``: there is no centre, or the case is practice and stays here.
    """

    state: str
    unsent: int = 0


class SyncStore(Protocol):
    """What sync asks of the store. Every method is one transaction, durable when it returns.

    Used by the sync thread over a connection of its own; the window's connection notices by itself
    that something was written. May raise EnvironmentProblem; then nothing was changed.
    """

    def sync_state(self) -> SyncState:
        """How far this store is."""

    def join(self, hub: str, centre: str, centre_name: str, epoch: str) -> None:
        """Belong to a centre. Raises BadInputError where the store belongs to another one."""

    def outbox(self, limit: int = 500, max_bytes: int = 900_000, behind: str = "") -> list[Entry]:
        """Entries here without a number, oldest first; refused and practice ones left out.

        Args:
            behind: id of an entry: only those that stand behind it in the journal.

        At least one where there is any, however large. Never of two incarnations of one device:
        where an earlier life turns out to be forked, what the later one says of it must be put
        right before it is sent.
        """

    def count_outbox(self) -> int:
        """How many entries the centre has not numbered, refused ones left out."""

    def settle(self, answers: Sequence[Answer]) -> None:
        """Keep what the centre said: numbers of accepted ones, refused ones into the tray.

        A ``forked`` entry of this device stays in the outbox: ``reissue`` follows.
        """

    def apply(self, rows: Sequence[Row], cursor: int) -> tuple[str, ...]:
        """Take in rows of the stream and move the cursor, together; returns the cases touched.

        Known entries are passed over; entries of unknown kinds are kept as they came. The stream
        says which number is whose: a number that we held to be another entry's is taken from that
        one, which is then to be sent again. ``cursor`` may stay where it is (repair of a stretch).
        Evictions are only noted (see ``shed_ready``).

        Raises BadInputError where a row is broken or has the contents of another: nothing changed.
        """

    def apply_snapshot(self, rows: Sequence[Row], upto: int, after: str, done: bool) -> None:
        """Take in whole cases of a first load, and how far it came. ``done``: cursor = ``upto``."""

    def begin_epoch(self, epoch: str, common: int) -> None:
        """The centre was restored and has only rows up to ``common`` of what we know.

        Later numbers are forgotten: those entries are to be sent again. The cursor goes back to
        before the first row of a case that ever went: who has it now is read again. A first load
        under way begins anew.
        """

    def reissue(self, forked: Sequence[str]) -> int:
        """Begin a new incarnation and give own entries without a number new ids under it.

        Another copy of this store has used the ids ``forked``. They and what was written after them
        in their incarnation go on under new ids; what was written before the copies parted is the
        same in both and keeps its ids. References (``base``, ``ref``, ``also``) follow; times,
        authors and words stay. Returns how many.
        """

    def stream_digest(self, low: int, high: int, *, thorough: bool = False) -> tuple[int, int]:
        """Count and sum of the marks of rows ``low < seq <= high``.

        ``thorough``: from the entries themselves, not from the marks noted when they came.
        """

    def shed_ready(self, *, approved: bool = False) -> tuple[str, ...]:
        """Let go of cases that went to another centre, once all that was written here has arrived.

        The brake: more than 50 cases, or more than a tenth (and at least 10), wait for a person;
        ``approved`` releases it. Returns the cases let go.
        """

    def tray(self, *, state: str = "open") -> list[TrayItem]:
        """Refused entries, latest first."""

    def retry(self, entry_id: str) -> None:
        """Put a refused entry back into the outbox."""

    def set_tray_state(self, entry_id: str, state: str) -> None:
        """Mark a refused entry as dealt with (``done``) or not (``open``)."""

    def case_sync(self, case_ids: Sequence[str]) -> dict[str, CaseSync]:
        """Where these cases stand."""

    def queue(self) -> list[QueueRow]:
        """Cases that wait, are held, offered or escalated, longest-standing first."""

    def queue_row(self, case_id: str) -> QueueRow:
        """One case's place in the queue; a default one where it never was in it."""

    def without_effect(self, case_id: str) -> dict[str, str]:
        """Code by entry id for entries of a case that came too late or beside the holder."""

    def incoming_offers(self) -> list[IncomingOffer]:
        """Cases that other centres ask us to take."""

    def life(self) -> tuple[str, str, int]:
        """Device, incarnation and counter of this store."""

    def begin_incarnation(self) -> None:
        """Go on under a new incarnation: this store is a copy, or was restored."""


Meanwhile = Callable[[], None]


class Hub(Protocol):
    """The centre, over whatever carries the words: HTTP, a file on a stick, a simulated wire.

    Every method may raise ``HubUnreachableError`` (try again later) or ``HubRefusesError`` (a
    person must look); neither ever touches local data. ``meanwhile``, where it is given, may be
    called once the centre has the request: what is to be done here need not wait for the answer.
    """

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """Send entries (at most 500)."""

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """Rows after ``cursor``."""

    def rows(self, low: int, high: int) -> PullAnswer:
        """Rows ``low < seq <= high``, for repair."""

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """Whole cases after case id ``after``, for a first load; ``upto`` 0 = begin."""

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """Count and sum of the marks of rows ``low < seq <= high`` at the centre."""


@dataclass(frozen=True, slots=True)
class Head:
    """Who speaks and where it stands, in every answer.

    Attributes:
        common: rows up to this number are the same as in the epoch before.
        high: the latest number.
    """

    hub: str
    centre: str
    epoch: str
    common: int
    high: int


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """The centre's answers, one an entry, in the order sent."""

    head: Head
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class PullAnswer:
    """Rows, the number up to which they are complete, and the digest from 0 up to there."""

    head: Head
    rows: tuple[Row, ...]
    cursor: int
    mark_sum: int


@dataclass(frozen=True, slots=True)
class SnapshotAnswer:
    """Whole cases up to case id ``after``; ``done`` = there are no more."""

    head: Head
    rows: tuple[Row, ...]
    upto: int
    after: str
    done: bool


class HubUnreachableError(Exception):
    """No answer of ours: no network, time out, a login page in between, 5xx, 429. Try again later.

    Attributes:
        code: short, for the log and the status line (``offline``, ``captive``, ``busy`` …).
        wait: seconds the centre asks to wait; 0 = it does not say.
    """

    def __init__(self, code: str, wait: float = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


class HubRefusesError(Exception):
    """The centre answered, and says no to this device; local data stays as it is.

    Attributes:
        code: ``other_hub`` | ``other_centre`` | ``revoked`` | ``unknown_device`` | ``too_old`` …
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Nudge = Callable[[], None]
"""Called after each write of this desk, so that it is sent at once."""
