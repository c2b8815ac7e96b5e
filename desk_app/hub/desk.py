"""What all routes share: the settings, who calls, how a refusal is said."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection, select

from desk_app.core.exchange import Head
from desk_app.hub import tables
from desk_app.hub.crowd import Crowd
from desk_app.hub.database import Database
from desk_app.hub.gate import Metrics
from desk_app.hub.ledger import Counter
from desk_app.hub.people import SEEN_EVERY_MS, Identity, People, look_up
from desk_app.hub.reading import Reading
from desk_app.hub.security import Caller, Tokens, seal_order
from desk_app.hub.throttle import Throttle
from desk_app.hub.waiting import Waiting
from desk_app.protocol import wire

_Model = TypeVar("_Model", bound=BaseModel)

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": wire.Refusal} for status in (401, 403, 404, 413, 415, 422, 429, 503)
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a serving process is given.

    Attributes:
        ca: the CA's certificate as PEM; empty where TLS is somebody else's work.
        docs: show the OpenAPI description.
        calls_per_minute: of one device.
        open_calls_per_minute: without a token, of one address; a city's desks behind one address
            may all come at once after a restart, two calls each.
        clock: ms since 1970.
    """

    database: Database
    identity: Identity
    token_secret: bytes
    people: People
    ca: bytes = b""
    docs: bool = False
    calls_per_minute: int = 1200
    open_calls_per_minute: int = 6000
    clock: Callable[[], int] = lambda: int(time.time() * 1000)


class RefuseError(Exception):
    """A request is answered with ``Refusal`` and this status."""

    def __init__(self, status: int, code: str, order: wire.SealOrder | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.order = status, code, order


class Desk:
    """The hub as its routes see it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = settings.database
        self.people = settings.people
        self.tokens = Tokens(settings.token_secret)
        self.metrics = Metrics()
        self.waiting = Waiting(self.counters)
        self.throttle = Throttle(time.monotonic)
        self.crowd = Crowd(time.monotonic)

    def now(self) -> int:
        """The hub's clock, ms since 1970."""
        return self.settings.clock()

    def counters(self, centres: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Epoch and latest number by centre."""
        row = tables.centres.c
        with self.database.glance() as connection:
            found = connection.execute(
                select(row.id, row.epoch, row.high).where(row.id.in_(list(centres)))
            )
            return {centre: (epoch, high) for centre, epoch, high in found}

    def address_of(self, request: Request) -> str:
        """Where a request without a token comes from. 429 when that asks too often."""
        address = request.client.host if request.client else ""
        most = self.settings.open_calls_per_minute
        if not self.throttle.allows(f"open:{address}", per_minute=most):
            raise RefuseError(429, "busy")
        return address

    def device_of(self, request: Request) -> str:
        """The device whose token a request carries. 401 without one, 429 when it asks too often."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        device = self.tokens.device_of(token, self.now()) if scheme == "Bearer" else ""
        if not device:
            raise RefuseError(401, "token")
        request.state.device = device
        self.crowd.heard(device)
        if not self.throttle.allows(f"call:{device}", per_minute=self.settings.calls_per_minute):
            raise RefuseError(429, "busy")
        return device

    def caller(self, request: Request) -> Caller:
        """The enrolled device a request comes from, whatever its state."""
        return self._known(self.people.caller(self.device_of(request), self.now()))

    def active(self, request: Request) -> Caller:
        """As ``caller``, only for devices that are not shut out."""
        caller = self.caller(request)
        self.refuse_revoked(caller)
        return caller

    def refuse_revoked(self, caller: Caller) -> None:
        """403 for a device that was shut out, with the order to seal where there is one."""
        if caller.state == "active":
            return
        order = None
        if caller.order_issued:
            key = self.settings.identity.signing_key
            order = seal_order(key, caller.device, caller.order_issued)
        raise RefuseError(403, "revoked", order)

    def read(self, request: Request, look: Callable[[Reading], bytes]) -> Response:
        """Answer from one look at the caller's centre; who calls is looked up in the same one."""
        device = self.device_of(request)
        with self.database.reading() as connection:
            found, seen = look_up(connection, device)
            caller = self._known(found)
            self.refuse_revoked(caller)
            content = look(self._reading(connection, caller.centre))
        if self.now() - seen > SEEN_EVERY_MS:
            self.people.was_heard(device, self.now())
        return Response(content, media_type="application/json")

    def head(self, centre: str, counter: Counter | None) -> Head:
        """Who speaks, with where a centre stands; ``counter``: as seen a moment ago, if it was."""
        hub = self.settings.identity.hub
        if counter is None:
            with self.database.reading() as connection:
                return self._reading(connection, centre).head()
        return Head(hub, centre, counter.epoch, counter.common, counter.high)

    def _reading(self, connection: Connection, centre: str) -> Reading:
        return Reading(connection, self.database.key, self.settings.identity.hub, centre)

    def _known(self, caller: Caller | None) -> Caller:
        if caller is None:
            raise RefuseError(401, "token")
        return caller


def body(model: type[_Model]) -> Any:
    """A dependency that reads the body as ``model``, and a description of it.

    Read by pydantic's own parser: Python's gives up on deep nesting with an error of its own.
    """

    async def read(request: Request) -> _Model:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise RefuseError(415, "not_json")
        try:
            return model.model_validate_json(await request.body())
        except (ValidationError, ValueError):
            raise RefuseError(422, "bad_request") from None

    return Depends(read)


def takes(model: type[BaseModel]) -> dict[str, Any]:
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


def fields(value: Any) -> dict[str, Any]:
    """A dataclass's attributes by name, not looked into any deeper."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
