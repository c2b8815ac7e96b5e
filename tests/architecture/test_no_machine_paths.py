"""Nothing in the repository depends on the machine it was written on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT
from tests.architecture.test_layers import told

# Pieced together, so that this file does not find itself.
REGISTRIES = ("py" + "pi", "python" + "hosted", "npm" + "js", "deb." + "debian", "crates" + r"\.io")
MACHINE = (
    (re.compile(r"(?<![\w.~}])/(?:wor" r"k|roo" r"t|home/\w+|Users/\w+)/"), "one machine's folder"),
    (re.compile(r"\b[A-Z]:\\" r"Users\\"), "one machine's folder"),
    (re.compile(rf"(?://|@)[\w.-]*(?:{'|'.join(REGISTRIES)})[\w.-]*", re.I), "a registry's host"),
    (re.compile(r"--(?:extra-)?index" r"-url|--find" r"-links|--trusted" r"-host"), "an index"),
)  # fmt: skip


def tracked_files() -> list[Path]:
    """What git keeps; the whole folder where there is no git (an unpacked archive)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, check=False
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    if listed.returncode or not names:
        hidden = re.compile(r"(^|/)(\.(?!ci|editor|git(ignore|attributes))|__pycache__)")
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not hidden.search(path.relative_to(ROOT).as_posix())
        ]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def machine_bound(name: str, text: str) -> Iterator[str]:
    """Complaints about ``text``: ``file:line: what``."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in MACHINE:
            if found := pattern.search(line):
                yield f"{name}:{number}: {what}: {found.group()}"


def test_no_tracked_file_names_a_folder_or_registry_of_one_machine() -> None:
    def complaints() -> Iterator[str]:
        for path in tracked_files():
            content = path.read_bytes()
            if b"\0" not in content[:4096]:
                text = content.decode("utf-8", "replace")
                yield from machine_bound(path.relative_to(ROOT).as_posix(), text)

    told(complaints())


@pytest.mark.parametrize(
    "line",
    [
        "cd /ho" "me/li/desk",
        "source=/ro" "ot/.venv/bin",
        "see /wo" "rk/main",
        r"C:\Use" r"rs\li",
        "--index" "-url https://host.invalid/simple",
        "https://files.python" "hosted.org/x.whl",
    ],
)  # fmt: skip
def test_a_line_of_one_machine_is_found(line: str) -> None:
    assert len(list(machine_bound("x", line))) == 1


@pytest.mark.parametrize("line", ["~/.local/share", "/usr/share/fonts", "net/work/x", "$HOME/x"])
def test_a_line_that_fits_every_machine_passes(line: str) -> None:
    assert list(machine_bound("x", line)) == []
