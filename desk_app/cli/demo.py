"""``desk-app demo``: the stories played through the real window, with pictures and papers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from desk_app.cli.options import JsonOption, write


def demo(
    out: Annotated[Path, typer.Option("--out", help="截图和 PDF 放在哪个文件夹。")],
    as_json: JsonOption = False,
) -> None:
    """把四个故事在真的窗口里走一遍（资料是演示用的，用完就丢）。"""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desk_app.bootstrap.demo import play_demo

    made = play_demo(out)
    lines = [f"{story.title}：{len(story.files)} 个文件" for story in made]
    write(
        [{"story": story.id, "files": [path.name for path in story.files]} for story in made],
        as_json,
        "\n".join(lines),
    )
