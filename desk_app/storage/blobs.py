"""Files of cases beside the store: one sealed file each, whole or not there.

A file is a line that says what it is, then its chunks, each sealed and bound to the digest, its
place and the number of all: a flipped byte, a cut, a swapped or added chunk is seen before a byte
of it is given out. What is being fetched lies in a ``.part`` of the same form, with holes.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from desk_app.core.attachments import (
    AT_CENTRE,
    CHUNK_BYTES,
    HERE,
    MAX_BYTES,
    MEGABYTE,
    MISSING,
    REFUSED,
    KeptBlob,
    chunks_of,
)
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.system.durable import put_in_place, write_durably

MAGIC = b"desk-app-blob-1\n"
PART, MARK = ".part", ".mark"
NEW = ".new-"
REFUSED_SIGN = "refused "
NOTHING_TAKEN = QT_TRANSLATE_NOOP("Errors", "案件没有变，这个文件没有收进来。")


class Cipher(Protocol):
    """Seals chunks (``vault.blob_cipher.BlobCipher``)."""

    @property
    def overhead(self) -> int:
        """How many bytes longer a sealed chunk is."""

    def name(self, digest: str) -> str:
        """A file's name on the disk."""

    def seal(self, contents: bytes, bound_to: bytes) -> bytes:
        """Seal."""

    def unseal(self, sealed: bytes, bound_to: bytes) -> bytes | None:
        """Open; None where it is not what was sealed."""


