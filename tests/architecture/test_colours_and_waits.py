"""Colours come from the theme; tests wait for something, never for a while."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_files import Source, program, suite
from tests.architecture.test_layers import told

COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6})\b|^#[0-9a-fA-F]{3,4}$")
THEME = re.compile(r"desk_app/ui/theme\w*(\.py|/)")
WAITS = frozenset({"sleep", "qWait", "qSleep", "msleep"})


def literal_colours(source: Source) -> Iterator[str]:
    """Complaints about colours that a page picked for itself."""
    if not source.path.startswith("desk_app/ui/") or THEME.match(source.path):
        return
    for node in ast.walk(source.tree):
        why = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = COLOUR.search(node.value)
            why = found.group() if found else ""
        elif isinstance(node, ast.Call) and _last_name(node.func) == "QColor":
            why = "QColor(…)" if any(isinstance(a, ast.Constant) for a in node.args) else ""
        elif isinstance(node, ast.Attribute) and node.attr == "GlobalColor":
            why = "Qt.GlobalColor"
        if why:
            yield f"{source.path}:{node.lineno}: {why}; take it from the theme"


def fixed_waits(source: Source) -> Iterator[str]:
    """Complaints about waiting for a while instead of for something."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            if any(alias.name == "sleep" for alias in node.names):
                yield f"{source.path}:{node.lineno}: time.sleep"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = _last_name(node.func.value)
            if node.func.attr in WAITS or (owner, node.func.attr) == ("qtbot", "wait"):
                yield f"{source.path}:{node.lineno}: {owner}.{node.func.attr}; wait for something"


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_only_the_theme_names_colours() -> None:
    told(complaint for source in program() for complaint in literal_colours(source))


def test_no_test_waits_for_a_while() -> None:
    told(complaint for source in suite() for complaint in fixed_waits(source))


@pytest.mark.parametrize(
    "line",
    [
        "c = '#1f6f5c'",
        "s = f'color: #1f6f5c; width: {w}'",
        "c = '#fff'",
        "c = QColor('red')",
        "c = QtGui.QColor(255, 0, 0)",
        "c = Qt.GlobalColor.red",
    ],
)
def test_a_colour_of_a_pages_own_is_found(line: str) -> None:
    assert list(literal_colours(Source.of("desk_app/ui/views/x.py", line)))
    assert not list(literal_colours(Source.of("desk_app/ui/theme.py", line)))
    assert not list(literal_colours(Source.of("desk_app/printing/x.py", line)))


def test_a_colour_of_the_theme_passes() -> None:
    line = "c = QColor(theme.accent)\nlabel = '第 #1 件'"
    assert not list(literal_colours(Source.of("desk_app/ui/views/x.py", line)))


@pytest.mark.parametrize(
    "line",
    ["time.sleep(1)", "from time import sleep", "qtbot.wait(5)", "QTest.qWait(5)", "t.msleep(5)"],
)
def test_a_fixed_wait_is_found(line: str) -> None:
    assert len(list(fixed_waits(Source.of("tests/gui/test_x.py", line)))) == 1


@pytest.mark.parametrize("line", ["qtbot.waitUntil(f)", "process.wait(5)", "event.wait(5)"])
def test_waiting_for_something_passes(line: str) -> None:
    assert not list(fixed_waits(Source.of("tests/gui/test_x.py", line)))
