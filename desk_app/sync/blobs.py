"""Attachments to and from the hub, in chunks that are never sent or fetched twice.

They go after the entries, a few seconds at a time, and whatever is wrong with one of them, neither
the entries nor the other files wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from desk_app.core.attachments import FiledBlob, attachments
from desk_app.core.errors import DeskAppError, UserFacingError
from desk_app.core.exchange import HubRefusesError, HubUnreachableError, SyncState
from desk_app.core.fold import CaseState
from desk_app.protocol.wire import CHUNK_BYTES, MAX_BLOB_CHUNKS, BlobStatus
from desk_app.sync.hub_line import ANSWER_SECONDS, MESSAGE_BYTES, parse
from desk_app.sync.signals import NUDGED, STOPPED, NudgedError, Word
from desk_app.system import logs

TRIES = 2
"""Uploads that the hub finds to be another file than announced, before a person must look."""

PASS_SECONDS = 4.0
"""After so long, entries are looked at again before another chunk goes."""

FIRST_WAIT, LONGEST_WAIT = 15.0, 600.0
"""Seconds until a file that was refused, or is not there yet, is asked about again."""

SWEEP_SECONDS = 24 * 3600.0
"""A file younger than this may belong to an entry that is just being written."""


class Left(Enum):
    """What a pass has left to do: nothing, something now, something that must wait."""

    NOTHING = "nothing"
    NOW = "now"
    LATER = "later"


class Asker(Protocol):
    """Sends requests with the device's token (``HttpHub``)."""

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None,
        body: bytes | None = None, limit: int = MESSAGE_BYTES, seconds: float = ANSWER_SECONDS,
        until: Word = STOPPED,
    ) -> bytes:  # fmt: skip
        """See ``HttpHub.ask``."""


class LocalBlobs(Protocol):
    """Attachments of this computer, sealed, in chunks of at most ``CHUNK_BYTES``.

    A blob is named by the SHA-256 of all its chunks in a row. Every method may raise
    EnvironmentProblem.
    """

    def has(self, digest: str) -> bool:
        """Whether all of it is here."""

    def count(self, digest: str) -> int:
        """How many chunks a blob that is here has."""

    def chunk(self, digest: str, index: int) -> bytes:
        """One chunk of a blob that is here."""

    def put_chunk(self, digest: str, index: int, chunks: int, chunk: bytes) -> bool:
        """Keep a chunk; the same once more is fine. False: it cannot be one of this blob."""

    def missing(self, digest: str, chunks: int) -> Sequence[int]:
        """Which of its ``chunks`` chunks are not here."""

    def finish(self, digest: str, chunks: int) -> bool:
        """All chunks are here: check the whole. False: it did not hold together and is gone."""

    def mark(self, digest: str) -> str:
        """What ``set_mark`` noted last."""

    def set_mark(self, digest: str, mark: str) -> None:
        """Note where a blob is, or ``refused`` and why."""

    def sweep(self, wanted: Iterable[str], before: float) -> int:
        """Remove blobs that nothing speaks of and that are older than a moment."""


class BlobLedger(Protocol):
    """What the store says of attachments."""

    def sync_state(self) -> SyncState:
        """See ``SyncStore.sync_state``."""

    def case(self, case_id: str) -> CaseState:
        """The case as it stands. Raises BadInputError where it is not here."""

    def filed_after(self, row: int) -> tuple[list[FiledBlob], int]:
        """Attachments of entries after a place of the journal, and its last place."""

    def numbered(self, entry_ids: Iterable[str]) -> set[str]:
        """Which of these entries the centre has."""


@dataclass
class _Patience:
    tries: int = 0
    until: float = 0.0


