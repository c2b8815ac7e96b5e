"""The right side of the map: one text to read or hear, with links to walk along."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QTextBrowser

from desk_app.ui.presenters.map_details import DetailLine, Details, Section

SCHEME = "item"
DOT = "· "


class DetailsText(QTextBrowser):
    """The sections of one node.

    Signals:
        followed(str): a link to this item was clicked, or chosen by Tab and Enter.
    """

    followed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("事项详情"))
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.anchorClicked.connect(self._follow)

    def show_details(self, details: Details) -> None:
        """Show another node."""
        body = "".join(self._section(section) for section in details.sections)
        self.setHtml(f"{body}<p style='color:{self._muted()}'>{escape(details.trust)}</p>")
        self.verticalScrollBar().setValue(0)

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        """Nothing is ever fetched: neither from disk nor from elsewhere."""
        del kind, name

    def _section(self, section: Section) -> str:
        gap = self.fontMetrics().horizontalAdvance("国") // 2
        style = (
            f"margin-left:{2 * gap}px;text-indent:-{gap}px;margin-top:0;margin-bottom:{gap // 2}px"
        )
        rows = "".join(f"<p style='{style}'>{_line(line)}</p>" for line in section.lines)
        head = f"margin-top:{gap}px;margin-bottom:{gap // 2}px"
        return f"<p style='{head}'><b>{escape(section.head)}</b></p>{rows}"

    def _muted(self) -> str:
        return self.palette().color(QPalette.ColorRole.PlaceholderText).name()

    def _follow(self, url: QUrl) -> None:
        if url.scheme() == SCHEME:
            self.followed.emit(url.path())


def _line(line: DetailLine) -> str:
    if not line.link:
        return f"{DOT}{escape(line.text)}"
    more = f"　{escape(line.more)}" if line.more else ""
    return f"{DOT}<a href='{SCHEME}:{escape(line.link)}'>{escape(line.text)}</a>{more}"
