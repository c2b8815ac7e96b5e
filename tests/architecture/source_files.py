"""The program's source files, parsed once, for the tests of this folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "desk_app"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file.

    Attributes:
        path: below the checkout, with forward slashes.
        text: what it holds.
        tree: its syntax tree.
    """

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room it lives in: ``core``, ``ui/presenters``, ``bootstrap`` …; tests have none."""
        parts = self.path.removesuffix(".py").split("/")[1:]
        if parts[:2] == ["ui", "presenters"]:
            return "ui/presenters"
        return parts[0]

    @classmethod
    def of(cls, path: str, text: str) -> Source:
        """Parse ``text`` as the file ``path``."""
        return cls(path, text, ast.parse(text))


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, by its full dotted name, and the line that imports it."""

    module: str
    line: int
    relative: bool = False


@cache
def program() -> tuple[Source, ...]:
    """All files of the package, in path order."""
    return tuple(_read(ROOT / PACKAGE))


@cache
def suite() -> tuple[Source, ...]:
    """All test files, in path order."""
    return tuple(_read(ROOT / "tests"))


def _read(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.rglob("*.py")):
        yield Source.of(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[Import]:
    """Every import, also those inside functions and under TYPE_CHECKING: a type is knowledge too.

    ``from desk_app.core import fold`` counts as ``desk_app.core.fold``.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield Import(node.module or "", node.lineno, relative=True)
            elif node.module == PACKAGE or (node.module or "").count(".") == 0:
                for alias in node.names:
                    yield Import(f"{node.module}.{alias.name}", node.lineno)
            else:
                yield Import(str(node.module), node.lineno)
