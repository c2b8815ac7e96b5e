"""Sync by stick, the hub's side: the same rules as over HTTP, one file in, one file out."""

from __future__ import annotations

import json

from desk_app.core.entries import canonical
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.exchange import Answer, Row
from desk_app.core.kinds.kind import Json
from desk_app.hub.folder import OpenHub
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.people import People
from desk_app.hub.reading import Reading
from desk_app.protocol.signing import public_of
from desk_app.protocol.stick import (
    StickAnswers,
    StickEntries,
    open_entries,
    pack_answers,
    read_cover,
)
from desk_app.protocol.wire import MAX_ENTRIES, WireEntry, WireRow


def answer_stick(
    hub: OpenHub, people: People, file: bytes, now: int
) -> tuple[dict[str, Json], bytes]:
    """Take in a desk's file; returns counts, and the file that goes back.

    Raises BadInputError: not to be believed, or of a device that was shut out.
    """
    cover = read_cover(file)
    caller = people.caller(cover.device, now)
    if caller is None or caller.centre != cover.centre or caller.state != "active":
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "写这个文件的设备不属于这里，或者已经停用，没有收下。")
        )
    key = people.centre_key(cover.centre)
    identity = hub.identity
    sent = open_entries(file, identity.hub, public_of(identity.signing_key), key)
    sender = Sender(caller.device, caller.centre)
    answers: list[Answer] = []
    for start in range(0, len(sent.entries), MAX_ENTRIES):
        batch = sent.entries[start : start + MAX_ENTRIES]
        values = [json.loads(canonical(WireEntry.of(entry).model_dump())) for entry in batch]
        answers += take_in(hub.database.ledger, sender, values, now).answers
    contents = _answers(hub, caller.centre, sent, tuple(answers))
    counts: dict[str, Json] = {
        status: sum(answer.status == status for answer in answers)
        for status in ("accepted", "duplicate", "rejected", "deferred")
    }
    counts["rows"] = len(contents.rows)
    return counts, pack_answers(cover, identity.signing_key, key, contents)


def _answers(
    hub: OpenHub, centre: str, sent: StickEntries, answers: tuple[Answer, ...]
) -> StickAnswers:
    with hub.database.reading() as connection:
        reading = Reading(connection, hub.database.key, hub.identity.hub, centre)
        head = reading.head()
        same = sent.epoch == head.epoch
        after = min(sent.cursor, head.high if same else head.common)
        rows: list[Row] = []
        last = after
        while last < head.high:
            page = reading.rows(last, head.high)
            if page.last == last:
                break
            rows += [WireRow.model_validate_json(text).to_row() for text in page.rows]
            last = page.last
        return StickAnswers(head, answers, tuple(rows), after, last, reading.mark_sum(last))
