"""What the window says by itself: notices in the page, a toast with one way back, the veil."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desk_app.ui.widgets.basic import FocusButton, button, label, restyle

TOAST_MS = 10_000


class Notice(QFrame):
    """A notice in the page: what happened, what is safe, what to press. Never a box on top."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("提示"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        self._text = label()
        row.addWidget(self._text, 1)
        row.addWidget(button(self.tr("知道了"), self.hide, "quiet"))
        self.hide()

    def say(self, text: str, tone: str = "warn") -> None:
        """Show ``text``; ``tone``: ok | warn | danger | info."""
        self._text.setText(text)
        restyle(self, "tone", tone)
        self.show()

    @property
    def text(self) -> str:
        """What it says; empty while hidden."""
        return "" if self.isHidden() else self._text.text()


class Toast(QFrame):
    """One line at the bottom for ten seconds, with a way back (撤销) where there is one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("toast")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._undo = FocusButton(self.tr("撤销"))
        self._undo.setAccessibleName(self.tr("撤销刚才这一步"))
        self._undo.clicked.connect(self._take_back)
        row.addWidget(self._text)
        row.addWidget(self._undo)
        self._words = ""
        self._back: Callable[[], object] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Show ``text``; with ``undo`` a button that takes it back."""
        self._words = text
        self._back = undo
        self._undo.setVisible(undo is not None)
        self._fit()
        self.show()
        self.raise_()
        self._timer.start(TOAST_MS)

    def refit(self) -> None:
        """Another size of type: take the room the words need now."""
        if self.isVisible():
            self._fit()

    def place(self) -> None:
        """Keep it above the status line, in the middle."""
        self.move(
            (self._over.width() - self.width()) // 2, self._over.height() - self.height() - 64
        )

    @property
    def words(self) -> str:
        """What it says; empty while hidden."""
        return "" if self.isHidden() else self._words

    def _fit(self) -> None:
        self._text.ensurePolished()
        self._text.setToolTip(self._words)
        self._text.setText(
            self._text.fontMetrics().elidedText(
                self._words, Qt.TextElideMode.ElideRight, self._over.width() * 2 // 3
            )
        )
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.adjustSize()
        self.place()

    def _take_back(self) -> None:
        self.hide()
        if self._back is not None:
            self._back()


class Veil(QFrame):
    """A calm page over everything (F9): nothing of anyone shows, and nothing is lost."""

    def __init__(self, parent: QWidget, lift: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setObjectName("veil")
        self.setAccessibleName(self.tr("已遮挡"))
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.addStretch()
        for text, role in (
            (self.tr("请稍候"), "figure"),
            (self.tr("内容都在，一个字也没有少"), "second"),
        ):
            line = label(text, role)
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(line)
        column.addSpacing(24)
        self.lift = button(self.tr("继续 F9"), lift)
        self.lift.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no stray Space may uncover
        column.addWidget(self.lift, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        self.hide()
