"""What the map says of an item, an event, a line: heads with lines below them, links in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desk_app.core.catalogue import (
    Confidence,
    Item,
    LifeEvent,
    Line,
    MaterialNeed,
    Pack,
    Provenance,
)
from desk_app.core.relation_graph import combos_with, neighbours

NEIGHBOUR_WORDS = {
    "needs_first": "先办", "opens_way_to": "办好它才能办", "often_together": "常一起办",
    "follow_up": "接着办", "comes_after": "它办完再办这一项", "alternative": "二选一",
    "excludes": "不可同享",
}  # fmt: skip
NOT_CHECKED = "还没有人核对过"
NOT_VERIFIED = "没有核实"


@dataclass(frozen=True, slots=True)
class DetailLine:
    """One line. ``link``: id of the item it leads to; ``more`` follows the link as plain words."""

    text: str
    link: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A head with its lines."""

    head: str
    lines: tuple[DetailLine, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Everything the right side shows.

    Attributes:
        item: id of the item that can be taken into the case; empty = this is none.
        line: id of the line whose tag stands before the title; empty for events.
        path: where it belongs (医疗保障 › 报销).
        warning: what to know before anything else; may be empty.
        trust: source, confidence and day of the last check, in one line.
        checked: whether a person has checked the record.
    """

    title: str
    item: str = ""
    line: str = ""
    path: str = ""
    warning: str = ""
    trust: str = ""
    checked: bool = False
    sections: tuple[Section, ...] = ()


def item_details(pack: Pack, item: Item) -> Details:
    """The details of an item."""
    line = pack.lines[item.line]
    return Details(
        title=item.name,
        item=item.id,
        line=line.id,
        path=f"{line.name} › {pack.sublines.get(item.subline, item.subline)}",
        warning=item.out_of_scope_hint,
        trust=_trust(pack, item.provenance),
        checked=item.provenance.last_checked is not None,
        sections=_filled(
            ("谁可以办", _plain([item.who_may_apply, *item.eligibility])),
            *_linked(pack, item),
            ("材料", _materials(pack, item)),
            ("在哪办、多少天", _plain(_where(pack, item))),
            ("先问清", _plain(item.ask_first)),
            ("常卡在", _plain(blocker.text for blocker in item.common_blockers)),
            ("提示", _plain(item.tips)),
            ("检查单", _plain(sop.title for sop in pack.sops_for(item.id))),
            ("联办套餐", _combos(pack, item)),
        ),
    )


def event_details(pack: Pack, event: LifeEvent) -> Details:
    """The details of a life event."""
    ordered = sorted(event.candidates, key=lambda candidate: -candidate.weight)
    linked = [
        DetailLine(pack.items[c.item].name, c.item, pack.label("weight", str(c.weight)))
        for c in ordered
        if c.item in pack.items
    ]
    return Details(
        title=event.title,
        path="生活事件",
        trust=_trust(pack, event.provenance),
        checked=event.provenance.last_checked is not None,
        sections=_filled(
            ("居民会这样说", _plain(f"“{phrase}”" for phrase in event.phrases)),
            ("先问清", _plain(event.ask_first)),
            ("可能要办", linked),
        ),
    )


def line_details(pack: Pack, line: Line, title: str, items: Iterable[Item]) -> Details:
    """The details of a line, or of one of its sublines called ``title``: the items in it."""
    linked = [DetailLine(item.name, item.id) for item in items]
    return Details(
        title=title,
        line=line.id,
        path=f"{line.name}　主管：{line.lead_dept}",
        trust=_confidence(pack, line.confidence),
        checked=True,  # a heading states nothing that could be checked
        sections=_filled((f"事项 {len(linked)} 项", linked)),
    )


def _filled(*sections: tuple[str, Iterable[DetailLine]]) -> tuple[Section, ...]:
    made = (Section(head, tuple(lines)) for head, lines in sections)
    return tuple(section for section in made if section.lines)


def _plain(texts: Iterable[str]) -> list[DetailLine]:
    return [DetailLine(text) for text in texts if text]


def _where(pack: Pack, item: Item) -> list[str]:
    lines = ["、".join(pack.label("where", place) for place in item.where_handled)]
    lines.append(pack.label("online", item.online))
    unit = pack.label("day_unit", item.day_unit)
    for name, days in (("法定", item.statutory_days), ("承诺", item.promised_days)):
        words = NOT_VERIFIED if days is None else "当场办结" if days == 0 else f"{days} {unit}"
        lines.append(f"{name}时限：{words}")
    return lines


def _materials(pack: Pack, item: Item) -> list[DetailLine]:
    return [_material(pack, need) for need in item.materials]


def _material(pack: Pack, need: MaterialNeed) -> DetailLine:
    material = pack.materials[need.material]
    form = pack.label("role", need.role)
    if need.copies and need.role == "original_check":
        form += f"，复印件 {need.copies} 份"
    elif need.copies and (need.copies > 1 or need.role != "original_submit"):
        form += f" {need.copies} 份"
    when = f"，{need.when}才要" if need.when else ""
    official = f"（{material.name}）" if material.name != material.plain_name else ""
    return DetailLine(f"{material.plain_name}{official}：{form}{when}")


def _linked(pack: Pack, item: Item) -> list[tuple[str, list[DetailLine]]]:
    return [
        (
            NEIGHBOUR_WORDS[kind],
            [DetailLine(n.item.name, n.item.id, n.relation.reason) for n in near],
        )
        for kind, near in neighbours(pack, item.id).items()
    ]


def _combos(pack: Pack, item: Item) -> list[DetailLine]:
    lines: list[DetailLine] = []
    for combo in combos_with(pack, [item.id]):
        lines.append(DetailLine(f"{combo.title}：{combo.summary}"))
        lines += [
            DetailLine(pack.items[other].name, other)
            for other in combo.items
            if other != item.id and other in pack.items
        ]
    return lines


def _trust(pack: Pack, provenance: Provenance) -> str:
    day = provenance.last_checked
    checked = NOT_CHECKED if day is None else f"{day:%Y-%m-%d} {provenance.checked_by} 核对过"
    source = provenance.source or (
        pack.label("origin", provenance.origin) if provenance.origin else "没有写来源"
    )
    return "　".join((checked, _confidence(pack, provenance.confidence), f"来源：{source}"))


def _confidence(pack: Pack, confidence: Confidence) -> str:
    return f"把握：{pack.label('confidence', confidence.value)}"
