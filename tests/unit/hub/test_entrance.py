"""Who may speak to the hub, and how often: codes, tokens, limits, what the log never says."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from desk_app.core.ids import new_device_id
from desk_app.hub.app import make_app
from desk_app.hub.desk import Settings
from desk_app.hub.folder import HubFolder, OpenHub
from desk_app.hub.gate import MOST_AT_ONCE, Gate, Message, Metrics, Receive, Scope, Send
from desk_app.hub.log import LOGGER, log_to_stderr
from desk_app.hub.people import People
from desk_app.hub.security import (
    CHALLENGE_SECONDS,
    CODE_LENGTH,
    TOKEN_SECONDS,
    Tokens,
    code_hash,
    new_code,
)
from desk_app.hub.throttle import MOST_NAMES, Throttle
from desk_app.protocol.signing import new_private_key, public_of, sign
from desk_app.protocol.wire import PROTOCOL_HEADER

NOW = 1_795_000_000_000
Ask = Callable[..., httpx.Response]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[OpenHub]:
    folder = HubFolder(tmp_path / "hub")
    folder.make(("localhost",))
    opened = folder.open()
    People(opened.database, opened.identity).add_centre("east", "东街")
    yield opened
    opened.database.close()


class Clock:
    """The hub's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ask(hub: OpenHub, clock: Clock) -> Ask:
    """Ask the hub in this process, with small limits."""
    people = People(hub.database, hub.identity)
    app = make_app(
        Settings(
            hub.database, hub.identity, hub.token_secret, people,
            calls_per_minute=5, open_calls_per_minute=60, clock=clock,
        )
    )  # fmt: skip

    def asked(method: str, path: str, address: str = "10.0.0.1", **more: object) -> httpx.Response:
        async def once() -> httpx.Response:
            way = httpx.ASGITransport(app, client=(address, 1))
            async with httpx.AsyncClient(transport=way, base_url="http://hub") as client:
                return await client.request(method, path, **more)  # type: ignore[arg-type]

        return asyncio.run(once())

    return asked


class Member:
    """A device with its key."""

    def __init__(self) -> None:
        self.device = new_device_id()
        self.key = new_private_key()

    def enrol(self, ask: Ask, code: str, address: str = "10.0.0.1") -> httpx.Response:
        public = public_of(self.key)
        words = {"code": code, "device": self.device, "name": "一号窗", "public_key": public}
        signature = sign(self.key, "enrol", code, self.device, public)
        return ask("POST", "/v1/enrol", address, json={**words, "signature": signature})

    def token(self, ask: Ask, challenge: str, address: str = "10.0.0.1") -> httpx.Response:
        signature = sign(self.key, "token", self.device, challenge)
        words = {"device": self.device, "challenge": challenge, "signature": signature}
        return ask("POST", "/v1/token", address, json=words)


@pytest.fixture
def member(hub: OpenHub, ask: Ask) -> Member:
    made = Member()
    code = People(hub.database, hub.identity).new_code("east", "desk", NOW)
    assert made.enrol(ask, code).status_code == 200
    return made


def _challenge(ask: Ask) -> str:
    return str(ask("GET", "/v1/challenge").json()["challenge"])


def test_a_token_lasts_a_quarter_of_an_hour_and_not_a_moment_longer(
    ask: Ask, clock: Clock, member: Member
) -> None:
    given = member.token(ask, _challenge(ask)).json()
    assert given["seconds"] == TOKEN_SECONDS
    headers = {"Authorization": f"Bearer {given['token']}"}
    clock.now += TOKEN_SECONDS * 1000 - 1
    assert ask("GET", "/v1/pull", headers=headers).status_code == 200
    clock.now += 1
    assert ask("GET", "/v1/pull", headers=headers).json()["code"] == "token"


def test_a_challenge_is_worth_a_minute_and_only_to_be_signed(
    ask: Ask, clock: Clock, member: Member
) -> None:
    challenge = _challenge(ask)
    stranger = Member()
    assert stranger.token(ask, challenge).json()["code"] == "unknown_device"
    stranger.device = member.device
    assert stranger.token(ask, challenge).json()["code"] == "signature"
    as_token = {"Authorization": f"Bearer {challenge}"}
    assert ask("GET", "/v1/pull", headers=as_token).json()["code"] == "token"
    token = member.token(ask, challenge).json()["token"]
    assert member.token(ask, token).json()["code"] == "challenge"  # and the other way round
    clock.now += CHALLENGE_SECONDS * 1000
    assert member.token(ask, challenge).json()["code"] == "challenge"


def test_a_token_of_another_hub_is_none(hub: OpenHub, ask: Ask, member: Member) -> None:
    forged = Tokens(bytes(32)).token(member.device, NOW)
    assert ask("GET", "/v1/pull", headers={"Authorization": f"Bearer {forged}"}).status_code == 401
    ours = Tokens(hub.token_secret).token(member.device, NOW)
    body, _, mac = ours.partition(".")
    for spoiled in (f"{body}.", f".{mac}", f"{body}A.{mac}", f"{body}.{mac[:-1]}", ours * 2):
        assert Tokens(hub.token_secret).device_of(spoiled, NOW) == ""
    assert Tokens(hub.token_secret).device_of(ours, NOW) == member.device


