"""``desk-app content …``: look after the content pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desk_app.bootstrap.desk import check_content
from desk_app.cli.options import write
from desk_app.core.entries import Json

app = typer.Typer(help="内容包：事项、材料、检查单、原因码、机构。", no_args_is_help=True)


@app.callback()
def content() -> None:
    """内容包：事项、材料、检查单、原因码、机构。"""


@app.command()
def check(
    folder: Annotated[Path | None, typer.Option(help="内容包文件夹（默认随程序的）。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="用 JSON 输出。")] = False,
) -> None:
    """检查内容包：哪个文件哪一行错了什么，哪些还没有人核对过。"""
    report = check_content(folder)
    answer: dict[str, Json] = report.as_json_dict()
    write(answer, as_json, report.words())
    if report.errors:
        raise typer.Exit(1)
