"""A bug met by a command is reported without its words, like one met by the window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SECRET = "广先生13800138000"
PROGRAM = """
import sys
from pathlib import Path
from desk_app.bootstrap.desk import owned_folder
from desk_app.core.errors import BadInputError

with owned_folder(Path(sys.argv[1])):
    raise {"bug": KeyError, "refusal": BadInputError}[sys.argv[2]](sys.argv[3])
"""


def run(folder: Path, how: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), how, SECRET],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    return done.stdout + done.stderr


def test_a_bug_leaves_a_report_and_says_nothing_of_the_resident(tmp_path: Path) -> None:
    shown = run(tmp_path, "bug")
    (report,) = (tmp_path / "logs").glob("crash-[0-9]*.txt")
    assert "builtins.KeyError" in report.read_text("utf-8")
    assert SECRET not in shown + report.read_text("utf-8")
    assert "KeyError" in shown


def test_a_refusal_is_no_crash(tmp_path: Path) -> None:
    assert "BadInputError" in run(tmp_path, "refusal")
    assert not list((tmp_path / "logs").glob("crash-[0-9]*.txt"))
