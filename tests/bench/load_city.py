"""A city at four times its peak: ``python -m tests.bench.load_city``.

220 centres with 10 desks each, all on one hub over PostgreSQL on this machine, the load beside it
on the same cores. The peak is that of the reference notes: 275 entries/s for a city, times four. A
desk sends three entries at a time (what a minute of a session writes), at moments of its own, late
or not; it waits for news by long poll and fetches what its colleagues wrote a few seconds later.
What went wrong is counted, tried again, and fails the run. The first seconds, in which all desks
connect, are not measured.
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
from collections.abc import Awaitable, Callable, Sequence
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

CITY, DESKS = 2_200, 10
PEAK, TIMES = 275.0, 4.0
AT_ONCE = 3
FETCH_SECONDS = 5.0
WARM_SECONDS = 8.0
TRIES, RETRY_AFTER = 5, 2.0
MOST_P95 = 0.3


@dataclass
class Seen:
    """What was measured: pairs of when (monotonic seconds) and how long or how many."""

    push: list[tuple[float, float]] = field(default_factory=list)
    pull: list[tuple[float, float]] = field(default_factory=list)
    entries: list[tuple[float, int]] = field(default_factory=list)
    fetched: list[tuple[float, int]] = field(default_factory=list)
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
        self._port, self._token = port, token
        self._desk = Desk(device)
        self._dice = random.Random(seed)
        self._seen = seen
        self._cursor = 0
        self._case = f"case{device}"
        self._wrote = False
        self._over = asyncio.Event()

    async def run(self, pause: float, until: float) -> None:
        """Work until the end; ``pause`` is the mean time from one batch to the next, in seconds."""
        hear = asyncio.create_task(self._again(self._listen))
        due = time.monotonic()
        line = Line(self._port, self._token)
        try:
            while (due := due + self._dice.expovariate(1 / pause)) < until:
                await self._pause(due - time.monotonic())  # none where the last answer was late
                try:
                    await self._send(line)
                except (OSError, asyncio.IncompleteReadError) as error:
                    self._seen.errors.append(f"push {type(error).__name__}")
                    line.close()
                    line = Line(self._port, self._token)
        finally:
            self._over.set()
            hear.cancel()
            await asyncio.gather(hear, return_exceptions=True)
            line.close()

    async def _again(self, work: Callable[[Line], Awaitable[None]]) -> None:
        while not self._over.is_set():
            line = Line(self._port, self._token)
            try:
                await work(line)
            except (OSError, asyncio.IncompleteReadError) as error:
                self._seen.errors.append(f"{work.__name__} {type(error).__name__}")
            finally:
                line.close()

    async def _pause(self, seconds: float) -> None:
        """People do not type without a pause; the end of the measurement ends it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), max(0.0, seconds))

    async def _rest(self, failures: int) -> None:
        """As the program does after trouble: what the hub asks for, then full jitter."""
        await self._pause(RETRY_AFTER + self._dice.uniform(0, min(300, 2**failures)))

    async def _send(self, line: Line) -> None:
        new = [NewEntry(self._case, "note.added", {"text": "打电话问了一次，说明天再打"})] * AT_ONCE
        if not self._wrote:
            new[0] = NewEntry(self._case, "case.opened", {**OPENED, "number": "N"})
        sent = [self._desk.write(one) for one in new]
        body = json.dumps(
            {"entries": [WireEntry.of(entry).model_dump() for entry in sent]}
        ).encode()
        started = time.monotonic()
        for tries in range(TRIES):
            status, answer = await line.ask("POST", "/v1/push", body)
            if status == 200:
                break
            self._seen.errors.append(f"push {status}")
            await self._rest(tries)
        self._wrote = True
        self._seen.push.append((started, time.monotonic() - started))
        if answer.count(b'"accepted"') == len(sent):
            self._seen.entries.append((started, len(sent)))
        elif status == 200:
            self._seen.errors.append("push not accepted")

    async def _listen(self, line: Line) -> None:
        epoch, failures = "", 0
        while not self._over.is_set():
            status, answer = await line.ask("GET", f"/v1/wait?after={self._cursor}&epoch={epoch}")
            if status != 200:
                self._seen.errors.append(f"wait {status}")
                failures += 1
                await self._rest(failures)
                continue
            epoch = json.loads(answer)["epoch"]
            await self._pause(self._dice.random() * FETCH_SECONDS)
            started = time.monotonic()
            status, answer = await line.ask("GET", f"/v1/pull?cursor={self._cursor}")
            self._seen.pull.append((started, time.monotonic() - started))
            if status != 200:
                self._seen.errors.append(f"pull {status}")
                failures += 1
                await self._rest(failures)
                continue
            failures = 0
            page = json.loads(answer)
            self._cursor = page["cursor"]
            self._seen.fetched.append((started, len(page["rows"])))


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
    pause = CITY * AT_ONCE / (PEAK * times)
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(
            SimulatedDesk(port, device, token, seed, seen).run(pause, until)
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
    print(f"errors: {dict(Counter(seen.errors).most_common(6))}")
    p95 = max(statistics.quantiles(values, n=100)[94] for values in (push, pull))
    kept = p95 < MOST_P95 and not seen.errors and sum(entries) > 0.9 * wanted * given.seconds
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
