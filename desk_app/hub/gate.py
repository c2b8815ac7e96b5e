"""Stands before every route: sizes, numbers at once, the header, the log line, the counters.

Plain ASGI, so that nothing is read into memory before its size is known to be allowed.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from desk_app.hub.log import note_request
from desk_app.protocol.wire import PACE_HEADER, PROTOCOL, PROTOCOL_HEADER

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_AT_ONCE = 64
"""Requests at work at once in one process, long polls apart. More are asked to come again."""

SMOOTH = 50
"""Requests over which the number at work is averaged: a burst is not a crowd."""

WAITING = "/v1/wait"
_LATENCIES = (0.005, 0.02, 0.05, 0.1, 0.3, 1.0, 5.0)


class Metrics:
    """Counts requests by route and status, and how long they took; nothing of what was in them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Tally[tuple[str, int]] = Tally()
        self._seconds: Tally[float] = Tally()
        self._total = 0.0

    def count(self, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        with self._lock:
            self._requests[(route, status)] += 1
            self._total += seconds
            for limit in (*_LATENCIES, float("inf")):
                if seconds <= limit:
                    self._seconds[limit] += 1

    def text(self, gauges: Mapping[str, int]) -> str:
        """All counters in Prometheus' text format, and ``gauges`` by name."""
        lines = [f"# TYPE {name} gauge\n{name} {value}" for name, value in gauges.items()]
        lines += ["# TYPE desk_hub_requests_total counter"]
        with self._lock:
            for (route, status), count in sorted(self._requests.items()):
                lines.append(
                    f'desk_hub_requests_total{{route="{route}",status="{status}"}} {count}'
                )
            lines.append("# TYPE desk_hub_request_seconds histogram")
            for limit in (*_LATENCIES, float("inf")):
                name = "+Inf" if limit == float("inf") else f"{limit}"
                count = self._seconds[limit]
                lines.append(f'desk_hub_request_seconds_bucket{{le="{name}"}} {count}')
            lines.append(f"desk_hub_request_seconds_sum {self._total:.6f}")
            lines.append(f"desk_hub_request_seconds_count {self._seconds[float('inf')]}")
        return "\n".join(lines) + "\n"


class _TooLargeError(Exception):
    """A body grew beyond what its route allows."""


class Gate:
    """The outermost layer of the hub.

    Args:
        limit_of: bytes allowed in a body, by path.
        page_of: by path and status, the page to refuse a person with; None = it is a program.
        pace: seconds, see ``wire.PACE_HEADER``, by how many requests are usually at work.
    """

    def __init__(
        self,
        app: App,
        metrics: Metrics,
        limit_of: Callable[[str], int],
        page_of: Callable[[str, int], App | None] = lambda _path, _status: None,
        pace: Callable[[float], float] = lambda _at_work: 0.0,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._limit_of = limit_of
        self._page_of = page_of
        self._pace = pace
        self._at_work = 0
        self._usually_at_work = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (PROTOCOL_HEADER.lower().encode(), str(PROTOCOL).encode()),
                    (
                        PACE_HEADER.lower().encode(),
                        f"{self._pace(self._usually_at_work):.1f}".encode(),
                    ),
                ]
            await send(message)

        waits = scope["path"] == WAITING
        self._at_work += not waits
        self._usually_at_work += (self._at_work - self._usually_at_work) / SMOOTH
        try:
            if self._at_work > MOST_AT_ONCE:
                await self._refuse(scope, sending, 503, "busy", ((b"retry-after", b"2"),))
            elif _is_packed(scope):
                await self._refuse(scope, sending, 415, "packed")
            else:
                await self._serve(scope, receive, sending)
        finally:
            self._at_work -= not waits
            route = getattr(scope.get("route"), "path", "other")
            seconds = time.monotonic() - started
            self._metrics.count(route, status, 0.0 if waits else seconds)
            device = scope.get("state", {}).get("device", "")
            note_request(scope["method"], route, status, seconds, device)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit_of(scope["path"])
        if _announced(scope) > limit:
            await self._refuse(scope, send, 413, "too_large")
            return
        size = 0
        begun = False

        async def receiving() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise _TooLargeError
            return message

        async def sending(message: Message) -> None:
            nonlocal begun
            if size > limit and not begun:
                return  # the framework calls it a fault of ours; the refusal follows below
            begun = True
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except _TooLargeError:
            if not begun:
                await self._refuse(scope, send, 413, "too_large")

    async def _refuse(
        self,
        scope: Scope,
        send: Send,
        status: int,
        code: str,
        more: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        page = self._page_of(scope["path"], status)
        if page is not None:
            await page(scope, _nothing, send)
            return
        body = json.dumps({"code": code}).encode()
        headers = [(b"content-type", b"application/json"), *more]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 1 << 62
    return 0


def _is_packed(scope: Scope) -> bool:
    """A packed body may unfold to any size: none is taken."""
    return any(
        name == b"content-encoding" and value.lower() not in (b"", b"identity")
        for name, value in scope["headers"]
    )


async def _nothing() -> Message:
    """What a refusal reads of the request."""
    return {"type": "http.disconnect"}
