"""Attachments to a real hub and back: cut anywhere, they go on from there; whole or not at all."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.hub import blobs as hub_blobs
from desk_app.storage.blobs import BlobFolder
from desk_app.sync.blobs import download, upload
from desk_app.sync.http_hub import DeviceKey, HttpHub
from desk_app.sync.hub_line import ANSWER_SECONDS, MESSAGE_BYTES, HubAddress, HubLine
from desk_app.sync.signals import STOPPED, Signals, Word
from desk_app.vault.blob_cipher import BlobCipher
from tests.helpers.hub import RunningHub, running_hub
from tests.helpers.ui_desk import KEY

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony
CHUNKS, CHUNK = 6, 3_000


@dataclass
class CutLine:
    """Asks through a line that breaks after so many requests; ``seen``: what was asked for."""

    hub: HttpHub
    most: int = 1 << 30
    seen: list[str] = field(default_factory=list)
    spoil: int = -1

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None,
        body: bytes | None = None, limit: int = MESSAGE_BYTES, seconds: float = ANSWER_SECONDS,
        until: Word = STOPPED,
    ) -> bytes:  # fmt: skip
        """See ``HttpHub.ask``."""
        if len(self.seen) == self.most:
            raise HubUnreachableError("cut")
        if len(self.seen) == self.spoil and body:
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.seen.append(f"{method} {path[-2:]}")
        return self.hub.ask(
            method, path, query=query, body=body, limit=limit, seconds=seconds, until=until
        )


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


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[], BlobFolder]:
    """Makes folders of files, each that of another computer."""

    def make() -> BlobFolder:
        made = BlobFolder(Path(tempfile.mkdtemp(dir=tmp_path)), BlobCipher(KEY), chunk_bytes=CHUNK)
        made.open()
        return made

    return make


Folder = Callable[[], BlobFolder]


def made_up(folder: Folder, seed: int = 1) -> tuple[str, BlobFolder, bytes]:
    """A file of ``CHUNKS`` chunks, the last one short."""
    content = random.Random(seed).randbytes(CHUNKS * CHUNK - 9)
    blobs = folder()
    return blobs.add(io.BytesIO(content)).sha256, blobs, content


def whole(blobs: BlobFolder, digest: str) -> bytes:
    return b"".join(blobs.plain(digest))


def test_cut_at_every_place_it_arrives_and_nothing_goes_twice(
    hub: RunningHub, folder: Folder
) -> None:
    with device(hub) as line:
        for cut in range(CHUNKS + 2):
            digest, blobs, content = made_up(folder, seed=cut)
            broken = CutLine(line, most=cut)
            with pytest.raises(HubUnreachableError):
                upload(broken, blobs, digest, CHUNKS)
            again = CutLine(line)
            upload(again, blobs, digest, CHUNKS)
            puts = [asked for asked in broken.seen + again.seen if asked.startswith("PUT")]
            assert len(puts) == CHUNKS
            there = folder()
            torn = CutLine(line, most=cut)
            if cut <= CHUNKS:
                with pytest.raises(HubUnreachableError):
                    download(torn, there, digest)
                assert not there.has(digest)
            rest = CutLine(line)
            assert download(rest, there, digest) == CHUNKS
            assert whole(there, digest) == content
            if cut <= CHUNKS:
                assert len(torn.seen + rest.seen) == CHUNKS + (2 if cut else 1)


def test_a_chunk_spoilt_on_the_way_is_found_and_sent_again(hub: RunningHub, folder: Folder) -> None:
    digest, blobs, content = made_up(folder)
    with device(hub) as line:
        upload(CutLine(line, spoil=3), blobs, digest, CHUNKS)
        there = folder()
        download(line, there, digest)
    assert whole(there, digest) == content


class _Changed:
    """A folder whose second chunk is not what was announced."""

    def __init__(self, blobs: BlobFolder) -> None:
        self._blobs = blobs

    def chunk(self, digest: str, index: int) -> bytes:
        """See ``LocalBlobs``."""
        return b"changed while it was sent" if index == 2 else self._blobs.chunk(digest, index)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)


def test_a_file_that_is_not_what_its_name_says_is_refused(hub: RunningHub, folder: Folder) -> None:
    digest, blobs, _ = made_up(folder)
    with device(hub) as line:
        with pytest.raises(HubRefusesError) as found:
            upload(line, _Changed(blobs), digest, CHUNKS)
        assert found.value.code == "digest"
        with pytest.raises(HubRefusesError) as found:
            download(line, folder(), digest)
        assert found.value.code == "no_blob"


def test_what_was_torn_here_is_fetched_anew(hub: RunningHub, folder: Folder) -> None:
    digest, blobs, content = made_up(folder)
    there = folder()
    there.put_chunk(digest, 1, CHUNKS + 1, bytes(CHUNK))
    with device(hub) as line:
        upload(line, blobs, digest, CHUNKS)
        download(line, there, digest)
    assert whole(there, digest) == content


def test_another_centre_does_not_see_it(hub: RunningHub, folder: Folder) -> None:
    digest, blobs, _ = made_up(folder)
    with device(hub) as line:
        upload(line, blobs, digest, CHUNKS)
    with device(hub, "west") as other, pytest.raises(HubRefusesError):
        download(other, folder(), digest)


def test_the_hub_keeps_no_plain_byte(hub: RunningHub, folder: Folder, tmp_path: Path) -> None:
    blobs = folder()
    content = "证件照片".encode() * 500
    digest = blobs.add(io.BytesIO(content)).sha256
    with device(hub) as line:
        upload(line, blobs, digest, blobs.count(digest))
    kept = b"".join(file.read_bytes() for file in (tmp_path / "hub").rglob("*") if file.is_file())
    assert digest.encode() in kept
    assert content[:24] not in kept


def test_a_full_centre_says_so_and_the_others_go_on(
    hub: RunningHub, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = folder()
    first, second = (blobs.add(io.BytesIO(text)).sha256 for text in (b"first", b"second"))
    keep = hub_blobs.keep
    monkeypatch.setattr(hub_blobs, "keep", partial(keep, most=hub_blobs.CHUNK_BYTES))
    with device(hub) as line, device(hub, "west") as other:
        upload(line, blobs, first, 1)
        with pytest.raises(HubRefusesError) as found:
            upload(line, blobs, second, 1)
        assert found.value.code == "full"
        upload(line, blobs, first, 1)  # what is there stays
        upload(other, blobs, second, 1)  # another centre has room of its own
