"""Reads the stories the demo plays, from ``forms/demo/``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import MaterialMark, StepMark
from desk_app.core.story import Story, StoryPromise

FOLDER = "demo"


def load_stories(folder: Path) -> tuple[Story, ...]:
    """The stories below ``folder``, in the order of their file names.

    Raises BadInputError naming the file when one is not as it should be.
    """
    stories = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            row = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
            stories.append(_story(row))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "演示故事“{name}”格式不对。"), name=path.name
            ) from None
    return tuple(stories)


def _story(row: Mapping[str, Any]) -> Story:
    states = dict(row.get("materials", {}))
    fetchers = dict(row.get("fetch", {}))
    marks = {
        material: MaterialMark(states.get(material, "unseen"), fetchers.get(material, ""))
        for material in dict.fromkeys([*states, *fetchers])
    }
    return Story(
        id=row["id"],
        title=row["title"],
        channel=row["channel"],
        officer=row["officer"],
        resident_title=row["resident"]["title"],
        words=row["words"],
        barrier=row["barrier"],
        needs=tuple(row["needs"]),
        find=tuple(row["find"]),
        choose=tuple(row["choose"]),
        answers=dict(row["answers"]),
        sop=row["sop"],
        steps={s["step"]: StepMark(s["state"], s.get("answer", "")) for s in row["steps"]},
        materials=marks,
        verdict=row["verdict"],
        promises=tuple(
            StoryPromise(p["what"], p["who"], int(p["days"]), p.get("to_whom", ""))
            for p in row["promises"]
        ),
        outcome=row["end"]["outcome"],
        explained=bool(row["end"]["explained"]),
        sheet_given=bool(row["end"]["sheet_given"]),
    )
