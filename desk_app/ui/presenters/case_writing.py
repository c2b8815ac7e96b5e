"""Writing to a case and offering the way back, alike on every page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from desk_app.core.fold import CaseState
from desk_app.ui.presenters.ports import Services


class CaseWriting:
    """Runs a use case on the store's thread, says that it was saved, and offers to take it back.

    Args:
        changed: called with the case after it was written or taken back.
    """

    def __init__(self, services: Services, changed: Callable[[CaseState], object]) -> None:
        self._services = services
        self._changed = changed

    def write(
        self,
        work: Callable[[], CaseState],
        kind: str,
        words: str,
        written: Callable[[], object] = lambda: None,
    ) -> None:
        """Do ``work`` and say ``words``; the latest entry of ``kind`` is what can be undone.

        Args:
            written: called once it is written, never where it was refused.
        """

        def done(case: CaseState) -> None:
            written()
            last = next((e.id for e in reversed(case.timeline) if e.kind == kind), "")
            undo = partial(self._take_back, case.case_id, last) if last else None
            self._services.shell.saved()
            self._services.shell.toast(words, undo)
            self._changed(case)

        self._services.runner.store(work, done)

    def _take_back(self, case_id: str, entry_id: str) -> None:
        casework = self._services.casework

        def done(case: CaseState) -> None:
            self._services.shell.saved()
            self._changed(case)

        self._services.runner.store(lambda: casework.withdraw(case_id, entry_id), done)
