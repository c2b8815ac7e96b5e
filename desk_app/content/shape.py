"""Reads one YAML file of the pack against its schema and remembers on which line everything stands.

The schemas are JSON Schema (a small part of it: type, properties, required, additionalProperties,
items, minItems, enum, pattern, format date, minimum, maximum, maxLength, default). A scalar is read
as the type its schema wants, so an editor who writes ``12345`` or ``yes`` where words belong gets
the words. ``maxLength`` is advice (a sentence to say aloud gets too long), all else is a rule.
"""

from __future__ import annotations

import difflib
import re
from collections import abc
from datetime import date
from typing import Any

from desk_app.content.report import Problem, Severity
from desk_app.content.yaml_tree import Mapping, Node, Scalar, Sequence, YamlError, parse_yaml

Schema = abc.Mapping[str, Any]

_TYPE_NAMES = {
    "object": "一组“名称: 内容”",
    "array": "一串以“- ”开头的行",
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
    "null": "留空",
}
_BLANKS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE_FALSE = {"true": True, "True": True, "false": False, "False": False}
_INTEGER = re.compile(r"-?[0-9]{1,9}")


class Row(dict[str, Any]):
    """A mapping of the file. ``line``: where it begins; ``lines``: where each key stands."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """Line of ``key``; of the row itself where the key is not written."""
        return self.lines.get(key, self.line)


class Rows(list[Any]):
    """A sequence of the file. ``lines``: where each entry stands."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def read_text(text: str, file: str, schema: Schema) -> tuple[Row, list[Problem]]:
    """The content of one file as rows filled with defaults, and everything that is wrong with it.

    Where something is wrong the row holds a blank of the right type, so that later checks can go
    on. Never raises.
    """
    try:
        node = parse_yaml(text)
    except YamlError as error:
        return Row(1), [Problem(file, error.line, error.text)]
    if node is None:
        return Row(1), [Problem(file, 1, "文件是空的。")]
    reader = _Reader(file)
    value = reader.read(node, schema, "这个文件")
    return value if isinstance(value, Row) else Row(1), reader.problems


