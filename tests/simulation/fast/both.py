"""The store in memory and the real one side by side: whatever is done to one is done to both.

After each call everything that sync can see of the two is compared. A difference is a fault of one
of them: what a schedule in memory finds is worth as much as the two are alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import chain
from typing import Any
from unittest.mock import patch

from desk_app.core import ids
from desk_app.core.entries import Entry
from desk_app.core.exchange import TrayItem
from tests.helpers.memory_store import MemoryStore
from tests.simulation.fast.real import RealStore, Shelf

EVERYTHING = 1 << 60
LOOKS = (
    "sync_state", "count_outbox", "outbox", "tray", "queue", "incoming_offers", "life", "leaving",
    "all_entries", "numbered",
)  # fmt: skip


class DifferentError(AssertionError):
    """The two stores are no longer alike."""


class BothStores:
    """Two stores that must never be told apart.

    Args:
        names: the two draw the same names from it.
    """

    def __init__(self, memory: MemoryStore, real: RealStore, names: random.Random) -> None:
        self._memory = memory
        self._real = real
        self._names = names

    @classmethod
    def on(cls, shelf: Shelf) -> Callable[[str, Callable[[], str]], BothStores]:
        """What makes new ones, see ``Office.new_store``."""
        names = random.Random(0)

        def new(device: str, name_life: Callable[[], str]) -> BothStores:
            life = name_life()
            lives = chain([life], iter(ids.new_incarnation, ""))
            memory = MemoryStore(device, lambda: next(lives))
            return cls(memory, shelf.new(device, lambda: life), names)

        return new

    def copy(self) -> BothStores:
        """See ``MemoryStore.copy``."""
        return BothStores(self._memory.copy(), self._real.copy(), self._names)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            answer = self._same(name, *arguments, **named)
            self._compare(f"after {name}")
            return answer

        return call

    def _compare(self, when: str) -> None:
        for look in LOOKS:
            self._same(look, when=when)
        for thorough in (False, True):
            self._same("stream_digest", 0, EVERYTHING, thorough=thorough, when=when)
        cases = self._memory.case_ids()
        self._same("case_sync", cases, when=when)
        for case_id in cases:
            for look in ("queue_row", "without_effect"):
                self._same(look, case_id, when=when)

    def _same(self, name: str, *arguments: Any, when: str = "", **named: Any) -> Any:
        answers, seed = [], self._names.random()
        for store in (self._memory, self._real):
            with patch.object(ids, "secrets", random.Random(seed)):
                try:
                    answers.append(getattr(store, name)(*arguments, **named))
                except Exception as error:  # noqa: BLE001 - both must refuse alike
                    answers.append(error)
        mine, its = map(_comparable, answers)
        if mine != its:
            raise DifferentError(f"{name} {when}: in memory {mine}, on disk {its}")
        if isinstance(answers[1], Exception):
            raise answers[1]
        return answers[1]


def _comparable(answer: object) -> object:
    """What must be the same. The tray's times are the machine's, lists of names have no order, and
    what a clock counts of an entry to be sent is only settled by the centre."""
    if isinstance(answer, Exception):
        return type(answer)
    if not isinstance(answer, list) or not answer:
        return answer
    if isinstance(answer[0], TrayItem):
        return sorted((item.entry.id, item.code, item.state) for item in answer)
    if isinstance(answer[0], Entry):
        return [(entry.id, entry.sha256) for entry in answer]
    return sorted(answer) if isinstance(answer[0], str) else answer
