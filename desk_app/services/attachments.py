"""Taking files into a case and looking at them."""

from __future__ import annotations

import hashlib
import io
import mimetypes
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO, Protocol

from desk_app.core.attachments import (
    CHUNK_BYTES,
    Attachment,
    BlobStore,
    attachments,
    clean_name,
)
from desk_app.core.entries import NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.services.promises import NOTHING_CHANGED

MOST_AT_ONCE = 20
MOST_OFFERED = 8
OFFERED_SECONDS = 24 * 3600.0
"""Files of the watched folder are offered as long after they were written."""

WATCHED = "attachments.folder"
"""Setting: the folder into which the camera or the scanner puts its files; empty = none."""
UNNAMED = "未命名"
OTHER = "application/octet-stream"


class Picture(Protocol):
    """A picture as packed 32-bit pixels (``services.press.PagePicture``)."""

    @property
    def width(self) -> int:
        """In pixels."""

    @property
    def height(self) -> int:
        """In pixels."""

    @property
    def pixels(self) -> bytes:
        """``height`` lines of ``width * 4`` bytes: blue, green, red, unused."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file in the watched folder; ``size`` in bytes."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class FileRoom:
    """Where files are kept, and what looks into pictures; slow, beside the GUI thread.

    Attributes:
        picture: (bytes, longest side in pixels) → upright. Raises BadInputError.
        codes: (bytes) → texts of the QR and bar codes in a picture. Raises BadInputError.
    """

    blobs: BlobStore
    picture: Callable[[bytes, int], Picture]
    codes: Callable[[bytes], Sequence[str]]


class Attachments:
    """What one officer does with the files of cases; each method is one use case."""

    def __init__(self, store: CaseStore, blobs: BlobStore, author: str) -> None:
        self._store = store
        self._blobs = blobs
        self._author = author

    def keep(self, paths: Sequence[Path], source: str) -> list[NewFile]:
        """Seal files of this computer; ``file`` then makes entries of them. Beside the store.

        Raises:
            BadInputError: too many, or one is a folder, empty or too large: none will be filed.
            EnvironmentProblem: one cannot be read, or the disk is full.
        """
        if len(paths) > MOST_AT_ONCE:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "一次最多放 {most} 个文件，这里有 {count} 个。"),
                safe=NOTHING_CHANGED, most=MOST_AT_ONCE, count=len(paths),
            )  # fmt: skip
        return [self._keep(path, source) for path in paths]

    def keep_bytes(self, content: bytes, name: str, source: str) -> NewFile:
        """As ``keep``, for what was never a file: a picture from the clipboard."""
        return self._sealed(io.BytesIO(content), name, source)

    def file(self, case_id: str, new: Sequence[NewFile]) -> CaseState:
        """Write entries for sealed files; one that the case has already is not written again."""
        state = self._store.case(case_id)
        known = {one.sha256 for one in attachments(state)}
        fresh = {one.sha256: one for one in new if one.sha256 not in known}
        if not fresh:
            return state
        entries = [NewEntry(case_id, "attachment.added", one.body()) for one in fresh.values()]
        self._store.append(self._author, entries)
        return self._store.case(case_id)

    def remove(self, case_id: str, attachment_id: str) -> str:
        """Take a file out of the case; returns the entry by whose withdrawal it is there again."""
        if all(one.id != attachment_id for one in attachments(self._store.case(case_id))):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "找不到这个附件。"), safe=NOTHING_CHANGED
            )
        body: dict[str, Json] = {"ref": attachment_id, "why": ""}
        (entry,) = self._store.append(self._author, [NewEntry(case_id, "entry.withdrawn", body)])
        return entry.id

    def read(self, one: Attachment) -> bytes:
        """The whole file. Raises EnvironmentProblem where it is not here, or damaged."""
        return b"".join(self._blobs.plain(one.sha256))

    def save_copy(self, one: Attachment, path: Path) -> Path:
        """Write a plain copy where a person asked for it; returns where it went.

        A file that is there already is never written over: the new one gets a number.
        """
        for number in count(1):
            free = path if number == 1 else path.with_stem(f"{path.stem}（{number}）")
            try:
                handle = os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
            except FileExistsError:
                continue
            except OSError as error:
                raise _unwritable() from error
            try:
                with os.fdopen(handle, "wb") as file:
                    for chunk in self._blobs.plain(one.sha256):
                        file.write(chunk)
            except OSError as error:
                free.unlink(missing_ok=True)
                raise _unwritable() from error
            except BaseException:  # half a copy is none
                free.unlink(missing_ok=True)
                raise
            return free
        raise AssertionError  # count never ends

    def drop_original(self, one: Attachment, path: Path) -> None:
        """Delete the file that was taken in from where it lies, once it is surely kept here.

        Raises:
            BadInputError: it is another file now, or what is kept here is not whole.
            EnvironmentProblem: it cannot be read or deleted.
        """
        seen, kept = hashlib.sha256(), hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    seen.update(chunk)
            for chunk in self._blobs.plain(one.sha256):
                kept.update(chunk)
            if not seen.hexdigest() == kept.hexdigest() == one.sha256:
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "文件夹里的这个文件和收进来的不一样，没有删。"),
                    safe=NOTHING_CHANGED,
                )
            path.unlink()
        except OSError as error:
            raise _unreadable() from error

    def _keep(self, path: Path, source: str) -> NewFile:
        if path.is_dir():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这是一个文件夹，请放里面的文件。"),
                safe=NOTHING_CHANGED,
            )
        try:
            with path.open("rb") as file:
                return self._sealed(file, path.name, source)
        except OSError as error:
            raise _unreadable() from error

    def _sealed(self, file: BinaryIO, name: str, source: str) -> NewFile:
        kept = self._blobs.add(file)
        shown = clean_name(name) or UNNAMED
        media_type = mimetypes.guess_type(shown, strict=False)[0] or OTHER
        return NewFile(kept.sha256, kept.size, shown, media_type, source)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A sealed file that no entry speaks of yet; attributes as ``core.attachments.Attachment``."""

    sha256: str
    size: int
    name: str
    media_type: str
    source: str

    def body(self) -> dict[str, Json]:
        """What its entry carries."""
        return {
            "sha256": self.sha256,
            "size": self.size,
            "name": self.name,
            "media_type": self.media_type,
            "source": self.source,
        }


_BINARY = getattr(os, "O_BINARY", 0)


def found_in(folder: Path, now: float) -> list[FoundFile]:
    """Files that came into a folder lately, the latest first.

    Args:
        now: seconds since 1970.

    Raises EnvironmentProblem where the folder cannot be looked into.
    """
    try:
        files = [(file, file.stat()) for file in folder.iterdir() if file.is_file()]
    except OSError as error:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "照片文件夹打不开（没有了，或者盘拔了）。"),
            safe=NOTHING_CHANGED,
            press=QT_TRANSLATE_NOOP("Errors", "请插好盘，或者换一个文件夹。"),
        ) from error
    fresh = [
        (about.st_mtime, FoundFile(file, about.st_size))
        for file, about in files
        if about.st_size
        and not file.name.startswith(".")
        and about.st_mtime > now - OFFERED_SECONDS
    ]
    fresh.sort(key=lambda one: one[0], reverse=True)
    return [found for _, found in fresh[:MOST_OFFERED]]


def _unreadable() -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "文件读不出来（没有了、没有权限，或者盘拔了）。"),
        safe=NOTHING_CHANGED,
    )


def _unwritable() -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "副本写不进去（没有这个文件夹、没有权限，或者盘满了）。"),
        safe=NOTHING_CHANGED,
    )
