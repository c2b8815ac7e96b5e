"""Windows for page tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.gui import OpenWindow, a_few_cases, open_window
from tests.helpers.ui_desk import NoFinder


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    """The window over a desk with four cases: 沈, 杨, 陈 open, 赵 closed."""
    assert qtbot
    with open_window(tmp_path, seed=a_few_cases, finder=NoFinder()) as opened:
        yield opened


@pytest.fixture
def empty_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    """The window on its first day."""
    assert qtbot
    with open_window(tmp_path, finder=NoFinder()) as opened:
        yield opened
