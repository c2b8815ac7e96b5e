"""Every module stays in its room (``desk_app/README.md``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.rules import LIBRARIES, ROOMS, broad_handlers, forbidden_imports
from tests.architecture.source_files import ROOT, Source, program

MOST_LINES = 500
WANTED_LINES = 300
ONE_LONG_TABLE = {
    "desk_app/content/schema.py": "every field of every file of the pack, one after the other",
}
"""Data in Python's clothes: halves of a table are harder to read than the whole."""
COME_WITH_ANOTHER = frozenset({"sqlite3", "shiboken6", "starlette"})
"""Libraries with a room of their own that no line of ``pyproject.toml`` asks for."""


def told(complaints: Iterable[str]) -> None:
    """Fail naming every complaint on a line of its own."""
    if found := list(complaints):
        pytest.fail("\n".join(found), pytrace=False)


def test_every_room_of_the_package_is_in_the_table() -> None:
    rooms = {source.room for source in program()}
    assert rooms <= set(ROOMS), f"not in the table: {sorted(rooms - set(ROOMS))}"


def test_modules_import_only_what_their_room_may_know() -> None:
    told(complaint for source in program() for complaint in forbidden_imports(source))


def test_everything_is_caught_in_three_named_places_only() -> None:
    told(complaint for source in program() for complaint in broad_handlers(source))


def long_modules() -> dict[str, int]:
    """The modules over the wanted length, with their lines."""
    lengths = {source.path: len(source.text.splitlines()) for source in program()}
    return {path: lines for path, lines in lengths.items() if lines > WANTED_LINES}


def test_no_module_is_longer_than_anyone_reads() -> None:
    told(
        f"{path}: {lines} lines"
        for path, lines in long_modules().items()
        if lines > MOST_LINES and path not in ONE_LONG_TABLE
    )


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("core/fold.py", "import yaml", "1: yaml: only content may import yaml"),
        ("core/fold.py", "\nfrom desk_app.system.paths import find_paths", ":2: desk_app.system"),
        ("storage/store.py", "from desk_app import vault", "storage may import core, system, not"),
        ("storage/store.py", "from desk_app.vault.keys import Key", "not vault"),
        ("services/close.py", "from desk_app.storage.store import S", "services may import core"),
        ("ui/presenters/desk.py", "from PySide6.QtCore import QObject", "may import PySide6"),
        ("ui/presenters/desk.py", "from desk_app.ui.theme import T", "not ui"),
        ("ui/views/desk.py", "from desk_app.bootstrap import run", "not bootstrap"),
        ("cli/main.py", "from PySide6 import QtWidgets", "only bootstrap, ui"),
        ("cli/main.py", "from desk_app.content.check import c", "not content"),
        ("content/pack.py", "def f():\n    import sqlalchemy.orm", ":2: sqlalchemy.orm"),
        ("content/pack.py", "import numpy", "not in the table"),
        ("content/pack.py", "from . import check", "relative import"),
        ("content/pack.py", "from .check import c", "relative import of check"),
        ("attic/old.py", "from desk_app.core import fold", "attic is not in the table"),
    ],
)
def test_a_forbidden_import_is_named_with_file_and_line(
    path: str, text: str, complaint: str
) -> None:
    found = list(forbidden_imports(Source.of(f"desk_app/{path}", text)))
    assert len(found) == 1
    assert found[0].startswith(f"desk_app/{path}:")
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/fold.py", "import json\nfrom desk_app.core.entries import Entry\nimport desk_app"),
        ("storage/store.py", "from sqlalchemy import Engine\nfrom desk_app.system import logs"),
        (
            "ui/views/desk.py",
            "from PySide6.QtWidgets import QWidget\nfrom desk_app.ui import theme",
        ),
        ("ui/views/desk.py", "from desk_app.ui.presenters.desk import DeskPresenter"),
        ("bootstrap.py", "from PySide6.QtWidgets import QApplication\nimport desk_app.vault.keys"),
        ("__main__.py", "from desk_app.cli.main import main"),
    ],
)
def test_what_the_table_allows_passes(path: str, text: str) -> None:
    assert list(forbidden_imports(Source.of(f"desk_app/{path}", text))) == []


@pytest.mark.parametrize(
    "handler",
    [
        "try:\n    f()\nexcept Exception:\n    g()",
        "try:\n    f()\nexcept (OSError, BaseException) as e:\n    g(e)",
        "try:\n    f()\nexcept:\n    g()",
        "with suppress(Exception):\n    f()",
        "with contextlib.suppress(OSError, Exception):\n    f()",
    ],
)
def test_catching_everything_is_named(handler: str) -> None:
    assert len(list(broad_handlers(Source.of("desk_app/services/close.py", handler)))) == 1
    assert list(broad_handlers(Source.of("desk_app/system/crash.py", handler))) == []


def test_cleaning_up_and_passing_the_error_on_is_not_catching_it() -> None:
    tidy = "try:\n    f()\nexcept BaseException:\n    close()\n    raise"
    assert list(broad_handlers(Source.of("desk_app/storage/engine.py", tidy))) == []
    swallowing = "try:\n    f()\nexcept BaseException:\n    if bad:\n        return\n    raise"
    assert list(broad_handlers(Source.of("desk_app/storage/engine.py", swallowing))) != []


def test_the_libraries_of_the_table_are_those_the_program_is_installed_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = [*project["dependencies"], *project["optional-dependencies"]["hub"]]
    installed = {re.split(r"[^\w.-]", need)[0].lower() for need in needs}
    names = packages_distributions()
    listed = {
        dist.lower().replace("_", "-")
        for library in LIBRARIES
        if library not in COME_WITH_ANOTHER
        for dist in names.get(library, [f"{library} is not installed"])
    }
    assert listed == installed


def test_the_readme_shows_the_same_rooms() -> None:
    page = (ROOT / "desk_app" / "README.md").read_text("utf-8")
    missing = [room for room in ROOMS if not room.startswith("__") and f"`{room}`" not in page]
    assert not missing, f"rooms that desk_app/README.md does not name: {missing}"
