"""A crash leaves types and places, and no word of anybody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desk_app.system.crash import KEPT_REPORTS, note_qt_message, write_report

SECRET = "广先生13800138000"

PROGRAM = """
import sys, threading
from pathlib import Path
from desk_app.system.crash import install_crash_hook
from desk_app.system.logs import start_logging

folder = Path(sys.argv[1])
start_logging(folder)
install_crash_hook(folder)

def fold(resident):
    try:
        int(resident)
    except ValueError as error:
        raise KeyError(resident) from error

def crash(how):
    resident = sys.argv[3]
    if how == "main":
        fold(resident)
    elif how == "thread":
        thread = threading.Thread(target=fold, args=(resident,))
        thread.start()
        thread.join()
    elif how == "finaliser":
        class Leaf:
            def __del__(self):
                fold(resident)
        Leaf()
    elif how == "interrupt":
        raise KeyboardInterrupt
    elif how == "core":
        import resource
        print(resource.getrlimit(resource.RLIMIT_CORE))
    elif how == "native":
        import os, signal
        os.kill(os.getpid(), signal.SIGABRT)

crash(sys.argv[2])
"""


def run(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), how, SECRET],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def everything_written(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in folder.iterdir())


@pytest.mark.parametrize("how", ["main", "thread", "finaliser"])
def test_an_error_nobody_caught_is_reported_without_its_words(tmp_path: Path, how: str) -> None:
    ended = run(tmp_path, how)
    (report,) = tmp_path.glob("crash-[0-9]*.txt")
    lines = report.read_text("utf-8").splitlines()
    assert lines[0].startswith("desk-app ")
    assert "builtins.KeyError" in lines
    assert "builtins.ValueError" in lines, "the error behind the error"
    assert any(line.endswith(" fold") for line in lines)
    assert report.stat().st_mode & 0o777 == 0o600
    assert "WARNING crash kind=KeyError" in everything_written(tmp_path)
    for secret in (SECRET, "13800138000", "广"):
        assert secret not in everything_written(tmp_path) + ended.stdout + ended.stderr
    assert "KeyError" in ended.stderr
    assert ended.returncode == (1 if how == "main" else 0)


def test_stopping_it_by_hand_is_no_crash(tmp_path: Path) -> None:
    run(tmp_path, "interrupt")
    assert not list(tmp_path.glob("crash-[0-9]*.txt"))


@pytest.mark.skipif(sys.platform == "win32", reason="core files are a POSIX thing")
def test_no_core_file_is_written(tmp_path: Path) -> None:
    assert run(tmp_path, "core").stdout == "(0, 0)\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a POSIX thing")
def test_a_crash_below_python_leaves_the_stack(tmp_path: Path) -> None:
    run(tmp_path, "native")
    left = (tmp_path / "crash-native.txt").read_text("utf-8")
    assert "in crash" in left
    assert SECRET not in left


def test_old_reports_make_room(tmp_path: Path) -> None:
    paths = [write_report(tmp_path, ValueError(SECRET)) for _ in range(KEPT_REPORTS + 3)]
    left = sorted(tmp_path.iterdir())
    assert left == sorted(paths)[3:]


@pytest.mark.allow_log("qt level=QtWarningMsg")
def test_what_qt_complains_of_is_logged_by_level_and_category(
    caplog: pytest.LogCaptureFixture,
) -> None:
    note_qt_message("QtWarningMsg", "qt.qpa.input")
    assert caplog.messages == ["qt level=QtWarningMsg category=qt.qpa.input"]
