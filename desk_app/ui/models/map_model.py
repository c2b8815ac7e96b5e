"""The map's tree for a tree view."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from desk_app.ui.presenters.map_tree import ITEM, MapNode

Index = QModelIndex | QPersistentModelIndex
LineTag = Callable[[str], QPixmap]


class MapModel(QAbstractItemModel):
    """Immutable nodes, replaced as a whole.

    Args:
        line_tag: picture of a line's two-character tag, by the line's id.
    """

    def __init__(self, line_tag: LineTag) -> None:
        super().__init__()
        self._line_tag = line_tag
        self._top: tuple[MapNode, ...] = ()
        # Qt keeps only a number for each index: the place of its node in this list.
        self._nodes: list[MapNode] = []
        self._parents: list[int] = []
        self._rows: list[int] = []
        self._places: dict[str, int] = {}

    @property
    def top(self) -> tuple[MapNode, ...]:
        """The top nodes."""
        return self._top

    def put(self, nodes: tuple[MapNode, ...]) -> None:
        """Show another tree."""
        self.beginResetModel()
        self._top = nodes
        self._nodes, self._parents, self._rows = [], [], []
        self._enter(nodes, -1)
        self._places = {node.key: place for place, node in enumerate(self._nodes)}
        self.endResetModel()

    def node(self, index: Index) -> MapNode | None:
        """The node at ``index``; None for no index."""
        return self._nodes[index.internalId()] if index.isValid() else None

    def index_of(self, key: str) -> QModelIndex:
        """Where the node called ``key`` is; no index when it is not shown."""
        place = self._places.get(key)
        return QModelIndex() if place is None else self._at(place)

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        """See QAbstractItemModel."""
        parent = parent if parent is not None else QModelIndex()
        above = parent.internalId() if parent.isValid() else -1
        children = self._nodes[above].children if above >= 0 else self._top
        if column or not 0 <= row < len(children):
            return QModelIndex()
        return self._at(self._places[children[row].key])

    def parent(  # type: ignore[override]
        self, index: Index | None = None
    ) -> QModelIndex | QObject | None:
        """The node above; without ``index`` the owner of the model, as in QObject."""
        if index is None:
            return super().parent()
        above = self._parents[index.internalId()] if index.isValid() else -1
        return self._at(above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many nodes are below ``parent``."""
        node = self.node(parent) if parent is not None else None
        return len(node.children if node else self._top)

    def columnCount(self, _parent: Index | None = None) -> int:
        """One column."""
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A node's words and its line's tag."""
        node = self.node(index)
        if node is None:
            return None
        words = f"{node.text}　{node.count}" if node.count else node.text
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return words
        if role == Qt.ItemDataRole.DecorationRole and node.line and self._wears_tag(index, node):
            return self._line_tag(node.line)
        return None

    def _wears_tag(self, index: Index, node: MapNode) -> bool:
        # A line wears it, and an item away from its line; below the line it would only be noise.
        if node.kind != ITEM:
            return not index.parent().isValid()
        above = self._nodes[self._parents[index.internalId()]]
        return above.line != node.line

    def _at(self, place: int) -> QModelIndex:
        return self.createIndex(self._rows[place], 0, place)

    def _enter(self, nodes: tuple[MapNode, ...], above: int) -> None:
        for row, node in enumerate(nodes):
            place = len(self._nodes)
            self._nodes.append(node)
            self._parents.append(above)
            self._rows.append(row)
            self._enter(node.children, place)


def items_of(nodes: tuple[MapNode, ...]) -> Iterator[MapNode]:
    """All item nodes, from top to bottom."""
    for node in nodes:
        if node.kind == ITEM:
            yield node
        yield from items_of(node.children)
