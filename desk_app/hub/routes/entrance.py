"""Routes without a token: health, the CA, enrolling, tokens."""

from typing import Annotated

from fastapi import Depends, FastAPI, Response

from desk_app.hub.desk import REFUSALS, Desk, RefuseError, body, takes
from desk_app.hub.people import RefusedError
from desk_app.protocol import wire
from desk_app.protocol.signing import BadSignatureError, verify

WRONG_CODES = 10
"""Wrong codes a minute from one address."""


def add_open_routes(app: FastAPI, desk: Desk) -> None:
    """Routes without a token: health, the CA, enrolling, tokens."""

    near = [Depends(desk.address_of)]

    @app.get("/healthz", responses=REFUSALS, dependencies=near)
    def health() -> dict[str, str]:
        desk.counters([])
        return {"state": "ok"}

    @app.get("/metrics", responses=REFUSALS, dependencies=near)
    def metrics() -> Response:
        waiting = {"desk_hub_waiting": desk.waiting.count}
        return Response(desk.metrics.text(waiting), media_type="text/plain; version=0.0.4")

    @app.get("/v1/ca", responses=REFUSALS, dependencies=near)
    def certificate() -> Response:
        if not desk.settings.ca:
            raise RefuseError(404, "no_ca")
        return Response(desk.settings.ca, media_type="application/x-pem-file")

    _add_token_routes(app, desk)


def _add_token_routes(app: FastAPI, desk: Desk) -> None:
    Address = Annotated[str, Depends(desk.address_of)]
    near = [Depends(desk.address_of)]

    @app.get("/v1/challenge", responses=REFUSALS, dependencies=near)
    def challenge() -> wire.ChallengeReply:
        return wire.ChallengeReply(challenge=desk.tokens.challenge(desk.now()))

    @app.post("/v1/enrol", responses=REFUSALS, openapi_extra=takes(wire.EnrolRequest))
    def enrol(
        address: Address, asked: Annotated[wire.EnrolRequest, body(wire.EnrolRequest)]
    ) -> wire.EnrolReply:
        name = f"enrol:{address}"  # only wrong codes count: a morning of new desks is no attack
        if not desk.throttle.allows(name, per_minute=WRONG_CODES, cost=0):
            raise RefuseError(429, "busy")
        try:
            return desk.people.enrol(asked, desk.now())
        except RefusedError:
            desk.throttle.allows(name, per_minute=WRONG_CODES)
            raise

    @app.post("/v1/token", responses=REFUSALS, openapi_extra=takes(wire.TokenRequest))
    def token(
        address: Address,
        asked: Annotated[wire.TokenRequest, body(wire.TokenRequest)],
    ) -> wire.TokenReply:
        # By address too: whoever knows a device's name must not be able to shut it out.
        if not desk.throttle.allows(f"token:{address}:{asked.device}", per_minute=30):
            raise RefuseError(429, "busy")
        if not desk.tokens.is_challenge(asked.challenge, desk.now()):
            raise RefuseError(401, "challenge")
        _check_signature(desk, asked.device, asked.signature, "token", asked.challenge)
        return wire.TokenReply(token=desk.tokens.token(asked.device, desk.now()), seconds=900)

    @app.post(
        "/v1/sealed",
        responses=REFUSALS,
        dependencies=near,
        openapi_extra=takes(wire.SealedReport),
    )
    def sealed(
        asked: Annotated[wire.SealedReport, body(wire.SealedReport)],
    ) -> dict[str, str]:
        issued = str(asked.order_issued)
        _check_signature(desk, asked.device, asked.signature, "sealed", issued)
        if not desk.people.was_sealed(asked.device, asked.order_issued):
            raise RefuseError(403, "no_order")
        return {"state": "sealed"}


def _check_signature(desk: Desk, device: str, signature: str, purpose: str, *words: str) -> None:
    public = desk.people.public_key(device) if device.isascii() and device.isalnum() else ""
    try:
        verify(public, signature, purpose, device, *words)
    except BadSignatureError:
        raise RefuseError(401, "unknown_device" if not public else "signature") from None
