"""The sealed files of a data folder, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk_app.core.attachments import BlobStore, attachments
from desk_app.core.errors import UserFacingError
from desk_app.services.attachments import FileRoom
from desk_app.storage.blobs import BlobFolder
from desk_app.system.paths import AppPaths
from desk_app.vault.blob_cipher import BlobCipher

if TYPE_CHECKING:
    from desk_app.bootstrap.sync import DeskStore
    from desk_app.printing.preview import PageImage

FOLDER = "files"


@dataclass(frozen=True, slots=True)
class FilesHealth:
    """How many files the cases here speak of, and which of them are not whole here.

    Attributes:
        damaged: here, and some byte of it is not as it was.
    """

    files: int
    missing: int
    damaged: int


def open_files(paths: AppPaths, key: bytes, *, tidy: bool = True) -> BlobFolder:
    """The files of the cases in a data folder, beside its store.

    Args:
        tidy: drop what a kill left half written: only before anybody writes.

    Raises EnvironmentProblem where the folder cannot be made.
    """
    folder = BlobFolder(paths.data / FOLDER, BlobCipher(key))
    folder.open(tidy=tidy)
    return folder


def look_over(store: DeskStore, files: BlobFolder) -> FilesHealth:
    """Read every file of the cases here to its end. Slow."""
    filed, _ = store.filed_after(-1)
    wanted: set[str] = set()
    for case_id in {blob.case_id for blob in filed}:
        try:
            wanted |= {one.sha256 for one in attachments(store.case(case_id))}
        except UserFacingError:  # it went to another centre; its entries are still kept
            continue
    missing = [digest for digest in wanted if not files.has(digest)]
    damaged = [digest for digest in wanted if files.has(digest) and not files.is_whole(digest)]
    return FilesHealth(len(wanted), len(missing), len(damaged))


def file_room(files: BlobStore) -> FileRoom:
    """The files, and what looks into pictures; its libraries are loaded at the first picture."""

    def picture(content: bytes, side: int) -> PageImage:
        from desk_app.printing.pictures import small_picture

        return small_picture(content, side)

    def codes(content: bytes) -> Sequence[str]:
        from desk_app.printing.pictures import codes_in

        return codes_in(content)

    return FileRoom(files, picture, codes)
