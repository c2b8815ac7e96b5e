"""A bad network on loopback: passes bytes on to a hub, until the fault that a test chose.

What goes through is counted in exchanges (a request and its answer), so that a test can first let a
conversation pass, and then strike at any byte of any of its requests and answers.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

PATIENCE = 10.0
NOISE = bytes(range(255, 247, -1))
"""Replaces as many bytes; no text in any encoding, no JSON, no HTTP."""

T = TypeVar("T")
Side = Literal["up", "down"]
"""``up``: what the desk says; ``down``: what the hub answers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and where.

    Attributes:
        kind: ``cut`` (both lines are reset) | ``half_close`` (this side ends in good order, the
            other stays open) | ``slow`` (from here on a byte each ``pace`` seconds) | ``noise``
            (some bytes are others) | ``answer`` (somebody else says ``words`` and hangs up).
        side: whose byte it strikes at.
        exchange: which request and answer since the fault was set, from 0.
        at: how many bytes of it still pass.
        is_lasting: strikes again and again, in every exchange from there on.
    """

    kind: Literal["cut", "half_close", "slow", "noise", "answer"]
    side: Side = "down"
    exchange: int = 0
    at: int = 0
    words: bytes = b""
    pace: float = 1.0
    is_lasting: bool = False


class FaultProxy:
    """Listens at ``address`` in a thread of its own.

    Args:
        target: port on 127.0.0.1 that everything goes on to.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._fault: Fault | None = None
        self._sizes: list[dict[Side, int]] = []
        self._last: Side = "down"
        self._lines: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy")
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self.strikes = 0

    def set(self, fault: Fault | None) -> None:
        """Hang up on everybody, count exchanges anew, and do this from now on; None = pass all."""
        self._do(self._set(fault))

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Bytes of request and answer of each exchange since the fault was set."""
        return [(sizes["up"], sizes["down"]) for sizes in self._sizes]

    def stop(self) -> None:
        """Hang up on everybody and end."""
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _set(self, fault: Fault | None) -> None:
        await self._hang_up()
        self._fault, self._sizes, self._last, self.strikes = fault, [], "down", 0

    async def _stop(self) -> None:
        self._server.close()
        await self._hang_up()

    async def _hang_up(self) -> None:
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        ends = [writer]
        try:
            there, on = await asyncio.open_connection("127.0.0.1", self._target)
            ends.append(on)
            for end in ends:
                end.transport.set_write_buffer_limits(0)  # drain: until all of it has gone out
            up = asyncio.create_task(self._pump("up", reader, on, writer))
            down = asyncio.create_task(self._pump("down", there, writer, writer))
            try:
                await asyncio.gather(up, down)
            finally:
                up.cancel()
                down.cancel()
        except (OSError, asyncio.CancelledError, _OverError):
            pass  # a line that ended, or was ended, is what this is for
        finally:
            for end in ends:
                end.transport.abort()
            self._lines.discard(task)

    async def _pump(
        self,
        side: Side,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        desk: asyncio.StreamWriter,
    ) -> None:
        is_first = True
        while data := await source.read(1 << 16):
            if side == "up" and (is_first or self._last == "down"):
                self._sizes.append({"up": 0, "down": 0})
            is_first, self._last = False, side
            passed = self._sizes[-1][side]
            self._sizes[-1][side] += len(data)
            fault = self._fault
            if fault is None or not self._strikes(fault, side, passed + len(data)):
                sink.write(data)
                await sink.drain()
                continue
            self.strikes += 1
            if not fault.is_lasting:
                self._fault = None
            room = max(0, fault.at - passed)
            if fault.kind != "answer":
                sink.write(data[:room])
                await sink.drain()
            await _strike(fault, data[room:], source, sink, desk)
        with suppress(OSError):
            sink.write_eof()

    def _strikes(self, fault: Fault, side: Side, until: int) -> bool:
        exchange = len(self._sizes) - 1
        if side != fault.side or exchange < fault.exchange:
            return False
        if exchange > fault.exchange:
            return fault.is_lasting
        return until > fault.at


class _OverError(Exception):
    """The line is to be reset on both sides."""


async def _pace(seconds: float) -> None:
    """A slow line takes its time over each byte."""
    arrived = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, arrived.set)
    await arrived.wait()


async def _strike(
    fault: Fault,
    rest: bytes,
    source: asyncio.StreamReader,
    sink: asyncio.StreamWriter,
    desk: asyncio.StreamWriter,
) -> None:
    if fault.kind == "noise":
        sink.write(NOISE[: len(rest)] + rest[len(NOISE) :])
        await sink.drain()
    elif fault.kind == "slow":
        while rest:
            for byte in rest:
                sink.write(bytes([byte]))
                await sink.drain()
                await _pace(fault.pace)
            rest = await source.read(1 << 16)
    elif fault.kind == "half_close":
        sink.write_eof()
        while await source.read(1 << 16):
            pass  # what this side still says falls on deaf ears
    else:
        if fault.kind == "answer":
            desk.write(fault.words)
            await desk.drain()
            desk.write_eof()
            while await source.read(1 << 16):
                pass  # a reset would take the words away again before they are read
        raise _OverError


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    """A proxy before the hub at ``target`` (``http://127.0.0.1:port``), until the block ends."""
    proxy = FaultProxy(int(target.rsplit(":", 1)[1]))
    try:
        yield proxy
    finally:
        proxy.stop()


def http_words(status: str, body: bytes, *headers: str) -> bytes:
    """An HTTP answer of somebody who is not the hub."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body
