"""The picture of a page: exactly what the printer gets, sharp on every screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea

from desk_app.services.press import PagePicture

A4_SHAPE = 210 / 297
WIDEST = 1100
"""Device-independent pixels beyond which a page only gets coarser to read."""
ROUNDED = 2
REST_MS = 80
EDGE = 8


class PaperPreview(QScrollArea):
    """One page, whole or as wide as there is room.

    Signals:
        wanted(int): a picture of this width in real pixels is wanted.
        clicked: the page was clicked.
    """

    wanted = Signal(int)
    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._picture: PagePicture | None = None
        self._whole = True
        self._page = QLabel()
        self._page.setObjectName("paper")
        self._page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self._page)
        self.setViewportMargins(EDGE, EDGE, EDGE, EDGE)
        self.setWidgetResizable(False)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.ask)

    @property
    def is_whole(self) -> bool:
        """Whether the whole page is shown."""
        return self._whole

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the shown picture in real pixels; zeros for none."""
        return (self._picture.width, self._picture.height) if self._picture else (0, 0)

    def show_whole(self, whole: bool) -> None:
        """The whole page, or its text as large as there is room."""
        self._whole = whole
        self.verticalScrollBar().setValue(0)
        self._fit()
        self.ask()

    def show_picture(self, picture: PagePicture) -> None:
        """Show a page."""
        turned = self._picture is None or self._picture.pixels != picture.pixels
        self._picture = picture
        image = QImage(
            picture.pixels, picture.width, picture.height, picture.width * 4,
            QImage.Format.Format_RGB32,
        )  # fmt: skip
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self._page.setPixmap(pixmap)
        self._page.setScaledContents(True)
        self._fit()
        if turned and self._whole:
            self.verticalScrollBar().setValue(0)

    def clear_picture(self) -> None:
        """Another case comes: nothing of the last one may stay."""
        self._picture = None
        self._page.setPixmap(QPixmap())
        self._page.resize(0, 0)

    def ask(self) -> None:
        """Ask for a picture that fits."""
        self.wanted.emit(round(self._wide() * self.devicePixelRatioF()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stretch what is there at once, ask for a sharp one when it rests."""
        super().resizeEvent(event)
        self._fit()
        self._rest.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click is for the page."""
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def _wide(self) -> int:
        # The scroll bar's room is kept free, so that the width does not depend on it.
        frame = 2 * EDGE + 4
        room = self.width() - self.verticalScrollBar().sizeHint().width() - frame
        if not self._whole:
            return max(1, min(room, WIDEST))
        return max(1, min(room, int((self.height() - frame) * A4_SHAPE)))

    def _fit(self) -> None:
        if self._picture is None:
            return
        ratio = self.devicePixelRatioF()
        wide, own = self._wide(), self._picture.width / ratio
        # Pictures come rounded up to whole pixels; stretched by one they would be blurred.
        shown = own if abs(own - wide) <= ROUNDED else wide
        self._page.resize(round(shown), round(shown * self._picture.height / self._picture.width))
