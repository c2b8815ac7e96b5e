"""A city at four times its peak: ``python -m tests.bench.load_city``.

220 centres with 10 desks each, all on one hub over PostgreSQL on this machine, the load beside it
on the same cores. The peak is that of the reference notes: 275 entries/s for a city, times four.
Each desk writes an entry at moments of its own, late or not, and otherwise does what the program
does: it waits for news by long poll, keeps the pace that the hub asks for, sends what has gathered
and fetches what its colleagues wrote. What went wrong is counted, tried again, and fails the run.
The first minute, in which all desks come and the hub learns how many they are, is not measured.
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
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.ids import new_device_id
from desk_app.core.kinds.kind import Json
from desk_app.hub import tables
from desk_app.hub.folder import HubFolder
from desk_app.hub.people import People
from desk_app.hub.security import Tokens
from desk_app.protocol.wire import MAX_ENTRIES, WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import HubProcess, now_ms
from tests.helpers.postgres import running_postgres

CITY, DESKS = 2_200, 10
PEAK, TIMES = 275.0, 4.0
ARRIVE_SECONDS, WARM_SECONDS = 30.0, 60.0
RETRY_AFTER = 2.0
MOST_P95 = 0.3


@dataclass
class Seen:
    """What was measured: pairs of when (monotonic seconds) and how long or how many."""

    push: list[tuple[float, float]] = field(default_factory=list)
    pull: list[tuple[float, float]] = field(default_factory=list)
    entries: list[tuple[float, int]] = field(default_factory=list)
    fetched: list[tuple[float, int]] = field(default_factory=list)
    errors: list[tuple[float, str]] = field(default_factory=list)


class Line:
    """One connection that is kept: just enough of HTTP to measure with."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.pace = 0.0

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request; status and body."""
        if self._streams is not None and self._streams[0].at_eof():
            self.close()  # the hub hung up, as it does after 30 s without a word
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        self.pace = float(head.lower().partition(b"x-desk-pace: ")[2].partition(b"\r\n")[0])
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(head[9:12]), await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class SimulatedDesk:
    """One of the city's desks: it does what ``sync.work`` does, and writes as people do."""

    def __init__(self, port: int, device: str, token: str, seed: int, seen: Seen) -> None:
        self._port, self._token = port, token
        self._desk = Desk(device)
        self._dice = random.Random(seed)
        self._seen = seen
        self._cursor, self._epoch = 0, ""
        self._case = f"case{device}"
        self._outbox: list[Entry] = []
        self._nudged = asyncio.Event()
        self._over = asyncio.Event()

    async def run(self, rate: float, until: float) -> None:
        """Work until the end; ``rate`` is how many entries are written a second on the average."""
        await self._pause(self._dice.uniform(0, ARRIVE_SECONDS))
        syncing = asyncio.create_task(self._sync())
        self._write("case.opened", {**OPENED, "number": "N"})
        while (now := time.monotonic()) < until:
            await self._pause(min(self._dice.expovariate(rate), until - now))
            self._write("note.added", {"text": "打电话问了一次，说明天再打"})
        self._over.set()
        self._nudged.set()
        syncing.cancel()
        await asyncio.gather(syncing, return_exceptions=True)

    def _write(self, kind: str, body: dict[str, Json]) -> None:
        self._outbox.append(self._desk.write(NewEntry(self._case, kind, body)))
        self._nudged.set()

    async def _sync(self) -> None:
        lines = Line(self._port, self._token), Line(self._port, self._token)
        failures = 0
        while not self._over.is_set():
            try:
                pace = await self._round(*lines)
                failures = 0
            except (OSError, asyncio.IncompleteReadError, RefusedError) as error:
                self._seen.errors.append((time.monotonic(), f"{type(error).__name__} {error}"[:60]))
                for line in lines:
                    line.close()
                failures += 1
                backoff = self._dice.uniform(0, min(300, 2**failures))
                pace = RETRY_AFTER + self._dice.uniform(0, lines[0].pace) + backoff
            await self._pause(pace)

    async def _round(self, line: Line, poll: Line) -> float:
        """Send, fetch, wait for news; how long to gather or spread after that."""
        self._nudged.clear()
        while self._outbox:
            await self._send(line)
        await self._fetch(line)
        waiting = asyncio.create_task(
            poll.ask("GET", f"/v1/wait?after={self._cursor}&epoch={self._epoch}")
        )
        nudged = asyncio.create_task(self._nudged.wait())
        await asyncio.wait((waiting, nudged), return_when=asyncio.FIRST_COMPLETED)
        nudged.cancel()
        if not waiting.done():
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            poll.close()  # as httpx does with a request that is broken off
            return self._dice.uniform(line.pace / 2, line.pace)
        _expect(waiting.result()[0])
        return self._dice.uniform(0, line.pace)

    async def _send(self, line: Line) -> None:
        batch = self._outbox[:MAX_ENTRIES]
        body = json.dumps({"entries": [WireEntry.of(e).model_dump() for e in batch]}).encode()
        started = time.monotonic()
        status, answer = await line.ask("POST", "/v1/push", body)
        self._seen.push.append((started, time.monotonic() - started))
        _expect(status)
        del self._outbox[: len(batch)]
        if answer.count(b'"accepted"') + answer.count(b'"duplicate"') != len(batch):
            self._seen.errors.append((started, "push not accepted"))
        self._seen.entries.append((started, len(batch)))

    async def _fetch(self, line: Line) -> None:
        while True:
            started = time.monotonic()
            status, answer = await line.ask("GET", f"/v1/pull?cursor={self._cursor}")
            self._seen.pull.append((started, time.monotonic() - started))
            _expect(status)
            page = json.loads(answer)
            self._cursor, self._epoch = page["cursor"], page["head"]["epoch"]
            self._seen.fetched.append((started, len(page["rows"])))
            if self._cursor >= page["head"]["high"]:
                return

    async def _pause(self, seconds: float) -> None:
        """The end of the measurement ends it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), max(0.0, seconds))


class RefusedError(Exception):
    """The hub answered with another status than 200."""


def _expect(status: int) -> None:
    if status != 200:
        raise RefusedError(str(status))


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


async def _city(port: int, desks: list[tuple[str, str]], seconds: float, times: float) -> Seen:
    seen = Seen()
    rate = PEAK * times / CITY
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(
            SimulatedDesk(port, device, token, seed, seen).run(rate, until)
            for seed, (device, token) in enumerate(desks)
        )
    )
    return seen


def _line(name: str, values: Sequence[float]) -> str:
    cut = statistics.quantiles(values, n=100)
    return (
        f"{name}: {len(values)} requests, p50 {cut[49] * 1000:.0f} ms, "
        f"p95 {cut[94] * 1000:.0f} ms, p99 {cut[98] * 1000:.0f} ms"
    )


def main() -> int:
    """Measure and print; 1 when a limit was missed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=30, help="measured, after warming up")
    asked.add_argument("--centres", type=int, default=CITY // DESKS)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--times", type=float, default=TIMES, help="of the peak")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        hub = HubProcess(Path(folder) / "hub", postgres.database(), workers=given.workers)
        hub.folder.make(("localhost",))
        desks = _enrol(hub.folder, given.centres)
        hub.start()
        port = int(hub.address.rsplit(":", 1)[1])
        begun = time.monotonic() + WARM_SECONDS
        try:
            seen = asyncio.run(_city(port, desks, WARM_SECONDS + given.seconds, given.times))
        finally:
            hub.kill()
    push, pull, entries, fetched = (
        [value for when, value in pairs if when >= begun]
        for pairs in (seen.push, seen.pull, seen.entries, seen.fetched)
    )
    wanted = PEAK * given.times * len(desks) / CITY
    print(
        f"{len(desks)} desks, {sum(entries) / given.seconds:.0f} entries/s in "
        f"(wanted {wanted:.0f}), {sum(fetched) / given.seconds:.0f}/s out"
    )
    print(_line("push", push))
    print(_line("pull", pull))
    errors = Counter(what for when, what in seen.errors if when >= begun)
    print(f"errors: {dict(errors.most_common(6))}")
    p95 = max(statistics.quantiles(values, n=100)[94] for values in (push, pull))
    kept = p95 < MOST_P95 and not errors and sum(entries) > 0.9 * wanted * given.seconds
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
