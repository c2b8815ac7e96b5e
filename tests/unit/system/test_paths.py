"""Where the program keeps its things."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from desk_app.core.errors import EnvironmentProblem
from desk_app.system.paths import cache_dir, find_paths, look_for_data


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folders_are_made_and_private_to_the_user(tmp_path: Path) -> None:
    paths = find_paths(tmp_path / "desk")
    assert paths.data == tmp_path / "desk"
    assert [mode_of(p) for p in (paths.data, paths.cache, paths.logs)] == [0o700] * 3
    assert paths.store.parent == paths.data


def test_a_given_folder_holds_everything(tmp_path: Path) -> None:
    paths = find_paths(tmp_path / "desk")
    assert paths.cache.is_relative_to(paths.data)
    assert paths.logs.is_relative_to(paths.data)


def test_the_variable_picks_the_folder_and_an_option_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_APP_DATA", str(tmp_path / "variable"))
    assert find_paths().data == tmp_path / "variable"
    assert find_paths(tmp_path / "option").data == tmp_path / "option"


def test_without_a_choice_the_folders_are_the_users_own() -> None:
    paths = find_paths()
    home = Path(os.environ["HOME"])
    assert all(p.is_relative_to(home) for p in (paths.data, paths.cache, paths.logs))
    assert len({paths.data, paths.cache, paths.logs}) == 3


def test_a_relative_folder_stays_where_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = find_paths(Path("desk"))
    monkeypatch.chdir("/")
    assert paths.data == tmp_path / "desk"


def test_looking_twice_leaves_nothing_else_behind(tmp_path: Path) -> None:
    find_paths(tmp_path)
    find_paths(tmp_path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["cache", "logs"]


def test_a_file_in_the_way_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("")
    with pytest.raises(EnvironmentProblem, match="已经有同名的文件") as caught:
        find_paths(tmp_path / "desk")
    assert "--data" in str(caught.value)
    with pytest.raises(EnvironmentProblem, match="不是文件夹"):
        find_paths(tmp_path / "desk" / "below")


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "只读"), (errno.ENOSPC, "磁盘满了"), (errno.EACCES, "没有权限")],
)
def test_a_folder_that_cannot_be_written_is_told_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(path: Path, **_: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "touch", refuse)  # tests may run as root, who may write anywhere
    with pytest.raises(EnvironmentProblem, match=words):
        find_paths(tmp_path)


def test_commands_without_a_store_do_without_a_cache_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert cache_dir() is not None
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache_dir() is None


def test_looking_for_the_data_makes_nothing_and_finds_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look_for_data(tmp_path / "given") == tmp_path / "given"
    monkeypatch.setenv("DESK_APP_DATA", str(tmp_path / "named"))
    found = look_for_data()
    assert list(tmp_path.iterdir()) == []
    assert find_paths().data == found
    monkeypatch.delenv("DESK_APP_DATA")
    assert look_for_data() == find_paths().data
