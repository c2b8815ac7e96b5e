"""Routes about the centre: its neighbours, its devices, its content pack."""

from typing import Annotated

from fastapi import Depends, FastAPI, Path, Response

from desk_app.hub import packs
from desk_app.hub.desk import REFUSALS, Desk, RefuseError
from desk_app.hub.security import Caller
from desk_app.protocol import wire


def add_centre_routes(app: FastAPI, desk: Desk) -> None:
    Active = Annotated[Caller, Depends(desk.active)]

    @app.get("/v1/centres", responses=REFUSALS)
    def centres(_caller: Active) -> list[wire.CentreLine]:
        return desk.people.centres()

    @app.get("/v1/devices", responses=REFUSALS)
    def devices(caller: Active) -> list[wire.DeviceLine]:
        if caller.role != "supervisor":
            raise RefuseError(403, "supervisors_only")
        return desk.people.devices(caller.centre)

    @app.get("/v1/packs/current", responses=REFUSALS)
    def current_pack(_caller: Active) -> wire.PackReply:
        found = packs.current(desk.database)
        if found is None:
            raise RefuseError(404, "no_pack")
        return found

    @app.get("/v1/packs/{digest}", responses=REFUSALS)
    def pack(_caller: Active, digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]) -> Response:
        found = packs.content(desk.database, digest)
        if found is None:
            raise RefuseError(404, "no_pack")
        return Response(found, media_type="application/octet-stream")
