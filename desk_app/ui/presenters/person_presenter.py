"""Two registrations that look like one person: a suggestion, an answer, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.masking import mask_name
from desk_app.services.centre import CentreWork
from desk_app.ui.presenters.lines import NO_NAME, Act, Line
from desk_app.ui.presenters.ports import CentreLink, Services

SAME, OTHER, CASE = "same", "other", "case"
ASK = (Act(SAME, "是同一个人", "1"), Act(OTHER, "不是", "2"), Act(CASE, "看那一件", "3"))
SAID = (Act(OTHER, "不是同一个人", "2"), Act(CASE, "看那一件", "3"))
WHY: Mapping[str, str] = {
    "id_number": "证件号一样",
    "name_and_phone": "姓名和电话都一样",
}
"""Why two registrations look alike."""


class PersonView(Protocol):
    """What the presenter asks of the card."""

    def show_people(self, lines: tuple[Line, ...], *, asks: bool) -> None:
        """Draw them; ``asks``: somebody has to say yes or no."""


class PersonPresenter:
    """What the card knows and does.

    Args:
        changed: called after each answer.
    """

    def __init__(self, services: Services, view: PersonView, changed: Callable[[], object]) -> None:
        self._services = services
        self._view = view
        self._changed = changed
        self._case_id = ""

    def show_case(self, case: CaseState | None) -> None:
        """Look for registrations of the same person."""
        self._case_id = case.case_id if case is not None else ""
        link = self._services.link
        if case is None or link is None:
            self._view.show_people((), asks=False)
            return

        def shown(found: tuple[str, tuple[Line, ...], bool]) -> None:
            if found[0] == self._case_id:
                self._view.show_people(found[1], asks=found[2])

        self._services.runner.store(partial(_read, link, case), shown)

    def act(self, other: str, act: str) -> None:
        """Do what a line offers."""
        link, case_id = self._services.link, self._case_id
        if link is None or not case_id:
            return
        if act == CASE:
            self._services.shell.open_case(other)
            return
        say = link.queue.link if act == SAME else link.queue.unlink
        words = "记下了：是同一个人。两件案件还是各办各的。" if act == SAME else "记下了：不是。"

        def done(after: CaseState) -> None:
            self._services.shell.saved()
            self._services.shell.toast(words, partial(self._undo, after, other))
            self._changed()

        self._services.runner.store(partial(say, case_id, other), done)

    def _undo(self, after: CaseState, other: str) -> None:
        """Take back what was said, in both cases: the suggestion is there again."""
        casework = self._services.casework

        def work() -> None:
            there = casework.case(other)
            for case, name in ((after, other), (there, after.case_id)):
                slot = case.slots.get(f"same:{name}")
                if slot is not None:
                    casework.withdraw(case.case_id, slot.entry.id)

        def done(_: None) -> None:
            self._services.shell.saved()
            self._changed()

        self._services.runner.store(work, done)


def _read(link: CentreLink, case: CaseState) -> tuple[str, tuple[Line, ...], bool]:
    lines = []
    for found in CentreWork(link.desk).suggestions(case.case_id):
        other = found.second if found.first.case_id == case.case_id else found.first
        alike = WHY.get(found.why, found.why)
        lines.append(_line(link.desk.case(other.case_id), f"像是同一个人：{alike}", ASK, "warn"))
    asks = bool(lines)
    known = set(case.same_person)
    for case_id in sorted(known):
        try:
            there = link.desk.case(case_id)
        except BadInputError:  # it went to another centre
            continue
        lines.append(_line(there, "同一个人", SAID, "ok"))
    return case.case_id, tuple(lines), asks


def _line(case: CaseState, status: str, acts: tuple[Act, ...], tone: str) -> Line:
    who = mask_name(case.fields.get("resident_name", "")) or NO_NAME
    about = [case.number, f"首问负责 {case.first_contact_officer}"]
    matter = case.items[0].name if case.items else case.fields.get("words", "")[:30]
    return Line(
        case.case_id, f"{who}　{matter}", detail="　".join(about), status=status, tone=tone,
        acts=acts,
    )  # fmt: skip
