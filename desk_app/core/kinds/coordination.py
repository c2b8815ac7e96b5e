"""Kinds about working with others: who has to do with a case, what was asked, every talk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind, check_day, is_day

ROLES = ("subject", "agent", "guardian", "reporter", "third", "office")
"""What somebody is to a case: 当事人, 代办人, 监护人, 反映人, another person or body, an office."""

REQUEST_WAYS = ("phone", "letter", "visit", "system", "mail")
"""How an office is asked: by phone, by an official letter (协查函), on the spot, through the
system of the administration, by post."""

ANSWERS = ("yes", "no", "partly", "passed_on")

CALL_WAYS = ("phone", "talk", "visit", "message")
"""How people spoke: by phone, face to face, away from the centre (escort too), by message."""

DIRECTIONS = ("out", "in")
"""Who sought whom: we them, they us."""

_PARTY = {"org": str, "phone": str, "relation": str, "id_number": str, "agency": str}


def _check_party(body: Body) -> None:
    if not str(body["name"]).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写明是谁，名字不能空着。没有记下。"))


def _check_request(body: Body) -> None:
    if not str(body["what"]).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写明请对方办什么，没有记下。"))
    for key in ("asked", "due"):
        check_day(str(body[key]))
    if str(body["due"]) < str(body["asked"]):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "答复的期限比提出的日子还早，没有记下。"))


def _check_on(body: Body) -> None:
    check_day(str(body["on"]))


def _check_call(body: Body) -> None:
    if not (str(body["party"]).strip() or str(body.get("name", "")).strip()):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写明跟谁联系的，没有记下。"))
    if body["reached"] and not str(body["said"]).strip():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "请写一句说了什么，没有记下。"))


def _fits_request(body: Body) -> bool:
    return is_day(str(body["asked"])) and is_day(str(body["due"]))


def _fits_on(body: Body) -> bool:
    return is_day(str(body["on"]))


# ``whom``: what the party was called on screen then (``Party.shown_name``), so that the history
# of a case can be read line by line.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # ``agency``: its id in the pack, for an office of the address book.
        "party.added": Kind(
            {"role": str, "name": str},
            _PARTY,
            choices={"role": frozenset(ROLES)},
            check=_check_party,
        ),
        # Everything that is known of a party, anew; ``ref``: the entry that made it.
        "party.changed": Kind(
            {"ref": str, "role": str, "name": str},
            _PARTY,
            slot="party:{ref}",
            choices={"role": frozenset(ROLES)},
            check=_check_party,
        ),
        # ``after``: the request that was passed on to this party.
        "request.made": Kind(
            {"party": str, "what": str, "way": str, "asked": str, "due": str},
            {"after": str, "whom": str},
            choices={"way": frozenset(REQUEST_WAYS)},
            check=_check_request,
            fits=_fits_request,
        ),
        "request.nudged": Kind(
            {"ref": str, "way": str, "on": str},
            {"said": str, "whom": str},
            choices={"way": frozenset(REQUEST_WAYS)},
            check=_check_on,
            fits=_fits_on,
        ),
        # ``to``: the party it was passed on to.
        "request.answered": Kind(
            {"ref": str, "answer": str, "on": str},
            {"said": str, "to": str, "whom": str},
            slot="request:{ref}",
            choices={"answer": frozenset(ANSWERS)},
            check=_check_on,
            fits=_fits_on,
        ),
        "request.withdrawn": Kind({"ref": str, "why": str}, slot="request:{ref}"),
        # With ``name`` instead of ``party`` the call itself makes the party, in one entry; ``ref``:
        # the request it was about.
        "call.logged": Kind(
            {"party": str, "way": str, "direction": str, "reached": bool, "said": str},
            {"name": str, "ref": str, "whom": str},
            choices={"way": frozenset(CALL_WAYS), "direction": frozenset(DIRECTIONS)},
            check=_check_call,
        ),
    }
)
