"""关联导图 as a tree: the real control; a picture may stand beside it one day."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desk_app.ui.context import UiContext
from desk_app.ui.models.map_model import MapModel, items_of
from desk_app.ui.presenters.map_details import Details
from desk_app.ui.presenters.map_presenter import MapPresenter
from desk_app.ui.presenters.map_tree import ITEM, LINE, MapNode
from desk_app.ui.views.line_tag import line_tag
from desk_app.ui.views.map_details import DetailsText
from desk_app.ui.views.map_tree_view import ENTER, MapTreeView
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import badge, button, label

PAUSE_MS = 150
READ_MS = 60
"""An arrow key held down passes over nodes without explaining each."""


class MapPage(Page):
    """The map."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("关联导图")
        self.setAccessibleName(self.title)
        self._context = context
        self._details: Details | None = None
        self._behind: list[str] = []
        self._tags: dict[str, QPixmap] = {}
        self.presenter = MapPresenter(context, self)
        self.model = MapModel(self._tag)
        self.column.addLayout(self._header())
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._left())
        split.addWidget(self._right())
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 6)
        self.column.addWidget(split, 1)
        back = QShortcut(QKeySequence("Alt+Left"), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.step_back)
        self.presenter.show_all()

    def take_focus(self) -> None:
        """Type to find."""
        self.filter.setFocus()
        self.filter.selectAll()

    def show_item(self, item_id: str) -> None:
        """Show an item where it stands in its line."""
        if not self.model.index_of(f"{ITEM} {item_id}").isValid():
            self.filter.clear()
            self._pause.stop()
            self.presenter.show_all()
        self._go_to(f"{ITEM} {item_id}")

    def step_back(self) -> None:
        """Back to the item a link was followed from."""
        if self._behind:
            self.show_item(self._behind.pop())
            self.back.setEnabled(bool(self._behind))

    def show_tree(self, nodes: tuple[MapNode, ...], *, filtered: bool) -> None:
        """See ``MapView``."""
        current = self.model.node(self.tree.currentIndex())
        self.model.put(nodes)
        if filtered:
            self.tree.expandAll()
            found = len({node.id for node in items_of(nodes)})
            words = self.tr("找到 %1 项").replace("%1", str(found))
            self._found.setText(words if found else self._nothing())
            first = next(items_of(nodes), None)
            if first is not None:
                self._go_to(first.key)
        else:
            self._found.setText(self.tr("11 条线，打字筛选；↑↓ 选，→ 展开，回车加入本案").replace(
                "11", str(sum(node.kind == LINE for node in nodes))
            ))  # fmt: skip
            if current is not None and self.model.index_of(current.key).isValid():
                self._go_to(current.key)
            elif nodes:
                self._go_to(nodes[0].key)

    def show_details(self, details: Details) -> None:
        """See ``MapView``."""
        self._details = details
        self._name.setText(details.title)
        self._path.setText(details.path)
        self._line_picture.setVisible(bool(details.line))
        if details.line:
            self._line_picture.setPixmap(self._tag(details.line))
        self._unchecked.setVisible(not details.checked)
        self._warning.setText(details.warning)
        self._warning.setVisible(bool(details.warning))
        self.take_button.setVisible(bool(details.item))
        self.text.show_details(details)

    def changeEvent(self, event: QEvent) -> None:
        """Another scale: tags are drawn anew."""
        super().changeEvent(event)
        kinds = (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange)
        if event.type() in kinds and hasattr(self, "_warning"):
            self._tags.clear()
            self.tree.viewport().update()
            if self._details is not None:
                self.show_details(self._details)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(self.title, "title", wrap=False))
        row.addSpacing(12)
        self.filter = _FilterLine()
        self.filter.setAccessibleName(self.tr("筛选导图"))
        self.filter.setPlaceholderText(self.tr("筛选：名称、别名、居民的话、拼音首字母"))
        self.filter.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(lambda: self.presenter.look_for(self.filter.text()))
        self.filter.textChanged.connect(lambda _: self._pause.start())
        self.filter.left.connect(self._into_tree)
        row.addWidget(self.filter, 1)
        return row

    def _left(self) -> QWidget:
        room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(6)
        self._found = label("", "second")
        column.addWidget(self._found)
        self.tree = MapTreeView()
        self.tree.setModel(self.model)
        self.tree.setAccessibleName(self.tr("导图，回车把事项加入本案"))
        self.tree.moved.connect(self._moved)
        self.tree.picked.connect(self._pick)
        column.addWidget(self.tree, 1)
        self._read = QTimer(self)
        self._read.setSingleShot(True)
        self._read.setInterval(READ_MS)
        self._read.timeout.connect(self._explain)
        return room

    def _right(self) -> QWidget:
        room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(8)
        self._name = label("", "title")
        column.addWidget(self._name)
        row = QHBoxLayout()
        self._line_picture = label(wrap=False)
        self._path = label("", "second")
        self._unchecked = badge(self.tr("还没有人核对过"), "warn")
        row.addWidget(self._line_picture)
        row.addWidget(self._path, 1)
        row.addWidget(self._unchecked)
        column.addLayout(row)
        self._warning = label("")
        self._warning.setProperty("tone", "info")
        column.addWidget(self._warning)
        self.text = DetailsText()
        self.text.followed.connect(self._follow)
        column.addWidget(self.text, 1)
        actions = QHBoxLayout()
        self.take_button = button(self.tr("加入本案　回车"), self._take, "primary")
        self.back = button(self.tr("‹ 上一项　Alt+←"), self.step_back, "quiet")
        self.back.setEnabled(False)
        actions.addWidget(self.take_button)
        actions.addStretch()
        actions.addWidget(self.back)
        column.addLayout(actions)
        return room

    def _nothing(self) -> str:
        return self.tr("没有找到，换个说法；或者在“接待”里写下居民的话，让程序找。")

    def _tag(self, line_id: str) -> QPixmap:
        if line_id not in self._tags:
            line = self._context.pack.lines[line_id]
            self._tags[line_id] = line_tag(line, self.font(), self.devicePixelRatioF())
        return self._tags[line_id]

    def _go_to(self, key: str) -> None:
        index = self.model.index_of(key)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
            self._explain()

    def _moved(self) -> None:
        self._read.start()

    def _explain(self) -> None:
        self._read.stop()
        node = self.model.node(self.tree.currentIndex())
        if node is not None:
            self.presenter.explain(node)

    def _into_tree(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.presenter.look_for(self.filter.text())
        self.tree.setFocus()

    def _pick(self, node: MapNode) -> None:
        if node.kind == ITEM:
            self.presenter.take(node.id)

    def _take(self) -> None:
        if self._details is not None:
            self.presenter.take(self._details.item)

    def _follow(self, item_id: str) -> None:
        if self._details is not None and self._details.item:
            self._behind = [*self._behind[-30:], self._details.item]
            self.back.setEnabled(True)
        self.show_item(item_id)


class _FilterLine(QLineEdit):
    """The filter: ↓ or Enter goes on to what was found.

    Signals:
        left: go on to the tree.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down and Enter leave the line."""
        if event.key() in (*ENTER, Qt.Key.Key_Down):
            event.accept()
            self.left.emit()
            return
        super().keyPressEvent(event)
