"""Typing as an input method does it.

``qtbot.keyClicks`` with Chinese text aborts the whole process, and people do not type that way
either: an input method first shows a composition, then commits it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QInputMethodEvent


def commit_text(widget: Any, text: str) -> None:
    """Commit ``text`` into ``widget`` at its cursor, as after choosing a candidate."""
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)


def compose_text(widget: Any, text: str) -> None:
    """Show ``text`` as a composition that is not committed yet; empty ends the composition."""
    QCoreApplication.sendEvent(widget, QInputMethodEvent(text, []))
