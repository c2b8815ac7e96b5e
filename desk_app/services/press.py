"""What a screen asks of the printing room: pictures of pages, and the way to a printer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


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
