"""What another thread may say to the sync thread while it waits: there is news; stop.

The sync thread owns one event loop and blocks nowhere else. So a word from outside ends every
wait at once, a request under way too, and each request has a limit on its whole duration.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from enum import IntEnum
from typing import Any, TypeVar

T = TypeVar("T")


class Word(IntEnum):
    """What other threads say, by weight."""

    NUDGED = 1
    HURRIED = 2
    STOPPED = 3


NUDGED, HURRIED, STOPPED = Word


class StoppedError(Exception):
    """The thread was told to stop; what was committed until then stays."""


class NudgedError(Exception):
    """There is something new to send; the wait is over."""


class Signals:
    """The event loop of one thread, and the words that other threads say to it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._words = {word: asyncio.Event() for word in (NUDGED, HURRIED, STOPPED)}
        self._guard = threading.Lock()  # between a word from outside and the end of the loop

    def nudge(self) -> None:
        """From any thread: something new is to be sent."""
        self._say(NUDGED)

    def hurry(self) -> None:
        """From any thread: a person wants it tried now."""
        self._say(HURRIED)

    def stop(self) -> None:
        """From any thread: come to an end."""
        self._say(STOPPED)

    def clear_nudge(self) -> None:
        """What was new is being looked at from here on."""
        self._words[NUDGED].clear()
        self._words[HURRIED].clear()

    def run(self, work: Coroutine[Any, Any, T], *, until: Word = STOPPED) -> T:
        """Run ``work`` to its end.

        Args:
            until: the least word that breaks it off, now or said before; a weightier one does too.

        Raises:
            StoppedError: told to stop meanwhile; the work was broken off.
            NudgedError: another word was said meanwhile.
        """
        return self._loop.run_until_complete(self._broken_off(work, until))

    def pause(self, seconds: float, *, until: Word = NUDGED) -> None:
        """Wait; ``until`` or a weightier word ends it early. Raises StoppedError."""
        with suppress(NudgedError):
            self.run(asyncio.sleep(seconds), until=until)

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

    def _say(self, word: Word) -> None:
        with self._guard:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._words[word].set)

    async def _broken_off(self, work: Coroutine[Any, Any, T], until: Word) -> T:
        await asyncio.sleep(0)  # words said between two runs come through first
        task = asyncio.ensure_future(work)
        heard = [said for word, said in self._words.items() if word >= until]
        words = [asyncio.ensure_future(said.wait()) for said in heard]
        everything: list[asyncio.Future[Any]] = [task, *words]
        try:
            await asyncio.wait(everything, return_when=asyncio.FIRST_COMPLETED)
        finally:
            finished = task.done()
            for waiting in everything:
                waiting.cancel()
            await asyncio.gather(*everything, return_exceptions=True)
        if self._words[STOPPED].is_set():
            raise StoppedError
        if finished:
            return task.result()
        raise NudgedError
