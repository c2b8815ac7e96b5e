"""Rules of the stages: what the check finds, and packs from before there were any."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from desk_app.content.check import check_pack
from desk_app.content.pack import load_pack

FORMS = Path(__file__).resolve().parents[3] / "forms"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FORMS, tmp_path / "forms")
    return tmp_path / "forms"


def test_a_pack_signed_before_there_were_rules_is_still_used(folder: Path) -> None:
    (folder / "stages.yaml").unlink()
    assert load_pack(folder).stages == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    follows:\n      - triage\n", "    follows: []\n", "到不了答复反馈"),
        ("      - triage\n", "      - receive\n", "只能写排在它后面的阶段"),
        ("  - id: assess\n", "  - id: reply\n", "少了“assess”"),
        ("      - words_noted\n", "      - words_sung\n", "words_sung"),
        ("    days: 5\n", "    days: -1\n", "几个工作日"),
        ("    days_by: window\n", "    days_by: guess\n", "guess"),
    ],
)
def test_a_rule_that_cannot_be_is_named_with_its_file(
    folder: Path, old: str, new: str, said: str
) -> None:
    path = folder / "stages.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = [p for p in check_pack(folder, date(2026, 11, 23)).errors if p.file == "stages.yaml"]
    assert any(said in problem.text for problem in found), found
