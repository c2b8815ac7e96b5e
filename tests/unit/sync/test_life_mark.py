"""A store that was copied or restored is noticed before it writes; one that was not goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk_app.core.entries import NewEntry
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.life_mark import LifeMark
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock, FakeSecretStore

KEY = b"k" * 32


@dataclass
class Computer:
    """A computer: its disk, the user's state folder, its keyring."""

    disk: Path
    keyring: FakeSecretStore | None = None

    def __post_init__(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)

    @property
    def state(self) -> Path:
        return self.disk / "state"

    @contextmanager
    def desk(self, folder: str = "data") -> Iterator[SqlSyncStore]:
        """The store, checked as at every start; its mark is kept at the end."""
        path = self.disk / folder / "store.db"
        path.parent.mkdir(exist_ok=True)
        store = SqlSyncStore.open(path, KEY, FakeClock(), lambda _: (), create=not path.exists())
        mark = LifeMark(self.state, path, self.keyring)
        try:
            self.was_noticed = mark.check(store)
            yield store
            mark.keep(store)
        finally:
            store.close()

    def write(self, times: int = 1, folder: str = "data") -> tuple[str, str, int]:
        with self.desk(folder) as store:
            case_id = store.open_case("小李", dict(OPENED)).case_id
            for _ in range(times):
                store.append("小李", [NewEntry(case_id, "note.added", {"text": "一"})])
            return store.life()

    def copy(self, name: str) -> None:
        shutil.copytree(self.disk / "data", self.disk / name)


@pytest.fixture(params=[False, True], ids=["no keyring", "keyring"])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    """A computer with and without a keyring."""
    return Computer(tmp_path / "a", FakeSecretStore() if request.param else None)


def test_a_store_that_stayed_where_it_is_goes_on(computer: Computer) -> None:
    device, incarnation, first = computer.write()
    for _ in range(3):
        again = computer.write()
        assert not computer.was_noticed
        assert again[:2] == (device, incarnation)
    assert again[2] == first * 4


def test_a_copy_in_another_folder_is_another_life(computer: Computer) -> None:
    before = computer.write()
    computer.copy("copy")
    copied = computer.write(folder="copy")
    assert copied[0] == before[0]
    assert copied[1] != before[1]
    assert computer.write()[1] == before[1]  # the original goes on as it was


def test_a_restored_backup_is_another_life(computer: Computer) -> None:
    computer.write()
    computer.copy("backup")
    before = computer.write(times=3)
    shutil.rmtree(computer.disk / "data")
    shutil.copytree(computer.disk / "backup", computer.disk / "data")
    assert computer.write()[1] != before[1]
    assert computer.was_noticed
    computer.write()
    assert not computer.was_noticed


def test_a_disk_moved_into_another_computer_is_another_life(tmp_path: Path) -> None:
    one = Computer(tmp_path / "a", FakeSecretStore())
    before = one.write()
    # The whole profile came along, state folder and all; only the keyring stays behind.
    two = Computer(tmp_path / "a", FakeSecretStore())
    assert two.write()[1] != before[1]


def test_a_disk_image_put_back_whole_is_another_life(tmp_path: Path) -> None:
    computer = Computer(tmp_path / "a", FakeSecretStore())
    computer.write()
    shutil.copytree(computer.disk, tmp_path / "image")  # the state folder is in it too
    before = computer.write(times=3)
    computer.write()  # a start: the keyring, which no image holds, hears of what was written
    shutil.rmtree(computer.disk)
    shutil.copytree(tmp_path / "image", computer.disk)
    newest = computer.write()
    assert newest[1] != before[1]
    # And once more, from the image of the life before this one, which had counted further.
    shutil.rmtree(computer.disk)
    shutil.copytree(tmp_path / "image", computer.disk)
    assert computer.write()[1] not in (before[1], newest[1])


def test_a_locked_keyring_says_nothing_either_way(tmp_path: Path) -> None:
    keyring = FakeSecretStore()
    computer = Computer(tmp_path / "a", keyring)
    before = computer.write()
    keyring.broken = True
    assert computer.write()[1] == before[1]
    keyring.broken = False
    assert computer.write()[1] == before[1]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"device": 1}', None])
def test_a_lost_or_damaged_mark_costs_a_new_life_and_nothing_else(
    tmp_path: Path, damage: str | None
) -> None:
    computer = Computer(tmp_path / "a")
    before = computer.write()
    (mark,) = computer.state.iterdir()
    if damage is None:
        mark.unlink()
    else:
        mark.write_text(damage)
    after = computer.write()
    assert after[1] != before[1]
    with computer.desk() as store:
        assert store.health().problems == ()
        assert store.count_cases() == 2


@pytest.mark.allow_log("life.unmarked")
def test_a_state_folder_that_is_not_there_does_not_keep_the_desk_shut(tmp_path: Path) -> None:
    computer = Computer(tmp_path / "a")
    shutil.rmtree(computer.state)
    computer.write()
    assert computer.write()[2] > 0


def test_nothing_of_it_lies_in_the_data_folder(tmp_path: Path) -> None:
    computer = Computer(tmp_path / "a")
    computer.write()
    assert {path.name for path in (computer.disk / "data").iterdir()} == {"store.db"}
    (mark,) = computer.state.iterdir()
    assert mark.stat().st_mode & 0o077 == 0


def test_what_the_keyring_holds_is_small(tmp_path: Path) -> None:
    keyring = FakeSecretStore()
    Computer(tmp_path / "a", keyring).write()
    assert all(len(kept) <= 33 for kept in keyring.kept.values())  # 44 characters of base64


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    computer = Computer(tmp_path / "a", FakeSecretStore())
    computer.write()
    LifeMark(computer.state, computer.disk / "data" / "store.db", computer.keyring).forget()
    assert list(computer.state.iterdir()) == []
    assert computer.keyring is not None
    assert computer.keyring.kept == {}
