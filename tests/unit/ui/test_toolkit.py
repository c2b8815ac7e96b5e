"""What we rely on in the GUI toolkit itself."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 2_000


def test_calls_that_return_nothing_keep_their_hold_on_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 let go of None once a call; Python then aborts within minutes of use."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.setMinimumSize(1, 1)
    assert abs(sys.getrefcount(None) - before) < CALLS / 10
