"""The relation graph: who is near an item, and in what order chosen items are done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk_app.core.catalogue import Confidence, Pack, Relation
from desk_app.core.relation_graph import (
    NEIGHBOUR_KINDS,
    combos_with,
    excluded_pairs,
    missing_prerequisites,
    neighbours,
    order_items,
    prerequisites,
)
from tests.helpers.starter import starter_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return starter_pack()


def linked(pack: Pack, *links: tuple[str, str, str]) -> Pack:
    """The pack with only these links (source, target, kind)."""
    relations = tuple(
        Relation(f"rel.{n}", source, target, kind, "试", Confidence.LOW)
        for n, (source, target, kind) in enumerate(links)
    )
    return replace(pack, relations=relations)


A, B, C, D = "medical.aid", "civil.low-income", "civil.dibao", "hrss.file-proof"


def test_neighbours_tell_the_direction_of_prerequisites(pack: Pack) -> None:
    small = linked(pack, (A, B, "prerequisite"))
    assert [n.item.id for n in neighbours(small, B)["needs_first"]] == [A]
    assert [n.item.id for n in neighbours(small, A)["opens_way_to"]] == [B]


def test_links_without_direction_are_seen_from_both_ends(pack: Pack) -> None:
    small = linked(pack, (A, B, "excludes"), (C, A, "often_together"))
    assert {kind: [n.item.id for n in found] for kind, found in neighbours(small, A).items()} == {
        "often_together": [C],
        "excludes": [B],
    }
    assert [n.item.id for n in neighbours(small, B)["excludes"]] == [A]


def test_neighbours_carry_the_reason_of_their_link(pack: Pack) -> None:
    found = neighbours(pack, "hrss.funeral-grant")["needs_first"]
    assert {n.item.id for n in found} >= {"hrss.file-proof", "civil.cremation-cert-reissue"}
    assert all(n.relation.reason for n in found)


def test_neighbours_leave_out_what_is_retired_and_itself(pack: Pack) -> None:
    small = linked(pack, (A, B, "alternative"), (A, A, "alternative"))
    items = dict(small.items) | {B: replace(small.items[B], retired=True)}
    assert neighbours(replace(small, items=items), A) == {}


def test_an_unknown_item_has_no_neighbours(pack: Pack) -> None:
    assert neighbours(pack, "no.such-item") == {}


def test_every_link_of_the_pack_is_seen_from_its_source(pack: Pack) -> None:
    for relation in pack.relations:
        near = neighbours(pack, relation.source)
        assert set(near) <= set(NEIGHBOUR_KINDS)
        assert any(n.item.id == relation.target for found in near.values() for n in found)


def test_a_prerequisite_comes_in_an_earlier_stage(pack: Pack) -> None:
    small = linked(pack, (C, B, "prerequisite"), (B, A, "prerequisite"))
    assert order_items(small, [A, B, C, D]) == [(C, D), (B,), (A,)]


def test_the_order_holds_across_items_that_were_not_chosen(pack: Pack) -> None:
    small = linked(pack, (C, B, "prerequisite"), (B, A, "prerequisite"))
    assert order_items(small, [A, C]) == [(C,), (A,)]


def test_a_follow_up_comes_later_but_never_turns_prerequisites_round(pack: Pack) -> None:
    assert order_items(linked(pack, (A, B, "follow_up")), [B, A]) == [(A,), (B,)]
    torn = linked(pack, (A, B, "prerequisite"), (B, A, "follow_up"))
    assert order_items(torn, [B, A]) == [(A,), (B,)]


def test_a_circle_of_prerequisites_ends_and_keeps_the_order_asked(pack: Pack) -> None:
    circle = linked(pack, (A, B, "prerequisite"), (B, C, "prerequisite"), (C, A, "prerequisite"))
    stages = order_items(circle, [B, C, A, D])
    assert [item for stage in stages for item in stage] == [D, B, C, A]
    assert set(prerequisites(circle, A)) == {B, C}


def test_each_item_comes_once_also_when_asked_twice_or_unknown(pack: Pack) -> None:
    assert order_items(pack, ["no.such-item", A, A]) == [("no.such-item", A)]
    assert order_items(pack, []) == []


def test_the_file_is_moved_before_unemployment_benefit_in_the_family_package(
    pack: Pack,
) -> None:
    stages = order_items(pack, pack.combos["combo.paralysed-family"].items)
    at = {item: n for n, stage in enumerate(stages) for item in stage}
    assert at["hrss.file-transfer"] < at["hrss.unemployment-benefit"]


def test_all_items_of_the_pack_can_be_put_in_order(pack: Pack) -> None:
    stages = order_items(pack, pack.items)
    at = {item: n for n, stage in enumerate(stages) for item in stage}
    assert len(at) == len(pack.items)
    assert all(at[r.source] < at[r.target] for r in pack.relations if r.kind == "prerequisite")


def test_prerequisites_near_and_far_come_in_order(pack: Pack) -> None:
    small = linked(pack, (C, B, "prerequisite"), (B, A, "prerequisite"))
    assert prerequisites(small, A) == (C, B)
    assert prerequisites(small, C) == ()


def test_missing_prerequisites_are_hinted_and_chosen_ones_are_not(pack: Pack) -> None:
    small = linked(pack, (C, A, "prerequisite"), (B, A, "prerequisite"))
    assert missing_prerequisites(small, [A, B]) == {A: (C,)}


def test_excluded_pairs_among_the_chosen(pack: Pack) -> None:
    small = linked(pack, (A, B, "excludes"), (A, C, "excludes"))
    assert [r.id for r in excluded_pairs(small, [B, A])] == ["rel.0"]


def test_the_package_that_holds_most_of_the_chosen_comes_first(pack: Pack) -> None:
    found = combos_with(pack, ["civil.charity-advance", "medical.reimburse-inpatient"])
    assert [combo.id for combo in found] == ["combo.charity-loop", "combo.paralysed-family"]
