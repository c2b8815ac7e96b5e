"""Layouts of papers: a fault is named with its file before anything is printed from it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from desk_app.content.check import check_pack

FORMS = Path(__file__).resolve().parents[3] / "forms"
NOTICE = "papers/notice_once.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("data: items}", "data: itens}", "没有“itens”这样可填的内容"),
        ("{addressee}", "{adressee}", "没有“adressee”这样可填的内容"),
        ("{addressee}", "{addressee", "花括号没有配对"),
        ("data: wanted\n", "data: items\n", "这里要一张表"),
        ("data: plain,", "data: nickname,", "没有“nickname”这样可填的内容"),
        ("{wanted_count}", "{wanted}", "不能放在句子里"),
        ("id: notice_once", "id: notice_twice", "文件名应当是 notice_twice.yaml"),
        (
            "kind: stamp\n    text: （业务受理专用章）",
            "kind: stamp\n    data: items",
            "用不着“data”",
        ),
        ("size: formal", "size: tiny", "tiny"),
    ],
)
def test_a_layout_that_would_print_wrongly_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    folder = tmp_path / "forms"
    shutil.copytree(FORMS, folder)
    path = folder / NOTICE
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = [p.text for p in check_pack(folder, date(2026, 11, 23)).errors if p.file == NOTICE]
    assert any(said in problem for problem in found), found
