"""Attachments to a real hub and back: cut anywhere, they go on from there; whole or not at all."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.sync.blobs import download, upload
from desk_app.sync.http_hub import DeviceKey, HttpHub
from desk_app.sync.hub_line import MESSAGE_BYTES, HubAddress, HubLine
from desk_app.sync.signals import Signals
from tests.helpers.hub import RunningHub, running_hub

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony
CHUNKS = 6


@dataclass
class Blobs:
    """``LocalBlobs`` in memory."""

    kept: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def chunk(self, digest: str, index: int) -> bytes:
        """See ``LocalBlobs``."""
        return self.kept[digest, index]

    def put_chunk(self, digest: str, index: int, chunk: bytes) -> None:
        """See ``LocalBlobs``."""
        self.kept[digest, index] = chunk

    def missing(self, digest: str, chunks: int) -> list[int]:
        """See ``LocalBlobs``."""
        return [index for index in range(chunks) if (digest, index) not in self.kept]

    def drop(self, digest: str) -> None:
        """See ``LocalBlobs``."""
        self.kept = {key: chunk for key, chunk in self.kept.items() if key[0] != digest}


@dataclass
class CutLine:
    """Asks through a line that breaks after so many requests; ``seen``: what was asked for."""

    hub: HttpHub
    most: int = 1 << 30
    seen: list[str] = field(default_factory=list)
    spoil: int = -1

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None,
        body: bytes | None = None, limit: int = MESSAGE_BYTES,
    ) -> bytes:  # fmt: skip
        """See ``HttpHub.ask``."""
        if len(self.seen) == self.most:
            raise HubUnreachableError("cut")
        if len(self.seen) == self.spoil and body:
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.seen.append(f"{method} {path[-2:]}")
        return self.hub.ask(method, path, query=query, body=body, limit=limit)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub on loopback."""
    with running_hub(tmp_path / "hub") as running:
        yield running


@contextmanager
def device(hub: RunningHub, centre: str = "east") -> Iterator[HttpHub]:
    member = hub.member(centre)
    signals = Signals()
    line = HubLine(HubAddress(hub.address), signals)
    try:
        yield HttpHub(line, DeviceKey(member.device, member.private_key))
    finally:
        line.close()
        signals.close()


def made_up(seed: int = 1) -> tuple[str, Blobs]:
    dice = random.Random(seed)
    parts = [dice.randbytes(3_000) for _ in range(CHUNKS)]
    digest = hashlib.sha256(b"".join(parts)).hexdigest()
    return digest, Blobs({(digest, index): part for index, part in enumerate(parts)})


def test_cut_at_every_place_it_arrives_and_nothing_goes_twice(hub: RunningHub) -> None:
    with device(hub) as line:
        for cut in range(CHUNKS + 2):
            digest, blobs = made_up(seed=cut)
            broken = CutLine(line, most=cut)
            with pytest.raises(HubUnreachableError):
                upload(broken, blobs, digest, CHUNKS)
            again = CutLine(line)
            upload(again, blobs, digest, CHUNKS)
            puts = [asked for asked in broken.seen + again.seen if asked.startswith("PUT")]
            assert len(puts) == CHUNKS
            there = Blobs()
            torn = CutLine(line, most=cut)
            if cut <= CHUNKS:
                with pytest.raises(HubUnreachableError):
                    download(torn, there, digest)
            rest = CutLine(line)
            assert download(rest, there, digest) == CHUNKS
            assert there.kept == blobs.kept
            assert len(torn.seen + rest.seen) == CHUNKS + (2 if 0 < cut <= CHUNKS else 1)


def test_a_chunk_spoilt_on_the_way_is_found_and_sent_again(hub: RunningHub) -> None:
    digest, blobs = made_up()
    with device(hub) as line:
        upload(CutLine(line, spoil=3), blobs, digest, CHUNKS)
        there = Blobs()
        download(line, there, digest)
    assert there.kept == blobs.kept


def test_a_file_that_is_not_what_its_name_says_is_refused(hub: RunningHub) -> None:
    digest, blobs = made_up()
    blobs.put_chunk(digest, 2, b"changed while it was sent")
    with device(hub) as line:
        with pytest.raises(HubRefusesError) as found:
            upload(line, blobs, digest, CHUNKS)
        assert found.value.code == "digest"
        with pytest.raises(HubRefusesError) as found:
            download(line, Blobs(), digest)
        assert found.value.code == "no_blob"


def test_what_was_kept_wrong_here_is_fetched_anew(hub: RunningHub) -> None:
    digest, blobs = made_up()
    there = Blobs({(digest, 1): b"half a chunk"})
    with device(hub) as line:
        upload(line, blobs, digest, CHUNKS)
        with pytest.raises(HubUnreachableError):
            download(line, there, digest)
        assert there.kept == {}
        download(line, there, digest)
    assert there.kept == blobs.kept


def test_another_centre_does_not_see_it(hub: RunningHub) -> None:
    digest, blobs = made_up()
    with device(hub) as line:
        upload(line, blobs, digest, CHUNKS)
    with device(hub, "west") as other, pytest.raises(HubRefusesError):
        download(other, Blobs(), digest)
