"""A device's talk with the hub: tokens that renew themselves, answers that are looked at twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.core.kinds.kind import Json
from desk_app.protocol.signing import new_private_key, public_of, verify
from desk_app.protocol.wire import MAX_REQUEST_BYTES, PushRequest, WireEntry
from desk_app.sync.http_hub import DeviceKey, HttpHub
from desk_app.sync.hub_line import HubAddress, HubLine
from desk_app.sync.signals import Signals
from tests.helpers.factories import Desk
from tests.unit.sync.odd_server import OddServer, answer, odd_server

KEY = DeviceKey("k7desk0000", new_private_key())
HEAD = {"hub": "hub0", "centre": "east", "epoch": "e1", "common": 0, "high": 0}


def said(fields: Json, status: str = "200 OK") -> bytes:
    return answer(json.dumps(fields).encode(), status)


CHALLENGE, TOKEN = said({"challenge": "c1"}), said({"token": "t1", "seconds": 900})
DIGEST = said({"head": HEAD, "count": 0, "mark_sum": "0"})
OLD = said({"code": "token"}, "401 Unauthorized")


@dataclass
class Seconds:
    """A clock that is told to move."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Talk:
    """A hub of scripts, and the device that speaks to it."""

    hub: HttpHub
    server: OddServer
    clock: Seconds = field(default_factory=Seconds)

    @property
    def asked(self) -> list[str]:
        return [request.split(b" HTTP")[0].decode() for request in self.server.requests]


@contextmanager
def talk(*scripts: bytes) -> Iterator[Talk]:
    clock, signals = Seconds(), Signals()
    with odd_server(*scripts) as server:
        line = HubLine(HubAddress(f"http://127.0.0.1:{server.port}"), signals)
        try:
            yield Talk(HttpHub(line, KEY, seconds=clock), server, clock)
        finally:
            line.close()
            signals.close()


def entries(count: int, text: str = "一") -> list[Entry]:
    desk = Desk(KEY.device)
    return [desk.write(NewEntry("case1", "note.added", {"text": text})) for _ in range(count)]


def answers(sent: Sequence[Entry], **change: Json) -> bytes:
    rows = [
        {"id": e.id, "status": "accepted", "seq": n, "received": 5, "code": ""} | change
        for n, e in enumerate(sent, 1)
    ]
    return said({"head": HEAD, "answers": rows})


def test_a_token_is_asked_for_once_and_renewed_before_it_ends() -> None:
    with talk(CHALLENGE, TOKEN, DIGEST, DIGEST, CHALLENGE, TOKEN, DIGEST) as t:
        t.hub.digest(0, 1)
        t.hub.digest(0, 1)
        assert len(t.asked) == 4
        t.clock.now = 841  # a minute before its end
        t.hub.digest(0, 1)
        assert t.asked[4:6] == ["GET /v1/challenge", "POST /v1/token"]
        assert b"Authorization: Bearer t1" in t.server.requests[2]
        asked = json.loads(t.server.requests[1].split(b"\r\n\r\n")[1])
        verify(public_of(KEY.private), asked["signature"], "token", KEY.device, "c1")


def test_a_token_that_ended_on_the_way_is_renewed_once() -> None:
    with talk(CHALLENGE, TOKEN, OLD, CHALLENGE, TOKEN, DIGEST) as t:
        assert t.hub.digest(0, 1) == (0, 0)
    with talk(CHALLENGE, TOKEN, OLD, CHALLENGE, TOKEN, OLD) as t:
        with pytest.raises(HubRefusesError) as found:
            t.hub.digest(0, 1)
        assert found.value.code == "token"
        assert len(t.asked) == 6  # and not for ever


def test_a_device_that_is_not_known_is_refused() -> None:
    unknown = said({"code": "unknown_device"}, "401 Unauthorized")
    with talk(CHALLENGE, unknown) as t, pytest.raises(HubRefusesError) as found:
        t.hub.digest(0, 1)
    assert found.value.code == "unknown_device"


@pytest.mark.parametrize(
    "reply",
    [
        said([]), said({}), answer(b"not json"), answer(b"\xff\xfe"), said({"head": HEAD}),
        said({"head": HEAD, "count": "0", "mark_sum": "0"}),
        said({"head": HEAD, "count": 0, "mark_sum": "-1"}),
        said({"head": HEAD, "count": 0, "mark_sum": "9" * 21}),
        said({"head": HEAD, "count": 0, "mark_sum": "0", "more": 1}),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_garbage(reply: bytes) -> None:
    with talk(CHALLENGE, TOKEN, reply) as t, pytest.raises(HubUnreachableError) as found:
        t.hub.digest(0, 1)
    assert found.value.code == "garbage"


@pytest.mark.parametrize("fault", ["other id", "one less", "one more", "no number"])
def test_answers_that_do_not_fit_what_was_sent_are_garbage(fault: str) -> None:
    sent = entries(2)
    reply = {
        "other id": answers([sent[0], sent[0]]),
        "one less": answers(sent[:1]),
        "one more": answers([*sent, sent[1]]),
        "no number": answers(sent, seq=0),
    }[fault]
    with talk(CHALLENGE, TOKEN, reply) as t, pytest.raises(HubUnreachableError) as found:
        t.hub.push(sent)
    assert found.value.code == "garbage"


def test_as_many_as_fit_one_request_are_sent() -> None:
    sent = entries(40, "长" * 20_000)
    with talk(CHALLENGE, TOKEN, answers(sent[:17])) as t:
        given = t.hub.push(sent)
    assert [a.id for a in given.answers] == [entry.id for entry in sent[:17]]
    wire = [WireEntry.of(entry).model_dump() for entry in sent[:17]]
    size = len(json.dumps({"entries": wire}, ensure_ascii=False, separators=(",", ":")).encode())
    assert size <= MAX_REQUEST_BYTES < size * 18 / 17
    assert len(PushRequest(entries=wire).entries) == 17


def test_what_the_hub_would_never_take_is_answered_here() -> None:
    desk = Desk(KEY.device)
    deep: Json = "x"
    for _ in range(20):
        deep = [deep]
    body: dict[str, Json] = {"sop": "s", "version": 1, "definition": {"d": deep}}
    too_deep = desk.write(NewEntry("case1", "sop.started", body))
    fits = desk.write(NewEntry("case1", "note.added", {"text": "一"}))
    with talk(CHALLENGE, TOKEN, answers([fits])) as t:
        given = t.hub.push([too_deep, fits])
    assert {(a.id, a.status, a.code) for a in given.answers} == {
        (too_deep.id, "rejected", "too_deep"), (fits.id, "accepted", ""),
    }  # fmt: skip
    with talk(CHALLENGE, TOKEN, DIGEST) as t:  # nothing to send: only who is there is asked
        (alone,) = t.hub.push([too_deep]).answers
        assert alone.code == "too_deep"
        assert t.asked[-1].startswith("GET /v1/digest")
