"""Writing several entries at once and taking all of them back again."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.core.fold import CaseState
from desk_app.ui.presenters.ports import Services


def write_whole(
    services: Services,
    case_id: str,
    work: Callable[[], CaseState],
    words: str,
    changed: Callable[[CaseState], object],
) -> None:
    """Do ``work`` on the store's thread, say ``words``, and offer to take back all it wrote.

    Args:
        changed: called with the case after it was written or taken back.
    """

    def look() -> tuple[CaseState, tuple[str, ...]]:
        before = {entry.id for entry in services.store.case(case_id).timeline}
        case = work()
        return case, tuple(entry.id for entry in case.timeline if entry.id not in before)

    def take_back(fresh: tuple[str, ...]) -> None:
        def undo() -> CaseState:
            for entry_id in reversed(fresh):
                services.casework.withdraw(case_id, entry_id)
            return services.store.case(case_id)

        services.runner.store(undo, finished)

    def finished(case: CaseState) -> None:
        services.shell.saved()
        changed(case)

    def done(found: tuple[CaseState, tuple[str, ...]]) -> None:
        case, fresh = found
        services.shell.toast(words, (lambda: take_back(fresh)) if fresh else None)
        finished(case)

    services.runner.store(look, done)
