"""Content packs of a few records, for tests that must not hang on the starter data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desk_app.core.catalogue import (
    Agency,
    Branch,
    Fact,
    FactOption,
    Item,
    Line,
    Material,
    MaterialNeed,
    Pack,
    Provenance,
    Sop,
    Step,
    Substitute,
)

UNKNOWN = Provenance()


def material(
    name: str,
    *,
    fetcher: str = "resident",
    issuer: str = "",
    substitutes: Iterable[Substitute] = (),
) -> Material:
    """A material whose id and names are ``name``."""
    return Material(
        id=name,
        name=f"{name}（正式名）",
        plain_name=name,
        issuer=issuer,
        where_to_get="",
        substitutes=tuple(substitutes),
        validity="",
        notes="",
        fetcher=fetcher,
        deadline="",
        provenance=UNKNOWN,
    )


def need(
    name: str, role: str = "original_check", copies: int = 0, *, when: str = "", fact: str = "",
    value: str = "",
) -> MaterialNeed:  # fmt: skip
    """A row of an item's list; with ``when`` it is only wanted sometimes."""
    return MaterialNeed(name, role, copies, bool(when), when, fact, value)


def item(
    name: str, *needs: MaterialNeed, ask: Iterable[str] = (), line: str = "civil",
    where: Iterable[str] = ("this_centre",),
) -> Item:  # fmt: skip
    """An item whose id and name are ``name``."""
    return Item(
        id=name,
        name=name,
        line=line,
        subline="",
        who_may_apply="",
        materials=needs,
        where_handled=tuple(where),
        online="no",
        statutory_days=None,
        promised_days=None,
        day_unit="working_day",
        out_of_scope_hint="",
        eligibility=(),
        ask_first=tuple(ask),
        common_blockers=(),
        tips=(),
        aliases=(),
        provenance=UNKNOWN,
    )


def fact(name: str, *values: str, exclusive: bool = False) -> Fact:
    """A question whose options are ``values``."""
    options = tuple(FactOption(value, value) for value in values)
    return Fact(name, f"{name}？", options, exclusive)


def step(name: str, *branches: tuple[str, str, str], required: bool = True) -> Step:
    """A step; each branch is (answer, action, target)."""
    made = tuple(Branch(answer, action, target) for answer, action, target in branches)
    return Step(name, "receive", name, "ask", "receiver", required, "", made)


def sop(name: str, *steps: Step, items: Iterable[str] = ()) -> Sop:
    """A checklist whose id and title are ``name``."""
    return Sop(name, name, "", steps, tuple(items), (), UNKNOWN)


def agency(name: str, *, sample: bool = False, phone: str = "") -> Agency:
    """An office whose id and name are ``name``."""
    return Agency(
        name, name, "local", phone, "某路 1 号", "周一至周五", "3 路", "", "", sample, None
    )


def pack(
    items: Iterable[Item] = (),
    materials: Iterable[Material] = (),
    facts: Iterable[Fact] = (),
    sops: Iterable[Sop] = (),
    agencies: Iterable[Agency] = (),
) -> Pack:
    """A pack of these records; materials that the items name and nobody gave are made up."""
    all_items = {made.id: made for made in items}
    known = {made.id: made for made in materials}
    for made in all_items.values():
        for row in made.materials:
            known.setdefault(row.material, material(row.material))
    return Pack(
        version="test",
        digest="0" * 64,
        lines={"civil": Line("civil", "民政", "民政", "民政局")},
        sublines={},
        items=all_items,
        materials=known,
        facts={made.id: made for made in facts},
        events={},
        relations=(),
        combos={},
        sops={made.id: made for made in sops},
        reasons={},
        reason_categories={},
        agencies={made.id: made for made in agencies},
    )


def retired(made: Material) -> Material:
    """``made`` as withdrawn."""
    return replace(made, retired=True)
