"""The hub's ASGI app, put together."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from desk_app.hub.database import DatabaseProblem
from desk_app.hub.desk import Desk, RefuseError, Settings
from desk_app.hub.gate import Gate
from desk_app.hub.log import note_event
from desk_app.hub.people import RefusedError
from desk_app.hub.resident.pages import is_for_residents, trouble_page
from desk_app.hub.resident.routes import FORM_BYTES, add_resident_routes
from desk_app.hub.routes.blobs import add_blob_routes
from desk_app.hub.routes.centre import add_centre_routes
from desk_app.hub.routes.entrance import add_open_routes
from desk_app.hub.routes.sync import add_sync_routes
from desk_app.protocol import wire

SMALL_BODY = 16 << 10
SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""The framework could report requests and errors with what was in them: it must not."""


def make_app(settings: Settings) -> Gate:
    """The hub, ready to be served."""
    desk = Desk(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        looking = asyncio.create_task(desk.waiting.run())
        gc.freeze()  # what was made until now stays: it is not looked through again and again
        note_event("serving")
        yield
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking

    app = FastAPI(
        title="desk-app hub",
        version=str(wire.PROTOCOL),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url="/openapi.json" if settings.docs else None,
        telemetry=SILENT,
    )
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)
    _add_handlers(app)
    add_open_routes(app, desk)
    add_sync_routes(app, desk)
    add_centre_routes(app, desk)
    add_blob_routes(app, desk)
    add_resident_routes(app, desk)
    return Gate(app, desk.metrics, _limit_of, _page_of, desk.crowd.pace)


def _limit_of(path: str) -> int:
    if path == "/v1/push":
        return wire.MAX_REQUEST_BYTES
    if is_for_residents(path):
        return FORM_BYTES
    return wire.CHUNK_BYTES + 64 if path.startswith("/v1/blobs/") else SMALL_BODY


def _page_of(path: str, status: int) -> Response | None:
    return trouble_page(status) if is_for_residents(path) else None


def _add_handlers(app: FastAPI) -> None:
    def answer(
        request: Request, status: int, code: str, order: wire.SealOrder | None = None
    ) -> Response:
        if (page := _page_of(request.url.path, status)) is not None:
            return page
        refusal = wire.Refusal(code=code, order=order)
        headers = {"Retry-After": "5"} if status in (429, 503) else None
        return Response(
            refusal.model_dump_json(), status, headers=headers, media_type="application/json"
        )

    @app.exception_handler(RefuseError)
    async def refused(request: Request, error: RefuseError) -> Response:
        return answer(request, error.status, error.code, error.order)

    @app.exception_handler(RefusedError)
    async def not_given(request: Request, error: RefusedError) -> Response:
        return answer(request, 413 if error.code == "too_much" else 403, error.code)

    @app.exception_handler(RequestValidationError)
    async def bad_request(request: Request, _error: RequestValidationError) -> Response:
        return answer(request, 422, "bad_request")

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        return answer(request, error.status_code, "no_such_route")

    @app.exception_handler(500)
    async def fault(request: Request, _error: Exception) -> Response:
        return answer(request, 500, "fault")

    @app.exception_handler(DatabaseProblem)
    async def no_database(request: Request, _error: DatabaseProblem) -> Response:
        return answer(request, 503, "database")
