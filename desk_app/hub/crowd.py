"""How many desks call, and over how long they should spread what they do.

A city's desks hear of news in the same moment; if all came at once, none would be answered soon.
Whoever has few desks is told not to wait at all.
"""

from __future__ import annotations

from collections.abc import Callable

HEARD_SECONDS = 120.0
"""A desk counts for one to two such spans after its last call; pace and long poll are shorter."""

DESKS_A_SECOND = 40.0
"""How many desks one process may meet in a second, each with what it wrote and fetches."""

MANY_AT_WORK = 8.0
"""With this many requests at work at once the pace is twice as slow, with twice as many thrice."""

MOST_PACE = 60.0


class Crowd:
    """The desks that one process hears of. Called from many threads.

    Args:
        seconds: a clock that never runs backwards.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._since = seconds()
        self._now: set[str] = set()
        self._before: set[str] = set()

    def heard(self, device: str) -> None:
        """A desk called."""
        if self._seconds() - self._since > HEARD_SECONDS:
            self._before, self._now = self._now, set()
            self._since = self._seconds()
        self._now.add(device)

    def pace(self, at_work: float = 0.0) -> float:
        """Seconds over which a desk should spread what it does.

        Args:
            at_work: how many requests have been at work at once of late.
        """
        desks = max(len(self._before), len(self._now))
        return min(desks / DESKS_A_SECOND * (1 + at_work / MANY_AT_WORK), MOST_PACE)
