"""Working with others: parties, requests, calls; each method is one transaction and returns the
case after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk_app.core.coordination import (
    RESIDENT,
    Party,
    Request,
    asked_before,
    parties,
    party_of,
    requests,
    role_by_name,
    same_party,
)
from desk_app.core.entries import NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.masking import mask_name
from desk_app.core.ports import CaseStore
from desk_app.services.identity import id_number_hint
from desk_app.services.promises import NOTHING_CHANGED


@dataclass(frozen=True, slots=True)
class NewParty:
    """What is recorded of a party; attributes as ``core.coordination.Party``."""

    role: str
    name: str
    org: str = ""
    phone: str = ""
    relation: str = ""
    id_number: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is promised at the end of a call."""

    what: str
    due: date


@dataclass(frozen=True, slots=True)
class NewCall:
    """What is recorded of a call; attributes as ``core.coordination.Call``.

    Attributes:
        name: of somebody who is no party yet, in place of ``party``.
        request: the request it was about.
        answer: what came of that request (``kinds.coordination.ANSWERS``); ``nudge`` = nothing
            yet, it was brought to mind; empty = the call was not about its answer.
    """

    party: str = ""
    name: str = ""
    way: str = "phone"
    direction: str = "out"
    reached: bool = True
    said: str = ""
    request: str = ""
    answer: str = ""
    following: NextStep | None = None


NUDGE = "nudge"


class Coordination:
    """What one officer records of working with others."""

    def __init__(self, store: CaseStore, author: str) -> None:
        self._store = store
        self._author = author

    def add_party(self, case_id: str, new: NewParty) -> CaseState:
        """Add a party; one that is there already, with the same words, is not added twice.

        Raises:
            BadInputError: no name, or an ID number that cannot be right. Nothing was written.
        """
        state = self._store.case(case_id)
        body = _party_body(new)
        if any(_party_body(known) == body for known in _written(state)):
            return state
        return self._write(state, NewEntry(case_id, "party.added", body))

    def change_party(self, case_id: str, party_id: str, new: NewParty) -> CaseState:
        """Put right what is known of a party. Raises as ``add_party``."""
        state = self._store.case(case_id)
        known, body = _found_party(state, party_id), _party_body(new)
        if party_id == RESIDENT:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "居民本人的内容在接待页上改。"), safe=NOTHING_CHANGED
            )
        if _party_body(as_new(known)) == body:
            return state
        return self._write(state, state.on_top("party.changed", {"ref": party_id, **body}))

    def ask(
        self, case_id: str, party_id: str, what: str, way: str, asked: date, due: date
    ) -> CaseState:
        """Ask something of a party.

        Raises:
            BadInputError: no such party, nothing asked, an impossible day. Nothing was written.
        """
        state = self._store.case(case_id)
        body = _request_body(_found_party(state, party_id), what, way, asked, due)
        if any(one.is_open and dict(one.entry.body) == body for one in requests(state)):
            return state  # an impatient second Enter
        return self._write(state, NewEntry(case_id, "request.made", body))

    def nudge(
        self, case_id: str, request_id: str, way: str, today: date, said: str = ""
    ) -> CaseState:
        """Bring an open request to mind (催办); its day stays what it was."""
        state = self._store.case(case_id)
        request = _open_request(state, request_id)
        return self._write(state, _nudged(state, request, way, today, said))

    def answer(
        self, case_id: str, request_id: str, answer: str, today: date, said: str = ""
    ) -> CaseState:
        """Record what was answered: yes, no or partly. ``pass_on`` records the fourth answer."""
        state = self._store.case(case_id)
        request = _open_request(state, request_id)
        return self._write(state, _answered(state, request, answer, today, said))

    def pass_on(
        self, case_id: str, request_id: str, to: str, today: date, due: date, said: str = ""
    ) -> CaseState:
        """They say that another party is to be asked: that one is asked the same, by ``due``.

        Raises:
            BadInputError: that party was asked for it before: the thing would go round in a
                circle. Nothing was written.
        """
        state = self._store.case(case_id)
        request, target = _open_request(state, request_id), _found_party(state, to)
        if any(same_party(target, one) for one in asked_before(request_id, state)):
            raise BadInputError(
                QT_TRANSLATE_NOOP(
                    "Errors", "这件事已经请{name}办过，再转回去就成了兜圈子，没有记下。"
                ),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "请先问清到底归谁，说不清的可以提级。"),
                name=target.shown_name,
            )
        following = _request_body(target, request.what, request.way, today, due)
        return self._write(
            state,
            _answered(state, request, "passed_on", today, said, to),
            NewEntry(case_id, "request.made", {**following, "after": request_id}),
        )

    def withdraw_request(self, case_id: str, request_id: str, why: str) -> CaseState:
        """An answer is no longer wanted."""
        state = self._store.case(case_id)
        _open_request(state, request_id)
        if not why.strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "请写一句为什么不用答复了。"), safe=NOTHING_CHANGED
            )
        body: dict[str, Json] = {"ref": request_id, "why": why.strip()}
        return self._write(state, state.on_top("request.withdrawn", body))

    def log(self, case_id: str, new: NewCall, today: date) -> CaseState:
        """Log a call with all that came of it: the answer or a nudge, and the next step.

        Raises:
            BadInputError: nobody named, nothing said, an answer to what is not open, an
                impossible day. Nothing of it was written.
        """
        state = self._store.case(case_id)
        whom, said = new.name.strip(), new.said.strip()
        shown = _found_party(state, new.party).shown_name if new.party else _shown(whom)
        body: dict[str, Json] = {
            "party": new.party, "way": new.way, "direction": new.direction,
            "reached": new.reached, "said": said, "whom": shown,
        }  # fmt: skip
        if not new.party:
            body["name"] = whom
        if new.request:
            body["ref"] = new.request
        entries = [NewEntry(case_id, "call.logged", body)]
        if new.request and new.answer:
            request = _open_request(state, new.request)
            if new.answer == NUDGE:
                way = "phone" if new.way in ("phone", "message") else "visit"
                entries.append(_nudged(state, request, way, today, said))
            else:
                entries.append(_answered(state, request, new.answer, today, said))
        if new.following is not None and new.following.what.strip():
            promised: dict[str, Json] = {
                "what": new.following.what.strip(), "who": self._author,
                "due": new.following.due.isoformat(), "to_whom": shown,
            }  # fmt: skip
            entries.append(NewEntry(case_id, "promise.made", promised))
        return self._write(state, *entries)

    def reveal(self, case_id: str, party_id: str, field: str, why: str) -> str:
        """A party's phone or ID number in full; who looked and why is kept in the journal."""
        state = self._store.case(case_id)
        party = _found_party(state, party_id)
        if field not in ("phone", "id_number"):
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这一栏不需要揭开。"))
        body: dict[str, Json] = {"field": field, "why": f"{why}：{party.shown_name}"}
        self._store.append(self._author, [NewEntry(case_id, "sensitive.revealed", body)])
        return party.phone if field == "phone" else party.id_number

    def _write(self, state: CaseState, *entries: NewEntry) -> CaseState:
        self._store.append(self._author, entries)
        return self._store.case(state.case_id)


