"""What of a case waits for somebody, beside its promises: a money request to check, a call due.

Each topic says what of it waits, as a pure function of the case; the store keeps all of it in one
projection, so that 今日 reads it without a look at any case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desk_app.core.advance_ledger import advance_ledger
from desk_app.core.advice import filings, questions
from desk_app.core.coordination import nudge_words, parties, requests
from desk_app.core.fold import CaseState
from desk_app.core.kinds.funds import KINDS as FUND_KINDS
from desk_app.core.stages import extension_of, stay_of
from desk_app.core.visits import PLANNED, visits

ENTERED, EXTENDED = "stage.entered", "stage.extended"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits.

    Attributes:
        ref: the entry that it is about; one task of a code for an entry.
        topic: the page on which it is done (``ui.views.topics``); empty = the case page.
        code: what is to be done, e.g. ``advance.check``; ``ui.presenters.task_words`` has words.
        about: what it is about, in the words that were written; persons in it are masked.
        who: the officer who does it; empty = whoever comes.
        not_by: officers who may not do it (nobody passes their own).
        due: the day by which, or on which; None = as soon as it can be.
    """

    ref: str
    topic: str
    code: str
    about: str = ""
    who: str = ""
    not_by: tuple[str, ...] = ()
    due: date | None = None


def tasks(case: CaseState) -> tuple[Task, ...]:
    """Everything that waits in ``case``; nothing where it is closed, unless a topic says so."""
    kinds = {entry.kind for entry in case.timeline}
    return tuple(
        task for known, waiting in _TOPICS if not kinds.isdisjoint(known) for task in waiting(case)
    )


def _advances(case: CaseState) -> tuple[Task, ...]:
    found: list[Task] = []
    for advance in advance_ledger(case).advances if case.is_open else ():
        if step := _STEPS.get(advance.state):
            not_by = () if step == _PAY else advance.hands
            found.append(Task(advance.id, "funds", step, not_by=not_by))
        found += [
            Task(asked.id, "funds", "advance.second", not_by=advance.not_by(asked))
            for asked in advance.undecided
        ]
    return tuple(found)


def _stages(case: CaseState) -> tuple[Task, ...]:
    """Since when the case is in its stage, or until when it was extended.

    How long a stage may take is a rule of the pack, which this fold does not know; whoever reads
    ``stage.entered`` adds the days. A case without moves is in the first since it was opened.
    """
    stay, officer = stay_of(case), case.first_contact_officer
    if not case.is_open:
        return ()
    if extension := extension_of(case, stay.ref):
        return (Task(stay.ref, "stages", EXTENDED, who=officer, due=extension.until),)
    return (Task(stay.ref, "stages", ENTERED, who=officer, due=stay.since),)


def _requests(case: CaseState) -> tuple[Task, ...]:
    """What others have not answered yet, until they do; a nudge is said and changes no day."""
    if not case.is_open:
        return ()
    names = {party.id: party.shown_name for party in parties(case)}
    return tuple(
        Task(
            one.id, "coordination", ANSWER, due=one.due,
            about="，".join(
                filter(None, (f"{names.get(one.party, '')} {one.what}".strip(), nudge_words(one)))
            ),
        )
        for one in requests(case)
        if one.is_open
    )  # fmt: skip


def _visits(case: CaseState) -> tuple[Task, ...]:
    """Visits to make and to write up, while the case is open; papers to give back, until they are.

    Papers that are somebody's own stay owed also after the case is closed.
    """
    found = []
    for visit in visits(case):
        if visit.state == PLANNED and case.is_open:
            going = "、".join(visit.plan.officers)
            about = "，".join(filter(None, (visit.plan.time, going, visit.plan.what)))
            found.append(Task(visit.id, "visits", VISIT, about=about, due=visit.plan.on))
        if visit.owed:
            found.append(Task(visit.id, "visits", GIVE_BACK, about="、".join(visit.owed)))
    return tuple(found)


def _advice(case: CaseState) -> tuple[Task, ...]:
    """Advisers who have not answered; filed decisions that another person has to judge."""
    if not case.is_open:
        return ()
    asked = [
        Task(one.id, "advice", OPINION, about=f"{one.whom} {one.question}", due=one.due)
        for one in questions(case)
        if one.is_open
    ]
    filed = [
        Task(one.id, "advice", JUDGE, about=one.what, not_by=(one.entry.author,))
        for one in filings(case)
        if one.is_open
    ]
    return (*asked, *filed)


ANSWER = "request.answer"
OPINION, JUDGE = "opinion.answer", "filing.judge"
VISIT, GIVE_BACK = "visit.make", "visit.give_back"

_PAY = "advance.pay"
_STEPS = {
    "requested": "advance.check", "checked": "advance.approve", "approved": _PAY,
}  # fmt: skip

_TOPICS: tuple[tuple[frozenset[str], Callable[[CaseState], tuple[Task, ...]]], ...] = (
    (frozenset(FUND_KINDS), _advances),
    (frozenset(("request.made",)), _requests),
    (frozenset(("visit.planned",)), _visits),
    (frozenset(("opinion.asked", "filing.made")), _advice),
    (frozenset(("stage.entered", "deadline.extended", "case.reopened")), _stages),
)
"""What each topic says of a case that has entries of its kinds."""
