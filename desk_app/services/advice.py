"""Asking advisers and filing a decision beside the rules.

Each method is one transaction and returns the case after it; one that changes nothing writes
nothing. Raises BadInputError where something cannot be; then nothing was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.advice import APPROVED, OPEN, Filing, filing_of, filings, opinions, questions
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.services.promises import NOTHING_CHANGED, said_why


class Advice:
    """What one officer records of advisers and filings."""

    def __init__(self, store: CaseStore, author: str) -> None:
        self._store = store
        self._author = author

    def ask(self, case_id: str, whom: str, question: str, due: date, today: date) -> CaseState:
        """Ask an adviser, for an answer by ``due``."""
        state = self._store.case(case_id)
        if due < today:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "答复的日子已经过了，没有记下。"), safe=NOTHING_CHANGED
            )
        body = {"whom": whom.strip(), "question": question.strip(), "due": due.isoformat()}
        if any(one.is_open and dict(one.entry.body) == body for one in questions(state)):
            return state  # an impatient second Enter
        return self._write(state, "opinion.asked", body)

    def opine(
        self, case_id: str, by: str, said: str, leaning: str, basis: str = "", ref: str = ""
    ) -> CaseState:
        """Record what somebody thinks; ``ref``: the question it answers."""
        state = self._store.case(case_id)
        body = {"by": by.strip(), "said": said.strip(), "leaning": leaning}
        body |= {key: text for key, text in (("basis", basis.strip()), ("ref", ref)) if text}
        if any(dict(one.entry.body) == body for one in opinions(state)):
            return state
        return self._write(state, "opinion.given", body)

    def drop_question(self, case_id: str, ref: str, why: str) -> CaseState:
        """The question needs no answer any more."""
        state = self._store.case(case_id)
        if all(one.id != ref for one in questions(state)):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "找不到这次请教。"), safe=NOTHING_CHANGED
            )
        return self._write(state, "opinion.dropped", {"ref": ref, "why": said_why(why)})

    def file(
        self, case_id: str, what: str, rule: str, reason: str, basis: str, conditions: str
    ) -> CaseState:
        """Put a decision beside the rules on file; another person approves it."""
        state = self._store.case(case_id)
        told = {
            "what": what.strip(), "rule": rule.strip(), "reason": reason.strip(),
            "basis": basis.strip(), "conditions": conditions.strip(),
        }  # fmt: skip
        needed = ("what", "rule", "reason")
        body: dict[str, Json] = {key: text for key, text in told.items() if text or key in needed}
        if any(one.state == OPEN and dict(one.entry.body) == body for one in filings(state)):
            return state
        return self._write(state, "filing.made", body)

    def judge(self, case_id: str, ref: str, answer: str, why: str = "") -> CaseState:
        """Approve a filing or refuse it; nobody judges their own."""
        state = self._store.case(case_id)
        filing = _found(state, ref)
        if filing.entry.author == self._author:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "自己报的备案不能自己批，请别的人来批。"),
                safe=NOTHING_CHANGED,
            )
        body: dict[str, Json] = {"ref": ref, "answer": answer}
        if why.strip():
            body["why"] = why.strip()
        return self._write(state, "filing.judged", body)

    def drop_filing(self, case_id: str, ref: str, why: str) -> CaseState:
        """The decision is not wanted any more; what was approved stays approved."""
        state = self._store.case(case_id)
        if _found(state, ref).state == APPROVED:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这次备案已经批了，收不回来。"), safe=NOTHING_CHANGED
            )
        return self._write(state, "filing.dropped", {"ref": ref, "why": said_why(why)})

    def _write(self, state: CaseState, kind: str, body: Mapping[str, Json]) -> CaseState:
        self._store.append(self._author, [state.on_top(kind, body)])
        return self._store.case(state.case_id)


def _found(state: CaseState, ref: str) -> Filing:
    filing = filing_of(state, ref)
    if filing is None:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "找不到这次备案。"), safe=NOTHING_CHANGED)
    return filing
