"""The tree of the map, worked by arrows, Enter and the mouse."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from desk_app.ui.models.map_model import MapModel
from desk_app.ui.presenters.map_tree import ITEM, MapNode

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MapTreeView(QTreeView):
    """The tree: Enter or a double click takes an item, opens or closes everything else.

    Signals:
        moved: another node is current.
        picked(object): Enter or a double click on a ``MapNode`` that is an item.
    """

    moved = Signal()
    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.doubleClicked.connect(self._pick)
        self.setExpandsOnDoubleClick(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes or opens."""
        index = self.currentIndex()
        if event.key() in ENTER and index.isValid() and not event.isAutoRepeat():
            if self._node(index).kind == ITEM:
                self._pick(index)
            else:
                self.setExpanded(index, not self.isExpanded(index))
            event.accept()
            return
        super().keyPressEvent(event)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """An arrow as large as the letters beside it: the style's own is lost at 175 %."""
        if not self.model().rowCount(index):
            return
        side = self.fontMetrics().xHeight()
        middle = QPointF(rect.right() - self.indentation() / 2, rect.center().y() + 1)
        across, along = QPointF(side / 2, 0), QPointF(0, side / 2)
        if not self.isExpanded(index):
            across, along = along, across
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Text))
        painter.drawPolygon(
            [middle - across - along / 2, middle + across - along / 2, middle + along / 2]
        )
        painter.restore()

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:  # fmt: skip
        """Tell that another node is current."""
        super().currentChanged(current, previous)
        self.moved.emit()

    def _node(self, index: QModelIndex) -> MapNode:
        model = self.model()
        assert isinstance(model, MapModel)
        node = model.node(index)
        assert node is not None
        return node

    def _pick(self, index: QModelIndex) -> None:
        if (node := self._node(index)).kind == ITEM:
            self.picked.emit(node)
