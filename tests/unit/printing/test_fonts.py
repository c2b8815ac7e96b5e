"""The font files: as documented, licensed, found in a frozen build, refused when damaged."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desk_app.printing.faces import BOLD, RARE, REGULAR
from desk_app.system.resources import resource_path

PROGRAM = """
import sys
sys._MEIPASS = sys.argv[1]
from desk_app.core.errors import EnvironmentProblem
from desk_app.printing.faces import runs
try:
    print(runs("陈𠮷")[-1].font)
except EnvironmentProblem as problem:
    print(problem)
"""


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """The root of a frozen build with the three faces."""
    fonts = tmp_path / "resources" / "fonts"
    fonts.mkdir(parents=True)
    for name in (REGULAR, BOLD, RARE):
        shutil.copy(resource_path(f"fonts/{name}.ttf"), fonts)
    return tmp_path


def said(root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def test_the_readme_names_every_font_with_its_fingerprint_and_a_licence_that_is_there() -> None:
    readme = resource_path("fonts/README.md").read_text("utf-8")
    for path in resource_path("fonts").glob("*.ttf"):
        row = next(line for line in readme.splitlines() if line.startswith(f"| {path.name} |"))
        assert hashlib.sha256(path.read_bytes()).hexdigest() in row
    for licence in re.findall(r"\((\S+\.txt)\)", readme):
        assert len(resource_path(f"fonts/{licence}").read_text("utf-8")) > 1000


def test_a_frozen_build_finds_its_faces(frozen: Path) -> None:
    assert said(frozen) == RARE


def test_a_missing_face_is_named(frozen: Path) -> None:
    (frozen / "resources/fonts" / f"{RARE}.ttf").unlink()
    assert "程序缺少文件“HanaMinB.ttf”" in said(frozen)


@pytest.mark.parametrize("content", [b"", b"not a font", None])
def test_a_damaged_face_is_named_and_says_what_to_do(frozen: Path, content: bytes | None) -> None:
    path = frozen / "resources/fonts" / f"{RARE}.ttf"
    path.write_bytes(path.read_bytes()[:3000] if content is None else content)
    answer = said(frozen)
    assert "字体文件“HanaMinB.ttf”坏了" in answer
    assert "请重新安装" in answer