def test_a_revoked_device_is_shut_out_at_its_next_word(
    hub: OpenHub, ask: Ask, member: Member
) -> None:
    headers = {"Authorization": f"Bearer {member.token(ask, _challenge(ask)).json()['token']}"}
    assert ask("GET", "/v1/pull", headers=headers).status_code == 200
    People(hub.database, hub.identity).revoke(member.device, NOW, seal_it=False)
    refused = ask("GET", "/v1/pull", headers=headers)
    assert (refused.status_code, refused.json()) == (403, {"code": "revoked", "order": None})


def test_codes_are_not_guessed_and_right_ones_do_not_wait(hub: OpenHub, ask: Ask) -> None:
    people = People(hub.database, hub.identity)
    for _ in range(12):  # a morning of new desks behind one address
        assert Member().enrol(ask, people.new_code("east", "desk", NOW)).status_code == 200
    wrong = [Member().enrol(ask, "AAAAA-AAAAA").status_code for _ in range(12)]
    assert wrong == [403] * 10 + [429] * 2
    right = people.new_code("east", "desk", NOW)
    assert Member().enrol(ask, right).status_code == 429
    assert Member().enrol(ask, right, "10.0.0.2").status_code == 200


def test_whoever_knows_a_name_cannot_shut_its_device_out(ask: Ask, member: Member) -> None:
    thief = Member()
    thief.device = member.device
    tries = [thief.token(ask, "x.y", "10.9.9.9").status_code for _ in range(31)]
    assert tries == [401] * 30 + [429]
    assert member.token(ask, _challenge(ask)).status_code == 200


def test_one_address_and_one_device_may_not_ask_without_end(ask: Ask, member: Member) -> None:
    headers = {"Authorization": f"Bearer {member.token(ask, _challenge(ask)).json()['token']}"}
    asked = [ask("GET", "/v1/digest?low=0&high=0", headers=headers) for _ in range(6)]
    assert [answer.status_code for answer in asked] == [200] * 5 + [429]
    assert asked[-1].headers["Retry-After"]
    flood = [ask("GET", "/v1/challenge", "10.7.7.7").status_code for _ in range(61)]
    assert (flood.count(200), flood[-1]) == (60, 429)
    assert ask("GET", "/healthz", "10.0.0.5").status_code == 200


def test_a_code_is_typed_as_people_type() -> None:
    code = new_code()
    assert len(code) == CODE_LENGTH + 1
    assert code_hash(code) == code_hash(f" {code.lower().replace('-', ' ')} ")
    assert len({new_code() for _ in range(200)}) == 200


def test_a_bucket_fills_again_with_time() -> None:
    seconds = [0.0]
    throttle = Throttle(lambda: seconds[0])
    assert [throttle.allows("a", per_minute=2) for _ in range(3)] == [True, True, False]
    assert throttle.allows("b", per_minute=2)
    seconds[0] = 30
    assert [throttle.allows("a", per_minute=2) for _ in range(2)] == [True, False]
    assert not throttle.allows("a", per_minute=2, cost=0)
    for name in range(MOST_NAMES + 2):
        throttle.allows(f"n{name}", per_minute=2)
    assert throttle.allows("a", per_minute=2)  # a flood of names is not kept


def test_the_log_has_ids_and_codes_and_no_question(
    ask: Ask, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(LOGGER, "level", LOGGER.level)
    monkeypatch.setattr("sys.stderr", said)
    log_to_stderr()
    headers = {"Authorization": f"Bearer {member.token(ask, _challenge(ask)).json()['token']}"}
    ask("GET", "/v1/snapshot?after=secretcase1", headers=headers)
    ask("GET", "/secret/path?name=secret")
    try:
        raise ValueError("secret words")
    except ValueError:
        logging.getLogger("elsewhere").exception("it broke")
    logging.getLogger("elsewhere").warning("it saw %s", "secret things")
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert "secret" not in said.getvalue()
    pulled = next(line for line in lines if line.get("route") == "/v1/snapshot")
    assert (pulled["device"], pulled["status"]) == (member.device, 200)
    assert {"error": "ValueError"}.items() <= lines[-2].items()
    assert lines[-1]["event"] == "it saw %s"


def test_more_than_the_hub_can_do_at_once_is_asked_to_come_again() -> None:
    """Who is already at work is not disturbed; long polls do not count."""

    async def play() -> list[tuple[int, str]]:
        free, refused = asyncio.Event(), asyncio.Event()

        async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
            await free.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        gate = Gate(slow, Metrics(), lambda _path: 10)
        given: list[tuple[int, str]] = []

        async def request(path: str) -> None:
            async def send(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = {key.decode(): value.decode() for key, value in message["headers"]}
                    assert headers[PROTOCOL_HEADER.lower()] == "1"
                    given.append((message["status"], headers.get("retry-after", "")))
                    if len(given) == 3:
                        refused.set()

            async def receive() -> Message:
                return {"type": "http.request", "body": b""}

            scope = {"type": "http", "method": "GET", "path": path, "headers": []}
            await gate(scope, receive, send)

        paths = ["/v1/wait"] * 100 + ["/v1/pull"] * (MOST_AT_ONCE + 3)
        tasks = [asyncio.create_task(request(path)) for path in paths]
        await refused.wait()
        free.set()
        await asyncio.gather(*tasks)
        await request("/v1/pull")
        return given

    given = asyncio.run(asyncio.wait_for(play(), 20))
    assert given[:3] == [(503, "2")] * 3
    assert set(given[3:]) == {(200, "")}
    assert len(given) == 100 + MOST_AT_ONCE + 3 + 1
