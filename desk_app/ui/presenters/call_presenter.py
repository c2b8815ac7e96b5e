"""F8: one talk logged in a few seconds, from wherever one is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Protocol

from desk_app.core.coordination import RESIDENT, Party, calls, parties, requests
from desk_app.core.fold import CaseState
from desk_app.core.masking import form_of_address
from desk_app.core.ports import Draft
from desk_app.core.tasks import ANSWER
from desk_app.core.workdays import add_working_days
from desk_app.services.coordination import Coordination, NewCall
from desk_app.services.drafting import Drafting
from desk_app.services.name_match import NameIndex
from desk_app.ui.presenters.case_lines import due_status, join_key, split_key
from desk_app.ui.presenters.coordination_words import ROLE_NAMES
from desk_app.ui.presenters.draft_keeping import DraftKeeping
from desk_app.ui.presenters.lines import NO_NAME, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.whole_writing import write_whole

SLOT = "call:"
FIELDS = ("said", "next")
NEW = "new"
CASES = 8
"""Cases whose people are offered where no case is open."""

USUAL_DAYS, SOON_DAYS = 5, 1
"""Working days to the next step: as a promise usually has; where nobody answered, the next day."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody that a talk may have been with.

    Attributes:
        key: of the line; case and party.
        name: unmasked, for finding it by what is typed.
        waiting: open requests to them: id and what was asked.
    """

    key: str
    name: str
    line: Line
    waiting: tuple[tuple[str, str], ...] = ()


class CallView(Protocol):
    """What the presenter asks of the box."""

    def show_people(self, lines: tuple[Line, ...]) -> None:
        """Draw whom it may have been with, the likeliest first."""

    def show_form(
        self, who: Line, waiting: tuple[tuple[str, str], ...], drafts: Mapping[str, Draft]
    ) -> None:
        """Ask what was said."""

    def logged(self, case: CaseState) -> None:
        """It is written, or was taken back."""


class CallPresenter(DraftKeeping):
    """What the box knows and does."""

    def __init__(self, services: Services, view: CallView) -> None:
        self._services = services
        self._view = view
        self._work = Coordination(services.store, services.casework.author)
        self._drafting = Drafting(services.store, services.casework.author, services.clock)
        self._people: tuple[Whom, ...] = ()
        self._typed = ""
        self._whom = ("", "")
        self._name = ""

    @property
    def case_id(self) -> str:
        """The case of whom was chosen; empty = nobody yet."""
        return self._whom[0]

    def open(self, case_id: str, party_id: str = "") -> None:
        """Look whom it may have been with: in ``case_id``, else in the cases that wait."""
        self._people, self._typed, self._whom, self._name = (), "", ("", ""), ""

        def look() -> tuple[Whom, ...]:
            return tuple(whom for case in self._cases(case_id) for whom in self._of_case(case))

        def found(people: tuple[Whom, ...]) -> None:
            self._people = people
            self._show()
            if party_id:
                self.choose(join_key(case_id, party_id))

        self._services.runner.store(look, found)

    def find(self, typed: str) -> None:
        """Something is typed: names that fit, by pinyin too, or somebody new."""
        self._typed = typed.strip()
        self._show()

    def choose(self, key: str) -> None:
        """It was this one."""
        case_id, party_id = split_key(key)
        whom = next((one for one in self._people if one.key == key), None)
        if whom is None and not party_id.startswith(NEW):
            return
        self._whom = (case_id, "" if whom is None else party_id)
        self._name = "" if whom is not None else self._typed
        line = whom.line if whom is not None else Line(key, f"新的人：{self._name}")
        waiting = whom.waiting if whom is not None else ()

        def show(drafts: Mapping[str, Draft]) -> None:
            if self.case_id == case_id:
                self._view.show_form(line, waiting, drafts)

        self._services.runner.store(lambda: self._drafting.of_case(case_id), show)

    def due(self, *, reached: bool) -> date:
        """The day of the next step by the rule."""
        services = self._services
        days = USUAL_DAYS if reached else SOON_DAYS
        return add_working_days(
            services.clock.now().date(), days, services.pack.calendars
        ).day  # fmt: skip

    def log(self, new: NewCall) -> None:
        """Write it with all that came of it, in one transaction."""
        case_id, party_id = self._whom
        if not case_id:
            return
        whole = replace(new, party=party_id, name=self._name)
        log = partial(self._work.log, case_id, whole, self._services.clock.now().date())
        slots = [SLOT + name for name in FIELDS]
        work = partial(self._drafting.settle, case_id, log, *slots)
        write_whole(self._services, case_id, work, "这一笔记下了。", self._view.logged)

    def _show(self) -> None:
        people = self._people
        if self._typed:
            index = NameIndex(
                ((one.key, one.name) for one in people), self._services.romanise
            )  # fmt: skip
            by_key = {one.key: one for one in people}
            people = tuple(by_key[match.id] for match in index.find(self._typed))
        lines = [one.line for one in people]
        if self._typed:
            of_cases = {split_key(one.key)[0]: one.line.status for one in self._people}
            lines += [
                Line(join_key(case_id, NEW), f"新的人：{self._typed}", status=case, mark="+")
                for case_id, case in of_cases.items()
            ]
        self._view.show_people(tuple(lines))

    def _cases(self, case_id: str) -> Iterable[CaseState]:
        store = self._services.store
        if case_id:
            return (store.case(case_id),)
        rows = [row.case_id for row in store.tasks() if row.task.code == ANSWER]
        rows += [row.case_id for row in store.promises()]
        rows += [row.case_id for row in store.cases(only_open=True, limit=CASES)]
        return [store.case(one) for one in list(dict.fromkeys(rows))[:CASES]]

    def _of_case(self, case: CaseState) -> list[Whom]:
        """The people of a case: who is waited for, then who was spoken with last."""
        waiting = [one for one in requests(case) if one.is_open]
        spoken = [call.party for call in calls(case)]

        def likely(party: Party) -> tuple[date, int, bool]:
            due = min((one.due for one in waiting if one.party == party.id), default=date.max)
            last = max((n for n, one in enumerate(spoken) if one == party.id), default=-1)
            return (due, -last, party.id != RESIDENT)

        fields, services = case.fields, self._services
        today = services.clock.now().date()
        who = form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))
        found = []
        for party in sorted(parties(case), key=likely):
            own = [one for one in waiting if one.party == party.id]
            words = (
                [f"等答复：{own[0].what}", due_status(own[0].due, today, services.pack)[0]]
                if own
                else []
            )
            key = join_key(case.case_id, party.id)
            line = Line(
                key, party.shown_name or NO_NAME, tag=ROLE_NAMES.get(party.role, party.role),
                detail="　".join((*filter(None, (party.org,)), *words)),
                status=f"{who or NO_NAME}的案件",
            )  # fmt: skip
            names = f"{party.name} {party.org}".strip()
            found.append(Whom(key, names, line, tuple((one.id, one.what) for one in own)))
        return found
