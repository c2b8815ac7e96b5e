"""Keeping what is being typed about the case in hand, alike on every page."""

from __future__ import annotations

from typing import Protocol

from desk_app.services.drafting import Drafting
from desk_app.ui.presenters.ports import Services


def row_slot(begin: str, row: str) -> str:
    """The slot of the line that opens inside a row; ``begin``: as the page's other slots do."""
    return f"{begin}row:{row}"


class _InHand(Protocol):
    """A presenter with a case in hand; ``case_id`` is empty before the first."""

    _services: Services
    _drafting: Drafting

    @property
    def case_id(self) -> str: ...


class DraftKeeping:
    """Implements ``views.line_drafts.DraftKeeper`` for a presenter with a case in hand."""

    def keep_draft(self: _InHand, slot: str, text: str, cursor: int) -> None:
        """Something is being typed: store it with its caret."""
        services, drafting = self._services, self._drafting
        if case_id := self.case_id:
            services.runner.store(
                lambda: drafting.keep(case_id, slot, text, cursor),
                lambda _: services.shell.saved(),
            )

    def drop_draft(self: _InHand, slot: str) -> None:
        """What was being typed was taken over or given up."""
        drafting = self._drafting
        if case_id := self.case_id:
            self._services.runner.store(lambda: drafting.drop(case_id, slot), lambda _: None)
