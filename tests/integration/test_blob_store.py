"""Files of cases on this computer: whole or refused, sealed before the first byte lands."""

from __future__ import annotations

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.core.attachments import AT_CENTRE, CHUNK_BYTES, HERE, MAX_BYTES, MISSING, REFUSED
from desk_app.core.errors import BadInputError, EnvironmentProblem
from desk_app.protocol import wire
from desk_app.storage.blobs import BlobFolder
from desk_app.vault.blob_cipher import BlobCipher
from tests.helpers.ui_desk import KEY

SMALL = 64
"""Chunks of so many bytes make a file of many chunks out of a few hundred bytes."""
WORDS = "沈淑珍 310106194903121012 ".encode()


def folder_at(path: Path, key: bytes = KEY) -> BlobFolder:
    folder = BlobFolder(path / "files", BlobCipher(key), chunk_bytes=SMALL, most=4_000)
    folder.open()
    return folder


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    """An empty folder."""
    return folder_at(tmp_path)


def whole(blobs: BlobFolder, digest: str) -> bytes:
    return b"".join(blobs.plain(digest))


def the_file(path: Path) -> Path:
    (found,) = (path / "files").iterdir()
    return found


@pytest.mark.parametrize("size", [1, SMALL - 1, SMALL, SMALL + 1, 10 * SMALL, 3_999, 4_000])
def test_what_was_put_in_comes_out(blobs: BlobFolder, tmp_path: Path, size: int) -> None:
    content = (WORDS * 200)[:size]
    kept = blobs.add(io.BytesIO(content))
    assert (kept.sha256, kept.size) == (hashlib.sha256(content).hexdigest(), size)
    assert whole(folder_at(tmp_path), kept.sha256) == content
    assert blobs.add(io.BytesIO(content)) == kept  # twice is once
    assert len(list((tmp_path / "files").iterdir())) == 1


def test_the_disk_says_nothing_of_it(blobs: BlobFolder, tmp_path: Path) -> None:
    kept = blobs.add(io.BytesIO(WORDS * 20))
    sealed = the_file(tmp_path)
    assert WORDS[:9] not in sealed.read_bytes()
    assert kept.sha256[:8] not in sealed.name
    with pytest.raises(EnvironmentProblem):
        whole(folder_at(tmp_path, bytes(32)), kept.sha256)
    if os.name != "nt":
        assert sealed.stat().st_mode & 0o777 == 0o600


CONTENT = (WORDS * 20)[: 5 * SMALL + 7]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_flipped_byte_a_cut_or_an_addition_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "flips"
    blobs = folder_at(path)
    kept = blobs.add(io.BytesIO(CONTENT))
    file = the_file(path)
    good = file.read_bytes()
    place = data.draw(st.integers(0, len(good) - 1))
    bad = data.draw(
        st.sampled_from(
            [
                good[:place] + bytes([good[place] ^ (1 << place % 8)]) + good[place + 1 :],
                good[:place],
                good + good[place:],
                good[:place] + good[place + 1 :],
            ]
        )
    )
    file.write_bytes(bad)
    assert not blobs.is_whole(kept.sha256)
    given_out: list[bytes] = []
    with pytest.raises(EnvironmentProblem, match="损坏"):
        given_out.extend(blobs.plain(kept.sha256))
    assert CONTENT.startswith(b"".join(given_out))  # nothing wrong is given before the refusal
    blobs.add(io.BytesIO(CONTENT))  # the original puts it right
    assert whole(blobs, kept.sha256) == CONTENT


def test_a_cut_between_two_chunks_is_refused_before_anything_is_given(
    blobs: BlobFolder, tmp_path: Path
) -> None:
    kept = blobs.add(io.BytesIO(CONTENT))
    file = the_file(tmp_path)
    good, frame = file.read_bytes(), SMALL + BlobCipher.overhead
    for chunks in range(1, 6):
        file.write_bytes(good[: 16 + chunks * frame])
        with pytest.raises(EnvironmentProblem, match="损坏"):
            next(blobs.plain(kept.sha256))


def test_chunks_in_another_order_and_another_files_bytes_are_refused(
    blobs: BlobFolder, tmp_path: Path
) -> None:
    one = blobs.add(io.BytesIO(CONTENT))
    file = the_file(tmp_path)
    good, frame = file.read_bytes(), SMALL + BlobCipher.overhead
    swapped = good[:16] + good[16 + frame : 16 + 2 * frame] + good[16 : 16 + frame]
    file.write_bytes(swapped + good[16 + 2 * frame :])
    assert not blobs.is_whole(one.sha256)
    file.write_bytes(good)
    two = blobs.add(io.BytesIO(CONTENT[:-1]))
    (other,) = (left for left in (tmp_path / "files").iterdir() if left != file)
    other.write_bytes(good)
    assert not blobs.is_whole(two.sha256)


