"""The line at the bottom: words that never lie, and keys for the mouse too."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from desk_app.ui.widgets.basic import button, label


class StatusLine(QFrame):
    """已存本机 is only said after the store gave its word.

    Signals:
        pressed(str): the key whose word was clicked.
    """

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAccessibleName(self.tr("状态"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 8, 2)
        row.setSpacing(4)
        self._saved = label(self.tr("没有要存的"), wrap=False)
        self._where = label(self.tr("单机使用，没有连中心"), wrap=False)
        row.addWidget(self._saved)
        row.addSpacing(16)
        row.addWidget(self._where)
        row.addStretch()
        for key, words in (
            ("F2", self.tr("新接待")),
            ("Ctrl+K", self.tr("找")),
            ("F9", self.tr("遮挡")),
            ("Ctrl+/", self.tr("按键")),
        ):
            made = button(f"{key} {words}", partial(self.pressed.emit, key), "hint")
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has the key itself
            row.addWidget(made)

    def show_saved(self, at: datetime) -> None:
        """The store has committed something at ``at``."""
        self._saved.setText(self.tr("已存本机 %1").replace("%1", at.strftime("%H:%M:%S")))

    @property
    def saved_words(self) -> str:
        """What it says about saving."""
        return self._saved.text()
