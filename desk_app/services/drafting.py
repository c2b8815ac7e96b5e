"""Drafts: what is being typed, kept with every pause until it becomes an entry.

A draft belongs to its author and its case and names the editor it came from (``slot``). It goes
away in the same breath as the entry that takes its place is written, never before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk_app.core.clock import Clock
from desk_app.core.fold import CaseState
from desk_app.core.ports import CaseStore, Draft

WORDS = "field:words"
"""The slot of the resident's own words."""

NOTE = "note"
"""The slot of a note that is being added to a case."""


def field_slot(name: str) -> str:
    """The slot of the editor of a field of the case."""
    return f"field:{name}"


class Drafting:
    """The drafts of one officer.

    Args:
        store: where drafts are rows; each call is one durable transaction.
        author: whose drafts these are; nobody sees another officer's.
    """

    def __init__(self, store: CaseStore, author: str, clock: Clock) -> None:
        self._store = store
        self._author = author
        self._clock = clock

    def keep(self, case_id: str, slot: str, text: str, cursor: int) -> None:
        """Store a draft with its caret; durable when it returns.

        An empty text is kept as no draft: the entry in force shows again.
        """
        now = self._clock.now().isoformat(timespec="milliseconds")
        self._store.save_draft(Draft(self._author, case_id, slot, text, cursor, now))

    def drop(self, case_id: str, slot: str) -> None:
        """Forget a draft; fine when there is none."""
        self._store.save_draft(Draft(self._author, case_id, slot, "", 0, ""))

    def of_case(self, case_id: str) -> Mapping[str, Draft]:
        """The drafts of a case by slot."""
        mine = self._store.drafts(self._author)
        return {draft.slot: draft for draft in mine if draft.case_id == case_id}

    def settle(self, case_id: str, write: Callable[[], CaseState], *slots: str) -> CaseState:
        """Turn drafts into an entry.

        The entry is written first: a crash in between leaves both, and the drafts then say the
        same as the entry. When ``write`` raises, the drafts stay.
        """
        case = write()
        for slot in slots:
            self.drop(case_id, slot)
        return case
