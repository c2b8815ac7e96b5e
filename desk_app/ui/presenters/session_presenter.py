"""The session without Qt: what the officer does becomes use cases, what comes back is shown.

Everything that touches the store runs on the store's thread; suggestions run beside it, and only
the latest question's answer is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from desk_app.core.agenda import Agenda, build_agenda
from desk_app.core.catalogue import Pack
from desk_app.core.fold import CaseState, MaterialMark, StepMark
from desk_app.core.ports import Draft
from desk_app.core.suggestion import Suggestion, Suggestions
from desk_app.core.workdays import DueDay, add_working_days
from desk_app.services.casework import Ending
from desk_app.ui.presenters.ports import Services

WORDS_SLOT = "field:words"
PROMISE_DAYS = 5
"""Working days offered for a promise: the usual limit of other windows; the officer changes it."""


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything the session page shows.

    Attributes:
        draft: words being typed that are not an entry yet, with their caret; None = none.
        more: show up to eight suggestions instead of five.
    """

    case: CaseState
    agenda: Agenda
    suggestions: tuple[Suggestion, ...] = ()
    draft: Draft | None = None
    more: bool = False


class SessionView(Protocol):
    """The page as the presenter sees it."""

    def show_session(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the state; ``fresh`` = another case than before."""

    def show_suggestions(self, state: SessionState) -> None:
        """Draw only the suggestions."""

    def session_ended(self, case: CaseState) -> None:
        """The resident has left."""


class SessionPresenter:
    """Logic of the session page."""

    def __init__(self, services: Services, view: SessionView) -> None:
        self._services = services
        self._view = view
        self._state: SessionState | None = None
        self._query = ""
        self._started: datetime = services.clock.now()
        self._written: list[str] = []

    @property
    def state(self) -> SessionState | None:
        """What is shown; None before the first case."""
        return self._state

    @property
    def case_id(self) -> str:
        """The case in hand; empty before the first."""
        return self._state.case.case_id if self._state else ""

    @property
    def pack(self) -> Pack:
        """The content pack."""
        return self._services.pack

    @property
    def minutes(self) -> int:
        """Whole minutes since the session was opened."""
        return int((self._services.clock.now() - self._started).total_seconds() // 60)

    def start(self, channel: str = "counter") -> None:
        """Open a new case and show it."""
        self._load(lambda: self._services.casework.open_case(channel))

    def resume(self, case_id: str) -> None:
        """Go on with a case, its draft and caret included."""
        self._load(lambda: self._services.casework.case(case_id))

    def type_words(self, text: str, cursor: int) -> None:
        """The resident's words are being typed: keep the draft, look for items."""
        if self._state is None:
            return
        self._keep_draft(text, cursor)
        self.look_for(text)

    def settle_words(self, text: str) -> None:
        """The words are done for now: they become an entry."""
        services = self._services

        def work(case_id: str) -> CaseState:
            case = services.casework.set_field(case_id, "words", text)
            services.store.save_draft(
                Draft(services.casework.author, case_id, WORDS_SLOT, "", 0, "")
            )
            return case

        self._do(work)

    def look_for(self, text: str) -> None:
        """Look for items behind ``text``; empty text clears the list."""
        self._query = text
        if not text.strip():
            self._suggest(text, Suggestions(text, (), (), ()))
            return
        finder, limit = self._services.finder, 8 if self._state and self._state.more else 5
        self._services.runner.side(
            lambda: finder.suggest(text, limit), lambda found: self._suggest(text, found)
        )

    def show_more(self) -> None:
        """Show up to eight suggestions."""
        if self._state is not None:
            self._state = replace(self._state, more=True)
            self.look_for(self._query)

    def set_field(self, name: str, value: str) -> None:
        """Set a field of the case."""
        self._do(lambda case_id: self._services.casework.set_field(case_id, name, value))

    def set_need(self, need: str, wanted: bool) -> None:
        """Note or clear a need."""
        self._do(lambda case_id: self._services.casework.set_need(case_id, need, wanted))

    def choose(self, item: str) -> None:
        """Take an item, with the finder's reason."""
        why = self._why().get(item, "")
        self._do(lambda case_id: self._services.casework.choose_items(case_id, [item], {item: why}))

    def drop(self, item: str) -> None:
        """Take an item out again."""
        self._do(lambda case_id: self._services.casework.drop_item(case_id, item))

    def answer_fact(self, fact: str, value: str) -> None:
        """Answer a question with set answers."""
        self._do(lambda case_id: self._services.casework.answer_fact(case_id, fact, value))

    def answer_question(self, question: str, answer: str) -> None:
        """Keep the answer to a free question."""
        self._do(lambda case_id: self._services.casework.answer_question(case_id, question, answer))

    def start_sop(self, sop: str) -> None:
        """Start a checklist."""
        self._do(lambda case_id: self._services.casework.start_sop(case_id, sop))

    def mark_step(self, sop: str, step: str, mark: StepMark) -> None:
        """Mark a step of a checklist."""
        self._do(lambda case_id: self._services.casework.mark_step(case_id, sop, step, mark))

    def mark_material(self, material: str, mark: MaterialMark) -> None:
        """Mark a material."""
        self._do(lambda case_id: self._services.casework.mark_material(case_id, material, mark))

    def mark_rest_in_hand(self) -> None:
        """其余都有."""
        self._do(lambda case_id: self._services.casework.mark_rest_in_hand(case_id))

    def promise(self, what: str, who: str, due: date, to_whom: str) -> None:
        """Make a promise."""
        self._do(lambda case_id: self._services.casework.promise(case_id, what, who, due, to_whom))

    def default_due(self) -> DueDay:
        """The day offered for a promise."""
        today = self._services.clock.now().date()
        return add_working_days(today, PROMISE_DAYS, self.pack.calendars)

    def undo(self) -> None:
        """Take back the last thing written in this session."""
        if self._written:
            entry_id = self._written.pop()
            self._do(
                lambda case_id: self._services.casework.withdraw(case_id, entry_id), keep=False
            )

    def end(self, outcome: str, ending: Ending) -> None:
        """End the session."""
        case_id, minutes = self.case_id, self.minutes
        self._services.runner.store(
            lambda: self._services.casework.end_session(case_id, outcome, minutes, ending),
            self._ended,
        )

    def _ended(self, case: CaseState) -> None:
        self._services.shell.saved()
        self._view.session_ended(case)

    def _load(self, work: Callable[[], CaseState]) -> None:
        services = self._services

        def load() -> SessionState:
            case = work()
            drafts = services.store.drafts(services.casework.author)
            mine = (d for d in drafts if d.case_id == case.case_id and d.slot == WORDS_SLOT)
            return SessionState(case, build_agenda(services.pack, case), draft=next(mine, None))

        services.runner.store(load, self._loaded)

    def _loaded(self, state: SessionState) -> None:
        self._state = state
        self._started = self._services.clock.now()
        self._written = []
        self._services.shell.saved()
        self._view.show_session(state, fresh=True)
        words = state.draft.text if state.draft else state.case.fields.get("words", "")
        if words:
            self.look_for(words)

    def _keep_draft(self, text: str, cursor: int) -> None:
        services = self._services
        now = services.clock.now().isoformat(timespec="milliseconds")
        draft = Draft(services.casework.author, self.case_id, WORDS_SLOT, text, cursor, now)
        services.runner.store(
            lambda: services.store.save_draft(draft), lambda _: services.shell.saved()
        )

    def _do(self, work: Callable[[str], CaseState], *, keep: bool = True) -> None:
        if self._state is None:
            return
        services, before = self._services, self._state.case

        def act() -> tuple[CaseState, Agenda]:
            case = work(before.case_id)
            return case, build_agenda(services.pack, case)

        def shown(result: tuple[CaseState, Agenda]) -> None:
            case, agenda = result
            if self._state is None or self._state.case.case_id != case.case_id:
                return
            if keep:
                known = {entry.id for entry in before.timeline} | set(self._written)
                self._written += [entry.id for entry in case.timeline if entry.id not in known]
            self._state = replace(self._state, case=case, agenda=agenda)
            services.shell.saved()
            self._view.show_session(self._state, fresh=False)

        def failed(error: Exception) -> None:
            services.shell.problem(error)
            if self._state is not None:  # draw what is true again
                self._view.show_session(self._state, fresh=False)

        services.runner.store(act, shown, failed)

    def _suggest(self, text: str, found: Suggestions) -> None:
        if self._state is None or text != self._query:
            return
        self._state = replace(self._state, suggestions=found.suggestions)
        self._view.show_suggestions(self._state)

    def _why(self) -> Mapping[str, str]:
        found = self._state.suggestions if self._state else ()
        return {s.item: "；".join(why.text for why in s.why) for s in found}
