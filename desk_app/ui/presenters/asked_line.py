"""What a line that opened inside a row was opened for."""

from __future__ import annotations

from collections.abc import Callable


class AskedLine:
    """Asks for a few words inside a row, and takes only the answer to what was asked last.

    Args:
        open_line: the page's ``ask_line``: row, what is written, and a hint.
    """

    def __init__(self, open_line: Callable[[str, str, str], object]) -> None:
        self._open_line = open_line
        self._asked = ("", "")

    def ask(self, row: str, act: str, name: str, hint: str) -> None:
        """Open the line in ``row`` to do ``act`` with what is written."""
        self._asked = (row, act)
        self._open_line(row, name, hint)

    def answer(self, row: str, text: str) -> tuple[str, str]:
        """What to do, and with which words; both empty where nothing was written or asked."""
        (asked, act), self._asked = self._asked, ("", "")
        said = text.strip()
        return (act, said) if said and asked == row else ("", "")
