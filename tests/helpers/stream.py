"""What a centre says, written by hand: rows of its stream, and its answers."""

from __future__ import annotations

from collections.abc import Sequence

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.exchange import DIGEST_MODULUS, Answer, Row
from desk_app.core.kinds.kind import Json
from tests.helpers.factories import OPENED
from tests.helpers.fakes import A_MONDAY

HERE, THERE = "k7desk0000", "otherdesk0"
"""Devices: this one, and a colleague's."""
CASE = "case000000000001"
NOW = int(A_MONDAY.timestamp() * 1000)


def case_opened(case_id: str = CASE, **more: Json) -> NewEntry:
    """The first entry of a case."""
    return NewEntry(case_id, "case.opened", {**OPENED, "number": f"BCS-{case_id[-1]}", **more})


def note(text: str, case_id: str = CASE) -> NewEntry:
    """A note in a case."""
    return NewEntry(case_id, "note.added", {"text": text})


def rows_of(entries: Sequence[Entry], first: int = 1, received: int = NOW) -> list[Row]:
    """A stream in which ``entries`` stand one after another."""
    return [
        Row(seq, e.id, received, "entry", e.case_id, e.sha256, e)
        for seq, e in enumerate(entries, first)
    ]


def evicted(seq: int, case_id: str = CASE, received: int = NOW) -> Row:
    """A case goes to another centre."""
    notice = {"to_centre": "west", "to_name": "西街"}
    return Row(seq, f"evict:{seq}", received, "evict", case_id, notice=notice)


def offered(seq: int, ref: str, case_id: str = "casewest00000001") -> Row:
    """Another centre asks to take a case."""
    notice = {
        "ref": ref, "number": "BCS-9", "from_centre": "west", "from_name": "西街", "by": "小西",
        "to": "", "why": "搬来了", "summary": "老人",
    }  # fmt: skip
    return Row(seq, f"offer:{ref}", NOW, "offer", case_id, notice=notice)


def settled(seq: int, ref: str, case_id: str = "casewest00000001") -> Row:
    """That question is answered."""
    notice = {"ref": ref, "answer": "refuse"}
    return Row(seq, f"settled:{ref}", NOW, "settled", case_id, notice=notice)


def total(rows: Sequence[Row]) -> tuple[int, int]:
    """The centre's digest of ``rows``."""
    return len(rows), sum(row.mark for row in rows) % DIGEST_MODULUS


def accepted(entries: Sequence[Entry], first: int = 1, received: int = NOW) -> list[Answer]:
    """The centre has numbered ``entries`` one after another."""
    return [Answer(e.id, "accepted", seq, received) for seq, e in enumerate(entries, first)]
