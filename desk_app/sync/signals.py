"""What another thread may say to the sync thread while it waits: there is news; stop.

The sync thread owns one event loop and blocks nowhere else. So a word from outside ends every
wait at once, a request under way too, and each request has a limit on its whole duration.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class StoppedError(Exception):
    """The thread was told to stop; what was committed until then stays."""


class NudgedError(Exception):
    """There is something new to send; the wait is over."""


class Signals:
    """The event loop of one thread, and the words that other threads say to it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._nudged = asyncio.Event()
        self._stopped = asyncio.Event()
        self._guard = threading.Lock()  # between a word from outside and the end of the loop

    @property
    def is_stopped(self) -> bool:
        """Whether the thread was told to stop; once the word has come through."""
        return self._stopped.is_set()

    def nudge(self) -> None:
        """From any thread: something new is to be sent, or a person wants it tried now."""
        self._say(self._nudged)

    def stop(self) -> None:
        """From any thread: come to an end."""
        self._say(self._stopped)

    def clear_nudge(self) -> None:
        """What was new is being looked at from here on."""
        self._nudged.clear()

    def run(self, work: Coroutine[Any, Any, T], *, until_nudged: bool = False) -> T:
        """Run ``work`` to its end.

        Raises:
            StoppedError: told to stop meanwhile; the work was broken off.
            NudgedError: with ``until_nudged``, there was news meanwhile (or before).
        """
        return self._loop.run_until_complete(self._broken_off(work, until_nudged))

    def pause(self, seconds: float, *, until_nudged: bool = True) -> None:
        """Wait; with ``until_nudged`` news ends it early. Raises StoppedError."""
        with suppress(NudgedError):
            self.run(asyncio.sleep(seconds), until_nudged=until_nudged)

    def finish(self, work: Coroutine[Any, Any, None]) -> None:
        """Run what must be done at the end, also after the word to stop."""
        self._loop.run_until_complete(work)

    def close(self) -> None:
        """Words said later are lost; fine when closed already."""
        with self._guard:
            if self._loop.is_closed():
                return
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def _say(self, word: asyncio.Event) -> None:
        with self._guard:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(word.set)

    async def _broken_off(self, work: Coroutine[Any, Any, T], until_nudged: bool) -> T:
        await asyncio.sleep(0)  # words said between two runs come through first
        task = asyncio.ensure_future(work)
        words = [asyncio.ensure_future(self._stopped.wait())]
        if until_nudged:
            words.append(asyncio.ensure_future(self._nudged.wait()))
        everything: list[asyncio.Future[Any]] = [task, *words]
        try:
            await asyncio.wait(everything, return_when=asyncio.FIRST_COMPLETED)
        finally:
            finished = task.done()
            for waiting in everything:
                waiting.cancel()
            await asyncio.gather(*everything, return_exceptions=True)
        if self._stopped.is_set():
            raise StoppedError
        if finished:
            return task.result()
        raise NudgedError
