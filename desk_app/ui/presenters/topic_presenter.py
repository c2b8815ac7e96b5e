"""One topic of a case (money, calls, papers …) on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from desk_app.core.fold import CaseState
from desk_app.core.masking import form_of_address
from desk_app.ui.presenters.case_writing import CaseWriting
from desk_app.ui.presenters.lines import NO_NAME
from desk_app.ui.presenters.ports import Services

S = TypeVar("S")
Shown = TypeVar("Shown", contravariant=True)


@dataclass(frozen=True, slots=True)
class TopicHead:
    """Whose case the page is about; ``who`` is a form of address, never a full name."""

    number: str
    who: str


class TopicView(Protocol[Shown]):
    """What the presenter asks of the page."""

    def show_topic(self, head: TopicHead, state: Shown) -> None:
        """Draw it."""


class TopicPresenter(Generic[S]):
    """What a topic's page knows and does; a topic says in ``read`` what it shows.

    Attributes:
        case: as last read; None before.
    """

    def __init__(self, services: Services, view: TopicView[S]) -> None:
        self._services = services
        self._view = view
        self._writing = CaseWriting(services, lambda _: self.refresh())
        self.case_id = ""
        self.case: CaseState | None = None

    @property
    def today(self) -> date:
        """The day that it is."""
        return self._services.clock.now().date()

    def read(self, case: CaseState) -> S:
        """What the page shows of ``case``; called on the store's thread."""
        raise NotImplementedError

    def show(self, case_id: str) -> None:
        """Show another case."""
        if case_id != self.case_id:
            self.case_id, self.case = case_id, None
        self.refresh()

    def refresh(self) -> None:
        """Read the case, if there is one to show."""
        if self.case_id:
            case_id, store = self.case_id, self._services.store

            def look() -> tuple[CaseState, S]:
                case = store.case(case_id)
                return case, self.read(case)

            self._services.runner.store(look, self._read)

    def open_case(self) -> None:
        """Back to the case's own page."""
        self._services.shell.open_case(self.case_id)

    def write(
        self,
        work: Callable[[], CaseState],
        kind: str,
        words: str,
        written: Callable[[], object] = lambda: None,
    ) -> None:
        """See ``CaseWriting.write``; the page is drawn anew after it."""
        self._writing.write(work, kind, words, written)

    def _read(self, found: tuple[CaseState, S]) -> None:
        case, state = found
        if case.case_id != self.case_id:
            return
        self.case = case
        fields = case.fields
        who = form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))
        self._view.show_topic(TopicHead(case.number, who or NO_NAME), state)
