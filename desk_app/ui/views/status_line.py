"""The line at the bottom: words that never lie."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout

from desk_app.ui.widgets.basic import label


class StatusLine(QFrame):
    """已存本机 is only said after the store gave its word."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        self._saved = label(self.tr("还没有要存的"), wrap=False)
        self._where = label(self.tr("单机使用，没有连中心"), wrap=False)
        self._keys = label(self.tr("F2 新接待　Ctrl+K 找　F9 遮挡　Ctrl+/ 按键"), wrap=False)
        row.addWidget(self._saved)
        row.addSpacing(16)
        row.addWidget(self._where)
        row.addStretch()
        row.addWidget(self._keys)

    def show_saved(self, at: datetime) -> None:
        """The store has committed something at ``at``."""
        self._saved.setText(self.tr("已存本机 %1").replace("%1", at.strftime("%H:%M:%S")))

    @property
    def saved_words(self) -> str:
        """What it says about saving."""
        return self._saved.text()
