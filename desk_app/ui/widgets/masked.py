"""A value that shows masked; holding the button shows it, and that is written down."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desk_app.ui.widgets.basic import button, label

SHOWN_MS = 10_000


class MaskedValue(QWidget):
    """One masked value.

    Args:
        name: what it is, e.g. 证件号.
        mask: how much of it shows (``core.masking``).

    Signals:
        reveal_requested: the person wants to see it; answer with ``reveal``.
    """

    reveal_requested = Signal()

    def __init__(self, name: str, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._mask = mask
        self._masked = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._label = label(wrap=False)
        row.addWidget(self._label)
        self.look = button(
            self.tr("看"),
            self.reveal_requested.emit,
            "quiet",
            self.tr("看一下%1，会记下来").replace("%1", name),
        )
        row.addWidget(self.look)
        row.addStretch()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._cover)

    @property
    def words(self) -> str:
        """What shows now."""
        return self._label.text()

    def show_masked(self, value: str) -> None:
        """Show ``value`` masked; the value itself is not kept here.

        The same value drawn again while it is revealed stays revealed until its time is over.
        """
        masked = self._mask(value)
        if masked != self._masked or not self._timer.isActive():
            self._masked = masked
            self._cover()
        self.setVisible(bool(value))

    def reveal(self, value: str) -> None:
        """Show ``value`` in full for ten seconds."""
        self._label.setText(value)
        self._timer.start(SHOWN_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leaving the page covers the value at once."""
        self._cover()
        super().hideEvent(event)

    def _cover(self) -> None:
        self._timer.stop()
        self._label.setText(self._masked)
