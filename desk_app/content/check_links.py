"""Links between items and between materials: no circles, no contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from desk_app.content.forms import Forms, Placed
from desk_app.content.report import Problem, Severity

_AGAINST_EXCLUDES = ("often_together", "prerequisite")


def check_links(forms: Forms) -> Iterator[Problem]:
    """Items linked to themselves, circles of prerequisites and substitutes, contradictions."""
    relations = forms.of("relations")
    for file, row in relations:
        if row["source"] and row["source"] == row["target"]:
            text = f"关系“{row['id']}”把“{row['source']}”连到了它自己。"
            yield Problem(file, row.line_of("target"), text)
    yield from _repeated(relations)
    yield from _contradictions(relations)
    yield from _prerequisite_circles(relations)
    yield from _substitute_circles(forms)
    yield from _excluded_in_combos(forms)


def circles(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One circle per tangle of a directed graph (strongly connected part), in walking order.

    Self links are not circles here. Nodes come in the order of ``graph``.
    """
    found: list[list[str]] = []
    done: set[str] = set()
    for start in graph:
        if start in done:
            continue
        path = _way_back(graph, start)
        if path:
            found.append(path)
            done.update(path)
            done.update(n for n in _reach(graph, start) if start in _reach(graph, n))
    return found


def _way_back(graph: Mapping[str, Sequence[str]], start: str) -> list[str]:
    """The shortest circle through ``start`` without self links; empty when there is none."""
    before: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for following in graph.get(node, ()):
            if following == start and node != start:
                path = [node]
                while path[-1] != start:
                    path.append(before[path[-1]])
                return path[::-1]
            if following not in before and following != start:
                before[following] = node
                queue.append(following)
    return []


def _reach(graph: Mapping[str, Sequence[str]], start: str) -> set[str]:
    reached: set[str] = set()
    queue = [start]
    for node in queue:
        fresh = [n for n in graph.get(node, ()) if n not in reached]
        reached.update(fresh)
        queue.extend(dict.fromkeys(fresh))
    return reached


def _repeated(relations: Sequence[Placed]) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], str] = {}
    for file, row in relations:
        key = (row["source"], row["target"], row["kind"])
        if all(key) and key in seen:
            text = f"关系“{row['id']}”和“{seen[key]}”说的是同一件事。"
            yield Problem(file, row.line_of("id"), text, Severity.WARNING)
        seen.setdefault(key, row["id"])


def _contradictions(relations: Sequence[Placed]) -> Iterator[Problem]:
    excluded = {
        frozenset((p.row["source"], p.row["target"])): p
        for p in relations
        if p.row["kind"] == "excludes"
    }
    for file, row in relations:
        other = excluded.get(frozenset((row["source"], row["target"])))
        if row["kind"] in _AGAINST_EXCLUDES and other is not None and row["source"]:
            there = f"“{other.row['id']}”（{other.file} 第 {other.row.line} 行）"
            pair = f"“{row['source']}”和“{row['target']}”"
            text = f"关系“{row['id']}”和{there}矛盾：{pair}不能又一起办、又不可同时享受。"
            yield Problem(file, row.line_of("kind"), text)


def _prerequisite_circles(relations: Sequence[Placed]) -> Iterator[Problem]:
    graph: dict[str, list[str]] = {}
    where: dict[tuple[str, str], Placed] = {}
    for placed in relations:
        row = placed.row
        if row["kind"] == "prerequisite" and row["source"] and row["target"]:
            graph.setdefault(row["source"], []).append(row["target"])
            where.setdefault((row["source"], row["target"]), placed)
    for circle in circles(graph):
        file, row = where[(circle[-1], circle[0])]
        text = f"“要先办”绕成了圈，谁也没法先办：{_shown(circle)}。"
        yield Problem(file, row.line_of("kind"), text)


def _substitute_circles(forms: Forms) -> Iterator[Problem]:
    """Circles of three or more; two papers that stand in for each other are an either/or."""
    graph: dict[str, list[str]] = {}
    lines: dict[tuple[str, str], tuple[str, int]] = {}
    for file, row in forms.of("materials"):
        for substitute in row["substitutes"]:
            ref = substitute["ref"]
            if ref and ref != row["id"]:
                graph.setdefault(row["id"], []).append(ref)
                lines[(row["id"], ref)] = (file, substitute.line_of("ref"))
    one_way = {
        node: [n for n in following if node not in graph.get(n, ())]
        for node, following in graph.items()
    }
    for circle in circles(one_way):
        file, line = lines[(circle[-1], circle[0])]
        yield Problem(file, line, f"代替绕成了圈，最后谁也代替不了谁：{_shown(circle)}。")


def _excluded_in_combos(forms: Forms) -> Iterator[Problem]:
    excluded = {
        frozenset((p.row["source"], p.row["target"]))
        for p in forms.of("relations")
        if p.row["kind"] == "excludes"
    }
    for file, row in forms.of("combos"):
        for pair in excluded:
            if pair <= set(row["items"]):
                names = "”和“".join(sorted(pair))
                text = f"套餐“{row['id']}”里的“{names}”不可同时享受。"
                yield Problem(file, row.line_of("items"), text, Severity.WARNING)


def _shown(circle: Sequence[str]) -> str:
    return " → ".join((*circle, circle[0]))
