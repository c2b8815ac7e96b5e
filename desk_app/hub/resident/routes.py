"""Routes of the resident's side: two pages without a token, and what desks fetch and take."""

from functools import partial
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from desk_app.hub.database import DatabaseProblem
from desk_app.hub.desk import REFUSALS, Desk, RefuseError
from desk_app.hub.resident import inquiries
from desk_app.hub.resident.form import Tickets, Typed, Wrong, check, read
from desk_app.hub.resident.links import status
from desk_app.hub.resident.pages import (
    closed_page,
    form_page,
    received_page,
    status_page,
    trouble_page,
)
from desk_app.hub.resident.side import Side
from desk_app.hub.security import Caller
from desk_app.protocol.resident import InquiryLine, ResidentReply

PAGES_A_MINUTE = 60
"""Pages that one address may open: many phones of one provider share one."""

INQUIRIES_A_MINUTE = 6
"""Inquiries that one address may send."""

FORM_BYTES = 256 << 10
"""Five times what the form takes, so that most of what is too long is told so with the form."""

FORM_TYPE = "application/x-www-form-urlencoded"


def add_resident_routes(app: FastAPI, desk: Desk) -> None:
    _add_pages(app, desk)
    _add_inquiries(app, desk)


def _add_pages(app: FastAPI, desk: Desk) -> None:
    tickets = Tickets(desk.settings.token_secret)

    def address_of(request: Request) -> str:
        address = desk.address_of(request)
        if not desk.throttle.allows(f"page:{address}", per_minute=PAGES_A_MINUTE):
            raise RefuseError(429, "busy")
        return address

    Address = Annotated[str, Depends(address_of)]
    near = [Depends(address_of)]

    @app.get("/r/{centre}/{token}", include_in_schema=False, dependencies=near)
    def where_it_stands(centre: str, token: str) -> Response:
        return status_page(status(desk.database, centre, token, desk.now()))

    @app.get("/ask/{centre}", include_in_schema=False, dependencies=near)
    def form(centre: str) -> Response:
        side = inquiries.open_side(desk.database, centre)
        if not side.takes_inquiries:
            return closed_page(side)
        return form_page(side, tickets.make(desk.now()), Typed(), Wrong())

    @app.post("/ask/{centre}", include_in_schema=False)
    async def send(request: Request, address: Address, centre: str) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            typed = read(await request.body()) if kind == FORM_TYPE else None
        except ValueError:
            typed = None
        if typed is None:
            return trouble_page(415)
        return await run_in_threadpool(_take_in, desk, tickets, centre, address, typed)


def _take_in(desk: Desk, tickets: Tickets, centre: str, address: str, typed: Typed) -> HTMLResponse:
    """Keep what was sent, or give the form back with all that stood in it."""
    side, now = Side(), desk.now()
    again = partial(_again, tickets, now, typed)
    try:
        side = inquiries.open_side(desk.database, centre)
        if not side.takes_inquiries:
            return closed_page(side)
        if wrong := check(typed):
            return again(side, wrong, 422)
        if unsure := tickets.check(typed, now):
            return again(side, Wrong(whole=unsure), 422)
        if not desk.throttle.allows(f"ask:{address}", per_minute=INQUIRIES_A_MINUTE):
            return again(side, Wrong(whole="一下子交了好几次。请过一分钟再按一次。"), 429)
        words = inquiries.Words(typed.words, typed.name, typed.phone)
        number = inquiries.keep(desk.database, centre, typed.ticket, words, now)
    except inquiries.FullError:
        return again(side, Wrong(whole="现在留言太多，收不下了。请打窗口的电话。"), 503)
    except DatabaseProblem:
        return again(side, Wrong(whole="现在存不下来。请过一会儿再按一次，或者打窗口的电话。"), 503)
    return received_page(side, number) if number else closed_page(side)


def _again(
    tickets: Tickets, now: int, typed: Typed, side: Side, wrong: Wrong, status: int
) -> HTMLResponse:
    """The form once more: the same copy of it, unless that one is no good any more."""
    ticket = typed.ticket if tickets.is_good(typed.ticket, now) else tickets.make(now)
    return form_page(side, ticket, typed, wrong, status)


def _add_inquiries(app: FastAPI, desk: Desk) -> None:
    Active = Annotated[Caller, Depends(desk.active)]
    Number = Annotated[str, Path(pattern=r"^[0-9]{6}$")]

    @app.get("/v1/inquiries", responses=REFUSALS)
    def waiting(caller: Active) -> ResidentReply:
        return inquiries.waiting_for(desk.database, caller.centre, caller.device, desk.now())

    @app.post("/v1/inquiries/{number}/take", responses=REFUSALS)
    def take(caller: Active, number: Number) -> InquiryLine:
        try:
            return inquiries.take(desk.database, caller.centre, number, caller.device, desk.now())
        except inquiries.TakenError:
            raise RefuseError(409, "taken") from None
