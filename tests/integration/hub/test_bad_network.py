"""Real desks, a real hub, a bad network between: nothing lost, nothing doubled, nothing touched.

The long form, every stretch of 16 bytes of a whole round:
``DESK_APP_CUTS=16 ./packaging/test tests/integration/hub/test_bad_network.py``.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.hub.throttle import Throttle
from desk_app.sync import hub_line
from tests.helpers.fault_proxy import Fault, FaultProxy, fault_proxy, http_words
from tests.helpers.hub import RunningHub, running_hub
from tests.integration.hub.desks import SyncingDesk, syncing_desk

STRETCH = int(os.environ.get("DESK_APP_CUTS", "0"))
SAMPLES = 10
"""Places of a round to strike at, of each kind, where not all are struck."""
SEED = 20_240
LOGIN = b"<html><body><form action=/login>WiFi</form></body></html>"

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # it says so where requests are garbled


@dataclass
class Street:
    """Two desks of a centre; the first speaks to the hub through the proxy."""

    hub: RunningHub
    proxy: FaultProxy
    one: SyncingDesk
    two: SyncingDesk
    case_id: str
    typed: list[str] = field(default_factory=list)
    """The ledger: what was committed at the first desk, kept apart from any store."""
    ids: list[str] = field(default_factory=list)

    def write(self, count: int = 2) -> None:
        """The officer at the first desk goes on working."""
        texts = [f"第{len(self.typed) + n}条" for n in range(count)]
        self.ids += [entry.id for entry in self.one.note(self.case_id, *texts)]
        self.typed += texts

    def strike(self, fault: Fault | None) -> str:
        """A round while this goes wrong; the code of the trouble, empty = none."""
        self.proxy.set(fault)
        try:
            self.one.sync()
        except (HubUnreachableError, HubRefusesError) as trouble:
            return trouble.code
        finally:
            self.check_untouched()
        return ""

    def check_untouched(self) -> None:
        """What the officer typed is there as typed, whatever the network did."""
        assert self.one.notes(self.case_id) == self.typed
        assert self.one.store.tray() == []

    def check_arrived(self) -> None:
        """The network is good again: after one round all of it is everywhere, once."""
        assert self.strike(None) == ""
        assert self.one.store.count_outbox() == 0
        self.two.sync()
        assert self.two.notes(self.case_id) == self.typed
        assert self.two.store.tray() == []
        signed = {"cursor": 0}
        with httpx.Client(base_url=self.hub.address, headers=self._headers()) as client:
            rows = []
            while (page := client.get("/v1/pull", params=signed).json())["rows"]:
                rows += page["rows"]
                signed["cursor"] = page["cursor"]
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        arrived = [row["id"] for row in rows]
        assert len(set(arrived)) == len(arrived)
        assert sorted(arrived[1:]) == sorted(self.ids)  # the first row is the case itself

    def _headers(self) -> dict[str, str]:
        if not hasattr(self, "_reader"):
            self._reader = self.hub.member("east")
        return self._reader.headers


@contextmanager
def a_street(hub: RunningHub, folder: Path) -> Iterator[Street]:
    with ExitStack() as stack:
        proxy = stack.enter_context(fault_proxy(hub.address))
        one, two = (
            stack.enter_context(syncing_desk(folder, name, hub, "east")) for name in ("one", "two")
        )
        one.address = proxy.address
        yield Street(hub, proxy, one, two, one.open_case())


@pytest.fixture(autouse=True)
def _as_often_as_one_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each strike has its own tokens: more a minute than the hub gives a device.
    monkeypatch.setattr(Throttle, "allows", lambda *_args, **_more: True)


@pytest.fixture
def street(any_hub: RunningHub, tmp_path: Path) -> Iterator[Street]:
    with a_street(any_hub, tmp_path / "desks") as made:
        yield made


@pytest.fixture(scope="module")
def sqlite_street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One for all: whatever went wrong before, it works on."""
    path = tmp_path_factory.mktemp("street")
    with running_hub(path / "hub") as hub, a_street(hub, path / "desks") as made:
        yield made


def _faults(sizes: list[tuple[int, int]], dice: random.Random) -> Iterator[Fault]:
    """Each kind at bytes of each side: each stretch of them, or some at random and both ends."""
    for kind in ("cut", "half_close", "noise"):
        for side, index in (("up", 0), ("down", 1)):
            # Noise in what the desk says is for the hub to refuse: see test_bad_requests.
            if (kind, side) == ("noise", "up"):
                continue
            places = [
                (exchange, at)
                for exchange, size in enumerate(sizes)
                for at in range(0, size[index], STRETCH or 1)
            ]
            if not STRETCH:
                places = [places[0], *dice.sample(places, SAMPLES - 2), places[-1]]
            for exchange, at in places:
                yield Fault(kind, side, exchange, at)  # type: ignore[arg-type]


