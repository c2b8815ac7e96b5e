"""The sealed files of a data folder, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desk_app.core.attachments import BlobStore
from desk_app.services.attachments import FileRoom
from desk_app.storage.blobs import BlobFolder
from desk_app.system.paths import AppPaths
from desk_app.vault.blob_cipher import BlobCipher

if TYPE_CHECKING:
    from desk_app.printing.preview import PageImage

FOLDER = "files"


def open_files(paths: AppPaths, key: bytes, *, tidy: bool = True) -> BlobFolder:
    """The files of the cases in a data folder, beside its store.

    Args:
        tidy: drop what a kill left half written: only before anybody writes.

    Raises EnvironmentProblem where the folder cannot be made.
    """
    folder = BlobFolder(paths.data / FOLDER, BlobCipher(key))
    folder.open(tidy=tidy)
    return folder


def file_room(files: BlobStore) -> FileRoom:
    """The files, and what looks into pictures; its libraries are loaded at the first picture."""

    def picture(content: bytes, side: int) -> PageImage:
        from desk_app.printing.pictures import small_picture

        return small_picture(content, side)

    def codes(content: bytes) -> Sequence[str]:
        from desk_app.printing.pictures import codes_in

        return codes_in(content)

    return FileRoom(files, picture, codes)
