"""What differs between two versions of the content pack, item by item, in plain Chinese.

Pure: two packs in, lines out. Ids never change once they were used, so records are compared by id;
whatever an officer or a resident would meet is compared, and nothing that only editors see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from desk_app.content.change_words import (
    Difference,
    agency_fields,
    branch_words,
    days,
    differing,
    fact_words,
    item_fields,
    listed,
    material_fields,
    need_words,
    quoted,
    step_words,
)
from desk_app.core.catalogue import Item, Pack, Sop
from desk_app.core.pack_change import PackChange

OTHERS: Mapping[str, str] = {
    "events": "生活事件",
    "combos": "联办套餐",
    "reasons": "原因码",
    "calendars": "日历",
    "lines": "条线",
    "papers": "文书",
}
"""Records that belong to no single item are only counted."""

_Record = TypeVar("_Record")


def pack_changes(old: Pack, new: Pack) -> tuple[PackChange, ...]:
    """Everything that differs, items in the order of the new pack, the rest at the end."""
    items = dict.fromkeys([*new.items, *old.items])
    return (*item_changes(old, new, items), *_others(old, new))


def item_changes(old: Pack, new: Pack, items: Iterable[str]) -> tuple[PackChange, ...]:
    """What differs for ``items``; ids that neither pack knows have nothing to tell."""
    return tuple(change for item in items for change in _item(old, new, item))


def sop_changes(old: Sop, new: Sop | None, pack: Pack) -> tuple[PackChange, ...]:
    """What differs in one checklist, whichever items it belongs to.

    Args:
        new: None = the pack no longer has it.
        pack: names what the answers lead to.
    """
    found = _sop(old, new, pack, pack)
    return tuple(PackChange("", "", what, before, after) for what, before, after in found)


def _item(old: Pack, new: Pack, item_id: str) -> Iterator[PackChange]:
    before, after = old.items.get(item_id), new.items.get(item_id)
    known = after or before
    if known is None:
        return
    tell = partial(PackChange, item_id, known.name)
    if before is None or after is None:
        yield tell("事项", known.name if before else "", known.name if after else "")
        return
    seen: set[Difference] = set()
    for found in (
        differing(item_fields(before, old), item_fields(after, new)),
        _days(before, after, old, new),
        _needs(before, after, old, new),
        _materials(before, after, old, new),
        _facts(before, after, old, new),
        _lists(before, after),
        _sops(item_id, old, new),
        _links(item_id, old, new),
        _agencies(before, after, old, new),
    ):
        for difference in found:
            if difference not in seen:
                seen.add(difference)
                yield tell(*difference)


def _days(before: Item, after: Item, old: Pack, new: Pack) -> Iterator[Difference]:
    for what, was, now in (
        ("法定时限", before.statutory_days, after.statutory_days),
        ("承诺时限", before.promised_days, after.promised_days),
    ):
        first = days(was, before.day_unit, old)
        second = days(now, after.day_unit, new)
        if first != second:
            yield what, first, second


def _needs(before: Item, after: Item, old: Pack, new: Pack) -> Iterator[Difference]:
    def by_material(item: Item, pack: Pack) -> dict[str, list[str]]:
        rows: dict[str, list[str]] = {}
        for need in item.materials:
            rows.setdefault(need.material, []).append(need_words(need, pack))
        return rows

    was, now = by_material(before, old), by_material(after, new)
    for material in dict.fromkeys([*now, *was]):
        first, second = was.get(material, []), now.get(material, [])
        if sorted(first) != sorted(second):
            pack = new if material in new.materials else old
            name = pack.materials[material].plain_name
            yield f"材料“{name}”", listed(first), listed(second)


def _materials(before: Item, after: Item, old: Pack, new: Pack) -> Iterator[Difference]:
    wanted = {need.material for need in after.materials}
    for need in before.materials:
        was, now = old.materials.get(need.material), new.materials.get(need.material)
        if need.material in wanted and was is not None and now is not None and was != now:
            found = differing(material_fields(was, old), material_fields(now, new))
            for what, first, second in found:
                yield f"材料“{now.plain_name}”的{what}", first, second


def _facts(before: Item, after: Item, old: Pack, new: Pack) -> Iterator[Difference]:
    was = {need.fact for need in before.materials if need.fact in old.facts}
    now = {need.fact for need in after.materials if need.fact in new.facts}
    for fact in sorted(was | now):
        first = fact_words(old.facts[fact]) if fact in was else ""
        second = fact_words(new.facts[fact]) if fact in now else ""
        if first != second:
            yield "要问的情况", first, second


def _lists(before: Item, after: Item) -> Iterator[Difference]:
    def blockers(item: Item) -> tuple[str, ...]:
        return tuple(blocker.text for blocker in item.common_blockers)

    for what, was, now in (
        ("先问的话", before.ask_first, after.ask_first),
        ("条件", before.eligibility, after.eligibility),
        ("提示", before.tips, after.tips),
        ("常卡在哪", blockers(before), blockers(after)),
    ):
        gone = [text for text in was if text not in now]
        came = [text for text in now if text not in was]
        # A sentence that was reworded stands where the old one stood.
        while gone and came and was.index(gone[0]) == now.index(came[0]):
            yield what, gone.pop(0), came.pop(0)
        for text in gone:
            yield what, text, ""
        for text in came:
            yield what, "", text


def _sops(item_id: str, old: Pack, new: Pack) -> Iterator[Difference]:
    was = {sop.id: sop for sop in old.sops_for(item_id)}
    now = {sop.id: sop for sop in new.sops_for(item_id)}
    for sop_id in dict.fromkeys([*now, *was]):
        if sop_id in was:
            yield from _sop(was[sop_id], now.get(sop_id), old, new)
        else:
            yield "检查单", "", now[sop_id].title


def _sop(was: Sop, now: Sop | None, old: Pack, new: Pack) -> Iterator[Difference]:
    if now is None:
        yield "检查单", was.title, ""
        return
    if was.title != now.title:
        yield "检查单", was.title, now.title
    first = {step.id: step for step in was.steps}
    second = {step.id: step for step in now.steps}
    for step_id in dict.fromkeys([*second, *first]):
        before, after = first.get(step_id), second.get(step_id)
        words = [step_words(step) if step else "" for step in (before, after)]
        if words[0] != words[1]:
            yield f"检查单“{now.title}”的一步", words[0], words[1]
        if before is None or after is None:
            continue
        leads = [branch_words(before, was, old), branch_words(after, now, new)]
        if leads[0] != leads[1]:
            yield f"检查单里“{after.text}”的答案", leads[0] or "没有分支", leads[1] or "没有分支"
    kept = [step for step in first if step in second]
    if kept != [step for step in second if step in first]:
        yield f"检查单“{now.title}”的顺序", "原来的先后", "调整过的先后"


def _links(item_id: str, old: Pack, new: Pack) -> Iterator[Difference]:
    def by_link(pack: Pack) -> dict[tuple[str, str, str], str]:
        return {
            (link.source, link.target, link.kind): link.reason
            for link in pack.relations_of(item_id)
        }

    was, now = by_link(old), by_link(new)
    for link in dict.fromkeys([*now, *was]):
        source, target, kind = link
        pack = new if link in now else old
        other = pack.items.get(target if source == item_id else source)
        what = f"和“{other.name if other else target}”的关系（{pack.label('relation', kind)}）"
        if link not in was or link not in now:
            yield what, was.get(link, ""), now.get(link, "")
        elif was[link] != now[link]:
            yield what, was[link], now[link]


def _agencies(before: Item, after: Item, old: Pack, new: Pack) -> Iterator[Difference]:
    def issuers(item: Item, pack: Pack) -> list[str]:
        return [
            pack.materials[need.material].issuer
            for need in item.materials
            if need.material in pack.materials
        ]

    for agency in dict.fromkeys([*issuers(after, new), *issuers(before, old)]):
        was, now = old.agencies.get(agency), new.agencies.get(agency)
        if was is not None and now is not None and was != now:
            for what, first, second in differing(agency_fields(was), agency_fields(now)):
                yield f"机构{quoted(now.name)}的{what}", first, second


def _others(old: Pack, new: Pack) -> Iterator[PackChange]:
    for kind, name in OTHERS.items():
        count = _count(getattr(old, kind), getattr(new, kind))
        if count:
            yield PackChange("", "", f"{name}有 {count} 条不同", "", "")


def _count(old: Mapping[_Record, object], new: Mapping[_Record, object]) -> int:
    return sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())
