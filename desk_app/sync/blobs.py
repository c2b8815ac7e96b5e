"""Attachments to and from the hub, in chunks that are never sent or fetched twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.protocol.wire import CHUNK_BYTES, MAX_BLOB_CHUNKS, BlobStatus
from desk_app.sync.hub_line import MESSAGE_BYTES, parse

TRIES = 2
"""Uploads that the hub finds to be another file than announced, before a person must look."""


class Asker(Protocol):
    """Sends requests with the device's token (``HttpHub``)."""

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None,
        body: bytes | None = None, limit: int = MESSAGE_BYTES,
    ) -> bytes:  # fmt: skip
        """See ``HttpHub.ask``."""


class LocalBlobs(Protocol):
    """Attachments of this computer, sealed, in chunks of at most ``CHUNK_BYTES``.

    A blob is named by the SHA-256 of all its chunks in a row.
    """

    def chunk(self, digest: str, index: int) -> bytes:
        """One chunk that is here."""

    def put_chunk(self, digest: str, index: int, chunk: bytes) -> None:
        """Keep a chunk durably; the same once more is fine."""

    def missing(self, digest: str, chunks: int) -> Sequence[int]:
        """Which of its ``chunks`` chunks are not here."""

    def drop(self, digest: str) -> None:
        """Forget the chunks of a blob that did not hold together."""


def upload(hub: Asker, local: LocalBlobs, digest: str, chunks: int) -> None:
    """Bring a blob to the hub, from wherever an earlier try left off.

    Args:
        chunks: how many it has, all of them here.

    Raises:
        HubUnreachableError: what was sent stays sent; the next try goes on from there.
        HubRefusesError: the hub takes it for another file.
    """
    for is_last in (False,) * (TRIES - 1) + (True,):
        status = _status(hub, digest)
        if status.complete:
            return
        have = set(status.have)
        for index in range(chunks):
            if index not in have:
                hub.ask(
                    "PUT", f"/v1/blobs/{digest}/{index}",
                    query={"chunks": chunks}, body=local.chunk(digest, index),
                )  # fmt: skip
        try:
            done = hub.ask("POST", f"/v1/blobs/{digest}/done")
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
        HubRefusesError: ``no_blob``, the hub does not have all of it.
    """
    status = _status(hub, digest)
    if not status.complete:
        raise HubRefusesError("no_blob")
    for index in local.missing(digest, status.chunks):
        chunk = hub.ask("GET", f"/v1/blobs/{digest}/{index}", limit=CHUNK_BYTES)
        local.put_chunk(digest, index, chunk)
    whole = hashlib.sha256()
    for index in range(status.chunks):
        whole.update(local.chunk(digest, index))
    if whole.hexdigest() != digest:
        local.drop(digest)
        raise HubUnreachableError("garbage")
    return status.chunks


def _status(hub: Asker, digest: str) -> BlobStatus:
    status = parse(BlobStatus, hub.ask("GET", f"/v1/blobs/{digest}"))
    if status.digest != digest or not 0 <= status.chunks <= MAX_BLOB_CHUNKS:
        raise HubUnreachableError("garbage")
    return status
