"""Recording who agreed to what; each method is one transaction and returns the case after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desk_app.core.attachments import attachments
from desk_app.core.consents import capacity_of, consents
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.services.promises import NOTHING_CHANGED


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What is recorded of a consent; attributes as ``core.consents.Consent``."""

    by: str
    role: str
    way: str
    matter: str
    shown: str
    until: date
    said: str = ""
    witnesses: tuple[str, ...] = ()
    guardian_proof: str = ""
    sha256: str = ""


class Consents:
    """What one officer records of consents."""

    def __init__(self, store: CaseStore, author: str) -> None:
        self._store = store
        self._author = author

    def give(self, case_id: str, new: NewConsent, today: date) -> CaseState:
        """Record a consent.

        Raises:
            BadInputError: something that a record must hold is missing, its last day is past, the
                person cannot decide and no guardian speaks, or the file it rests on is not one
                of the case. Nothing was written.
        """
        state = self._store.case(case_id)
        if new.until < today:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "授权的截止日已经过了，没有记下。"),
                safe=NOTHING_CHANGED,
            )
        if new.role == "self" and capacity_of(state) == "unable":
            raise BadInputError(
                QT_TRANSLATE_NOOP(
                    "Errors",
                    "已经记明本人不能自己拿主意，要由监护人授权，视频也不能代替。没有记下。",
                ),
                safe=NOTHING_CHANGED,
            )
        if new.sha256 and all(file.sha256 != new.sha256 for file in attachments(state)):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "授权的凭据不在本案的附件里，没有记下。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "请先在“附件”里放进来，再选它。"),
            )
        body: dict[str, Json] = {
            "by": new.by.strip(),
            "role": new.role,
            "way": new.way,
            "matter": new.matter.strip(),
            "shown": new.shown.strip(),
            "until": new.until.isoformat(),
            "said": new.said.strip(),
            "witnesses": list(new.witnesses),
            "guardian_proof": new.guardian_proof.strip(),
            "sha256": new.sha256,
        }
        if any(dict(known.entry.body) == body and not known.ended for known in consents(state)):
            return state  # an impatient second Enter
        return self._write(state, "consent.given", body)

    def end(self, case_id: str, consent_id: str, why: str) -> CaseState:
        """Record that a consent was taken back, and why."""
        state = self._store.case(case_id)
        if all(known.id != consent_id for known in consents(state)):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "找不到这条授权。"), safe=NOTHING_CHANGED
            )
        if not why.strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "请写一句为什么收回。"), safe=NOTHING_CHANGED
            )
        body: dict[str, Json] = {"ref": consent_id, "why": why.strip()}
        return self._write(state, "consent.ended", body)

    def judge(self, case_id: str, capacity: str, why: str = "") -> CaseState:
        """Record whether the person can decide (``kinds.consents.CAPACITIES``), and by what."""
        state = self._store.case(case_id)
        if capacity_of(state) == capacity:
            return state
        body: dict[str, Json] = {"capacity": capacity, "why": why}
        return self._write(state, "capacity.judged", body)

    def _write(self, state: CaseState, kind: str, body: Mapping[str, Json]) -> CaseState:
        self._store.append(self._author, [state.on_top(kind, body)])
        return self._store.case(state.case_id)
