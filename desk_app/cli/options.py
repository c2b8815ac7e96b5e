"""What every command shares: which store, who is working, how the answer is written."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from desk_app.bootstrap.content import Content, open_content
from desk_app.bootstrap.desk import Desk, open_desk
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.kinds.kind import Json

PASSPHRASE_VARIABLE = "DESK_APP_PASSPHRASE_FILE"

JsonOption = Annotated[bool, typer.Option("--json", help="用 JSON 输出，给脚本用。")]


@dataclass(frozen=True, slots=True)
class Options:
    """The options in front of the command."""

    data: Path | None = None
    officer: str = ""
    passphrase_file: Path | None = None

    def ask_passphrase(self, new: bool) -> str:
        """The store's passphrase: from the file given ("-" = standard input), else typed.

        Raises:
            EnvironmentProblem: there is neither a file nor a terminal to ask at.
        """
        named = os.environ.get(PASSPHRASE_VARIABLE, "")
        file = self.passphrase_file or (Path(named) if named else None)
        if file is not None:
            try:
                if str(file) == "-":
                    return sys.stdin.readline().rstrip("\r\n")
                return file.read_text("utf-8").splitlines()[0]
            except (OSError, IndexError, UnicodeDecodeError):
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "口令文件读不出来，或者是空的。")
                ) from None
        if not sys.stdin.isatty():
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "这台电脑没有系统密钥环，需要口令才能打开资料。"),
                safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
                press=QT_TRANSLATE_NOOP(
                    "Errors", "请加上 --passphrase-file 文件，或者在终端里运行。"
                ),
            )
        return getpass.getpass("新口令：" if new else "口令：")

    def content(self) -> Content:
        """The content pack in force, for commands without a store; a stand-in is told of."""
        content = open_content(self.data)
        if content.problem is not None:
            typer.echo(f"desk-app: {content.problem}", err=True)
        return content

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """An open desk for one command; closed again afterwards."""
        with open_desk(self.data, self.ask_passphrase, officer=self.officer) as desk:
            yield desk


def options_of(context: typer.Context) -> Options:
    """The options given in front of the command."""
    found = context.find_root().obj
    return found if isinstance(found, Options) else Options()


def write(answer: Mapping[str, Json] | list[Json], as_json: bool, words: str) -> None:
    """Print the answer: one JSON document for scripts, or words for people."""
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else words)
