"""Choosing between two values of a case, looking at masked ones, and taking a choice back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from desk_app.core.fold import CaseState, Slot
from desk_app.ui.presenters.conflict_lines import Conflict, conflicts_of
from desk_app.ui.presenters.ports import Services

LOOKED = "有冲突，核对哪个对"
"""Why masked values were looked at, kept with who looked."""


class ConflictView(Protocol):
    """What the presenter asks of the card."""

    def show_conflicts(self, conflicts: tuple[Conflict, ...]) -> None:
        """Draw them; none = put the card away."""

    def cover_later(self) -> None:
        """Call ``cover`` in a moment: something masked shows in full."""


class ConflictPresenter:
    """What the card knows and does.

    Args:
        changed: called after each choice, with the page still at the same case.
    """

    def __init__(
        self, services: Services, view: ConflictView, changed: Callable[[], object]
    ) -> None:
        self._services = services
        self._view = view
        self._changed = changed
        self._case: CaseState | None = None
        self._seen: frozenset[str] = frozenset()
        self._chosen: list[tuple[str, str]] = []

    def show_case(self, case: CaseState | None) -> None:
        """Show the conflicts of a case; another case is covered at once."""
        if case is None or self._case is None or case.case_id != self._case.case_id:
            self._seen = frozenset()
            self._chosen = []
        self._case = case
        self._draw()

    def choose(self, slot_name: str, place: int) -> None:
        """Choose the value in a place (1 = the first); nothing happens for another number."""
        case, slot = self._case, self._slot(slot_name)
        if case is None or slot is None:
            return
        rivals = (*slot.rivals, slot.entry)
        if not 1 <= place <= len(rivals):
            return
        casework, chosen = self._services.casework, rivals[place - 1]

        def done(after: CaseState) -> None:
            settled = after.slots[slot.name].entry
            self._chosen.append((after.case_id, settled.id))
            self._services.shell.saved()
            self._services.shell.toast("选定了。两个都留在经过里。", self.undo)
            self._changed()

        self._services.runner.store(partial(casework.settle, case.case_id, slot, chosen), done)

    def undo(self) -> None:
        """Take the latest choice back: both values are there again."""
        if not self._chosen:
            return
        case_id, entry_id = self._chosen.pop()
        casework = self._services.casework

        def done(_: CaseState) -> None:
            self._services.shell.saved()
            self._services.shell.toast("撤销了，两个都在，可以重新选。")
            self._changed()

        self._services.runner.store(partial(casework.withdraw, case_id, entry_id), done)

    def look(self, slot_name: str) -> None:
        """Show masked values in full for a moment; who looked is kept."""
        case, slot = self._case, self._slot(slot_name)
        if case is None or slot is None:
            return
        casework, field = self._services.casework, str(slot.entry.body.get("name", ""))

        def shown(_: str) -> None:
            if self._case is not None and self._case.case_id == case.case_id:
                self._services.shell.saved()
                self._seen |= {slot_name}
                self._draw()
                self._view.cover_later()

        self._services.runner.store(partial(casework.reveal, case.case_id, field, LOOKED), shown)

    def cover(self) -> None:
        """Mask again."""
        if self._seen:
            self._seen = frozenset()
            self._draw()

    def _draw(self) -> None:
        services, case = self._services, self._case
        if case is None or not case.conflicts:
            self._view.show_conflicts(())
            return
        pack, now = services.casework.pack_of(case), services.clock.now()
        author = services.casework.author
        self._view.show_conflicts(conflicts_of(case, pack, author, now, self._seen))

    def _slot(self, name: str) -> Slot | None:
        slot = self._case.slots.get(name) if self._case is not None else None
        return slot if slot is not None and slot.in_conflict else None
