"""The links between items, for the map tree and for packages: who is near, and in what order.

Pure functions over a Pack. A checked pack has no circles of prerequisites; on a pack that has them
every function still ends, and the items of a circle keep the order in which they were asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desk_app.core.catalogue import Combo, Item, Pack, Relation

NEIGHBOUR_KINDS = (
    "needs_first",
    "opens_way_to",
    "often_together",
    "follow_up",
    "comes_after",
    "alternative",
    "excludes",
)
"""Kinds of neighbours in the order in which the map shows them."""

_FORWARD = {"prerequisite": "opens_way_to", "follow_up": "follow_up"}
_BACKWARD = {"prerequisite": "needs_first", "follow_up": "comes_after"}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An item one link away, and the link that says why."""

    item: Item
    relation: Relation


def neighbours(pack: Pack, item_id: str) -> dict[str, tuple[Neighbour, ...]]:
    """Items one link away from ``item_id`` by kind of neighbourhood, in pack order.

    Kinds as in NEIGHBOUR_KINDS: ``needs_first`` (do that one first), ``opens_way_to`` (the other
    way round), ``follow_up`` (comes next), ``comes_after`` (it follows that one),
    ``often_together``, ``alternative`` and ``excludes`` (both ways alike). Kinds without
    neighbours are left out, and so are retired items. An unknown id has none.
    """
    found: dict[str, dict[str, Neighbour]] = {}
    for relation in pack.relations_of(item_id):
        forward = relation.source == item_id
        other = pack.items.get(relation.target if forward else relation.source)
        if other is None or other.retired or other.id == item_id:
            continue
        kind = (_FORWARD if forward else _BACKWARD).get(relation.kind, relation.kind)
        found.setdefault(kind, {}).setdefault(other.id, Neighbour(other, relation))
    return {kind: tuple(found[kind].values()) for kind in NEIGHBOUR_KINDS if kind in found}


def prerequisites(pack: Pack, item_id: str) -> tuple[str, ...]:
    """All items that should come before ``item_id``, near and far, those to do first in front."""
    graph = _links_into(pack, ("prerequisite",))
    before: list[str] = []
    queue = [item_id]
    for node in queue:
        fresh = [n for n in graph.get(node, ()) if n not in before and n != item_id]
        before.extend(dict.fromkeys(fresh))
        queue.extend(dict.fromkeys(fresh))
    return tuple(item for stage in order_items(pack, before) for item in stage)


def missing_prerequisites(pack: Pack, item_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each chosen item its direct prerequisites that were not chosen; items with none left out.

    A hint to ask about: whoever already has the thing needs not do it again.
    """
    chosen = list(dict.fromkeys(item_ids))
    graph = _links_into(pack, ("prerequisite",))
    missing = {
        item: tuple(n for n in graph.get(item, ()) if n not in chosen and not pack.items[n].retired)
        for item in chosen
    }
    return {item: first for item, first in missing.items() if first}


def excluded_pairs(pack: Pack, item_ids: Iterable[str]) -> tuple[Relation, ...]:
    """The links that say two of the chosen items cannot both be had, in pack order."""
    chosen = set(item_ids)
    return tuple(
        relation
        for relation in pack.relations
        if relation.kind == "excludes" and {relation.source, relation.target} <= chosen
    )


def combos_with(pack: Pack, item_ids: Iterable[str]) -> tuple[Combo, ...]:
    """Packages that hold at least one of the items, those that hold most of them first."""
    chosen = set(item_ids)
    held = {combo.id: len(chosen & set(combo.items)) for combo in pack.combos.values()}
    hits = [combo for combo in pack.combos.values() if held[combo.id]]
    return tuple(sorted(hits, key=lambda combo: -held[combo.id]))


def order_items(pack: Pack, item_ids: Iterable[str]) -> list[tuple[str, ...]]:
    """The items in stages: what stands in one stage can be done at the same time.

    A prerequisite comes in an earlier stage, also when the items between were not chosen; a
    follow-up comes later too, unless that would turn prerequisites round. Within a stage the given
    order holds. Each id comes once; ids the pack does not know come in the first stage.
    """
    chosen = list(dict.fromkeys(item_ids))
    hard = _ancestors(_links_into(pack, ("prerequisite",)), chosen)
    soft = _ancestors(_links_into(pack, ("prerequisite", "follow_up")), chosen)
    stages: list[tuple[str, ...]] = []
    left = chosen
    while left:
        stage = _free(left, soft) or _free(left, hard) or left[:1]
        stages.append(tuple(stage))
        left = [item for item in left if item not in stage]
    return stages


def _free(left: Sequence[str], before: Mapping[str, set[str]]) -> list[str]:
    """Items that wait for none of the others that are left."""
    return [item for item in left if not before[item] & set(left) - {item}]


def _links_into(pack: Pack, kinds: Sequence[str]) -> dict[str, list[str]]:
    graph: dict[str, list[str]] = {}
    for relation in pack.relations:
        if relation.kind in kinds:
            graph.setdefault(relation.target, []).append(relation.source)
    return graph


def _ancestors(graph: Mapping[str, Sequence[str]], items: Sequence[str]) -> dict[str, set[str]]:
    """For each item everything that comes before it, along any number of links."""
    result: dict[str, set[str]] = {}
    for item in items:
        reached: set[str] = set()
        queue = list(graph.get(item, ()))
        for node in queue:
            if node not in reached:
                reached.add(node)
                queue.extend(graph.get(node, ()))
        result[item] = reached
    return result
