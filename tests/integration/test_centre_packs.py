"""Content packs from a real hub on loopback: taken once, checked, never forced on anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_app.bootstrap.centre_packs import CentrePacks
from desk_app.bootstrap.content import open_content
from desk_app.bootstrap.hub import publish
from desk_app.bootstrap.packs import list_packs, use_pack
from desk_app.content.shelf import SHIPPED
from desk_app.core.exchange import HubUnreachableError
from desk_app.hub.packs import keys
from desk_app.protocol.wire import PackReply
from desk_app.sync.http_hub import DeviceKey, HttpHub
from desk_app.sync.hub_line import HubAddress, HubLine
from desk_app.sync.pack_fetch import fetch, published
from desk_app.sync.signals import Signals
from desk_app.system.paths import AppPaths
from tests.helpers.hub import RunningHub, running_hub
from tests.helpers.packs import Publisher, data_folder


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    made = Publisher(tmp_path_factory.mktemp("publisher"))
    made.pack("2026.10")
    made.pack("2026.11")
    return made


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def line(hub: RunningHub) -> Iterator[HttpHub]:
    member = hub.member("east")
    signals = Signals()
    http = HubLine(HubAddress(hub.address), signals)
    yield HttpHub(http, DeviceKey(member.device, member.private_key))
    http.close()
    signals.close()


@pytest.fixture
def desk(tmp_path: Path) -> AppPaths:
    return data_folder(tmp_path)


def version(desk: AppPaths) -> str:
    """The version the next start would use."""
    return open_content(desk.data, desk.cache).pack.version


def put_out(hub: RunningHub, publisher: Publisher, version: str) -> None:
    publish(hub.folder, publisher.folder / f"{version}.pack", Path(f"{publisher.key}.pub"))


def desk_packs(hub: RunningHub, desk: AppPaths) -> CentrePacks:
    """What a desk that joins now looks with: the keys that the hub names to it."""
    return CentrePacks(desk, keys(hub.open.database))


def test_what_the_centre_publishes_is_in_force_at_the_next_start(
    hub: RunningHub, line: HttpHub, desk: AppPaths, publisher: Publisher
) -> None:
    assert desk_packs(hub, desk).look(line) == ("", "")  # nothing is published yet
    put_out(hub, publisher, "2026.10")
    packs = desk_packs(hub, desk)
    assert packs.look(line) == ("2026.10", "")
    assert version(desk) == "2026.10"
    assert packs.look(line) == ("", "")  # once
    assert desk_packs(hub, desk).look(line) == ("", "")  # also after another start


def test_the_centre_goes_back_and_an_officer_may_choose_until_it_publishes_again(
    hub: RunningHub, line: HttpHub, desk: AppPaths, publisher: Publisher
) -> None:
    for number in ("2026.10", "2026.11", "2026.10"):
        put_out(hub, publisher, number)
        assert desk_packs(hub, desk).look(line) == (number, "")
    assert version(desk) == "2026.10"
    use_pack(desk, SHIPPED)
    assert desk_packs(hub, desk).look(line) == ("", "")
    assert version(desk) == "2026.1"


@pytest.mark.allow_log("packs.not_installed")
def test_a_publisher_whom_nobody_named_is_not_believed(
    hub: RunningHub, line: HttpHub, desk: AppPaths, publisher: Publisher
) -> None:
    put_out(hub, publisher, "2026.10")
    packs = CentrePacks(desk, ())  # joined before anything was published
    assert packs.look(line) == ("", "pack_untrusted")
    assert packs.look(line) == ("", "pack_untrusted")  # said, and not fetched again
    assert version(desk) == "2026.1"
    assert [row.version for row in list_packs(desk)] == ["2026.1"]


def test_other_bytes_than_announced_change_nothing(
    hub: RunningHub, line: HttpHub, publisher: Publisher
) -> None:
    put_out(hub, publisher, "2026.10")
    content = (publisher.folder / "2026.10.pack").read_bytes()

    class Liar:
        """A hub that sends something else."""

        def __init__(self, sent: bytes) -> None:
            self.sent = sent

        def ask(self, *_given: object, **_more: object) -> bytes:
            """See ``HttpHub.ask``."""
            return self.sent

    pack = PackReply(digest="0" * 64, version="2026.10", size=len(content))
    for sent in (content, content[:-1], b"<html>login</html>", b""):
        with pytest.raises(HubUnreachableError, match="garbage"):
            fetch(Liar(sent), pack)
    found = published(line)
    assert found is not None
    assert fetch(line, found) == content
