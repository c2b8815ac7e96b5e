"""What a screen asks of the printing room: pictures of pages, and the way to a printer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem


class PagePicture(Protocol):
    """One page as packed 32-bit pixels (blue, green, red, unused), ``width * 4`` bytes a line."""

    @property
    def width(self) -> int:
        """In pixels."""

    @property
    def height(self) -> int:
        """In pixels."""

    @property
    def pixels(self) -> bytes:
        """``height`` lines of ``width * 4`` bytes."""


class PrinterName(Protocol):
    """A printer of this machine."""

    @property
    def name(self) -> str:
        """As the system calls it."""

    @property
    def is_default(self) -> bool:
        """Whether the system prints here when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Press:
    """Every call is slow and is made beside the GUI thread.

    Attributes:
        picture: (PDF, page from 0, width in pixels) → the page; IndexError past the last one.
        printers: the system's printers, the default one first; empty = none.
        send: (PDF, printer) → the job's id. Raises EnvironmentProblem: nothing was printed.
    """

    picture: Callable[[bytes, int, int], PagePicture]
    printers: Callable[[], Sequence[PrinterName]]
    send: Callable[[bytes, str], str]


def save_pdf(pdf: bytes, path: Path) -> Path:
    """Write ``pdf`` where a person asked for it, readable by them alone; returns where it went.

    A file that is there already is never written over: the new one gets a number.

    Raises:
        EnvironmentProblem: the folder is not there, cannot be written, or is full.
    """
    for number in count(1):
        free = path if number == 1 else path.with_stem(f"{path.stem}（{number}）")
        try:
            handle = os.open(free, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        except FileExistsError:
            continue
        except OSError:
            raise _not_saved() from None
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(pdf)
        except OSError:
            free.unlink(missing_ok=True)
            raise _not_saved() from None
        return free
    raise AssertionError


def _not_saved() -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "存不到这个位置。"),
        safe=QT_TRANSLATE_NOOP("Errors", "单子没有丢，案件也没有变。"),
        press=QT_TRANSLATE_NOOP("Errors", "请换一个文件夹再存。"),
    )


_BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows alone turns line ends round unless told not to."""
