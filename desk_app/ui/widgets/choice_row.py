"""Chips of which one, or none, is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desk_app.ui.widgets.basic import FlowLayout, chip, clear, label


class ChoiceRow(QWidget):
    """A labelled row of chips; a second click on the chosen one clears the choice.

    Args:
        keys: give the chips Alt+1, Alt+2 … as short cuts.

    Signals:
        chosen(str): the value a person chose; empty = cleared.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, options: Sequence[tuple[str, str]] = (), *, keys: bool = False
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._name = label(name, "second", wrap=False)
        row.addWidget(self._name)
        self._name.setVisible(bool(name))
        room = QWidget()
        self._flow = FlowLayout(6)
        room.setLayout(self._flow)
        row.addWidget(room, 1)
        self._keys = keys
        self._chips: dict[str, QPushButton] = {}
        self.put(options)

    @property
    def value(self) -> str:
        """The chosen value; empty = none."""
        return next((value for value, made in self._chips.items() if made.isChecked()), "")

    @property
    def has_options(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self._chips)

    def put(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other options: (value, words)."""
        if [(value, made.text()) for value, made in self._chips.items()] == list(options):
            return
        clear(self._flow)
        self._chips = {}
        for number, (value, words) in enumerate(options, start=1):
            made = chip(words, partial(self._click, value))
            if self._keys:
                made.setShortcut(f"Alt+{number}")
                made.setToolTip(f"Alt+{number}")
            self._chips[value] = made
            self._flow.addWidget(made)

    def show_value(self, value: str) -> None:
        """Show what is chosen, without telling anybody."""
        for option, made in self._chips.items():
            made.setChecked(option == value)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Focus goes to the chosen chip, else to the first."""
        chips = list(self._chips.values())
        for made in [*(c for c in chips if c.isChecked()), *chips][:1]:
            made.setFocus(reason)

    def _click(self, value: str, down: bool) -> None:
        self.show_value(value if down else "")
        self.chosen.emit(value if down else "")
