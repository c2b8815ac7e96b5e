"""The line at the bottom: words that never lie, and keys for the mouse too."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

from desk_app.ui.presenters.centre_words import LOCAL, Where
from desk_app.ui.widgets.basic import button, label, restyle

CENTRE_KEY = "F10"


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
        self.where, self.calls = WhereButton(), WhereButton()
        row.addWidget(self._saved)
        row.addSpacing(16)
        for part in (self.where, self.calls):
            part.clicked.connect(partial(self.pressed.emit, CENTRE_KEY))
            row.addWidget(part)
        self.show_where(Where(LOCAL))
        row.addStretch()
        for key, words in (
            ("F2", self.tr("新接待")),
            ("F3", self.tr("队列")),
            ("F8", self.tr("记一笔")),
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

    def show_where(self, where: Where) -> None:
        """How it stands with the centre, in words that were counted just now."""
        self.where.show_words(where.words, where.tone)
        self.calls.show_words(where.calls, "warn")

    @property
    def where_words(self) -> str:
        """What it says about the centre, in full."""
        return " · ".join(filter(None, (self.where.text(), self.calls.text())))

    @property
    def saved_words(self) -> str:
        """What it says about saving."""
        return self._saved.text()


class WhereButton(QPushButton):
    """How it stands with the centre; a click leads to the page that says more.

    In a narrow window the end is cut off; the tip and screen readers have all of it.
    """

    def __init__(self) -> None:
        super().__init__("")
        self.setProperty("role", "hint")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has F10
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def show_words(self, words: str, tone: str) -> None:
        """Say ``words``; nothing shows where there is nothing to say."""
        self.setText(words)
        self.setVisible(bool(words))
        name = self.tr("中心：%1（F10）").replace("%1", words)
        self.setAccessibleName(name)
        self.setToolTip(name)
        restyle(self, "tone", tone)

    def minimumSizeHint(self) -> QSize:
        """It may be cut."""
        return QSize(self.fontMetrics().height() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much of the words as there is room for."""
        if self.width() >= self.sizeHint().width():
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        edge = self.sizeHint().width() - metrics.horizontalAdvance(self.text())
        room = self.width() - edge
        option.text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
