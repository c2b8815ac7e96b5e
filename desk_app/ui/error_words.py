"""Errors in the words of the window's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desk_app.core.errors import DeskAppError


def error_words(error: DeskAppError) -> str:
    """What happened, what is safe, what to press; translated, then filled in."""
    parts = (error.what, error.safe, error.press)
    return " ".join(
        QCoreApplication.translate("Errors", part).format(**error.params) for part in parts if part
    )