def _written(state: CaseState) -> list[NewParty]:
    return [as_new(party) for party in parties(state) if party.id != RESIDENT]


def as_new(party: Party) -> NewParty:
    """What is known of a party, to be written anew."""
    return NewParty(
        party.role, party.name, party.org, party.phone, party.relation, party.id_number,
        party.agency,
    )  # fmt: skip


def _party_body(new: NewParty) -> dict[str, Json]:
    if id_number_hint(new.id_number):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "身份证号不对：位数、日期或校验位对不上，没有记下。"),
            safe=NOTHING_CHANGED,
            press=QT_TRANSLATE_NOOP("Errors", "请再核对一遍；不清楚的可以先空着。"),
        )
    body: dict[str, Json] = {"role": new.role, "name": new.name.strip()}
    more = {
        "org": new.org, "phone": new.phone, "relation": new.relation,
        "id_number": new.id_number, "agency": new.agency,
    }  # fmt: skip
    return body | {key: value.strip() for key, value in more.items() if value.strip()}


def _request_body(party: Party, what: str, way: str, asked: date, due: date) -> dict[str, Json]:
    return {
        "party": party.id, "what": what.strip(), "way": way, "asked": asked.isoformat(),
        "due": due.isoformat(), "whom": party.shown_name,
    }  # fmt: skip


def _nudged(state: CaseState, request: Request, way: str, today: date, said: str) -> NewEntry:
    body: dict[str, Json] = {
        "ref": request.id, "way": way, "on": today.isoformat(), "said": said.strip(),
        "whom": _asked_name(state, request),
    }  # fmt: skip
    return NewEntry(state.case_id, "request.nudged", body)


def _answered(
    state: CaseState, request: Request, answer: str, today: date, said: str, to: str = ""
) -> NewEntry:
    body: dict[str, Json] = {
        "ref": request.id, "answer": answer, "on": today.isoformat(), "said": said.strip(),
        "whom": _asked_name(state, request),
    }  # fmt: skip
    if to:
        body["to"] = to
    return state.on_top("request.answered", body)


def _asked_name(state: CaseState, request: Request) -> str:
    party = party_of(state, request.party)
    return party.shown_name if party else ""


def _shown(name: str) -> str:
    return name if role_by_name(name) == "office" else mask_name(name)


def _found_party(state: CaseState, party_id: str) -> Party:
    party = party_of(state, party_id)
    if party is None:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "案件里找不到这个人或单位。"), safe=NOTHING_CHANGED
        )
    return party


def _open_request(state: CaseState, request_id: str) -> Request:
    for request in requests(state):
        if request.id == request_id and request.is_open:
            return request
    raise BadInputError(
        QT_TRANSLATE_NOOP("Errors", "这件事已经有了答复，或者不用答复了。"), safe=NOTHING_CHANGED
    )
