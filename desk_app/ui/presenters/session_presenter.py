"""The session without Qt: what the officer does becomes use cases, what comes back is shown.

Everything that touches the store runs on the store's thread; suggestions run beside it, and only
the latest question's answer is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from desk_app.core.agenda import Agenda, build_agenda
from desk_app.core.catalogue import Pack
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState, MaterialMark, StepMark
from desk_app.core.ports import Draft
from desk_app.core.suggestion import Suggestion
from desk_app.core.workdays import DueDay, add_working_days
from desk_app.services.casework import Ending
from desk_app.services.drafting import WORDS, Drafting, field_slot
from desk_app.ui.presenters.draft_keeping import DraftKeeping
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.session_search import ItemSearch
from desk_app.ui.presenters.session_state import Search, SessionState, SessionView

PROMISE_DAYS = 5
"""Working days offered for a promise: the usual limit of other windows; the officer changes it."""

UNDO_STEPS = 200

Act = Callable[[str], CaseState]


@dataclass(frozen=True, slots=True)
class _Done:
    """What an act left behind: the case after it, and the entries it wrote."""

    case: CaseState
    agenda: Agenda
    written: tuple[Entry, ...]


class SessionPresenter(DraftKeeping):
    """Logic of the session page."""

    def __init__(self, services: Services, view: SessionView) -> None:
        self._services = services
        self._view = view
        self._drafting = Drafting(services.store, services.casework.author, services.clock)
        self._state: SessionState | None = None
        self._search = ItemSearch(services, self._found, self.choose)
        self._started: datetime = services.clock.now()
        self._acts: list[tuple[Entry, ...]] = []
        self._ending: tuple[CaseState, tuple[str, ...]] | None = None

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
        """The content pack that the case in hand is worked with."""
        services = self._services
        return services.casework.pack_of(self._state.case) if self._state else services.pack

    @property
    def author(self) -> str:
        """The officer."""
        return self._services.casework.author

    @property
    def today(self) -> date:
        """The day at this desk."""
        return self._services.clock.now().date()

    @property
    def minutes(self) -> int:
        """Whole minutes since the session was opened."""
        return int((self._services.clock.now() - self._started).total_seconds() // 60)

    def start(self, channel: str = "counter") -> None:
        """Open a new case and show it."""
        self._load(lambda: self._services.casework.open_case(channel), self._services.shell.saved)

    def resume(self, case_id: str) -> None:
        """Go on with a case, its drafts and carets included."""
        self._load(lambda: self._services.casework.case(case_id))

    def refresh(self) -> None:
        """Show the case as it stands now: another page may have written to it."""
        if self._state is not None:
            self._do(self._services.casework.case)

    def settle_field(self, name: str, value: str) -> None:
        """A field is done for now: what was typed becomes an entry."""
        casework = self._services.casework
        if self._state is not None:
            self._state = replace(self._state, typed_here=self._state.typed_here | {name})
        self._do(
            lambda case_id: self._drafting.settle(
                case_id, lambda: casework.set_field(case_id, name, value), field_slot(name)
            ),
            # The words have their editor's own undo, letter by letter.
            undoable=name != "words",
        )

    def look_for_words(self, text: str) -> None:
        """Look for items behind the resident's words; empty text clears the list."""
        if self._state is not None:
            self._search.look_for_words(text)

    def look_for(self, query: str) -> None:
        """Look for items behind the text of the search box."""
        if self._state is not None:
            self._search.look_for(query)

    def take_first(self, query: str) -> None:
        """Enter in the search box: take the first item found, also when it is still searching."""
        if self._state is not None:
            self._search.take_first(query)

    def show_more(self) -> None:
        """Show up to eight suggestions."""
        if self._state is not None:
            self._state = replace(self._state, more=True)
            self._view.show_suggestions(self._state)

    def set_field(self, name: str, value: str) -> None:
        """Set a field of the case."""
        self._do(lambda case_id: self._services.casework.set_field(case_id, name, value))

    def set_need(self, need: str, wanted: bool) -> None:
        """Note or clear a need."""
        self._do(lambda case_id: self._services.casework.set_need(case_id, need, wanted))

    def choose(self, item: str, why: str = "") -> None:
        """Take an item, with the finder's reason or the one given."""
        why = why or self._search.why(item)
        self._do(lambda case_id: self._services.casework.choose_items(case_id, [item], {item: why}))

    def take(self, item: str) -> None:
        """Take an item into the session in hand, or into a new one."""
        if self._state is not None:
            self.choose(item)
            return
        casework = self._services.casework
        self._load(
            lambda: casework.choose_items(casework.open_case().case_id, [item]),
            self._services.shell.saved,
        )

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
        self._do(self._services.casework.mark_rest_in_hand)

    def promise(self, what: str, who: str, due: date, to_whom: str = "", repeats: str = "") -> None:
        """Make a promise; ``repeats`` as ``services.recurrence.REPEATS``."""
        promises = self._services.casework.promises
        self._do(lambda case_id: promises.make(case_id, what, who, due, to_whom, repeats))

    def drop_promise(self, promise_id: str, why: str) -> None:
        """Take a promise back."""
        self._do(lambda case_id: self._services.casework.promises.drop(case_id, promise_id, why))

    def reveal(self, name: str, why: str, shown: Callable[[str], object]) -> None:
        """Hand a masked field in full to ``shown``; that somebody looked is kept."""
        casework, case_id = self._services.casework, self.case_id
        if case_id:
            self._services.runner.store(lambda: casework.reveal(case_id, name, why), shown)

    def due_in(self, working_days: int = PROMISE_DAYS) -> DueDay:
        """The day that many working days from today."""
        return add_working_days(self.today, working_days, self.pack.calendars)

    def undo(self) -> None:
        """Take back the last act of this session; text in editors has its own undo."""
        if not self._acts:
            self._view.session_undone(())
            return
        entries, casework = self._acts.pop(), self._services.casework

        def take_back(case_id: str) -> CaseState:
            for entry in reversed(entries):
                casework.withdraw(case_id, entry.id)
            return casework.case(case_id)

        self._do(take_back, undoable=False, then=lambda: self._view.session_undone(entries))

    def end(self, outcome: str, ending: Ending) -> None:
        """End the session; drafts of the case are over with it.

        A refusal (不能办 without its explanation) is said by the shell and changes nothing.
        """
        case_id, minutes, casework = self.case_id, self.minutes, self._services.casework
        if not case_id:
            return

        def work() -> tuple[CaseState, tuple[str, ...]]:
            before = {entry.id for entry in casework.case(case_id).timeline}
            case = casework.end_session(case_id, outcome, minutes, ending)
            for slot in self._drafting.of_case(case_id):
                self._drafting.drop(case_id, slot)
            return case, tuple(e.id for e in case.timeline if e.id not in before)

        def ended(result: tuple[CaseState, tuple[str, ...]]) -> None:
            self._services.shell.saved()
            self._ending = result
            self._state = None
            self._view.session_ended(result[0])

        self._services.runner.store(work, ended)

    def undo_end(self) -> None:
        """Take the end of the last session back and show it again."""
        if self._ending is None:
            return
        case, entries = self._ending
        casework = self._services.casework

        def work() -> CaseState:
            for entry_id in reversed(entries):
                casework.withdraw(case.case_id, entry_id)
            return casework.case(case.case_id)

        self._services.runner.store(
            work, lambda again: self._services.shell.open_session(again.case_id)
        )

    def _load(
        self, work: Callable[[], CaseState], then: Callable[[], object] = lambda: None
    ) -> None:
        def load() -> SessionState:
            case = work()
            drafts = self._drafting.of_case(case.case_id)
            pack = self._services.casework.pack_of(case)
            return SessionState(case, build_agenda(pack, case), drafts=drafts)

        def loaded(state: SessionState) -> None:
            then()
            self._loaded(state)

        self._services.runner.store(load, loaded)

    def _loaded(self, state: SessionState) -> None:
        self._state = state
        self._started = self._services.clock.now()
        self._acts = []
        self._search.forget()
        self._view.show_session(state, fresh=True)
        draft: Draft | None = state.drafts.get(WORDS)
        self.look_for_words(draft.text if draft else state.case.fields.get("words", ""))

    def _do(
        self, act: Act, *, undoable: bool = True, then: Callable[[], object] | None = None
    ) -> None:
        if self._state is None:
            return
        services, case_id = self._services, self._state.case.case_id

        def work() -> _Done:
            before = {entry.id for entry in services.casework.case(case_id).timeline}
            case = act(case_id)
            written = tuple(entry for entry in case.timeline if entry.id not in before)
            return _Done(case, build_agenda(services.casework.pack_of(case), case), written)

        def shown(done: _Done) -> None:
            if self.case_id != case_id or self._state is None:
                return
            if undoable and done.written:
                self._acts = [*self._acts[1 - UNDO_STEPS :], done.written]
            self._state = replace(self._state, case=done.case, agenda=done.agenda)
            if done.written or then is not None:  # said only of what was committed
                services.shell.saved()
            self._view.show_session(self._state, fresh=False)
            if then is not None:
                then()

        def failed(error: Exception) -> None:
            services.shell.problem(error)
            if self._state is not None:  # draw what is true again
                self._view.show_session(self._state, fresh=False)

        services.runner.store(work, shown, failed)

    def _found(self, suggestions: tuple[Suggestion, ...], search: Search) -> None:
        if self._state is not None:
            self._state = replace(self._state, suggestions=suggestions, search=search)
            self._view.show_suggestions(self._state)
