"""Writes into either store, and looks at it as sync does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from desk_app.core.entries import Entry, NewEntry
from tests.helpers.fakes import A_MONDAY
from tests.helpers.stream import CASE

EVERYTHING = 1 << 60


def write(store: Any, *new: NewEntry, author: str = "小李") -> list[Entry]:
    return [store.write(one, author, A_MONDAY) for one in new]


def words(entries: Iterable[Entry]) -> list[str]:
    return [str(entry.body.get("text", entry.kind)) for entry in entries]


def texts(store: Any, case_id: str = CASE) -> list[str]:
    return [one.text for one in store.fold(case_id).notes]


def look(store: Any) -> dict[str, object]:
    """All that sync can see of a store."""
    cases = sorted(store.case_ids())
    return {
        "state": store.sync_state(),
        "outbox": store.outbox(),
        "count": store.count_outbox(),
        "tray": [(item.entry.id, item.code) for item in store.tray()],
        "digests": [store.stream_digest(0, EVERYTHING, thorough=t) for t in (False, True)],
        "cases": store.case_sync(cases),
        "queue": store.queue(),
        "marks": [store.without_effect(case_id) for case_id in cases],
        "offers": store.incoming_offers(),
        "texts": [texts(store, case_id) for case_id in cases],
    }
