"""A city at four times its peak: ``python -m tests.bench.load_city``.

220 centres with 10 desks each, all on one hub over PostgreSQL on this machine, the load beside it
on the same cores. The peak is that of the reference notes: 275 entries/s for a city, times four. A
desk sends three entries at a time (what a minute of a session writes), waits for news by long poll
and fetches what its colleagues wrote, at most every few seconds as the program does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert

from desk_app.core.entries import NewEntry
from desk_app.core.ids import new_device_id
from desk_app.hub import tables
from desk_app.hub.folder import HubFolder
from desk_app.hub.people import People
from desk_app.hub.security import Tokens
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import HubProcess, now_ms
from tests.helpers.postgres import running_postgres

DESKS = 10
PEAK, TIMES = 275.0, 4.0
AT_ONCE = 3
FETCH_SECONDS = 5.0
MOST_P95 = 0.3


@dataclass
class Seen:
    """What was measured: seconds by what was asked, and what went wrong."""

    push: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    entries: int = 0
    fetched: int = 0
    errors: list[str] = field(default_factory=list)


class Line:
    """One connection that is kept: just enough of HTTP to measure with."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request; status and body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(head[9:12]), await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()


class SimulatedDesk:
    """One of the city's desks."""

    def __init__(self, port: int, device: str, token: str, seed: int, seen: Seen) -> None:
        self._work, self._news = Line(port, token), Line(port, token)
        self._desk = Desk(device)
        self._dice = random.Random(seed)
        self._seen = seen
        self._cursor = 0
        self._case = f"case{device}"
        self._wrote = False
        self._over = asyncio.Event()

    async def run(self, pause: float, until: float) -> None:
        """Work until the end."""
        listening = asyncio.create_task(self._listen())
        try:
            await self._pause(self._dice.random() * pause)
            while time.monotonic() < until:
                await self._send()
                await self._pause(self._dice.expovariate(1 / pause))
        except (OSError, asyncio.IncompleteReadError) as error:
            self._seen.errors.append(type(error).__name__)
        finally:
            self._over.set()
            listening.cancel()
            self._work.close()
            self._news.close()

    async def _pause(self, seconds: float) -> None:
        """People do not type without a pause; the end of the measurement ends it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    async def _send(self) -> None:
        new = [NewEntry(self._case, "note.added", {"text": "打电话问了一次，说明天再打"})] * AT_ONCE
        if not self._wrote:
            new[0] = NewEntry(self._case, "case.opened", {**OPENED, "number": "N"})
            self._wrote = True
        entries = [WireEntry.of(self._desk.write(one)).model_dump() for one in new]
        body = json.dumps({"entries": entries}).encode()
        started = time.monotonic()
        status, answer = await self._work.ask("POST", "/v1/push", body)
        self._seen.push.append(time.monotonic() - started)
        if status != 200 or b'"rejected"' in answer:
            self._seen.errors.append(f"push {status}")
        self._seen.entries += AT_ONCE

    async def _listen(self) -> None:
        epoch = ""
        while True:
            path = f"/v1/wait?after={self._cursor}&epoch={epoch}"
            status, answer = await self._news.ask("GET", path)
            if status != 200:
                self._seen.errors.append(f"wait {status}")
                return
            epoch = json.loads(answer)["epoch"]
            await self._pause(self._dice.random() * FETCH_SECONDS)
            started = time.monotonic()
            status, answer = await self._news.ask("GET", f"/v1/pull?cursor={self._cursor}")
            self._seen.pull.append(time.monotonic() - started)
            if status != 200:
                self._seen.errors.append(f"pull {status}")
                return
            page = json.loads(answer)
            self._cursor = page["cursor"]
            self._seen.fetched += len(page["rows"])


def _enrol(folder: HubFolder, centres: int) -> list[tuple[str, str]]:
    """Centres with their desks, as if each had joined; device and token of each desk."""
    hub = folder.open()
    people = People(hub.database, hub.identity)
    tokens = Tokens(hub.token_secret)
    found = []
    for number in range(centres):
        centre = f"c{number:04d}"
        people.add_centre(centre, f"第{number}街道")
        devices = [new_device_id() for _ in range(DESKS)]
        with hub.database.writing() as connection:
            connection.execute(
                insert(tables.devices),
                [
                    {"id": device, "centre": centre, "name": "窗口", "role": "desk",
                     "public_key": "", "state": "active", "enrolled": 0, "seen": now_ms(),
                     "order_issued": 0, "head_incarnation": "", "head_counter": 0,
                     "head_sha256": ""}
                    for device in devices
                ],
            )  # fmt: skip
        found += [(device, tokens.token(device, now_ms())) for device in devices]
    hub.database.close()
    return found


async def _city(port: int, desks: list[tuple[str, str]], seconds: float) -> Seen:
    seen = Seen()
    pause = len(desks) * AT_ONCE / (PEAK * TIMES * len(desks) / 2200)
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(
            SimulatedDesk(port, device, token, seed, seen).run(pause, until)
            for seed, (device, token) in enumerate(desks)
        )
    )
    return seen


def _line(name: str, values: Iterable[float]) -> str:
    ordered = sorted(values)
    cut = statistics.quantiles(ordered, n=100)
    return (
        f"{name}: {len(ordered)} requests, p50 {cut[49] * 1000:.0f} ms, "
        f"p95 {cut[94] * 1000:.0f} ms, p99 {cut[98] * 1000:.0f} ms"
    )


def main() -> int:
    """Measure and print; 1 when a limit was missed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--centres", type=int, default=220)
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        hub = HubProcess(Path(folder) / "hub", postgres.database(), workers=given.workers)
        hub.folder.make(("localhost",))
        desks = _enrol(hub.folder, given.centres)
        hub.start()
        try:
            seen = asyncio.run(_city(int(hub.address.rsplit(":", 1)[1]), desks, given.seconds))
        finally:
            hub.kill()
    rate = seen.entries / given.seconds
    print(f"{len(desks)} desks, {rate:.0f} entries/s in, {seen.fetched / given.seconds:.0f}/s out")
    print(_line("push", seen.push))
    print(_line("pull", seen.pull))
    print(f"errors: {len(seen.errors)} {sorted(set(seen.errors))[:5]}")
    p95 = max(sorted(values)[int(len(values) * 0.95)] for values in (seen.push, seen.pull))
    kept = p95 < MOST_P95 and not seen.errors
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
