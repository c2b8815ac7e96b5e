"""What every page of the window is."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Page(QWidget):
    """A page: a title, what it does when it comes up, and where the caret goes then."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(title)
        self.title = title
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 12)
        self.column.setSpacing(12)

    @property
    def about(self) -> str:
        """Id of the case that the page is about; empty = none."""
        return ""

    @property
    def rail(self) -> str:
        """Which word of the rail the page belongs to now; empty = as the window knows it."""
        return ""

    def come_up(self) -> None:
        """The page is shown: bring it up to date."""

    def take_focus(self) -> None:
        """Put the caret where work begins."""
        self.setFocus()

    def at_bedside(self, on: bool) -> None:
        """The window was dressed for a bedside, or is no more: leave out what is not for there."""

    def settle(self) -> None:
        """The page is left: hand on for good what is being typed."""
