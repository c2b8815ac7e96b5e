"""The five stages in one line, how long there is, and one key to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.ui.presenters.stage_strip import MARKS, NOW, SPOKEN, StageStep, StageStrip
from desk_app.ui.widgets.basic import FlowLayout, badge, button, clear, label

KEY = "Alt+Right"


class StageSteps(QWidget):
    """The five names; the state of each is a sign and a tone, and words for screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self._flow = FlowLayout(12)
        self.setLayout(self._flow)
        self._shown: tuple[StageStep, ...] = ()

    def show_steps(self, steps: Sequence[StageStep]) -> None:
        """Draw them."""
        if tuple(steps) == self._shown:
            return
        self._shown = tuple(steps)
        clear(self._flow)
        for step in steps:
            text = f"{MARKS[step.state]} {step.name}"
            made = badge(text, "info") if step.state == NOW else label(text, "second", wrap=False)
            made.setAccessibleName(f"{step.name}，{SPOKEN[step.state]}")
            self._flow.addWidget(made)
        self.setAccessibleName("；".join(f"{s.name}{SPOKEN[s.state]}" for s in steps))


class StripOfStages(QWidget):
    """The strip on the page of a case.

    Args:
        go_on: called for the one key.
    """

    def __init__(self, page: QWidget, go_on: Callable[[], object]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.steps, self.on = StageSteps(), button("", go_on)
        self._limit, self._missing = QHBoxLayout(), label("", "second")
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.steps, 1)
        above.addWidget(self.on)
        below.setSpacing(12)
        below.addLayout(self._limit)
        below.addWidget(self._missing, 1)
        column.addLayout(above)
        column.addLayout(below)
        key = QShortcut(QKeySequence(KEY), page)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.on.click)

    def show_strip(self, strip: StageStrip) -> None:
        """Draw it."""
        self.steps.show_steps(strip.steps)
        clear(self._limit)
        if strip.limit:
            self._limit.addWidget(badge(strip.limit, strip.tone))
        missing = self.tr("还差：%1").replace("%1", strip.missing) if strip.missing else ""
        self._missing.setText(missing)
        words = self.tr("往下走：%1 Alt+→").replace("%1", strip.target_name)
        self.on.setText(words)
        self.on.setAccessibleName(words)
        self.on.setVisible(bool(strip.target))
