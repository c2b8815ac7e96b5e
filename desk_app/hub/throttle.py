"""Slows down who asks too often: a bucket for each name, in this process's memory."""

from __future__ import annotations

import threading
from collections.abc import Callable

MOST_NAMES = 20_000


class Throttle:
    """Buckets that fill at a steady pace and hold a minute's worth.

    Args:
        clock: seconds, never running backwards.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def allows(self, name: str, *, per_minute: int, cost: int = 1) -> bool:
        """Whether ``name`` may do it once more now; ``cost`` 0 = only asked, not done."""
        now = self._clock()
        with self._lock:
            if len(self._buckets) > MOST_NAMES:
                self._buckets.clear()  # a flood of names is no reason to keep them all
            left, since = self._buckets.get(name, (float(per_minute), now))
            left = min(float(per_minute), left + (now - since) * per_minute / 60)
            self._buckets[name] = (left - cost if left >= 1 else left, now)
            return left >= 1
