"""Global guards: no test touches this machine's screen, keyring, network or folders.

What a test needs beyond that, it asks ``tests.helpers`` for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

# Before the first import of Qt: without a platform and a screen it aborts the process.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest

from desk_app.vault import passphrase
from tests.helpers import guards
from tests.helpers.fake_keyring import use_fake_keyring

if TYPE_CHECKING:
    from tests.helpers.hub import RunningHub

QT_FIXTURES = {"qtbot", "qapp", "qtmodeltester"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a QApplication, so that ``-m "not gui"`` always works."""
    for item in items:
        if QT_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.gui)


@pytest.fixture(autouse=True)
def _guards(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    # The home is beside tmp_path, not in it: a test may count what its own folder holds.
    home: Path = tmp_path_factory.mktemp("home")
    guards.isolate_environment(monkeypatch, home)
    if request.node.get_closest_marker("real_keyring") is None:
        use_fake_keyring()
    allowed = [pattern for mark in request.node.iter_markers("allow_log") for pattern in mark.args]
    with ExitStack() as stack:
        stack.enter_context(guards.no_window_left())
        stack.enter_context(guards.hooks_and_log_file_restored())
        stack.enter_context(guards.no_surprising_logs(allowed))
        stack.enter_context(guards.no_thread_left())
        stack.enter_context(guards.only_loopback())
        yield


@pytest.fixture(autouse=True)
def _quick_stretching(monkeypatch: pytest.MonkeyPatch) -> None:
    # What a passphrase costs is tested by itself; everywhere else it would only take time.
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)
    monkeypatch.setattr(passphrase, "ROUNDS", 1)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub on loopback with two centres, ``east`` and ``west``."""
    from tests.helpers.hub import running_hub  # most tests need none of its libraries

    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture(autouse=True, scope="session")
def _path_of_started_programs() -> Iterator[None]:
    # A program started by a test finds this checkout from whatever folder it is started in.
    root = str(Path(__file__).resolve().parents[1])
    assert root in sys.path
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", root)
        yield
