"""The words in which ``changes`` tells old from new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from desk_app.core.catalogue import (
    Agency,
    Branch,
    Fact,
    Item,
    Material,
    MaterialNeed,
    Pack,
    Sop,
    Step,
)

Difference = tuple[str, str, str]
"""What differs, how it was, how it is; empty = there was or is none."""


def differing(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
    """The fields whose words are not the same."""
    for what, first in was.items():
        if first != now[what]:
            yield what, first, now[what]


def item_fields(item: Item, pack: Pack) -> dict[str, str]:
    """What an item says in single fields, by what it is called."""
    return {
        "名称": item.name,
        "还办不办": "不再办了" if item.retired else "照常办",
        "谁能办": item.who_may_apply,
        "在哪办": "、".join(pack.label("where", place) for place in item.where_handled),
        "网上办": pack.label("online", item.online),
        "办不了时怎么说": item.out_of_scope_hint,
    }


def material_fields(material: Material, pack: Pack) -> dict[str, str]:
    """What a material says in single fields."""
    issuer = pack.agencies.get(material.issuer)
    instead = []
    for substitute in material.substitutes:
        other = pack.materials.get(substitute.ref)
        words = other.plain_name if other else substitute.text
        instead.append(words or pack.label("substitute", substitute.kind))
    return {
        "名称": material.name,
        "叫法": material.plain_name,
        "出具机构": issuer.name if issuer else material.issuer,
        "取的地方": material.where_to_get,
        "取的人": pack.label("fetcher", material.fetcher),
        "时间限制": material.deadline,
        "有效期": material.validity,
        "替代办法": "；".join(instead),
        "备注": material.notes,
    }


def agency_fields(agency: Agency) -> dict[str, str]:
    """How an office is reached."""
    ways = (("上门", agency.walk_in), ("电话", agency.by_phone), ("邮寄", agency.by_mail))
    return {
        "名称": agency.name,
        "电话": agency.phone,
        "备用电话": agency.backup_phone,
        "地址": agency.address,
        "办公时间": agency.hours,
        "怎么走": agency.route_hint,
        "联系人": agency.contact_person,
        "受理方式": "、".join(name for name, is_open in ways if is_open),
    }


def days(number: int | None, unit: str, pack: Pack) -> str:
    """A limit: 20 个工作日, 当场办结, 没有写."""
    if number is None:
        return "没有写"
    return f"{number} {pack.label('day_unit', unit)}" if number else "当场办结"


def need_words(need: MaterialNeed, pack: Pack) -> str:
    """A row of a material list: in what form, how many, in what case."""
    words = pack.label("role", need.role)
    if need.copies:
        words += f" {need.copies} 份"
    fact = pack.facts.get(need.fact)
    if fact is not None:
        label = next((o.label for o in fact.options if o.value == need.value), need.value)
        return f"{words}（{need.when or fact.question}：{label}）"
    if need.when:
        return f"{words}（{need.when}）"
    return f"{words}（视情况）" if need.optional else words


def fact_words(fact: Fact) -> str:
    """A question with its answers."""
    asked = "（我们自己查）" if fact.asked_of == "staff" else ""
    return f"{fact.question}{asked} {'／'.join(option.label for option in fact.options)}"


def step_words(step: Step) -> str:
    """A step without its answers."""
    return f"{step.text}（必做）" if step.required else step.text


def branch_words(step: Step, sop: Sop, pack: Pack) -> str:
    """Where the answers of a step lead."""
    return "；".join(f"{b.answer}→{_lead(b, sop, pack)}" for b in step.branches)


def _lead(branch: Branch, sop: Sop, pack: Pack) -> str:
    action = pack.label("action", branch.action)
    steps = {step.id: step.text for step in sop.steps}
    if branch.action == "goto_step":
        name = steps.get(branch.target, branch.target)
    else:
        name = _name_of(branch.target, pack)
    return f"{action}{quoted(name or branch.text)}"


def _name_of(target: str, pack: Pack) -> str:
    for found in (pack.items.get(target), pack.agencies.get(target), pack.reasons.get(target)):
        if found is not None:
            return found.name
    if target in pack.materials:
        return pack.materials[target].plain_name
    return pack.sops[target].title if target in pack.sops else target


def listed(words: Sequence[str]) -> str:
    """Several rows as one value."""
    return "；".join(words)


def quoted(name: str) -> str:
    """``name`` in quotation marks; nothing for none."""
    return f"“{name}”" if name else ""