@dataclass
class BlobSync:
    """The attachments' part of a round.

    Attributes:
        until: the least word that breaks a request off.
        seconds: a clock that never runs backwards; ``now``: seconds since 1970.
    """

    store: BlobLedger
    local: LocalBlobs
    hub: Asker
    until: Word = NUDGED
    pass_seconds: float = PASS_SECONDS
    seconds: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    _filed: dict[str, FiledBlob] = field(default_factory=dict)
    _row: int = -1
    _done: set[str] = field(default_factory=set)
    _mark: str = ""
    _waits: dict[str, _Patience] = field(default_factory=dict)
    _is_swept: bool = False

    def run(self) -> Left:
        """Send what the centre lacks, fetch what is missing here, for a few seconds at most.

        Neither raises for the line nor for one blob: both are tried again.
        """
        state = self.store.sync_state()
        mark = f"{state.centre} {state.epoch}"
        if mark != self._mark:
            self._mark, self._done = mark, set()
        self._learn()
        began, left = self.seconds(), Left.NOTHING
        for blob in self._to_do():
            if self.seconds() >= began + self.pass_seconds:
                return Left.NOW
            try:
                self._carry(blob, began + self.pass_seconds)
            except (NudgedError, _TimeIsUpError):
                return Left.NOW
            except HubUnreachableError as trouble:
                logs.note("sync.blob_waits", code=trouble.code)
                return Left.LATER
            except (HubRefusesError, DeskAppError) as trouble:
                self._put_off(blob, trouble.code)
                left = Left.LATER
            else:
                self._done.add(blob.entry_id)
                self._waits.pop(blob.entry_id, None)
        if any(not self._is_done(blob) for blob in self._filed.values()):
            left = Left.LATER
        elif not self._is_swept:
            self._is_swept = True
            wanted = {blob.sha256 for blob in self._filed.values()}
            self.local.sweep(wanted, self.now() - SWEEP_SECONDS)
        return left

    def _learn(self) -> None:
        """Look at what was written since; all of it again where places were given up."""
        new, last = self.store.filed_after(self._row)
        if last < self._row:
            self._filed.clear()
            new, last = self.store.filed_after(-1)
        self._row = last
        self._filed.update({blob.entry_id: blob for blob in new})

    def _to_do(self) -> list[FiledBlob]:
        """What is not done and need not wait, the least tried first."""
        open_ = [blob for blob in self._filed.values() if not self._is_done(blob)]
        waiting = [blob.entry_id for blob in open_ if not blob.is_numbered]
        for entry_id in self.store.numbered(waiting):
            self._filed[entry_id] = replace(self._filed[entry_id], is_numbered=True)
        now, fresh = self.seconds(), _Patience()
        ready = [
            self._filed[blob.entry_id]
            for blob in open_
            if self._filed[blob.entry_id].is_numbered
            and self._waits.get(blob.entry_id, fresh).until <= now
        ]
        return sorted(ready, key=lambda blob: self._waits.get(blob.entry_id, fresh).tries)

    def _is_done(self, blob: FiledBlob) -> bool:
        return blob.entry_id in self._done

    def _carry(self, blob: FiledBlob, end: float) -> None:
        if self.local.has(blob.sha256):
            if self.local.mark(blob.sha256) != self._mark:
                self._upload(blob, end)
        elif self._is_wanted(blob):
            chunks = download(self._timed(end), self.local, blob.sha256)
            logs.note("sync.blob_fetched", chunks=chunks)
            self.local.set_mark(blob.sha256, self._mark)

    def _upload(self, blob: FiledBlob, end: float) -> None:
        digest = blob.sha256
        chunks = self.local.count(digest)
        try:
            upload(self._timed(end), self.local, digest, chunks, blob.case_id)
        except HubRefusesError as refusal:
            self.local.set_mark(digest, f"refused {refusal.code}")
            raise
        logs.note("sync.blob_sent", chunks=chunks)
        self.local.set_mark(digest, self._mark)

    def _is_wanted(self, blob: FiledBlob) -> bool:
        """Whether the case is here and the file was not taken back."""
        try:
            case = self.store.case(blob.case_id)
        except UserFacingError:
            return False
        return any(one.id == blob.entry_id for one in attachments(case))

    def _timed(self, end: float) -> Asker:
        return _TimedAsker(self.hub, self.seconds, end, self.until)

    def _put_off(self, blob: FiledBlob, code: str) -> None:
        waits = self._waits.setdefault(blob.entry_id, _Patience())
        waits.until = self.seconds() + min(FIRST_WAIT * 2**waits.tries, LONGEST_WAIT)
        waits.tries = min(waits.tries + 1, 16)
        logs.note("sync.blob_put_off", code=code, entry=blob.entry_id)


