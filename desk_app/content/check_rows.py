"""Rules inside one record: material rows, questions, substitutes, branches, reason codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from desk_app.content.check_ids import BRANCH_TARGETS
from desk_app.content.forms import Forms
from desk_app.content.report import Problem, Severity
from desk_app.content.schema import CODED_VALUES
from desk_app.content.shape import Row, guess

_TARGET_KEYS = ("step", "material", "item", "agency", "sop", "reason")


def check_rows(forms: Forms) -> Iterator[Problem]:
    """Records that contradict themselves."""
    options = {p.row["id"]: [o["value"] for o in p.row["options"] if o] for p in forms.of("facts")}
    for file, row in forms.of("items"):
        yield from _check_item(file, row, options)
    for file, row in forms.of("facts"):
        yield from _check_doubles(file, row["options"], "value", "答案")
    for file, row in forms.of("materials"):
        for substitute in row["substitutes"]:
            yield from _check_substitute(file, row, substitute)
    for file, row in forms.of("events"):
        yield from _check_doubles(file, row["candidates"], "item", "候选事项")
    for file, row in forms.of("sops"):
        yield from _check_doubles(file, row["steps"], "id", "步骤编号")
        for step in row["steps"]:
            yield from _check_doubles(file, step["branches"], "answer", "分支的答案")
            for branch in step["branches"]:
                yield from _check_branch(file, row, branch)
    yield from _check_reasons(forms)
    yield from _check_labels(forms)
    for file, row in forms.of("agencies"):
        if row["sample"] is False and not row["last_verified"]:
            text = f"“{row['name']}”已不是样例，请写上核实的日期（last_verified）。"
            yield Problem(file, row.line_of("sample"), text, Severity.WARNING)


def _check_item(file: str, row: Row, options: Mapping[str, list[str]]) -> Iterator[Problem]:
    if row["line"] and row["id"] and not row["id"].startswith(f"{row['line']}."):
        text = f"事项编号“{row['id']}”应当以条线“{row['line']}.”开头。"
        yield Problem(file, row.line_of("id"), text)
    yield from _check_doubles(file, row["materials"], "material", "材料")
    for need in row["materials"]:
        yield from _check_need(file, need, options)


def _check_need(file: str, need: Row, options: Mapping[str, list[str]]) -> Iterator[Problem]:
    fact, value = need["fact"], need["value"]
    if bool(fact) != bool(value):
        missing, line = ("value", need.line_of("fact")) if fact else ("fact", need.line_of("value"))
        yield Problem(file, line, f"fact 和 value 要一起写，这里少了 {missing}。")
    elif fact in options and value not in options[fact]:
        text = f"情况问题“{fact}”没有“{value}”这个答案。{guess(value, options[fact])}"
        yield Problem(file, need.line_of("value"), text)
    if fact and not need["when"]:
        text = "写了 fact，也要用 when 写明什么情况要这份材料。"
        yield Problem(file, need.line_of("fact"), text)
    if need["when"] and not need["optional"]:
        text = "写了 when 的材料是视情况才要的，请加上 optional: true。"
        yield Problem(file, need.line_of("when"), text, Severity.WARNING)
    if "copy" in need["role"] and need["copies"] == 0:
        text = f"材料“{need['material']}”要收复印件，份数却是 0。"
        yield Problem(file, need.line_of("copies"), text, Severity.WARNING)
    if need["role"] == "system_check" and need["copies"]:
        text = f"材料“{need['material']}”由我们自己查，份数应当是 0。"
        yield Problem(file, need.line_of("copies"), text)


def _check_substitute(file: str, row: Row, substitute: Row) -> Iterator[Problem]:
    by_material = substitute["kind"] == "material"
    if by_material and not substitute["ref"]:
        yield Problem(file, substitute.line, "用另一份材料代替时，要用 ref 写明是哪一份。")
    if not by_material and substitute["ref"]:
        text = "只有 kind 是 material 时才写 ref。"
        yield Problem(file, substitute.line_of("ref"), text)
    if substitute["ref"] and substitute["ref"] == row["id"]:
        text = f"材料“{row['id']}”不能代替它自己。"
        yield Problem(file, substitute.line_of("ref"), text)


def _check_branch(file: str, sop: Row, branch: Row) -> Iterator[Problem]:
    action = branch["action"]
    wanted = BRANCH_TARGETS.get(action, "")
    if wanted and not branch[wanted]:
        yield Problem(file, branch.line, f"action 是 {action} 的分支要写“{wanted}”。")
    if action and not wanted and not branch["text"]:
        yield Problem(file, branch.line, f"action 是 {action} 的分支要用 text 写明做什么。")
    for key in _TARGET_KEYS:
        if action and branch[key] and key != wanted:
            text = f"action 是 {action} 的分支用不着“{key}”。"
            yield Problem(file, branch.line_of(key), text)
    steps = [step["id"] for step in sop["steps"]]
    if branch["step"] and branch["step"] not in steps:
        text = f"这张检查单里没有“{branch['step']}”这一步。{guess(branch['step'], steps)}"
        yield Problem(file, branch.line_of("step"), text)


def _check_reasons(forms: Forms) -> Iterator[Problem]:
    prefixes = {p.row["id"]: p.row["prefix"] for p in forms.of("categories")}
    for file, row in forms.of("reasons"):
        prefix = prefixes.get(row["category"], "")
        if prefix and row["code"] and not row["code"].startswith(prefix):
            text = f"原因码“{row['code']}”应当以它这一类的字头“{prefix}”开头。"
            yield Problem(file, row.line_of("code"), text)


def _check_labels(forms: Forms) -> Iterator[Problem]:
    """Coded values without a word would be shown to people as the code itself."""
    if "pack" not in forms.tables:
        return
    file, pack = forms.tables["pack"]
    labels = pack["labels"]
    for group, values in CODED_VALUES.items():
        words = labels.get(group, {})
        missing = "、".join(value for value in values if not words.get(value))
        if missing:
            line = labels.line_of(group) if group in labels else pack.line_of("labels")
            text = f"labels 的“{group}”少了这些编号的中文：{missing}。"
            yield Problem(file, line, text, Severity.WARNING)


def _check_doubles(file: str, rows: list[Row], key: str, name: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for row in rows:
        value = row[key]
        if value and value in seen:
            yield Problem(file, row.line_of(key), f"{name}“{value}”在同一处写了两遍。")
        seen.add(value)
