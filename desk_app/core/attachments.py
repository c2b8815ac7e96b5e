"""The files of a case: what an entry says of them, and what is asked of whoever keeps them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.attachments import MOST_NAME

MEGABYTE = 1 << 20
MAX_BYTES = 50 * MEGABYTE
"""Of one file. A photograph has 2 to 12 MB, a scan of a thick file 30."""

CHUNK_BYTES = 512 << 10
"""Files are kept, sent and checked in chunks of so many bytes, the last one shorter."""

HERE, AT_CENTRE, MISSING, REFUSED = "here", "at_centre", "missing", "refused"
"""Where a file is: on this computer, at the centre too, only elsewhere, not taken by the centre."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a case.

    Attributes:
        id: of the entry that took it in.
        sha256: of the file's bytes.
        size: in bytes.
        name: as it was called; may hold personal data.
        source: see ``kinds.attachments.SOURCES``.
    """

    id: str
    sha256: str
    size: int
    name: str
    media_type: str
    source: str
    entry: Entry

    @property
    def is_picture(self) -> bool:
        """Whether it says that it is a picture."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class FiledBlob:
    """A file that an entry of some case here speaks of.

    Attributes:
        row: place of the entry in this store's journal.
        is_numbered: the centre has the entry.
    """

    row: int
    entry_id: str
    case_id: str
    sha256: str
    size: int
    is_numbered: bool


@dataclass(frozen=True, slots=True)
class KeptBlob:
    """What was kept: SHA-256 of the plain bytes in hex, and how many they are."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """Files kept on this computer, sealed; named by the SHA-256 of their plain bytes.

    Used by any thread. Every method may raise EnvironmentProblem (disk, damage).
    """

    def add(self, source: BinaryIO) -> KeptBlob:
        """Keep what ``source`` holds from its beginning; durable when it returns.

        Raises BadInputError: empty, too large, or changed meanwhile. Nothing was kept.
        """

    def plain(self, digest: str) -> Iterator[bytes]:
        """The file in chunks, each checked before it is given."""

    def place(self, digest: str) -> str:
        """``here``, ``at_centre``, ``refused`` or ``missing``."""


def attachments(case: CaseState) -> tuple[Attachment, ...]:
    """The files of a case that are in force, oldest first."""
    return tuple(map(_attachment, case.entries_of("attachment.added")))


def chunks_of(size: int, chunk_bytes: int = CHUNK_BYTES) -> int:
    """In how many chunks ``size`` bytes are kept."""
    return -(-size // chunk_bytes)


def clean_name(name: str) -> str:
    """A file's own name without folders and control characters, at most 200 letters; may be ""."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    kept = unicodedata.normalize("NFC", shown).strip()
    if len(kept) <= MOST_NAME:
        return kept
    suffix = PurePosixPath(kept).suffix[:20]
    return kept[: MOST_NAME - len(suffix)] + suffix


def _attachment(entry: Entry) -> Attachment:
    body = entry.body
    size = body["size"]
    return Attachment(
        id=entry.id,
        sha256=str(body["sha256"]),
        size=size if isinstance(size, int) else 0,
        name=str(body["name"]),
        media_type=str(body["media_type"]),
        source=str(body["source"]),
        entry=entry,
    )
