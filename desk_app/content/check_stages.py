"""Stages: all five are there, the order goes forward, and each leads to the answer."""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.content.forms import Forms
from desk_app.content.report import Problem
from desk_app.core.kinds.case import STAGES


def check_stages(forms: Forms) -> Iterator[Problem]:
    """Packs from before there were rules of stages have none, which is fine."""
    placed = forms.of("stages")
    if not placed:
        return
    known = forms.ids("stages")
    for stage in STAGES:
        if stage not in known:
            yield Problem(placed[0].file, 1, f"少了“{stage}”这个阶段，五个都要写。")
    for file, row in placed:
        stage = row["id"]
        if stage not in STAGES:
            continue  # said by the shape
        later = STAGES[STAGES.index(stage) + 1 :]
        for after, line in zip(row["follows"], row["follows"].lines, strict=True):
            if after in STAGES and after not in later:
                text = f"“{stage}”后面不能写“{after}”，只能写排在它后面的阶段。"
                yield Problem(file, line, text)
        if later and not row["follows"]:
            text = f"“{stage}”后面没有阶段，案件到不了答复反馈。"
            yield Problem(file, row.line_of("follows"), text)
