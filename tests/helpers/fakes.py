"""Stand-ins for the ports of ``desk_app.core``."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from desk_app.core.errors import EnvironmentProblem

BEIJING = timezone(timedelta(hours=8))
A_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=BEIJING)


class FakeClock:
    """A clock that stands still until it is told to move.

    Args:
        start: an aware time; 09:00 in Beijing on Monday 23 November 2026 unless given.
        step: how far each reading moves it on.
    """

    def __init__(self, start: datetime = A_MONDAY, step: timedelta = timedelta(0)) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = start
        self._step = step

    def now(self) -> datetime:
        """The time now."""
        reading = self._now
        self._now += self._step
        return reading

    def advance(self, **by: float) -> datetime:
        """Move on (or back) by the arguments of ``timedelta``; returns the new time."""
        self._now += timedelta(**by)
        return self._now

    def set(self, now: datetime) -> None:
        """Jump to an aware time, as a counter PC whose clock someone corrects."""
        self._now = now


class FakeSecretStore:
    """A ``SecretStore`` in memory.

    Attributes:
        kept: what it holds.
        broken: while true every use fails, as a locked keyring does.
    """

    def __init__(self, *, broken: bool = False) -> None:
        self.kept: dict[str, bytes] = {}
        self.broken = broken

    @property
    def name(self) -> str:
        """What people call it."""
        return "假密钥环"

    def read(self, account: str) -> bytes | None:
        """See ``SecretStore.read``."""
        self._check()
        return self.kept.get(account)

    def write(self, account: str, secret: bytes) -> None:
        """See ``SecretStore.write``."""
        self._check()
        self.kept[account] = bytes(secret)

    def delete(self, account: str) -> None:
        """See ``SecretStore.delete``."""
        self._check()
        self.kept.pop(account, None)

    def _check(self) -> None:
        if self.broken:
            raise EnvironmentProblem("系统密钥环现在用不了。")
