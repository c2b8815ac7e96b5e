"""The sealed files of a data folder, put together."""

from __future__ import annotations

from desk_app.storage.blobs import BlobFolder
from desk_app.system.paths import AppPaths
from desk_app.vault.blob_cipher import BlobCipher

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