def test_cut_anywhere_nothing_is_lost_or_doubled(street: Street) -> None:
    street.write()
    assert street.strike(None) == ""
    street.write()
    assert street.strike(None) == ""
    sizes = street.proxy.sizes
    assert len(sizes) >= 4  # challenge, token, push, pull
    struck = failed = 0
    for place, fault in enumerate(_faults(sizes, random.Random(SEED))):
        street.write()
        code = street.strike(fault)
        struck += street.proxy.strikes
        failed += bool(code)
        assert code in ("", "cut", "captive", "garbage"), fault
        if place % 8 == 0:
            street.check_arrived()
    street.check_arrived()
    # Some bytes may go wrong without harm; but a fault that never comes proves nothing.
    assert failed > struck * 0.8
    assert struck > (SAMPLES if not STRETCH else len(sizes)) * 4


STRANGERS = {
    "portal": http_words("200 OK", LOGIN, "Content-Type: text/html"),
    "login": http_words("302 Found", b"", "Location: http://127.0.0.1:1/login"),
    **{
        f"{status}": http_words(f"{status} No", b"<html>no</html>", "Content-Type: text/html")
        for status in (401, 402, 403, 404, 407, 429, 500, 502, 503, 511)
    },
    "empty": http_words("200 OK", b""),
    "empty list": http_words("200 OK", b'{"rows":[]}', "Content-Type: application/json"),
    "no http": bytes(range(256)) * 8,
    "nothing": b"",
}


@pytest.mark.parametrize("who", STRANGERS)
def test_whoever_else_answers_changes_nothing(sqlite_street: Street, who: str) -> None:
    street = sqlite_street
    street.write()
    assert street.strike(None) == ""
    exchanges = len(street.proxy.sizes)
    words = STRANGERS[who]
    for exchange in range(exchanges):
        for fault in (
            # It never reaches the hub; or it does, and somebody else answers in its place.
            Fault("answer", "up", exchange, 0, words, is_lasting=True),
            Fault("answer", "down", exchange, 0, words, is_lasting=True),
        ):
            street.write(1)
            assert street.strike(fault) in ("captive", "cut"), fault
            assert street.proxy.strikes
    street.check_arrived()


FALSE_HUB = {
    "html": LOGIN,
    "other message": json.dumps({"state": "ok"}).encode(),
    "deep": b"[" * 50_000 + b"]" * 50_000,
    "not utf-8": b'{"rows": "\xff\xfe"}',
    "huge number": b'{"cursor": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("what", FALSE_HUB)
def test_nonsense_in_the_hubs_own_name_changes_nothing(sqlite_street: Street, what: str) -> None:
    street = sqlite_street
    street.write()
    assert street.strike(None) == ""
    for exchange in range(len(street.proxy.sizes)):
        street.write(1)
        words = http_words("200 OK", FALSE_HUB[what], "X-Desk-Protocol: 1")
        assert street.strike(Fault("answer", "down", exchange, 0, words)) == "garbage"
    street.check_arrived()


def test_an_emptied_hub_changes_nothing(sqlite_street: Street, tmp_path: Path) -> None:
    """A hub set up anew at the old address is not our centre: nothing is sent, nothing shed."""
    street = sqlite_street
    street.write()
    assert street.strike(None) == ""
    street.write()
    with running_hub(tmp_path / "new") as new, fault_proxy(new.address) as wrong:
        street.one.address = wrong.address
        with pytest.raises(HubRefusesError):
            street.one.sync()
        street.check_untouched()
    street.one.address = street.proxy.address
    street.check_arrived()


@pytest.mark.parametrize("side", ["up", "down"])
def test_a_byte_a_second_is_given_up_in_time(
    sqlite_street: Street, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    street = sqlite_street
    street.write()
    assert street.strike(None) == ""
    last = len(street.proxy.sizes) - 1
    monkeypatch.setattr(hub_line, "STALL_SECONDS", 0.3)
    for exchange in (0, last):
        street.write(1)
        fault = Fault("slow", side, exchange, 20)  # type: ignore[arg-type]
        assert street.strike(fault) in ("timeout", "slow")
        assert street.proxy.strikes == 1
    street.check_arrived()
