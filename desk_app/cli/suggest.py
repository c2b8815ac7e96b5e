"""``desk-app suggest``: from a resident's words to items."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from desk_app.cli.options import options_of
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.suggestion import as_json_dict, why_text


def suggest(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="居民的原话、事项名、拼音或首字母。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="用 JSON 输出。")] = False,
    limit: Annotated[int, typer.Option(min=1, max=8, help="最多几个事项。")] = 5,
    batch: Annotated[
        Path | None, typer.Option("--batch", help="文件里一行一句，每句输出一行 JSON。")
    ] = None,
) -> None:
    """由原话找事项，每个都说明为什么。"""
    if batch is not None:
        lines = _lines(batch)
        finder = options_of(context).content().finder()
        finder.warm_up()
        for line in lines:
            answer = as_json_dict(finder.suggest(line, limit))
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    if not text.strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写上居民的原话，或者用 --batch 文件。"))
    content = options_of(context).content()
    found = content.finder().suggest(text, limit)
    if as_json:
        typer.echo(json.dumps(as_json_dict(found), ensure_ascii=False))
        return
    if not found.suggestions:
        typer.echo("没有找到合适的事项。")
    for suggestion in found.suggestions:
        item = content.pack.items[suggestion.item]
        typer.echo(f"{item.name}（{item.id}）\n    {why_text(suggestion)}")
        for question in suggestion.questions:
            typer.echo(f"    问一句：{question}")


def _lines(path: Path) -> list[str]:
    try:
        # Only line feeds part utterances: a resident's words may hold any other separator.
        return path.read_text("utf-8-sig").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "文件“{name}”读不出来（要 UTF-8 文本）。"), name=path.name
        ) from None
