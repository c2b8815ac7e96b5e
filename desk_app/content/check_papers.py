"""Layouts of papers: they fill in only what there is, and each block has what its kind needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from desk_app.content.forms import Forms
from desk_app.content.report import Problem
from desk_app.content.shape import Row, guess
from desk_app.core.paper_layout import BLOCK_KEYS, PLACEHOLDER, VOCABULARY

_KEYS = ("text", "label", "data", "fields", "columns", "options", "boxes", "rows", "small")
_SHAPES = {"list": "list", "table": "table"}
"""Kind of block → shape of its datum; every other place takes a text."""
_SHAPE_WORDS = {"text": "一句话", "list": "一串", "table": "一张表"}
_STRAY = ("{", "}")


def check_papers(forms: Forms) -> Iterator[Problem]:
    """Everything that would print wrongly."""
    for file, row in forms.of("papers"):
        if row["id"] and file != f"papers/{row['id']}.yaml":
            text = f"文书“{row['id']}”的文件名应当是 {row['id']}.yaml。"
            yield Problem(file, row.line_of("id"), text)
        for block in row["blocks"]:
            if block["kind"] in BLOCK_KEYS:
                yield from _check_block(file, block)


def _check_block(file: str, block: Row) -> Iterator[Problem]:
    kind = block["kind"]
    needed, allowed = BLOCK_KEYS[kind]
    for key in needed:
        if not block[key]:
            yield Problem(file, block.line, f"{kind} 这一块要写“{key}”。")
    for key in _KEYS:
        if block[key] and key not in (*needed, *allowed):
            yield Problem(file, block.line_of(key), f"{kind} 这一块用不着“{key}”。")
    yield from _check_data(file, block, "data", _SHAPES.get(kind, "text"))
    yield from _check_data(file, block, "when", "")
    yield from _check_sentence(file, block)
    for field in block["fields"]:
        yield from _check_data(file, field, "data", "text")
    datum = VOCABULARY.get(block["data"])
    for column in block["columns"]:
        if column["data"] and datum is not None and datum.columns:
            yield from _known(file, column, "data", column["data"], datum.columns)


def _check_data(file: str, row: Row, key: str, shape: str) -> Iterator[Problem]:
    name = row[key]
    if not name:
        return
    yield from _known(file, row, key, name, VOCABULARY)
    datum = VOCABULARY.get(name)
    if datum is not None and shape and datum.shape != shape:
        text = f"“{name}”是{_SHAPE_WORDS[datum.shape]}，这里要{_SHAPE_WORDS[shape]}。"
        yield Problem(file, row.line_of(key), text)


def _check_sentence(file: str, block: Row) -> Iterator[Problem]:
    text = block["text"]
    line = block.line_of("text")
    for name in PLACEHOLDER.findall(text):
        yield from _known(file, block, "text", name, VOCABULARY)
        if name in VOCABULARY and VOCABULARY[name].shape != "text":
            yield Problem(
                file, line, f"“{name}”是{_SHAPE_WORDS[VOCABULARY[name].shape]}，不能放在句子里。"
            )
    if any(mark in PLACEHOLDER.sub("", text) for mark in _STRAY):
        yield Problem(file, line, "花括号没有配对，会照样印出来。")


def _known(
    file: str, row: Row, key: str, name: str, known: Mapping[str, object]
) -> Iterator[Problem]:
    if name not in known:
        text = f"没有“{name}”这样可填的内容。{guess(name, known)}"
        yield Problem(file, row.line_of(key), text)
