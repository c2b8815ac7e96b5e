"""One process a data folder, whatever way the last one ended."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk_app.core.errors import EnvironmentProblem
from desk_app.system import single_instance
from desk_app.system.single_instance import AlreadyOpenError, SingleInstance, ask_to_show

HOLD = """
import sys
from pathlib import Path
from desk_app.system.single_instance import SingleInstance

with SingleInstance(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of ``folder``."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_in_a_clear_sentence(tmp_path: Path) -> None:
    with other_process(tmp_path):
        with pytest.raises(AlreadyOpenError, match="已经开着") as caught, SingleInstance(tmp_path):
            pass
        assert caught.value.code == "already_open"


def test_a_killed_process_leaves_the_folder_free(tmp_path: Path) -> None:
    with other_process(tmp_path) as process:
        process.kill()
        process.wait(10)
        with SingleInstance(tmp_path):
            pass


def test_a_process_that_ends_leaves_the_folder_free(tmp_path: Path) -> None:
    with SingleInstance(tmp_path):
        pass
    with SingleInstance(tmp_path), pytest.raises(AlreadyOpenError), SingleInstance(tmp_path):
        pass


def test_other_folders_are_free(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with SingleInstance(tmp_path), SingleInstance(tmp_path / "other"):
        pass


def test_a_patient_command_gets_its_turn(tmp_path: Path) -> None:
    with other_process(tmp_path) as process:
        leave = threading.Timer(0.1, process.kill)
        leave.start()
        with SingleInstance(tmp_path, patience=30):
            pass
        leave.join()


def test_the_first_window_hears_a_second_start_once(tmp_path: Path) -> None:
    with SingleInstance(tmp_path) as first:
        assert not first.was_asked_to_show()
        ask_to_show(tmp_path)
        ask_to_show(tmp_path)
        assert first.was_asked_to_show()
        assert not first.was_asked_to_show()


def test_an_ask_that_came_too_late_is_forgotten(tmp_path: Path) -> None:
    ask_to_show(tmp_path)
    with SingleInstance(tmp_path) as later:
        assert not later.was_asked_to_show()


def test_a_folder_without_locks_is_an_environment_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(single_instance, "_lock", refuse)
    with pytest.raises(EnvironmentProblem, match="不能上锁"), SingleInstance(tmp_path):
        pass
