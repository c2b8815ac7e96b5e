"""One thing that differs between two versions of the content pack, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackChange:
    """A difference that concerns one item, or the pack as a whole.

    Attributes:
        item: id of the item; empty = no single item.
        name: the item's name, as it is now.
        what: what differs, e.g. 材料“身份证”.
        before: how it was; empty = there was none.
        after: how it is; empty = it is gone.
    """

    item: str
    name: str
    what: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The difference in one line, the old value beside the new."""
        if not self.before:
            return f"{self.what}：新增“{self.after}”" if self.after else self.what
        if not self.after:
            return f"{self.what}：取消了，原来是“{self.before}”"
        return f"{self.what}：原来“{self.before}”，现在“{self.after}”"


def told_once(changes: Iterable[PackChange]) -> tuple[tuple[PackChange, tuple[str, ...]], ...]:
    """Each difference once, with the names of the items it concerns, in the order of ``changes``.

    A material that ten items want and that is issued elsewhere now is one change, not ten.
    """
    names: dict[tuple[str, str, str], tuple[PackChange, list[str]]] = {}
    for change in changes:
        key = (change.what, change.before, change.after)
        names.setdefault(key, (change, []))[1].append(change.name)
    return tuple(
        (change, tuple(dict.fromkeys(n for n in of if n))) for change, of in names.values()
    )


def version_key(version: str) -> tuple[int, ...]:
    """Numbers of a version, for comparing: 2026.10 is later than 2026.9."""
    return tuple(map(int, re.findall(r"[0-9]+", version)))
