"""Ids: each given once, each reference answered, nothing left unused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from desk_app.content.forms import Forms, Placed, id_key
from desk_app.content.report import KIND_NAMES, Problem, Severity
from desk_app.content.shape import Row, guess

BRANCH_TARGETS = {
    "goto_step": "step",
    "add_material": "material",
    "add_item": "item",
    "escalate": "agency",
    "call_agency": "agency",
    "start_sop": "sop",
    "stop_with_explanation": "reason",
}
"""Which key a branch's action needs; ``do``, ``print`` and ``record`` need ``text`` instead."""

_BRANCH_KINDS = {
    "material": "materials",
    "item": "items",
    "agency": "agencies",
    "sop": "sops",
    "reason": "reasons",
}
_REFERENCES = (
    ("items", "", "line", "lines"),
    ("items", "", "subline", "sublines"),
    ("items", "materials", "material", "materials"),
    ("items", "materials", "fact", "facts"),
    ("items", "common_blockers", "reason", "reasons"),
    ("materials", "", "issuer", "agencies"),
    ("materials", "substitutes", "ref", "materials"),
    ("events", "candidates", "item", "items"),
    ("relations", "", "source", "items"),
    ("relations", "", "target", "items"),
    ("combos", "", "items", "items"),
    ("combos", "", "trigger_event", "events"),
    ("sops", "", "related_items", "items"),
    ("reasons", "", "category", "categories"),
    ("agencies", "", "kind", "agency_kinds"),
)
"""Kind of record, list inside it ("" = the record itself), key, kind of what it names."""

_KINDS = KIND_NAMES | {
    "sublines": "子类",
    "categories": "原因类别",
    "agency_kinds": "机构类别",
}


class Reference(NamedTuple):
    """One id written in ``row`` that must be an id of ``kind``."""

    file: str
    row: Row
    value: str
    kind: str
    line: int


def check_ids(forms: Forms) -> Iterator[Problem]:
    """Double ids, ids that lead nowhere, references to what is retired, and unused records."""
    yield from _doubles(forms)
    known = {kind: forms.ids(kind) for kind in forms.records}
    if "sublines" in forms.tables:
        known["sublines"] = set(forms.tables["sublines"].row)
    references = [r for r in _references(forms) if r.value]
    for reference in references:
        ids = known.get(reference.kind, set())
        if reference.value not in ids:
            text = f"没有“{reference.value}”这个{_KINDS[reference.kind]}。"
            yield Problem(reference.file, reference.line, text + guess(reference.value, ids))
    yield from _retired(forms, references)
    yield from _unused(forms, references)


def _doubles(forms: Forms) -> Iterator[Problem]:
    for kind, placed in forms.records.items():
        key = id_key(kind)
        first: dict[Any, Placed] = {}
        for file, row in placed:
            value = row[key]
            if value in first and value not in ("", None):
                before = first[value]
                yield Problem(
                    file,
                    row.line_of(key),
                    f"编号“{value}”重复了，{before.file} 第 {before.row.line_of(key)} 行已经用过。",
                )
            first.setdefault(value, Placed(file, row))


def _references(forms: Forms) -> Iterator[Reference]:
    for kind, inner, key, target in _REFERENCES:
        for file, row in forms.of(kind):
            for holder in row[inner] if inner else (row,):
                yield from _written(file, holder, key, target)
    for file, row in forms.of("sops"):
        for step in row["steps"]:
            for branch in step["branches"]:
                for key, target in _BRANCH_KINDS.items():
                    yield from _written(file, branch, key, target)


def _written(file: str, row: Row, key: str, kind: str) -> Iterator[Reference]:
    values = row[key]
    if isinstance(values, str):
        yield Reference(file, row, values, kind, row.line_of(key))
        return
    for value, line in zip(values, values.lines, strict=True):
        yield Reference(file, row, value, kind, line)


def _retired(forms: Forms, references: list[Reference]) -> Iterator[Problem]:
    gone = {
        kind: {p.row["id"] for p in forms.of(kind) if p.row["retired"]}
        for kind in ("items", "materials", "sops")
    }
    for reference in references:
        if reference.value in gone.get(reference.kind, ()) and not reference.row.get("retired"):
            text = f"{_KINDS[reference.kind]}“{reference.value}”已经停用，这里还在用。"
            yield Problem(reference.file, reference.line, text, Severity.WARNING)


def _unused(forms: Forms, references: list[Reference]) -> Iterator[Problem]:
    used = {(reference.kind, reference.value) for reference in references}
    for kind, where in (("materials", "事项、检查单"), ("facts", "事项的材料行")):
        for file, row in forms.of(kind):
            if row["id"] and (kind, row["id"]) not in used and not row.get("retired"):
                text = f"{_KINDS[kind]}“{row['id']}”没有任何{where}用到。"
                yield Problem(file, row.line_of("id"), text, Severity.WARNING)