class _Reader:
    """Walks the nodes of one file. Raises nothing; problems are gathered."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Problem] = []

    def read(self, node: Node, schema: Schema, name: str) -> Any:
        """The value of ``node`` as ``schema`` wants it; ``name`` says in words what it is."""
        types = _types(schema)
        if isinstance(node, Mapping) and "object" in types:
            return self._read_mapping(node, schema, name)
        if isinstance(node, Sequence) and "array" in types:
            return self._read_sequence(node, schema, name)
        if isinstance(node, Scalar):
            if node.plain and node.text in _BLANKS:  # a quoted blank is words
                return self._read_blank(node.line, schema, name)
            scalar = [t for t in types if t in ("string", "integer", "boolean")]
            if scalar:
                return self._read_scalar(node.text, node.line, schema, scalar[0], name)
        self._tell(node.line, f"{name}应当是{_wanted(types)}。")
        return _blank(schema, node.line)

    def _tell(self, line: int, text: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(Problem(self._file, line, text, severity))

    def _read_blank(self, line: int, schema: Schema, name: str) -> Any:
        if "null" not in _types(schema):
            self._tell(line, f"{name}没有写内容。")
        return _blank(schema, line)

    def _read_scalar(self, text: str, line: int, schema: Schema, kind: str, name: str) -> Any:
        if kind == "boolean":
            if text in _TRUE_FALSE:
                return _TRUE_FALSE[text]
            self._tell(line, f"{name}只能写 true 或 false，现在写的是“{_short(text)}”。")
            return _blank(schema, line)
        if kind == "integer":
            return self._read_integer(text, line, schema, name)
        return self._read_words(text.strip(), line, schema, name)

    def _read_integer(self, text: str, line: int, schema: Schema, name: str) -> Any:
        low, high = schema.get("minimum", 0), schema.get("maximum", 10_000)
        if _INTEGER.fullmatch(text) is None or not low <= int(text) <= high:
            self._tell(line, f"{name}应当是 {low} 到 {high} 的整数，现在写的是“{_short(text)}”。")
            return _blank(schema, line)
        if "enum" in schema and int(text) not in schema["enum"]:
            allowed = "、".join(str(v) for v in schema["enum"])
            self._tell(line, f"{name}只能是：{allowed}。")
            return _blank(schema, line)
        return int(text)

    def _read_words(self, text: str, line: int, schema: Schema, name: str) -> str:
        if "enum" in schema and text not in schema["enum"]:
            allowed = "、".join(v for v in schema["enum"] if v)
            hint = guess(text, schema["enum"])
            self._tell(line, f"{name}写的“{_short(text)}”不认识，只能是：{allowed}。{hint}")
            return ""
        if schema.get("format") == "date" and not _is_date(text):
            self._tell(line, f"{name}应当写成 2026-12-01 这样的日期，现在写的是“{_short(text)}”。")
            return ""
        if "pattern" in schema and re.fullmatch(schema["pattern"], text) is None:
            self._tell(line, f"{name}写的“{_short(text)}”格式不对：{schema['x-pattern-words']}。")
        limit = schema.get("maxLength")
        if limit is not None and len(text) > limit:
            self._tell(
                line,
                f"{name}太长：{len(text)} 个字，最好不超过 {limit} 个字。“{_short(text)}”",
                Severity.WARNING,
            )
        return text

    def _read_sequence(self, node: Sequence, schema: Schema, name: str) -> Rows:
        rows = Rows(node.line)
        inner = schema["items"]
        for child in node.entries:
            rows.append(self.read(child, inner, inner.get("title", name)))
            rows.lines.append(child.line)
        if len(rows) < schema.get("minItems", 0):
            self._tell(rows.line, f"{name}至少要写一条。")
        return rows

    def _read_mapping(self, node: Mapping, schema: Schema, name: str) -> Row:
        row = Row(node.line)
        properties: dict[str, Schema] = schema.get("properties", {})
        others: Schema | bool = schema.get("additionalProperties", False)
        for key_node, value_node in node.pairs:
            key, line = key_node.text, key_node.line
            if key in row.lines:
                self._tell(line, f"“{key}”在{name}里写了两遍。")
                continue
            inner = properties.get(key, others)
            if isinstance(inner, bool):
                hint = guess(key, properties)
                self._tell(line, f"{name}里不认识“{_short(key)}”这一项。{hint}")
                continue
            row.lines[key] = line
            title = inner.get("title", key)
            row[key] = self.read(value_node, inner, f"“{key}”（{title}）" if title != key else key)
        for key, inner in properties.items():
            if key in row:
                continue
            if key in schema.get("required", ()):
                self._tell(row.line, f"{name}少了“{key}”（{inner.get('title', key)}）这一项。")
            row[key] = _blank(inner, row.line)
        return row


def guess(text: str, known: Any) -> str:
    """A hint at the nearest known word, e.g. ``是不是想写“id-card”？``; empty when none is near."""
    near = difflib.get_close_matches(text, [str(k) for k in known], n=1, cutoff=0.75)
    return f"是不是想写“{near[0]}”？" if near else ""


def _types(schema: Schema) -> list[str]:
    kind = schema["type"]
    return [kind] if isinstance(kind, str) else list(kind)


def _blank(schema: Schema, line: int) -> Any:
    """What stands for a value that is not written: its default, or nothing of its type."""
    if "default" in schema:
        return schema["default"]
    types = _types(schema)
    if "object" in types:
        row = Row(line)
        row.update({k: _blank(s, line) for k, s in schema.get("properties", {}).items()})
        return row
    if "array" in types:
        return Rows(line)
    if "string" in types:
        return ""
    return None


def _wanted(types: list[str]) -> str:
    return "或".join(_TYPE_NAMES[t] for t in types)


def _is_date(text: str) -> bool:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
