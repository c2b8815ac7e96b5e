"""The stores that keep the contract: the real one, and the one in memory of the simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.fakes import FakeClock
from tests.helpers.memory_store import MemoryStore
from tests.helpers.stream import HERE
from tests.simulation.fast.real import KEY, Shelf

MakeStore = Callable[[], Any]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store: making one costs as much as all the rest of a test."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    SqlSyncStore.open(path, KEY, FakeClock(), lambda _: (), create=True).close()
    return path


@pytest.fixture(params=["memory", "sql"])
def new_store(
    request: pytest.FixtureRequest, template: Path, tmp_path: Path
) -> Iterator[MakeStore]:
    """Makes stores of this device, of either kind, that belong to no centre."""
    shelf = Shelf(tmp_path, template)

    def make() -> Any:
        numbers = count(1)

        def name_life() -> str:
            return f"life{next(numbers):09}"

        if request.param == "memory":
            return MemoryStore(HERE, name_life)
        return shelf.new(HERE, name_life)

    yield make
    for store in shelf.opened:
        store.close()


@pytest.fixture
def store(new_store: MakeStore) -> Any:
    """One that belongs to a centre."""
    made = new_store()
    made.join("hub1", "east", "东街", "e1")
    return made
