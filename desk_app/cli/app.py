"""The commands of ``desk-app``, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desk_app import __version__
from desk_app.cli import case, content, demo, doctor, hub, material_list, suggest, sync
from desk_app.cli.options import Options

app = typer.Typer(
    help="跨前一步：“办不成事”反映窗口。不带命令时打开窗口。",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(case.app, name="case")
app.add_typer(content.app, name="content")
app.add_typer(sync.app, name="sync")
app.add_typer(hub.app, name="hub")
app.command("suggest")(suggest.suggest)
app.command("list")(material_list.material_list)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.command("rebuild")(doctor.rebuild)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", help="资料放在哪个文件夹（默认在本用户的数据目录）。")
    ] = None,
    officer: Annotated[str, typer.Option("--officer", help="经办人姓名或工号。")] = "",
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            "--passphrase-file", help="没有系统密钥环时，从这个文件的第一行读口令（- 是标准输入）。"
        ),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="只显示版本。")] = False,
) -> None:
    """跨前一步：“办不成事”反映窗口。不带命令时打开窗口。"""
    options = Options(data=data, officer=officer, passphrase_file=passphrase_file)
    context.obj = options
    if version:
        typer.echo(f"desk-app {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from desk_app.bootstrap.window import run_window

        raise typer.Exit(run_window(options.data))
