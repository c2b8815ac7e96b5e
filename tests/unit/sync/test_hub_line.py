"""The line to the hub: whatever odd thing answers, it ends in a clear no, in bounded time."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from desk_app.core.errors import BadInputError
from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.hub.folder import CERTIFICATE_FILE, CERTIFICATE_KEY_FILE, HubFolder
from desk_app.sync import hub_line
from desk_app.sync.hub_line import HubAddress, HubLine, RevokedError
from desk_app.sync.signals import NUDGED, STOPPED, NudgedError, Signals, StoppedError
from tests.unit.sync.odd_server import HOLD, TRICKLE, OddServer, answer, odd_server

SOON = 2.0


@contextmanager
def line_to(url: str, ca: str = "") -> Iterator[tuple[HubLine, Signals]]:
    signals = Signals()
    line = HubLine(HubAddress(url, ca), signals)
    try:
        yield line, signals
    finally:
        line.close()
        signals.close()


def asked(server: OddServer, limit: int = 1 << 16, seconds: float = 5.0) -> bytes:
    with line_to(f"http://127.0.0.1:{server.port}") as (line, _):
        return line.ask("GET", "/v1/pull", limit=limit, seconds=seconds)


def trouble(script: bytes, **more: float) -> HubUnreachableError:
    with odd_server(script) as server, pytest.raises(HubUnreachableError) as found:
        asked(server, **more)  # type: ignore[arg-type]
    return found.value


PACKED = gzip.compress(b"x" * 5_000)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (answer(b"<html>login</html>", protocol=None), "captive"),
        (answer(b"", "302 Found", "Location: http://127.0.0.1:1/", protocol=None), "captive"),
        (answer(b"", "302 Found", "Location: http://127.0.0.1:1/"), "captive"),
        (answer(b"bad gateway", "502 Bad Gateway", protocol=None), "captive"),
        (answer(b"no", "401 Unauthorized", protocol=None), "captive"),
        (answer(protocol="one"), "captive"),
        (answer(b"{}", length=50), "cut"),
        (b"", "cut"),
        (b"\x16\x03\x01 not http at all\r\n\r\n", "cut"),
        (b"HTTP/1.1 200", "cut"),
        (answer(PACKED[:-20], "200 OK", "Content-Encoding: gzip"), "cut"),
        (answer(b"not packed", "200 OK", "Content-Encoding: gzip"), "garbage"),
        (answer(b"x", "200 OK", "Content-Encoding: br"), "garbage"),
        (answer(b"x" * 5_000), "too_large"),
        (answer(PACKED, "200 OK", "Content-Encoding: gzip"), "too_large"),
        (answer(b"oops", "500 Internal Server Error"), "http_500"),
        (answer(b'{"code":"busy"}', "503 Service Unavailable"), "busy"),
    ],
)
def test_what_is_no_answer_of_the_hubs_is_told_apart(script: bytes, code: str) -> None:
    assert trouble(script, limit=1_000).code == code


def test_what_need_not_wait_for_the_answer_is_done_once_the_request_is_out() -> None:
    seen: list[bool] = []
    with odd_server(answer()) as server, line_to(f"http://127.0.0.1:{server.port}") as (line, _):

        def meanwhile() -> None:
            seen.append(server.reached.wait(SOON))

        line.ask("POST", "/v1/push", body=b"{}", meanwhile=meanwhile)
    assert seen == [True]


def test_a_packed_answer_is_unpacked() -> None:
    with odd_server(answer(PACKED, "200 OK", "Content-Encoding: gzip")) as server:
        assert asked(server) == b"x" * 5_000


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("400 Bad Request", "bad_request"), ("401 Unauthorized", "token"),
        ("403 Forbidden", "other_centre"), ("404 Not Found", "no_such_route"),
        ("409 Conflict", "digest"), ("413 Content Too Large", "too_large"),
        ("422 Unprocessable", "bad_request"),
    ],
)  # fmt: skip
def test_a_refusal_keeps_its_code(status: str, code: str) -> None:
    body = json.dumps({"code": code}).encode()
    with odd_server(answer(body, status)) as server, pytest.raises(HubRefusesError) as found:
        asked(server)
    assert found.value.code == code
    assert not isinstance(found.value, RevokedError)


def test_a_revoked_device_hears_of_the_order() -> None:
    order = {"device": "k7desk0000", "issued": 5, "signature": "x"}
    body = json.dumps({"code": "revoked", "order": order}).encode()
    with (
        odd_server(answer(body, "403 Forbidden")) as server,
        pytest.raises(RevokedError) as found,
    ):
        asked(server)
    assert found.value.order is not None
    assert found.value.order.issued == 5


def test_another_protocol_is_a_matter_for_a_person() -> None:
    with odd_server(answer(protocol="2")) as server, pytest.raises(HubRefusesError) as found:
        asked(server)
    assert found.value.code == "too_old"


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7), ("0", 0, 0), ("-3", 0, 0), ("soon", 0, 0), ("9" * 40, 900, 900),
        pytest.param(
            format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 900, 900,
            id="in an hour",  # a name with the time in it would differ between test processes
        ),
        ("Mon, 01 Jan 1990 00:00:00 GMT", 0, 0), ("Mon, 01 Jan 1990 00:00:00", 0, 0),
    ],
)  # fmt: skip
def test_the_wait_that_the_centre_asks_for_is_heard(said: str, least: float, most: float) -> None:
    script = answer(b'{"code":"busy"}', "429 Too Many Requests", f"Retry-After: {said}")
    assert least <= trouble(script).wait <= most


@pytest.mark.parametrize(
    ("said", "pace"), [("12.5", 12.5), ("0.0", 0), ("-1", 0), ("121", 0), ("nan", 0), ("soon", 0)]
)
def test_the_pace_that_the_centre_asks_for_is_kept(said: str, pace: float) -> None:
    script = answer(b"{}", "200 OK", f"X-Desk-Pace: {said}")
    with odd_server(script) as server, line_to(f"http://127.0.0.1:{server.port}") as (line, _):
        line.ask("GET", "/v1/pull")
        assert line.pace == pace


def test_nobody_there_is_offline() -> None:
    with odd_server(b"") as server:
        port = server.port
    with line_to(f"http://127.0.0.1:{port}") as (line, _), pytest.raises(HubUnreachableError) as it:
        line.ask("GET", "/v1/pull")
    assert it.value.code == "offline"


def test_silence_ends_when_its_time_is_up() -> None:
    assert trouble(HOLD, seconds=0.2).code == "timeout"
    assert trouble(HOLD + b"HTTP/1.1 200 OK\r\nX-De", seconds=0.2).code == "timeout"


def test_a_line_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_line, "STALL_SECONDS", 0.2)
    slow = TRICKLE + answer(b"x" * 500)
    assert trouble(slow, seconds=0.3).code == "timeout"  # its head alone takes longer
    head, _, body = answer(b"x" * 500).partition(b"\r\n\r\n")
    monkeypatch.setattr("tests.unit.sync.odd_server.TRICKLE_AFTER", len(head) + 4)
    assert trouble(TRICKLE + head + b"\r\n\r\n" + body).code == "slow"
    assert trouble(HOLD + answer(b"{}", length=50)).code == "timeout"


@pytest.mark.parametrize("word", ["stop", "nudge", "hurry"])
def test_a_word_from_another_thread_ends_the_wait_at_once(word: str) -> None:
    with odd_server(HOLD) as server, line_to(f"http://127.0.0.1:{server.port}") as (line, signals):

        def speak() -> None:
            assert server.reached.wait(SOON)
            getattr(signals, word)()

        speaking = threading.Thread(target=speak)
        speaking.start()
        began = time.monotonic()
        with pytest.raises(StoppedError if word == "stop" else NudgedError):
            line.ask("GET", "/v1/wait", until=NUDGED)
        assert time.monotonic() - began < SOON
        speaking.join()


def test_a_word_said_before_the_wait_counts_too() -> None:
    with odd_server(HOLD) as server, line_to(f"http://127.0.0.1:{server.port}") as (line, signals):
        signals.nudge()
        with pytest.raises(NudgedError):
            line.ask("GET", "/v1/wait", until=NUDGED)
        signals.clear_nudge()
        signals.nudge()
        signals.pause(60)
        signals.stop()
        with pytest.raises(StoppedError):
            signals.pause(60, until=STOPPED)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.8:8443", "http://hub.example:8443", "http://127.0.0.1.example:80",
        "ftp://127.0.0.1", "https://", "https://u:p@127.0.0.1", "https://127.0.0.1/v2",
        "https://127.0.0.1/?a=1", "nonsense", "",
    ],
)  # fmt: skip
def test_only_an_encrypted_address_or_this_machine_is_spoken_to(url: str) -> None:
    signals = Signals()
    with pytest.raises(BadInputError):
        HubLine(HubAddress(url, "x"), signals)
    signals.close()


def _server_side(folder: Path, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / CERTIFICATE_FILE, folder / CERTIFICATE_KEY_FILE)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = version
    return context


def _hub_folder(path: Path, name: str = "127.0.0.1") -> HubFolder:
    folder = HubFolder(path)
    folder.make((name,))
    return folder


def test_only_the_pinned_ca_is_believed(tmp_path: Path) -> None:
    ours, theirs = _hub_folder(tmp_path / "ours"), _hub_folder(tmp_path / "theirs")
    elsewhere = _hub_folder(tmp_path / "elsewhere", "hub.example")
    ca = ours.ca().decode()

    def ask(folder: Path, ca: str, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> bytes:
        with (
            odd_server(answer(b"ours"), tls=_server_side(folder, version)) as server,
            line_to(f"https://127.0.0.1:{server.port}", ca) as (line, _),
        ):
            return line.ask("GET", "/v1/pull")

    assert ask(ours.path, ca) == b"ours"
    for folder, known in (
        (theirs.path, ca), (elsewhere.path, elsewhere.ca().decode()),
    ):  # fmt: skip
        with pytest.raises(HubUnreachableError) as found:
            ask(folder, known)
        assert found.value.code == "untrusted"
    with pytest.raises(HubUnreachableError) as found:
        ask(ours.path, ca, ssl.TLSVersion.TLSv1_2)
    assert found.value.code == "untrusted"


def test_without_a_ca_there_is_no_line() -> None:
    signals = Signals()
    for ca in ("", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(BadInputError):
            HubLine(HubAddress("https://127.0.0.1:1", ca), signals)
    signals.close()
