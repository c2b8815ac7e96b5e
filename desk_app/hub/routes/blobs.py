"""Routes of attachments: chunks in, chunks out."""

import asyncio
import hashlib
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query, Request, Response

from desk_app.hub import blobs
from desk_app.hub.desk import REFUSALS, Desk, RefuseError
from desk_app.hub.security import Caller
from desk_app.protocol import wire


def add_blob_routes(app: FastAPI, desk: Desk) -> None:
    Active = Annotated[Caller, Depends(desk.active)]
    Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
    Place = Annotated[int, Path(ge=0, lt=wire.MAX_BLOB_CHUNKS)]
    Chunks = Annotated[int, Query(ge=1, le=wire.MAX_BLOB_CHUNKS)]
    Case = Annotated[str, Query(max_length=40, pattern=r"^[0-9A-Za-z]*$")]

    def home(caller: Caller, case: str) -> str:
        return blobs.home(desk.database, caller.centre, case) if case else caller.centre

    @app.get("/v1/blobs/{digest}", responses=REFUSALS)
    def blob(caller: Active, digest: Digest, case: Case = "") -> wire.BlobStatus:
        return blobs.status(desk.database, home(caller, case), digest)

    @app.put(
        "/v1/blobs/{digest}/{place}",
        responses=REFUSALS,
        openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}}},
    )
    async def put_chunk(
        request: Request,
        caller: Active,
        digest: Digest,
        place: Place,
        chunks: Chunks,
        case: Case = "",
    ) -> wire.BlobStatus:
        chunk = await request.body()
        if not chunk or place >= chunks:
            raise RefuseError(422, "bad_chunk")

        def keep() -> wire.BlobStatus | None:
            centre = home(caller, case)
            return blobs.keep(desk.database, centre, digest, place, chunks, chunk)

        try:
            found = await asyncio.to_thread(keep)
        except blobs.FullError:
            raise RefuseError(413, "full") from None
        if found is None:
            raise RefuseError(409, "other_chunk")
        return found

    @app.get("/v1/blobs/{digest}/{place}", responses=REFUSALS)
    def get_chunk(caller: Active, digest: Digest, place: Place) -> Response:
        chunk = blobs.chunk(desk.database, caller.centre, digest, place)
        if chunk is None:
            raise RefuseError(404, "no_chunk")
        return Response(chunk, media_type="application/octet-stream")

    @app.post("/v1/blobs/{digest}/done", responses=REFUSALS)
    def done(caller: Active, digest: Digest, case: Case = "") -> wire.BlobStatus:
        found = blobs.complete(desk.database, home(caller, case), digest, hashlib.sha256)
        if found is None:
            raise RefuseError(409, "digest")
        return found
