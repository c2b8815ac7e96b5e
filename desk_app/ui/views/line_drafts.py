"""Keeps what is typed in short lines, as the big editor keeps its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLineEdit

from desk_app.core.ports import Draft
from desk_app.ui.presenters.draft_keeping import row_slot
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.editor import DRAFT_PAUSE_MS


class DraftKeeper(Protocol):
    """A presenter of a page that one types in."""

    def keep_draft(self, slot: str, text: str, cursor: int) -> None:
        """Keep what is being typed under ``slot``."""

    def drop_draft(self, slot: str) -> None:
        """Forget it."""


class LineDrafts(QObject):
    """Drafts of several lines. A line that is settled or used tells so by ``forget``."""

    def __init__(self, parent: QObject, presenter: DraftKeeper) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._lines: dict[str, QLineEdit] = {}
        self._typed: set[str] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAFT_PAUSE_MS)
        self._pause.timeout.connect(self._keep)

    def watch(self, line: QLineEdit, slot: str) -> None:
        """Keep what is typed in ``line`` under ``slot``."""
        self._lines[slot] = line
        line.textEdited.connect(partial(self._edited, slot))

    def restore(self, drafts: Mapping[str, Draft]) -> None:
        """Put back what was being typed when it was interrupted."""
        self._pause.stop()
        self._typed.clear()
        for slot, line in self._lines.items():
            if (draft := drafts.get(slot)) is not None:
                line.setText(draft.text)
                line.setCursorPosition(min(draft.cursor, len(draft.text)))

    def settle(self) -> None:
        """The page is left: keep what is being typed now, not in a moment."""
        if self._pause.isActive():
            self._pause.stop()
            self._keep()

    def forget(self, slot: str) -> None:
        """The line was settled: what it held is an entry now."""
        self._typed.discard(slot)

    def drop(self, *slots: str) -> None:
        """The lines were used or emptied: their drafts go."""
        for slot in slots:
            self.forget(slot)
            self._presenter.drop_draft(slot)

    def _edited(self, slot: str, _text: str) -> None:
        self._typed.add(slot)
        if not self._pause.isActive():
            self._pause.start()

    def _keep(self) -> None:
        for slot in sorted(self._typed):
            line = self._lines[slot]
            self._presenter.keep_draft(slot, line.text(), line.cursorPosition())
        self._typed.clear()


class RowDrafts(QObject):
    """Drafts of the line that opens inside a row of a list; each row has its own.

    Whoever turns the text into an entry drops the draft in the same breath
    (``Drafting.settle`` with ``row_slot``), so that a refused one is still there.

    Args:
        begin: what the slots begin with.
    """

    def __init__(self, rows: ChipList, presenter: DraftKeeper, begin: str) -> None:
        super().__init__(rows)
        self._rows = rows
        self._presenter = presenter
        self._begin = begin
        self._kept: dict[str, tuple[str, int]] = {}
        rows.writing.connect(self._writing)

    def restore(self, drafts: Mapping[str, Draft]) -> None:
        """What is kept now; a line that is open is left alone."""
        self._kept = {slot: (draft.text, draft.cursor) for slot, draft in drafts.items()}

    def ask(self, row: str, name: str, hint: str) -> None:
        """Open the line inside ``row`` with what was being typed there."""
        text, cursor = self._kept.get(row_slot(self._begin, row), ("", -1))
        self._rows.ask(row, name, hint, text, cursor)

    def settle(self) -> None:
        """The page is left: keep what is being typed now, not in a moment."""
        self._rows.prompt.keep()

    def _writing(self, row: str, text: str, cursor: int) -> None:
        slot = row_slot(self._begin, row)
        self._kept[slot] = (text, cursor)
        self._presenter.keep_draft(slot, text, cursor)
