"""The sync thread. Whatever goes wrong in its work, it goes on trying; what was committed stays."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from desk_app.core.clock import Clock
from desk_app.core.errors import DeskAppError
from desk_app.sync.credentials import LostSecretsError
from desk_app.sync.signals import Signals, StoppedError
from desk_app.sync.status import SyncStatus
from desk_app.sync.work import Opened, SyncWork
from desk_app.system import logs

STOP_SECONDS = 2.0


class SyncLoop:
    """The thread and what others may say to it.

    Args:
        open_it: run on the thread; run again after trouble with the store.
        report: called on the thread with each change of status; must be quick.
        dice, seconds: randomness, and a clock that never runs backwards.
    """

    def __init__(
        self,
        open_it: Callable[[Signals], AbstractContextManager[Opened]],
        report: Callable[[SyncStatus], object],
        clock: Clock,
        *,
        dice: random.Random | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._signals = Signals()
        self._open = open_it
        self._work = SyncWork(
            self._signals, report, clock, dice=dice or random.Random(), seconds=seconds
        )
        self._thread = threading.Thread(target=self._run, name="sync")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def nudge(self) -> None:
        """Something was written. From any thread."""
        self._signals.nudge()

    def hurry(self) -> None:
        """A person wants it tried now. From any thread."""
        self._signals.hurry()

    def stop(self) -> bool:
        """Come to an end, whatever is under way; whether it did within two seconds."""
        self._signals.stop()
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._work.is_over:
                try:
                    with self._open(self._signals) as opened:
                        self._work.run(opened)
                except LostSecretsError:
                    self._work.wait_after("refused", "no_key")
                except StoppedError:
                    raise
                except Exception as error:  # noqa: BLE001 - the thread lives on; nothing is half written
                    kind = error.code if isinstance(error, DeskAppError) else type(error).__name__
                    logs.warn("sync.broken", kind=kind)
                    self._work.wait_after("refused", "broken")
        except StoppedError:
            return
        finally:
            self._signals.close()
