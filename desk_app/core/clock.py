"""Time as the journal knows it: a hybrid logical clock that never runs backwards.

The wall clock of a counter PC may be years off. Entries are therefore ordered by a hybrid logical
clock (Kulkarni et al., 2014): the larger of the wall time and everything seen so far, with a
counter to tell entries of the same millisecond apart, and the device to break ties alike on every
machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

MAX_COUNT = 99_999


class Clock(Protocol):
    """Where the time comes from; tests hand in their own."""

    def now(self) -> datetime:
        """The current time, aware, in the zone this machine claims."""


class SystemClock:
    """The machine's own clock and zone."""

    def now(self) -> datetime:
        """The current local time, aware."""
        return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True, order=True)
class Hlc:
    """One reading: milliseconds since 1970 UTC, a counter within it, the device that took it.

    ``str()`` gives fixed-width text whose alphabetical order is the order of the readings.
    """

    ms: int
    count: int
    device: str

    def __str__(self) -> str:
        return f"{self.ms:013d}.{self.count:05d}.{self.device}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what ``str()`` wrote. Raises BadInputError."""
        ms, _, rest = text.partition(".")
        count, _, device = rest.partition(".")
        digits = ms + count
        plain = digits.isascii() and digits.isdecimal()
        if not (plain and len(ms) == 13 and len(count) == 5 and device):
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "记录的时间标记不对，没有收下。"))
        return cls(int(ms), int(count), device)


class HybridClock:
    """Hands out readings that always grow, whatever the wall clock does.

    Args:
        device: this device's id.
        last: the highest reading stored so far, so that a restart never goes back.
    """

    def __init__(self, device: str, last: Hlc | None = None) -> None:
        self._device = device
        self._last = last or Hlc(0, 0, device)

    def tick(self, now: datetime) -> Hlc:
        """The next reading for an entry written at ``now``."""
        wall = max(0, (now - _EPOCH) // timedelta(milliseconds=1))
        if wall > self._last.ms:
            self._last = Hlc(wall, 0, self._device)
        elif self._last.count < MAX_COUNT:
            self._last = Hlc(self._last.ms, self._last.count + 1, self._device)
        else:
            self._last = Hlc(self._last.ms + 1, 0, self._device)
        return self._last

    def observe(self, seen: Hlc) -> None:
        """Take note of a reading from elsewhere: later readings here come after it."""
        if (seen.ms, seen.count) > (self._last.ms, self._last.count):
            self._last = Hlc(seen.ms, seen.count, self._device)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
