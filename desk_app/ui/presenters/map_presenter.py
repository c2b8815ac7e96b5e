"""The map without Qt: what is typed filters the tree, what is chosen is explained or taken."""

from __future__ import annotations

from typing import Protocol

from desk_app.core.ports import Romanise
from desk_app.ui.presenters import map_tree
from desk_app.ui.presenters.map_details import (
    Details,
    event_details,
    item_details,
    line_details,
)
from desk_app.ui.presenters.map_tree import MapNode, MapTree
from desk_app.ui.presenters.ports import Services


class MapServices(Services, Protocol):
    """What this presenter needs besides the usual."""

    @property
    def romanise(self) -> Romanise:
        """Readings of names."""


class MapView(Protocol):
    """The page as the presenter sees it."""

    def show_tree(self, nodes: tuple[MapNode, ...], *, filtered: bool) -> None:
        """Show the tree; ``filtered`` = it is what a search found, to be shown opened."""

    def show_details(self, details: Details) -> None:
        """Show the right side."""


class MapPresenter:
    """Logic of the map page."""

    def __init__(self, services: MapServices, view: MapView) -> None:
        self._services = services
        self._view = view
        self._tree = MapTree(services.pack, services.romanise)
        self._query = ""

    @property
    def query(self) -> str:
        """What the tree is filtered by."""
        return self._query

    def look_for(self, query: str) -> None:
        """Filter the tree; an empty query shows all of it."""
        self._query = query

        def show(nodes: tuple[MapNode, ...]) -> None:
            if query == self._query:
                self._view.show_tree(nodes, filtered=bool(query.strip()))

        self._services.runner.side(lambda: self._tree.nodes(query), show)

    def show_all(self) -> None:
        """The whole tree, at once."""
        self._query = ""
        self._view.show_tree(self._tree.nodes(), filtered=False)

    def explain(self, node: MapNode) -> None:
        """Say what is known of a node."""
        pack = self._services.pack
        if node.kind == map_tree.ITEM:
            self._view.show_details(item_details(pack, pack.items[node.id]))
        elif node.kind == map_tree.EVENT:
            self._view.show_details(event_details(pack, pack.events[node.id]))
        elif node.kind == map_tree.EVENTS:
            self._view.show_details(Details(node.text, checked=True))
        else:
            ids = [n.id for group in (node.children or ()) for n in (group.children or (group,))]
            items = [pack.items[item_id] for item_id in ids]
            self._view.show_details(line_details(pack, pack.lines[node.line], node.text, items))

    def take(self, item_id: str) -> None:
        """Take an item into the session."""
        if item_id:
            self._services.shell.take_item(item_id)
