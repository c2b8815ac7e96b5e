"""The related-items map as a tree: lines, their sublines, the items; then life events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desk_app.core.catalogue import Item, LifeEvent, Pack
from desk_app.core.ports import Romanise
from desk_app.services.name_match import FRONT, NameIndex

LINE, SUBLINE, EVENTS, EVENT, ITEM = "line", "subline", "events", "event", "item"
EVENTS_TITLE = "生活事件"


@dataclass(frozen=True, slots=True)
class MapNode:
    """One node.

    Attributes:
        key: unique in the tree; an item has one key in its line and one below each event.
        kind: line | subline | events | event | item.
        id: of that kind.
        line: id of the line whose colour it wears; empty for events.
        count: items below it; 0 for an item.
    """

    key: str
    kind: str
    id: str
    text: str
    line: str = ""
    count: int = 0
    children: tuple[MapNode, ...] = ()


class MapTree:
    """The tree, whole or as far as it matches what was typed.

    Args:
        romanise: readings of names; slow at the first search by letters.
    """

    def __init__(self, pack: Pack, romanise: Romanise) -> None:
        self._pack = pack
        self._items = [item for item in pack.items.values() if not item.retired]
        self._index = NameIndex(_names(pack, self._items), romanise)

    def nodes(self, query: str = "") -> tuple[MapNode, ...]:
        """The tree's top nodes; a query leaves only what it finds, with the way to it."""
        if not query.strip():
            return self._grow({item.id for item in self._items}, set(self._pack.events))
        found = {match.id: match.rank for match in self._index.find(query)}
        groups = _of_kind((LINE, SUBLINE), {o for o, rank in found.items() if rank <= FRONT})
        items = _of_kind((ITEM,), found)
        items |= {item.id for item in self._items if groups & {item.line, _subline(item)}}
        return self._grow(items, _of_kind((EVENT,), found))

    def first_item(self, nodes: Iterable[MapNode]) -> str:
        """Key of the first item in ``nodes``; empty when there is none."""
        for node in nodes:
            found = node.key if node.kind == ITEM else self.first_item(node.children)
            if found:
                return found
        return ""

    def _grow(self, items: set[str], events: set[str]) -> tuple[MapNode, ...]:
        lines = [self._line(line, items) for line in self._pack.lines]
        event_nodes = tuple(
            self._event(event) for event in self._pack.events.values() if event.id in events
        )
        top = [line for line in lines if line.children]
        if event_nodes:
            top.append(MapNode(EVENTS, EVENTS, "", EVENTS_TITLE, "", len(event_nodes), event_nodes))
        return tuple(top)

    def _line(self, line_id: str, wanted: set[str]) -> MapNode:
        pack = self._pack
        groups: dict[str, list[MapNode]] = {}
        for item in self._items:
            if item.line == line_id and item.id in wanted:
                node = MapNode(f"{ITEM} {item.id}", ITEM, item.id, item.name, line_id)
                groups.setdefault(item.subline, []).append(node)
        children = tuple(
            MapNode(
                f"{SUBLINE} {line_id}.{subline}", SUBLINE, subline,
                pack.sublines.get(subline, subline), line_id, len(nodes), tuple(nodes),
            )
            for subline, nodes in groups.items()
        )  # fmt: skip
        count = sum(child.count for child in children)
        name = pack.lines[line_id].name
        return MapNode(f"{LINE} {line_id}", LINE, line_id, name, line_id, count, children)

    def _event(self, event: LifeEvent) -> MapNode:
        ordered = sorted(event.candidates, key=lambda candidate: -candidate.weight)
        items = [self._pack.items[c.item] for c in ordered if c.item in self._pack.items]
        children = tuple(
            MapNode(f"{EVENT} {event.id} {item.id}", ITEM, item.id, item.name, item.line)
            for item in items
            if not item.retired
        )
        key = f"{EVENT} {event.id}"
        return MapNode(key, EVENT, event.id, event.title, "", len(children), children)


def _of_kind(kinds: tuple[str, ...], owners: Iterable[str]) -> set[str]:
    parted = (owner.partition(" ") for owner in owners)
    return {owner for kind, _, owner in parted if kind in kinds}


def _subline(item: Item) -> str:
    return f"{item.line}.{item.subline}"


def _names(pack: Pack, items: Iterable[Item]) -> Iterable[tuple[str, str]]:
    for line in pack.lines.values():
        yield from ((f"{LINE} {line.id}", name) for name in (line.name, line.short_name))
    sublines = set()
    for item in items:
        yield from ((f"{ITEM} {item.id}", name) for name in (item.name, *item.aliases))
        if (subline := _subline(item)) not in sublines:
            sublines.add(subline)
            yield f"{SUBLINE} {subline}", pack.sublines.get(item.subline, item.subline)
    for event in pack.events.values():
        yield from ((f"{EVENT} {event.id}", words) for words in (event.title, *event.phrases))
