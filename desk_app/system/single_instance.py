"""One process a data folder.

The operating system's own lock on a file: it dies with the process, so a kill leaves nothing to
clear away, and there is no process number to go stale. A second start of the window drops a file
which the first one looks for (a file needs no port, no socket path of limited length and no
permission to listen), and leaves; a command may wait a moment for another one to end.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem, UserFacingError

LOCK_NAME = "desk.lock"
RAISE_NAME = "desk.raise"


class AlreadyOpenError(UserFacingError):
    """Another process has the data folder."""

    code = "already_open"


class SingleInstance:
    """Holds the lock of a data folder while it is open (a context manager).

    Args:
        folder: the data folder; it exists.
        patience: seconds to wait for another process to let go.
    """

    def __init__(self, folder: Path, *, patience: float = 0.0) -> None:
        self._folder = folder
        self._patience = patience
        self._file = -1

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            AlreadyOpenError: another process has it.
            EnvironmentProblem: the folder cannot hold a lock.
        """
        deadline = time.monotonic() + self._patience
        try:
            self._file = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
            while not self._try():
                if time.monotonic() >= deadline:
                    self._close()
                    raise _already_open()
                time.sleep(0.05)
        except OSError as error:
            self._close()
            raise _no_locks() from error
        with suppress(FileNotFoundError):  # an ask that nobody heard is not for this window
            (self._folder / RAISE_NAME).unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the lock go."""
        self._close()

    def was_asked_to_show(self) -> bool:
        """Whether a second start asked this one to come to the front; asks are taken once."""
        with suppress(FileNotFoundError):
            (self._folder / RAISE_NAME).unlink()
            return True
        return False

    def _try(self) -> bool:
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError):  # POSIX; Windows
            return False
        return True

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def ask_to_show(folder: Path) -> None:
    """Ask the process that holds the folder to show its window."""
    (folder / RAISE_NAME).touch(mode=0o600)


def _already_open() -> AlreadyOpenError:
    return AlreadyOpenError(
        QT_TRANSLATE_NOOP("Errors", "“跨前一步”已经开着，用的就是这个文件夹。"),
        safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
        press=QT_TRANSLATE_NOOP("Errors", "请用已经打开的窗口，或者先关掉它。"),
    )


def _no_locks() -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "资料文件夹不能上锁，无法保证只有一个程序在写。"),
        safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
        press=QT_TRANSLATE_NOOP("Errors", "请把资料放在这台电脑自己的磁盘上（--data）。"),
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
