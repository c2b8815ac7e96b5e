"""Shows, after the tests of this folder, which modules are longer than wanted."""

from __future__ import annotations

import pytest

from tests.architecture.test_layers import WANTED_LINES, long_modules


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each module over the wanted length; a list to think about, not a failure."""
    for path, lines in sorted(long_modules().items()):
        terminalreporter.write_line(f"{path}: {lines} lines, {WANTED_LINES} wanted")