class BlobFolder:
    """Implements ``core.attachments.BlobStore`` and ``sync.blobs.LocalBlobs``.

    Args:
        folder: made where it is absent, for this user alone.
        chunk_bytes: see ``core.attachments.CHUNK_BYTES``; part of the form of a file.
        most: bytes of a file that is taken in.
    """

    def __init__(
        self, folder: Path, cipher: Cipher, *, chunk_bytes: int = CHUNK_BYTES, most: int = MAX_BYTES
    ) -> None:
        self._folder = folder
        self._cipher = cipher
        self._chunk_bytes = chunk_bytes
        self._frame = chunk_bytes + cipher.overhead
        self._most = most

    def open(self, *, tidy: bool = True) -> None:
        """Make the folder; ``tidy``: nobody writes yet, drop what a kill left half written."""
        with _said():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in self._folder.glob(f"{NEW}*") if tidy else ():
                left.unlink()

    def add(self, source: BinaryIO) -> KeptBlob:
        """See ``BlobStore``. Reads twice: nothing can be sealed before the digest is known."""
        kept = self._measure(source)
        if self.is_whole(kept.sha256):
            return kept
        source.seek(0)
        count = chunks_of(kept.size, self._chunk_bytes)
        with _said():
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=NEW)
            try:
                seen = hashlib.sha256()
                with os.fdopen(handle, "wb") as file:
                    file.write(MAGIC)
                    for index in range(count):
                        chunk = source.read(self._chunk_bytes)
                        seen.update(chunk)
                        file.write(self._seal(kept.sha256, index, count, chunk))
                if seen.hexdigest() != kept.sha256 or source.read(1):
                    raise _refused(
                        QT_TRANSLATE_NOOP("Errors", "这个文件正在被别的程序改动，读不完整。"),
                        QT_TRANSLATE_NOOP("Errors", "请等它存好，再放进来一次。"),
                    )
                put_in_place(Path(name), self._path(kept.sha256))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        return kept

    def plain(self, digest: str) -> Iterator[bytes]:
        """See ``BlobStore``. Raises BadInputError where it is not here."""
        count = self._count(digest)
        for index in range(count):
            yield self._read(self._path(digest), digest, index, count)

    def place(self, digest: str) -> str:
        """See ``BlobStore``."""
        if not self._path(digest).exists():
            return MISSING
        mark = self.mark(digest)
        if mark.startswith(REFUSED_SIGN):
            return REFUSED
        return AT_CENTRE if mark else HERE

    def has(self, digest: str) -> bool:
        """Whether the file is here, looking at its name only."""
        return self._path(digest).exists()

    def is_whole(self, digest: str) -> bool:
        """Whether the file is here and every byte of it is as it was."""
        if not self.has(digest):
            return False
        try:
            for _ in self.plain(digest):
                pass
        except EnvironmentProblem:
            return False
        return True

    def count(self, digest: str) -> int:
        """How many chunks a file that is here has."""
        return self._count(digest)

    def chunk(self, digest: str, index: int) -> bytes:
        """One chunk of a file that is here."""
        return self._read(self._path(digest), digest, index, self._count(digest))

    def missing(self, digest: str, chunks: int) -> Sequence[int]:
        """Which chunks of a file that is being fetched are not here."""
        part = self._part(digest)
        if not part.exists():
            return range(chunks)
        return [i for i in range(chunks) if self._try(part, digest, i, chunks) is None]

    def put_chunk(self, digest: str, index: int, chunks: int, chunk: bytes) -> bool:
        """Keep a chunk of a file that is being fetched; False: it cannot be one of this file's.

        What a cut leaves torn is seen by ``missing``: no need to wait for the disk each time.
        """
        is_last = index == chunks - 1
        if not 0 < len(chunk) <= self._chunk_bytes or (
            not is_last and len(chunk) != self._chunk_bytes
        ):
            return False
        with _said():
            handle = os.open(self._part(digest), os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
            with os.fdopen(handle, "r+b") as file:
                file.seek(len(MAGIC) + index * self._frame)
                file.write(self._seal(digest, index, chunks, chunk))
                if is_last:
                    file.truncate()
        return True

    def finish(self, digest: str, chunks: int) -> bool:
        """Give a fetched file its name, durably; False: its bytes are another file's, it is gone.

        Raises EnvironmentProblem where chunks are missing after all.
        """
        part, seen = self._part(digest), hashlib.sha256()
        for index in range(chunks):
            seen.update(self._read(part, digest, index, chunks))
        with _said():
            if seen.hexdigest() != digest:
                part.unlink()
                return False
            with part.open("r+b") as file:
                file.write(MAGIC)
            put_in_place(part, self._path(digest))
        return True

    def mark(self, digest: str) -> str:
        """What ``set_mark`` noted last; empty = nothing."""
        try:
            return self._path(digest).with_suffix(MARK).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def set_mark(self, digest: str, mark: str) -> None:
        """Note where a file is besides here: a centre's name for it, or why it was refused."""
        with _said():
            write_durably(self._path(digest).with_suffix(MARK), mark.encode())

    def sweep(self, wanted: Iterable[str], before: float) -> int:
        """Remove files that no entry speaks of and that were written before a moment (s, 1970)."""
        kept = {self._cipher.name(digest) for digest in wanted}
        removed = 0
        with _said():
            for file in self._folder.iterdir():
                if file.stem not in kept and file.stat().st_mtime < before:
                    file.unlink(missing_ok=True)
                    removed += file.suffix == ""
        return removed

    def _measure(self, source: BinaryIO) -> KeptBlob:
        seen, size = hashlib.sha256(), 0
        with _said():
            source.seek(0)
            while chunk := source.read(self._chunk_bytes):
                size += len(chunk)
                if size > self._most:
                    raise _refused(
                        QT_TRANSLATE_NOOP("Errors", "这个文件太大了（最大 {most} MB）。"),
                        QT_TRANSLATE_NOOP("Errors", "请把照片拍小一点，或者分成几个文件。"),
                        most=self._most // MEGABYTE,
                    )
                seen.update(chunk)
        if not size:
            raise _refused(QT_TRANSLATE_NOOP("Errors", "这个文件是空的。"), "")
        return KeptBlob(seen.hexdigest(), size)

    def _path(self, digest: str) -> Path:
        return self._folder / self._cipher.name(digest)

    def _part(self, digest: str) -> Path:
        return self._path(digest).with_suffix(PART)

    def _count(self, digest: str) -> int:
        try:
            with self._path(digest).open("rb") as file:
                head = file.read(len(MAGIC))
                sealed = os.fstat(file.fileno()).st_size - len(MAGIC)
        except FileNotFoundError:
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "这个附件不在这台电脑上。"),
                safe=QT_TRANSLATE_NOOP("Errors", "案件里的其他内容都在。"),
                press=QT_TRANSLATE_NOOP("Errors", "联网后会从中心取来；没有加入中心的请用备份。"),
            ) from None
        except OSError as error:
            raise _disk(error) from error
        if head != MAGIC or sealed <= 0:
            raise _damaged()
        return chunks_of(sealed, self._frame)

    def _read(self, path: Path, digest: str, index: int, count: int) -> bytes:
        chunk = self._try(path, digest, index, count)
        if chunk is None:
            raise _damaged()
        return chunk

    def _try(self, path: Path, digest: str, index: int, count: int) -> bytes | None:
        with _said(), path.open("rb") as file:
            file.seek(len(MAGIC) + index * self._frame)
            # Of a whole file the last chunk ends where the file does.
            sealed = file.read(self._frame)
        return self._cipher.unseal(sealed, _bound(digest, index, count))

    def _seal(self, digest: str, index: int, count: int, chunk: bytes) -> bytes:
        return self._cipher.seal(chunk, _bound(digest, index, count))


_BINARY = getattr(os, "O_BINARY", 0)


def _bound(digest: str, index: int, count: int) -> bytes:
    return f"{digest} {index} {count}".encode()


@contextmanager
def _said() -> Iterator[None]:
    """Turn the system's errors into ours."""
    try:
        yield
    except OSError as error:
        raise _disk(error) from error


def _disk(error: OSError) -> EnvironmentProblem:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "磁盘满了，附件存不下。请腾出空间后再试。")
        if full
        else QT_TRANSLATE_NOOP("Errors", "附件读写出错（{code}）。"),
        safe=QT_TRANSLATE_NOOP("Errors", "刚才这一步没有做成，以前的都还在。"),
        code=errno.errorcode.get(error.errno or 0, "OSError"),
    )


def _refused(what: str, press: str, **params: object) -> BadInputError:
    return BadInputError(what, safe=NOTHING_TAKEN, press=press, **params)


def _damaged() -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "这个附件在本机的文件损坏了（不完整或被改过），没有打开。"),
        safe=QT_TRANSLATE_NOOP("Errors", "案件里的其他内容都在。"),
        press=QT_TRANSLATE_NOOP("Errors", "有原件的请再放进来一次；已到中心的，请技术人员取回。"),
    )