@pytest.mark.parametrize("size", [0, 4_001])
def test_empty_and_too_large_is_refused_and_nothing_is_kept(
    blobs: BlobFolder, tmp_path: Path, size: int
) -> None:
    with pytest.raises(BadInputError) as refused:
        blobs.add(io.BytesIO(bytes(size)))
    assert ("空的" in str(refused.value)) == (size == 0)
    assert list((tmp_path / "files").iterdir()) == []


def test_a_picture_of_200_megabytes_is_refused_before_it_is_read_to_its_end(
    tmp_path: Path,
) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(200 * (1 << 20))
    blobs = BlobFolder(tmp_path / "files", BlobCipher(KEY))
    blobs.open()
    with huge.open("rb") as file:
        with pytest.raises(BadInputError, match="最大 50 MB"):
            blobs.add(file)
        assert file.tell() <= MAX_BYTES + CHUNK_BYTES
    assert list((tmp_path / "files").iterdir()) == []
    assert wire.CHUNK_BYTES == CHUNK_BYTES


class _Changing(io.BytesIO):
    """A file that another program is still writing."""

    def seek(self, place: int, whence: int = 0) -> int:
        if self.tell():
            super().seek(0)
            super().write(b"changed")
        return super().seek(place, whence)


def test_a_file_that_is_being_written_is_refused(blobs: BlobFolder, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="改动"):
        blobs.add(_Changing(CONTENT))
    assert list((tmp_path / "files").iterdir()) == []


def test_fetched_chunk_by_chunk_with_cuts(blobs: BlobFolder, tmp_path: Path) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    parts = [CONTENT[at : at + SMALL] for at in range(0, len(CONTENT), SMALL)]
    count = len(parts)
    assert list(blobs.missing(digest, count)) == list(range(count))
    for index in (count - 1, 0, 2):
        assert blobs.put_chunk(digest, index, count, parts[index])
    part = the_file(tmp_path)
    with part.open("r+b") as file:  # a cut of the power took the middle of chunk 2
        file.seek(16 + 2 * (SMALL + BlobCipher.overhead) + 9)
        file.write(bytes(20))
    assert list(blobs.missing(digest, count)) == [1, 2, 3, 4]
    assert blobs.place(digest) == MISSING
    assert not blobs.put_chunk(digest, 1, count, parts[1][:-1])
    assert not blobs.put_chunk(digest, 1, count, b"")
    for index in (1, 2, 3, 4):
        blobs.put_chunk(digest, index, count, parts[index])
    assert blobs.finish(digest, count)
    assert whole(blobs, digest) == CONTENT
    assert blobs.place(digest) == HERE


def test_chunks_that_make_another_file_are_thrown_away(blobs: BlobFolder, tmp_path: Path) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert blobs.put_chunk(digest, 0, 1, b"something else")
    assert not blobs.finish(digest, 1)
    assert list((tmp_path / "files").iterdir()) == []


def test_marks_and_sweeping(blobs: BlobFolder, tmp_path: Path) -> None:
    kept, old = blobs.add(io.BytesIO(b"kept")), blobs.add(io.BytesIO(b"old"))
    blobs.set_mark(kept.sha256, "east 1")
    assert blobs.place(kept.sha256) == AT_CENTRE
    blobs.set_mark(old.sha256, "refused full")
    assert blobs.place(old.sha256) == REFUSED
    later = (tmp_path / "files").stat().st_mtime + 60
    assert blobs.sweep([kept.sha256], later - 3_600) == 0  # too young to judge
    assert blobs.sweep([kept.sha256], later) == 1
    assert (blobs.place(kept.sha256), blobs.place(old.sha256)) == (AT_CENTRE, MISSING)


_WRITER = """
import io, sys
from pathlib import Path
from desk_app.storage.blobs import BlobFolder
from desk_app.vault.blob_cipher import BlobCipher
blobs = BlobFolder(Path(sys.argv[1]), BlobCipher(bytes(range(32))))
blobs.open()
print("go", flush=True)
for seed in range(10_000):
    blobs.add(io.BytesIO(seed.to_bytes(4, "big") * 300_000))
"""


def test_killed_while_writing_each_file_is_whole_or_not_there(tmp_path: Path) -> None:
    files = tmp_path / "files"
    dice = random.Random(1)
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(files)], stdout=subprocess.PIPE
        )
        with child:
            assert child.stdout is not None
            child.stdout.readline()
            try:
                child.wait(dice.uniform(0.02, 0.12))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    left = {file.name for file in files.iterdir()}
    cipher, blobs = BlobCipher(KEY), BlobFolder(files, BlobCipher(KEY))
    blobs.open()
    found = set()
    for seed in range(10_000):
        digest = hashlib.sha256(seed.to_bytes(4, "big") * 300_000).hexdigest()
        if cipher.name(digest) not in left:
            break
        assert blobs.is_whole(digest)
        found.add(cipher.name(digest))
    assert found
    assert {file.name for file in files.iterdir()} == found
