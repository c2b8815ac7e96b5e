"""What devices read of their centre's stream; a read transaction each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select, tuple_

from desk_app.core.exchange import DIGEST_MODULUS, Head
from desk_app.hub import tables
from desk_app.hub.sql_ledger import entry_json, see_centres
from desk_app.protocol.signing import unseal
from desk_app.protocol.wire import PAGE_BYTES, PAGE_ROWS

STEP_ROWS = 100
"""Rows read at a time: a page is cut off where it is full, before all of 500 rows are in memory."""

_LINE = tables.stream.c
_KEPT = tables.contents.c


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as JSON texts, ready to go out.

    Attributes:
        last: number of the last row; the number asked from where there is none.
    """

    rows: tuple[bytes, ...]
    last: int


class Reading:
    """One device's look at its centre.

    Args:
        connection: in a transaction; every answer of one ``Reading`` is of one moment.
        key: opens contents.
        hub: the hub's id.
        centre: whose stream; nothing of another's is ever read.
    """

    def __init__(self, connection: Connection, key: bytes, hub: str, centre: str) -> None:
        self._connection = connection
        self._key = key
        self._hub = hub
        self._centre = centre
        see_centres(connection, [centre])

    def head(self) -> Head:
        """Where the centre stands."""
        row = tables.centres.c
        epoch, common, high = self._connection.execute(
            select(row.epoch, row.common, row.high).where(row.id == self._centre)
        ).one()
        return Head(self._hub, self._centre, epoch, common, high)

    def mark_sum(self, seq: int) -> int:
        """Sum of the marks of all rows up to ``seq``."""
        found = self._connection.execute(
            select(_LINE.mark_sum).where(_LINE.centre == self._centre, _LINE.seq == seq)
        ).scalar()
        return int(found) if found is not None else 0

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """Count and sum of the marks of rows ``low < seq <= high``."""
        high = min(high, self.head().high)
        if high <= low:
            return 0, 0
        return high - low, (self.mark_sum(high) - self.mark_sum(low)) % DIGEST_MODULUS

    def rows(self, low: int, high: int) -> Page:
        """Rows ``low < seq <= high``, as many as fit a page."""
        texts: list[bytes] = []
        size, last = 0, low
        while len(texts) < PAGE_ROWS:
            step = min(STEP_ROWS, PAGE_ROWS - len(texts))
            found = self._select(_LINE.seq > last, _LINE.seq <= high, limit=step)
            for row in found:
                text = self._json(row)
                if texts and size + len(text) > PAGE_BYTES:
                    return Page(tuple(texts), last)
                texts.append(text)
                size, last = size + len(text), row.seq
            if len(found) < step:
                break
        return Page(tuple(texts), last)

    def snapshot(self, upto: int, after: str) -> tuple[tuple[bytes, ...], str, bool]:
        """All rows up to ``upto`` of whole cases after case id ``after``, as fit a page.

        The first case comes whole, however large. Returns the rows, the last case's id, and whether
        there are no more cases.
        """
        cases = self._connection.execute(
            select(_LINE.case_id, func.count())
            .where(_LINE.centre == self._centre, _LINE.case_id > after, _LINE.seq <= upto)
            .group_by(_LINE.case_id)
            .order_by(_LINE.case_id)
            .limit(PAGE_ROWS)
        ).all()
        count, last = 0, after
        for case_id, rows in cases:
            if count and count + rows > PAGE_ROWS:
                break
            count, last = count + rows, case_id
        texts: list[bytes] = []
        size = whole = 0  # whole: how many rows are of cases that are complete
        case_id, before = after, after
        for row in self._by_case(after, last, upto):
            if row.case_id != case_id:
                whole, before, case_id = len(texts), case_id, row.case_id
            text = self._json(row)
            texts.append(text)
            size += len(text)
            if whole and size > PAGE_BYTES:
                return tuple(texts[:whole]), before, False
        done = not cases or (len(cases) < PAGE_ROWS and last == cases[-1][0])
        return tuple(texts), last, done

    def _by_case(self, after: str, last: str, upto: int) -> Iterator[Any]:
        """Rows up to ``upto`` of the cases ``after < id <= last``, case by case."""
        case_id, seq = after, upto
        while True:
            found = self._select(
                tuple_(_LINE.case_id, _LINE.seq) > tuple_(literal(case_id), literal(seq)),
                _LINE.case_id <= last,
                _LINE.seq <= upto,
                limit=STEP_ROWS,
                by_case=True,
            )
            yield from found
            if len(found) < STEP_ROWS:
                return
            case_id, seq = found[-1].case_id, found[-1].seq

    def _select(
        self, *where: ColumnElement[bool], limit: int, by_case: bool = False
    ) -> Sequence[Any]:
        # Contents only where the case is this centre's: the others' rows go out hollow.
        joined = tables.stream.outerjoin(
            tables.contents,
            and_(_KEPT.id == _LINE.id, _KEPT.centre == self._centre, _LINE.type == "entry"),
        )
        order = (_LINE.case_id, _LINE.seq) if by_case else (_LINE.seq,)
        query = (
            select(
                _LINE.seq,
                _LINE.id,
                _LINE.received,
                _LINE.type,
                _LINE.case_id,
                _LINE.sha256,
                _LINE.notice,
                _KEPT.sealed,
            )
            .select_from(joined)
            .where(_LINE.centre == self._centre, *where)
            .order_by(*order)
            .limit(limit)
        )
        return self._connection.execute(query).all()

    def _json(self, row: Sequence[object]) -> bytes:
        seq, row_id, received, kind, case_id, sha256, notice, sealed = row
        if kind == "entry" and sealed is None:
            kind = "gone"
        fields: dict[str, object] = {
            "seq": seq,
            "id": row_id,
            "received": received,
            "type": kind,
            "case_id": case_id,
            "sha256": sha256,
        }
        if isinstance(notice, bytes):
            fields["notice"] = json.loads(unseal(self._key, notice, str(row_id).encode()))
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        if kind != "entry":
            return text
        assert isinstance(sealed, bytes)
        # The entry was kept as the JSON that goes out: it is not read and written again.
        return text[:-1] + b',"entry":' + entry_json(self._key, str(row_id), sealed) + b"}"
