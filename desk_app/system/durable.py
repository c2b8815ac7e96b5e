"""Writing files so that a cut of the power leaves the old or the new, never half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write ``path`` beside its place, to the disk, then put it there. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        put_in_place(Path(name), path, mode)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def put_in_place(built: Path, path: Path, mode: int = 0o600) -> None:
    """Bring what was built in ``path``'s folder to the disk, then give it its name.

    Raises OSError.
    """
    handle = os.open(built, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    os.chmod(built, mode)
    os.replace(built, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names of ``folder`` to the disk, where the system knows how. Raises OSError."""
    if os.name == "nt":  # there, names are written with their files
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
