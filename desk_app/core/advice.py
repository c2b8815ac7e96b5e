"""Advisers' opinions and filed decisions of a case: a fold over its entries.

Nobody approves their own filing: such a judgement stays readable and has no effect. Total for any
set of entries: what speaks of something that is not there changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState

OPEN, APPROVED, REFUSED, DROPPED, DISPUTED = "open", "approved", "refused", "dropped", "disputed"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks of the case.

    Attributes:
        leaning: one of ``kinds.advice.LEANINGS``.
        basis: what it rests on, with its source; empty = none was named.
        ref: the question it answers; empty = nobody had asked.
    """

    id: str
    by: str
    said: str
    leaning: str
    basis: str
    ref: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Question:
    """Something that an adviser was asked.

    Attributes:
        dropped: why it needs no answer any more; empty = it was not dropped.
    """

    id: str
    whom: str
    question: str
    due: date
    answers: tuple[Opinion, ...]
    dropped: str
    entry: Entry

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return not self.answers and not self.dropped


@dataclass(frozen=True, slots=True)
class Filing:
    """A decision beside the rules that was put on file.

    Attributes:
        rule: from which rule it departs.
        conditions: what was promised for it.
        state: open | approved | refused | dropped | disputed (two people judged it differently).
        judge: who judged it; empty = nobody with an effect.
        why: the reason given with the judgement, or for dropping it.
    """

    id: str
    what: str
    rule: str
    reason: str
    basis: str
    conditions: str
    state: str
    judge: str
    why: str
    entry: Entry

    @property
    def is_open(self) -> bool:
        """Whether a judgement is waited for."""
        return self.state in (OPEN, DISPUTED)


def questions(case: CaseState) -> tuple[Question, ...]:
    """Everything that advisers were asked, oldest first."""
    given = opinions(case)
    found = []
    for entry in case.entries_of("opinion.asked"):
        end = case.slots.get(f"opinion:{entry.id}")
        found.append(
            Question(
                id=entry.id,
                whom=entry.text("whom"),
                question=entry.text("question"),
                due=date.fromisoformat(entry.text("due")),
                answers=tuple(one for one in given if one.ref == entry.id),
                dropped=end.entry.text("why") if end else "",
                entry=entry,
            )
        )
    return tuple(found)


def opinions(case: CaseState) -> tuple[Opinion, ...]:
    """Every opinion, oldest first, those that nobody asked for too."""
    return tuple(
        Opinion(
            id=entry.id,
            by=entry.text("by"),
            said=entry.text("said"),
            leaning=entry.text("leaning"),
            basis=entry.text("basis"),
            ref=entry.text("ref"),
            entry=entry,
        )
        for entry in case.entries_of("opinion.given")
    )


def filings(case: CaseState) -> tuple[Filing, ...]:
    """Every filed decision, oldest first."""
    return tuple(_filing(entry, case) for entry in case.entries_of("filing.made"))


def filing_of(case: CaseState, filing_id: str) -> Filing | None:
    """One filed decision; None where the case has no such."""
    return next((one for one in filings(case) if one.id == filing_id), None)


def _filing(entry: Entry, case: CaseState) -> Filing:
    slot = case.slots.get(f"filing:{entry.id}")
    judged = (
        [one for one in (slot.entry, *slot.rivals) if one.author != entry.author] if slot else []
    )
    end = case.slots.get(f"filing_end:{entry.id}")
    answers = {one.text("answer") for one in judged}
    if len(answers) > 1:
        state = DISPUTED
    elif answers:
        state = APPROVED if answers == {"yes"} else REFUSED
    else:
        state = DROPPED if end else OPEN
    said = judged[0] if judged else end.entry if end else None
    return Filing(
        id=entry.id,
        what=entry.text("what"),
        rule=entry.text("rule"),
        reason=entry.text("reason"),
        basis=entry.text("basis"),
        conditions=entry.text("conditions"),
        state=state,
        judge="、".join(one.author for one in judged),
        why=said.text("why") if said else "",
        entry=entry,
    )
