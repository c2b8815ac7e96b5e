"""Long polls: who waits for a centre hears of new rows at once, whichever process took them in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from desk_app.hub.database import DatabaseProblem

LOOK_SECONDS = 0.5
"""How often the counters of waited-for centres are read, all in one query."""

MOST_WAITING = 5_000

Counters = Callable[[Iterable[str]], dict[str, tuple[str, int]]]
"""Epoch and latest number by centre."""


class Waiting:
    """All long polls of this process.

    Args:
        counters: reads the database; called in a thread.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._known: dict[str, tuple[str, int]] = {}
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def count(self) -> int:
        """How many wait."""
        return sum(len(waiters) for waiters in self._waiters.values())

    async def run(self) -> None:
        """Look for new rows until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._waiters:
                try:
                    found = await asyncio.to_thread(self._counters, list(self._waiters))
                except DatabaseProblem:
                    continue  # whoever waits asks again by himself
                self._tell(found)

    def tell(self, centre: str, epoch: str, high: int) -> None:
        """This process took rows in: who waits for them need not wait for the next look."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell, {centre: (epoch, high)})

    async def wait(self, centre: str, after: int, epoch: str, seconds: float) -> tuple[str, int]:
        """Epoch and latest number of ``centre``, once they differ from these or time is up."""
        if self._known.get(centre) != (epoch, after):
            self._known.update(await asyncio.to_thread(self._counters, [centre]))
        # What was known already may be old by a look: the next one finds that out.
        end = asyncio.get_running_loop().time() + seconds
        while self._known[centre] == (epoch, after) and self.count < MOST_WAITING:
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                break
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.setdefault(centre, []).append(future)
            try:
                await asyncio.wait_for(future, left)
            except TimeoutError:
                break
            finally:
                self._forget(centre, future)
        return self._known[centre]

    def _forget(self, centre: str, future: asyncio.Future[None]) -> None:
        waiters = self._waiters.get(centre, [])
        if future in waiters:
            waiters.remove(future)
        if not waiters:
            self._waiters.pop(centre, None)

    def _tell(self, found: dict[str, tuple[str, int]]) -> None:
        for centre, state in found.items():
            if self._known.get(centre) != state:
                self._known[centre] = state
                for future in self._waiters.get(centre, []):
                    if not future.done():
                        future.set_result(None)
