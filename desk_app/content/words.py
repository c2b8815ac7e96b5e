"""The words people use: phrases for items and events, and words that mean the same.

They live in ``forms/synonyms/`` as YAML that a business expert can edit; the pack itself keeps to
official names. Reading them is quick enough to need no cache (a few thousand short lines).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

FOLDER = "synonyms"
COMMON_FILE, SAME_FILE, OUTSIDE_FILE = "common.yaml", "same.yaml", "outside.yaml"
"""The files that are not about items: polite words; words that mean the same; other business."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the finder knows besides the pack.

    Attributes:
        phrases: colloquial phrases by item id.
        event_phrases: more phrases by life event id.
        same: for each word, the groups of words of one meaning that it is in.
        outside: sentences about things that no item of ours is about, by topic.
        fillers: words that carry no need (请问, 我想, 麻烦您 …).
    """

    phrases: Mapping[str, tuple[str, ...]]
    event_phrases: Mapping[str, tuple[str, ...]]
    same: Mapping[str, tuple[str, ...]]
    outside: Mapping[str, tuple[str, ...]]
    fillers: tuple[str, ...]


def load_words(folder: Path) -> Words:
    """Read ``folder/synonyms``; no folder = no words.

    Raises BadInputError naming the file when one cannot be read as it should.
    """
    phrases: dict[str, tuple[str, ...]] = {}
    events: dict[str, tuple[str, ...]] = {}
    special: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        table = {str(key): _texts(path, said) for key, said in _read(path).items()}
        if path.name in (COMMON_FILE, SAME_FILE, OUTSIDE_FILE):
            special[path.name] = table
            continue
        for key, said in table.items():
            target = events if key.startswith("event.") else phrases
            target[key] = (*target.get(key, ()), *said)
    same: dict[str, tuple[str, ...]] = {}
    for group, members in special.get(SAME_FILE, {}).items():
        for word in (group, *members):
            same[word] = (*same.get(word, ()), group)
    fillers = special.get(COMMON_FILE, {}).get("fillers", ())
    return Words(phrases, events, same, special.get(OUTSIDE_FILE, {}), fillers)


def check_words(folder: Path, known: Collection[str]) -> Iterator[tuple[str, int, str]]:
    """What is wrong with the word files: (file, line, sentence).

    Args:
        known: ids of all items and life events.
    """
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        name = f"{FOLDER}/{path.name}"
        try:
            _read(path)
        except BadInputError as error:
            yield name, 1, str(error)
            continue
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        if not isinstance(root, yaml.MappingNode):
            continue
        special = path.name in (COMMON_FILE, SAME_FILE, OUTSIDE_FILE)
        for key, value in root.value:
            if not special and key.value not in known:
                yield name, key.start_mark.line + 1, f"没有“{key.value}”这个事项或事件。"
            elif not isinstance(value, yaml.SequenceNode) or not value.value:
                yield name, key.start_mark.line + 1, f"“{key.value}”下面要列出几句说法。"


def _read(path: Path) -> Mapping[str, Any]:
    try:
        table = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError):
        raise _unreadable(path) from None
    if not isinstance(table, dict):
        raise _unreadable(path)
    return table


def _texts(path: Path, said: object) -> tuple[str, ...]:
    if not isinstance(said, list):
        raise _unreadable(path)
    return tuple(str(text) for text in said)


def _unreadable(path: Path) -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "说法表“{name}”格式不对。"),
        press=QT_TRANSLATE_NOOP("Errors", "运行 desk-app content check 可以看到是哪一行。"),
        name=path.name,
    )
