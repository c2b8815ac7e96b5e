"""One person over all cases of this desk: who looks like whom, and every talk with them.

It looks through the store's search and folds only what that finds, so that 50,000 cases are no
burden. What is alike is only ever said: nothing is joined by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from desk_app.core.coordination import RESIDENT, Call, Party, calls, parties
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.ports import CaseStore, Romanise
from desk_app.services.centre import SHORTEST_ID, SHORTEST_PHONE

ID_NUMBER, LINKED, PHONE = "id_number", "linked", "phone"
ENDING, NAME, SOUND = "ending", "name", "sound"
RANKS = (ID_NUMBER, LINKED, PHONE, ENDING, NAME, SOUND)
"""Why two entries look like one person, the surest first."""

SHORTEST_ENDING = 4
"""Last characters of an ID number that people say when asked: alone they tell little."""

FOUND = 20
"""Cases looked at for each of the words that somebody may be known by, latest change first."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as a case knows them; ``why`` is one of ``RANKS``."""

    case: CaseState
    party: Party
    why: str

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every talk with them in that case, oldest first."""
        return tuple(call for call in calls(self.case) if call.party == self.party.id)


class People:
    """Looks for people in the cases of this desk.

    Args:
        romanise: readings of a name; names that sound alike are told too.
    """

    def __init__(self, store: CaseStore, romanise: Romanise) -> None:
        self._store = store
        self._romanise = romanise

    def alike(self, who: Party, *, but: Iterable[str] = ()) -> tuple[Known, ...]:
        """Whom ``who`` looks like in other cases, the surest first, each case once.

        Args:
            but: cases that are not looked at.
        """
        left_out = set(but)
        found: list[Known] = []
        for case_id in self._cases(who):
            if case_id in left_out:
                continue
            case = self._store.case(case_id)
            seen = ((self._why(who, party), party) for party in parties(case))
            known = [Known(case, party, why) for why, party in seen if why]
            found += sorted(known, key=_rank)[:1]
        return tuple(sorted(found, key=_rank))

    def contacts(self, case: CaseState, who: Party) -> tuple[Known, ...]:
        """``who`` in this case and in all others where it is surely the same person.

        Same ID number, same phone, or somebody said so (of the resident); a name alone is not
        enough, but that of an office is.
        """
        sure = [
            known
            for known in self.alike(who, but=(case.case_id,))
            if known.why in (ID_NUMBER, PHONE) or (known.why == NAME and who.is_office)
        ]
        there = {known.case.case_id for known in sure}
        linked = case.same_person if who.id == RESIDENT else ()
        for case_id in linked:
            if case_id not in there and (other := self._local(case_id)) is not None:
                sure.append(Known(other, parties(other)[0], LINKED))
        return (Known(case, who, LINKED), *sure)

    def _local(self, case_id: str) -> CaseState | None:
        try:
            return self._store.case(case_id)
        except BadInputError:  # it went to another centre
            return None

    def _cases(self, who: Party) -> Iterable[str]:
        words = [who.id_number, who.phone, _digits(who.phone), who.name, *self._sounds(who)[:1]]
        asked = dict.fromkeys(word.strip() for word in words if len(word.strip()) > 1)
        rows = (row for word in asked for row in self._store.search(word, FOUND))
        return dict.fromkeys(row.case_id for row in rows)

    def _why(self, one: Party, other: Party) -> str:
        if one.is_office or other.is_office:
            both = one.is_office and other.is_office
            return NAME if both and _same_office(one, other) else ""
        numbers = (_id(one), _id(other))
        if min(map(len, numbers)) >= SHORTEST_ID:  # two numbers, two people, whatever their names
            return ID_NUMBER if numbers[0] == numbers[1] else ""
        phone = _digits(one.phone)
        if len(phone) >= SHORTEST_PHONE and phone == _digits(other.phone):
            return PHONE
        alike = set(self._sounds(one)) & set(self._sounds(other))
        sounds = bool(alike) and len(one.name) == len(other.name)
        if _is_ending(*numbers) and (sounds or not (one.name and other.name)):
            return ENDING
        if _plain(one.name) == _plain(other.name) and len(_plain(one.name)) > 1:
            return NAME
        return SOUND if sounds else ""

    def _sounds(self, who: Party) -> list[str]:
        """How the name of a person sounds, in full."""
        if who.is_office or len(who.name) < 2:
            return []
        return [text for text in self._romanise(who.name) if len(text) > len(who.name)]


def _rank(known: Known) -> int:
    return RANKS.index(known.why)


def _same_office(one: Party, other: Party) -> bool:
    return _plain(one.name) == _plain(other.name) or bool(one.agency and one.agency == other.agency)


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", _plain(phone))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def _is_ending(one: str, other: str) -> bool:
    """Whether one is how the other, a whole number, ends."""
    short, long = sorted((one, other), key=len)
    return SHORTEST_ENDING <= len(short) < SHORTEST_ID <= len(long) and long.endswith(short)


def _id(party: Party) -> str:
    return _plain(party.id_number).upper()


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
