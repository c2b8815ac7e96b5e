"""Routes of the stream: send, fetch, compare, wait."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request, Response

from desk_app.hub.desk import REFUSALS, Desk, body, fields, takes
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.quarantine import keep_apart
from desk_app.hub.reading import Reading
from desk_app.hub.security import Caller
from desk_app.protocol import wire

WAIT_SECONDS = 25.0
LAST_NUMBER = 1 << 62
Number = Annotated[int, Query(ge=0, le=LAST_NUMBER)]


def add_sync_routes(app: FastAPI, desk: Desk) -> None:
    Any_ = Annotated[Caller, Depends(desk.caller)]
    Active = Annotated[Caller, Depends(desk.active)]

    @app.post("/v1/push", responses=REFUSALS, openapi_extra=takes(wire.PushRequest))
    def push(caller: Any_, asked: Annotated[wire.PushRequest, body(wire.PushRequest)]) -> Response:
        if caller.state != "active":
            keep_apart(desk.database, caller.device, asked.entries, desk.now())
            desk.refuse_revoked(caller)
        sender = Sender(caller.device, caller.centre)
        taken = take_in(desk.database.ledger, sender, asked.entries, desk.now())
        head = desk.head(caller.centre, taken.counter)
        desk.waiting.tell(head.centre, head.epoch, head.high)
        reply = wire.PushReply(
            head=wire.WireHead(**fields(head)),
            answers=[wire.WireAnswer(**fields(answer)) for answer in taken.answers],
        )
        return Response(reply.model_dump_json(), media_type="application/json")

    @app.get("/v1/pull", response_model=wire.PullReply, responses=REFUSALS)
    def pull(request: Request, cursor: Number = 0) -> Response:
        return desk.read(request, lambda reading: _rows(reading, cursor, LAST_NUMBER))

    @app.get("/v1/rows", response_model=wire.PullReply, responses=REFUSALS)
    def rows(request: Request, low: Number, high: Number) -> Response:
        return desk.read(request, lambda reading: _rows(reading, low, high))

    @app.get("/v1/snapshot", response_model=wire.SnapshotReply, responses=REFUSALS)
    def snapshot(
        request: Request,
        upto: Number = 0,
        after: Annotated[str, Query(max_length=40, pattern=r"^[0-9A-Za-z]*$")] = "",
    ) -> Response:
        def look(reading: Reading) -> bytes:
            head = reading.head()
            until = min(upto, head.high) or head.high
            texts, last, done = reading.snapshot(until, after)
            rest = {"upto": until, "after": last, "done": done}
            return with_rows({"head": fields(head), **rest}, texts)

        return desk.read(request, look)

    @app.get("/v1/digest", response_model=wire.DigestReply, responses=REFUSALS)
    def digest(request: Request, low: Number, high: Number) -> Response:
        def look(reading: Reading) -> bytes:
            head = wire.WireHead(**fields(reading.head()))
            count, total = reading.digest(low, high)
            reply = wire.DigestReply(head=head, count=count, mark_sum=str(total))
            return reply.model_dump_json().encode()

        return desk.read(request, look)

    @app.get("/v1/wait", responses=REFUSALS)
    async def wait(
        caller: Active,
        after: Number,
        epoch: Annotated[str, Query(max_length=40)] = "",
        seconds: Annotated[float, Query(ge=0, le=WAIT_SECONDS)] = WAIT_SECONDS,
    ) -> wire.WaitReply:
        now, high = await desk.waiting.wait(caller.centre, after, epoch, seconds)
        return wire.WaitReply(epoch=now, high=high)


def _rows(reading: Reading, low: int, high: int) -> bytes:
    head = reading.head()
    page = reading.rows(low, min(high, head.high))
    rest = {"cursor": page.last, "mark_sum": str(reading.mark_sum(page.last))}
    return with_rows({"head": fields(head), **rest}, page.rows)


def with_rows(fields: Mapping[str, object], rows: Iterable[bytes]) -> bytes:
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return text[:-1] + b',"rows":[' + b",".join(rows) + b"]}"
