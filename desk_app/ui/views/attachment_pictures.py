"""Pictures of a case: small ones side by side, and one as large as the page."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from desk_app.services.attachments import Picture
from desk_app.ui.widgets.basic import label
from desk_app.ui.widgets.esc_key import EscKey
from desk_app.ui.widgets.overlay import OverlayBox

SMALL_LINES = 5
"""Height of a small picture in line heights."""
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def pixmap_of(picture: Picture) -> QPixmap:
    """The picture for the screen."""
    return QPixmap.fromImage(
        QImage(
            picture.pixels, picture.width, picture.height, picture.width * 4,
            QImage.Format.Format_RGB32,
        )
    )  # fmt: skip


class SmallPictures(QListWidget):
    """The pictures in a row that goes on below; arrows move, Enter opens.

    Signals:
        opened(str): Enter, Space or a double click on a picture.
        moved(str): another picture is the current one.
    """

    opened = Signal(str)
    moved = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setProperty("role", "rows")
        self._items: dict[str, QListWidgetItem] = {}
        self.itemDoubleClicked.connect(lambda item: self.opened.emit(self._key(item)))
        self.currentItemChanged.connect(lambda item, _: self.moved.emit(self._key(item)))

    def put(self, names: Iterable[tuple[str, str]]) -> list[str]:
        """Show (key, name) in this order; returns the keys whose pictures are not here yet."""
        wanted = dict(names)
        if list(wanted) == list(self._items):
            return []
        icons = {key: item.icon() for key, item in self._items.items()}
        current = self._key(self.currentItem())
        self.blockSignals(True)
        self.clear()
        self._items = {}
        for key, name in wanted.items():
            item = QListWidgetItem(icons.get(key, QIcon()), name)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setToolTip(name)
            self.addItem(item)
            self._items[key] = item
        if current in self._items:
            self.setCurrentItem(self._items[current])
        self.blockSignals(False)
        self._fit()
        return [key for key in wanted if icons.get(key, QIcon()).isNull()]

    def show_small(self, key: str, picture: Picture) -> None:
        """The picture of a key that is shown."""
        if key in self._items:
            pixmap, icon = pixmap_of(picture), QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # no tint over what one looks at
                icon.addPixmap(pixmap, mode)
            self._items[key].setIcon(icon)

    def select(self, key: str) -> None:
        """Make a picture the current one."""
        if key in self._items:
            self.setCurrentItem(self._items[key])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in ENTERS and self.currentItem() is not None:
            self.opened.emit(self._key(self.currentItem()))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another number of rows."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line = self.fontMetrics().height()
        side = line * SMALL_LINES
        cell = QSize(round(side * 1.4), side + 2 * line)
        self.setIconSize(QSize(side, side))
        self.setGridSize(cell)
        across = max(1, self.viewport().width() // cell.width())
        rows = -(-len(self._items) // across)
        self.setFixedHeight(rows * cell.height() + 2 * self.frameWidth())

    @staticmethod
    def _key(item: QListWidgetItem | None) -> str:
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""


class LargePicture(OverlayBox):
    """One picture over the whole page; Esc puts it away and forgets it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "")
        self._name = label("", "head")
        self.canvas = _Canvas()
        self.top.addWidget(self._name, 1)
        self.top.addWidget(self.close_button)
        self.body.addWidget(self.canvas, 1)
        EscKey(self.close_button, self.close_box)

    def show_picture(self, name: str, picture: Picture) -> None:
        """Open with a picture."""
        self._name.setText(name)
        self.setAccessibleName(name)
        self.canvas.pixmap = pixmap_of(picture)
        self.open_box()
        self.close_button.setFocus()

    def close_box(self) -> None:
        """Nothing of the picture stays."""
        super().close_box()
        self.canvas.pixmap = QPixmap()

    def _place(self) -> None:
        self.setGeometry(self._over.rect())


class _Canvas(QWidget):
    """Paints its ``pixmap`` as large as there is room, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self.pixmap = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in the middle."""
        del event
        if self.pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = self.pixmap.size() / ratio
        if size.width() > self.width() or size.height() > self.height():
            size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter.drawPixmap(place, self.pixmap)
