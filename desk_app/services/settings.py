"""Names of the settings that are kept with the data and so travel with it."""

from __future__ import annotations

OFFICER_NAME = "paper.officer"
"""The officer's name as papers show it."""
WINDOW_PHONE = "paper.window_phone"
"""The window's phone number, in the footer of every paper."""
THEME = "window.theme"
SCALE = "window.scale"
BEDSIDE = "window.bedside"
"""The case with which the window is dressed for a bedside; empty = it is not."""
PAPER_SIZE = "paper.size"
"""Type size of the material list in points."""