class _TimeIsUpError(Exception):
    """The pass is over; the chunks that went need not go again."""


@dataclass
class _TimedAsker:
    hub: Asker
    seconds: Callable[[], float]
    end: float
    until: Word
    _has_carried: bool = False

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None,
        body: bytes | None = None, limit: int = MESSAGE_BYTES, seconds: float = ANSWER_SECONDS,
        until: Word = STOPPED,
    ) -> bytes:  # fmt: skip
        """See ``Asker``. A pass carries one chunk at least, however slow the line."""
        is_chunk = body is not None or limit == CHUNK_BYTES
        if is_chunk and self._has_carried and self.seconds() >= self.end:
            raise _TimeIsUpError
        answer = self.hub.ask(
            method, path, query=query, body=body, limit=limit, seconds=seconds,
            until=min(until, self.until),
        )  # fmt: skip
        self._has_carried |= is_chunk
        return answer


def upload(hub: Asker, local: LocalBlobs, digest: str, chunks: int, case_id: str = "") -> None:
    """Bring a blob to the hub, from wherever an earlier try left off.

    Args:
        chunks: how many it has, all of them here.
        case_id: whose it is: where the case has gone, the hub puts the blob too.

    Raises:
        HubUnreachableError: what was sent stays sent; the next try goes on from there.
        HubRefusesError: the hub takes it for another file, or has no room left for the centre.
    """
    of_case: dict[str, str | int] = {"case": case_id} if case_id else {}
    for is_last in (False,) * (TRIES - 1) + (True,):
        status = _status(hub, digest, of_case)
        if status.complete:
            return
        have = set(status.have)
        for index in range(chunks):
            if index not in have:
                hub.ask(
                    "PUT", f"/v1/blobs/{digest}/{index}",
                    query={"chunks": chunks, **of_case}, body=local.chunk(digest, index),
                )  # fmt: skip
        try:
            done = hub.ask("POST", f"/v1/blobs/{digest}/done", query=of_case)
        except HubRefusesError as refusal:
            # It has dropped chunks that did not fit: some went wrong on the way.
            if refusal.code != "digest" or is_last:
                raise
            continue
        if not parse(BlobStatus, done).complete:
            raise HubUnreachableError("garbage")
        return


def download(hub: Asker, local: LocalBlobs, digest: str) -> int:
    """Fetch a blob, from wherever an earlier try left off; returns how many chunks it has.

    Raises:
        HubUnreachableError: what came stays here; the next try goes on from there.
        HubRefusesError: ``no_blob``, the hub does not have all of it; ``spoilt``, what it gave is
            another file, and nothing of it was kept.
    """
    status = _status(hub, digest, {})
    if not status.complete:
        raise HubRefusesError("no_blob")
    for index in local.missing(digest, status.chunks):
        chunk = hub.ask("GET", f"/v1/blobs/{digest}/{index}", limit=CHUNK_BYTES)
        if not local.put_chunk(digest, index, status.chunks, chunk):
            raise HubRefusesError("spoilt")
    if not local.finish(digest, status.chunks):
        raise HubRefusesError("spoilt")
    return status.chunks


def _status(hub: Asker, digest: str, of_case: Mapping[str, str | int]) -> BlobStatus:
    status = parse(BlobStatus, hub.ask("GET", f"/v1/blobs/{digest}", query=of_case))
    if status.digest != digest or not 0 <= status.chunks <= MAX_BLOB_CHUNKS:
        raise HubUnreachableError("garbage")
    return status
