"""One process a data folder.

The operating system's own lock on a file: it dies with the process, so a kill leaves nothing to
clear away. A second start of the window drops a ``raise`` file which the first one looks for, and
leaves; commands wait a moment and then say who has the folder.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from desk_app.core.errors import QT_TRANSLATE_NOOP, UserFacingError

LOCK_NAME = "desk.lock"
RAISE_NAME = "desk.raise"


class AlreadyOpenError(UserFacingError):
    """Another process has the data folder."""

    code = "already_open"


class SingleInstance:
    """Holds the lock of a data folder while it is open (a context manager)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = -1

    def __enter__(self) -> Self:
        """Take the lock. Raises AlreadyOpenError."""
        self._file = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except OSError as error:
            os.close(self._file)
            raise AlreadyOpenError(
                QT_TRANSLATE_NOOP("Errors", "“跨前一步”已经开着，用的就是这个文件夹。"),
                safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
                press=QT_TRANSLATE_NOOP("Errors", "请用已经打开的窗口，或者先关掉它。"),
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the lock go."""
        os.close(self._file)

    def was_asked_to_show(self) -> bool:
        """Whether a second start asked this one to come to the front; asks are taken once."""
        with suppress(FileNotFoundError):
            (self._folder / RAISE_NAME).unlink()
            return True
        return False


def ask_to_show(folder: Path) -> None:
    """Ask the process that holds the folder to show its window."""
    (folder / RAISE_NAME).touch(mode=0o600)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
