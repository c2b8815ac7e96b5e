"""The import table of the design as data, and the checks that read it.

Change the table by argument, together with ``desk_app/README.md``; never to make a test green.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping

from tests.architecture.source_files import PACKAGE, Source, imports

EVERYTHING = frozenset({"*"})

ROOMS: Mapping[str, frozenset[str]] = {
    "core": frozenset(),
    "content": frozenset({"core", "system"}),
    "storage": frozenset({"core", "system"}),
    "vault": frozenset({"core", "system"}),
    "printing": frozenset({"core", "system"}),
    "protocol": frozenset({"core"}),
    "sync": frozenset({"core", "protocol", "system"}),
    "hub": frozenset({"core", "protocol", "system"}),
    "services": frozenset({"core"}),
    "ui/presenters": frozenset({"core", "services"}),
    "ui": frozenset({"core", "services", "system", "ui/presenters"}),
    "cli": frozenset({"core", "services", "system", "bootstrap"}),
    "system": frozenset({"core"}),
    "bootstrap": EVERYTHING,
    "__init__": frozenset(),
    "__main__": frozenset({"cli"}),
}
"""Which rooms a room may know, besides itself. The adapters (content, storage, vault, printing,
sync) never know each other; they meet in services, through the Protocols of core."""

LIBRARIES: Mapping[str, frozenset[str]] = {
    "PySide6": frozenset({"ui", "bootstrap"}),
    "shiboken6": frozenset({"ui", "bootstrap"}),
    "sqlalchemy": frozenset({"storage", "hub"}),
    "alembic": frozenset({"storage", "hub"}),
    "sqlcipher3": frozenset({"storage"}),
    "sqlite3": frozenset({"storage"}),
    "reportlab": frozenset({"printing"}),
    "pypdfium2": frozenset({"printing"}),
    "segno": frozenset({"printing"}),
    "PIL": frozenset({"printing"}),
    "zxingcpp": frozenset({"printing"}),
    "keyring": frozenset({"vault"}),
    "argon2": frozenset({"vault"}),
    "cryptography": frozenset({"vault", "protocol", "hub"}),
    "pydantic": frozenset({"protocol", "hub", "sync"}),
    "httpx": frozenset({"sync"}),
    "fastapi": frozenset({"hub"}),
    "starlette": frozenset({"hub"}),
    "uvicorn": frozenset({"hub"}),
    "httptools": frozenset(),  # uvicorn takes it and uvloop by itself where they are installed
    "uvloop": frozenset(),
    "psycopg": frozenset({"hub"}),
    "yaml": frozenset({"content"}),
    "pypinyin": frozenset({"content"}),
    "rapidfuzz": frozenset({"content"}),
    "stdnum": frozenset({"services"}),
    "dateutil": frozenset({"services"}),
    "typer": frozenset({"cli"}),
    "platformdirs": frozenset({"system"}),
}
"""Which rooms may know a library. What is not listed here is not imported anywhere."""

BROAD_HANDLERS = frozenset(
    {
        f"{PACKAGE}/ui/tasks/runner.py",
        f"{PACKAGE}/sync/loop.py",
        f"{PACKAGE}/system/crash.py",
    }
)
"""Where everything may be caught: task runner, sync loop, crash hook."""

BROAD_NAMES = frozenset({"Exception", "BaseException"})


def forbidden_imports(source: Source) -> Iterator[str]:
    """Complaints about what ``source`` imports: ``file:line: why``."""
    for found in imports(source.tree):
        where = f"{source.path}:{found.line}:"
        top = found.module.partition(".")[0]
        if found.relative:
            yield f"{where} relative import of {found.module or '.'}; write it in full"
        elif top == PACKAGE:
            yield from _forbidden_room(source, found.module, where)
        elif top not in sys.stdlib_module_names or top in LIBRARIES:
            rooms = LIBRARIES.get(top)
            if rooms is None:
                yield f"{where} {found.module}: this library is not in the table of the design"
            elif source.room not in rooms:
                yield f"{where} {found.module}: only {', '.join(sorted(rooms))} may import {top}"


def _forbidden_room(source: Source, module: str, where: str) -> Iterator[str]:
    target = Source.of(module.replace(".", "/") + ".py", "").room if "." in module else "__init__"
    if target.startswith("__"):  # the package's own name, version and docstring
        return
    allowed = ROOMS.get(source.room)
    if allowed is None:
        yield f"{where} the room {source.room} is not in the table of the design"
    elif target != source.room and target not in allowed and allowed != EVERYTHING:
        known = ", ".join(sorted(allowed)) or "no other room"
        yield f"{where} {module}: {source.room} may import {known}, not {target}"


def broad_handlers(source: Source) -> Iterator[str]:
    """Complaints about handlers that catch everything outside the three places.

    Cleaning up and raising the same error again is not catching it.
    """
    if source.path in BROAD_HANDLERS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = "everything" if node.type is None else _broad_name(node.type)
            if caught and not _passes_on(node):
                yield f"{source.path}:{node.lineno}: catches {caught}"
        elif isinstance(node, ast.Call) and _name(node.func) == "suppress":
            for argument in node.args:
                if caught := _broad_name(argument):
                    yield f"{source.path}:{node.lineno}: suppresses {caught}"


def _passes_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    leaves = (ast.Return, ast.Break, ast.Continue)
    return (
        isinstance(last, ast.Raise)
        and last.exc is None
        and not any(isinstance(node, leaves) for node in ast.walk(handler))
    )


def _broad_name(node: ast.expr) -> str:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return next((_name(part) for part in parts if _name(part) in BROAD_NAMES), "")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
