"""Publishing and installing a content pack, by the commands as forms/README.md has them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desk_app.cli.main import main
from tests.helpers.packs import Publisher

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., Any]
NEED = ("items/civil.yaml", "role: original_check\n", "role: original_submit\n")


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    return Publisher(tmp_path_factory.mktemp("publisher"))


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a desk of its own; its JSON, or (exit code, stderr) on refusal."""
    secret = tmp_path / "passphrase"
    secret.write_text("一句只有我知道的话\n", "utf-8")
    before = ["--data", str(tmp_path / "data"), "--passphrase-file", str(secret)]

    def act(*words: str | Path) -> Any:
        code = main([*before, *map(str, words), "--json"])
        out, err = capsys.readouterr()
        return json.loads(out) if code == 0 else (code, err)

    return act


def test_the_commands_of_the_page_work_as_written(publisher: Publisher, tmp_path: Path) -> None:
    publisher.forms("2026.2", NEED).rename(tmp_path / "new-forms")
    page = (ROOT / "forms" / "README.md").read_text("utf-8")
    script = "".join(re.findall(r"```sh\n(.*?)```", page, re.S))
    command = tmp_path / "bin" / "desk-app"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m desk_app "$@"\n')
    command.chmod(0o755)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "DESK_APP_DATA": str(tmp_path / "data"),
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "装好了 2026.2 版" in done.stdout
    assert "原来“查验原件后退还”，现在“收取原件”" in done.stdout
    assert re.search(r"2026\.2　在用", done.stdout)
    assert done.stdout.rstrip().splitlines()[-1].startswith("选定 2026.1 版。下次打开程序起用")


def test_an_open_case_keeps_its_version_and_new_ones_take_the_new(
    run: Run, publisher: Publisher, tmp_path: Path
) -> None:
    forms = publisher.forms("2026.5", NEED)
    (item,) = {row["item"] for row in run("content", "changes", "shipped", forms)}
    old_case = run("case", "new")["number"]
    before = run("case", "choose", old_case, item)["materials"]
    run("content", "sign", forms, "--key", publisher.key, "--out", tmp_path / "p.pack")
    done = run("content", "install", tmp_path / "p.pack", "--trust", f"{publisher.key}.pub")
    assert (done["version"], done["starts"]) == ("2026.5", None)
    assert [row["state"] for row in run("content", "packs")] == ["kept", "in_force"]
    assert run("case", "show", old_case)["materials"] == before
    fresh = run("case", "new")["number"]
    now = run("case", "choose", fresh, item)["materials"]
    assert sum(row["originals"] for row in now) == 1 + sum(row["originals"] for row in before)
    told = {row["what"]: row for row in run("doctor")}
    assert told["内容包"]["ok"]
    assert "2026.5 版（装上的）" in told["内容包"]["words"]


def test_doctor_and_every_command_say_when_the_installed_pack_is_damaged(
    run: Run, publisher: Publisher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "p.pack"
    run("content", "sign", publisher.forms("2026.6"), "--key", publisher.key, "--out", out)
    digest = run("content", "install", out, "--trust", f"{publisher.key}.pub")["digest"]
    (tmp_path / "data" / "packs" / digest / "forms" / "facts.yaml").unlink()
    code = main(["--data", str(tmp_path / "data"), "doctor"])
    assert code == 1
    assert "✗ 内容包：装上的内容包 2026.6 版用不了" in capsys.readouterr().out
    assert main(["--data", str(tmp_path / "data"), "suggest", "低保"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("desk-app: 装上的内容包 2026.6 版用不了")
    assert "低保" in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["install", "{tmp}/nothing.pack"], "读不出来"),
        (["install", "{tmp}/junk"], "不是内容包"),
        (["install", "{tmp}/junk", "--trust", "{tmp}/junk"], "公钥"),
        (["sign", "{tmp}", "--key", "{tmp}/junk", "--out", "{tmp}/x"], "私钥"),
        (["use", "123456"], "没有装过"),
        (["changes", "shipped", "123456"], "没有装过"),
        (["keygen", "{tmp}/junk"], "没有另做"),
        (["keygen", "{tmp}/no-folder/key"], "写不进去"),
    ],
)
def test_a_refusal_is_one_clear_line(run: Run, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "junk").write_bytes(b"PK nonsense")
    code, line = run("content", *(word.replace("{tmp}", str(tmp_path)) for word in words))
    assert code == 1
    assert said in line
    assert line.count("\n") == 1
    assert not (tmp_path / "x").exists()
