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
COMMON_FILE = "common.yaml"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the finder knows besides the pack.

    Attributes:
        phrases: colloquial phrases by item id.
        event_phrases: more phrases by life event id.
        same: for each word that people say, the word it is read as.
        outside: words of things that no item of ours is about.
        fillers: words that carry no need (请问, 我想, 麻烦您 …).
    """

    phrases: Mapping[str, tuple[str, ...]]
    event_phrases: Mapping[str, tuple[str, ...]]
    same: Mapping[str, str]
    outside: tuple[str, ...]
    fillers: tuple[str, ...]


def load_words(folder: Path) -> Words:
    """Read ``folder/synonyms``; no folder = no words.

    Raises BadInputError naming the file when one cannot be read as it should.
    """
    phrases: dict[str, tuple[str, ...]] = {}
    events: dict[str, tuple[str, ...]] = {}
    common: Mapping[str, Any] = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        table = _read(path)
        if path.name == COMMON_FILE:
            common = table
            continue
        for key, said in table.items():
            target = events if str(key).startswith("event.") else phrases
            target[str(key)] = (*target.get(str(key), ()), *_texts(path, said))
    same = {said: word for word, saids in common.get("same", {}).items() for said in saids}
    return Words(
        phrases, events, same, tuple(common.get("outside", ())), tuple(common.get("fillers", ()))
    )


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
        if path.name == COMMON_FILE or not isinstance(root, yaml.MappingNode):
            continue
        for key, value in root.value:
            if key.value not in known:
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
