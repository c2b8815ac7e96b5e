"""What the sync thread says of itself; plain data for the window, the commands and the log."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

SHORTEST_WAIT = 1.0
LONGEST_WAIT = 300.0


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Where the desk is with its centre.

    Attributes:
        state: ``none`` (no centre) | ``offline`` | ``syncing`` | ``at_centre`` (all of it has
            arrived) | ``waiting`` (the centre puts some of it off) | ``refused`` (a person must
            look) | ``sealed`` (the key is destroyed).
        code: why, for ``offline`` and ``refused``.
        unsent: entries that the centre has not numbered yet.
        tray: entries that the centre refused and nobody has dealt with.
        held: cases that the centre wants gone, held until a person has agreed.
        last_success: when a whole round last succeeded since the start, aware; None = not yet.
        rounds: whole rounds since the start that brought something new for the screens.
        pack: version of a content pack that came from the centre since the start; it is used from
            the next start on. Empty = none came.
        pack_code: why a pack that the centre publishes was not installed; empty = nothing is wrong.
    """

    state: str = "none"
    code: str = ""
    unsent: int = 0
    tray: int = 0
    held: int = 0
    last_success: datetime | None = None
    rounds: int = 0
    pack: str = ""
    pack_code: str = ""


class Backoff:
    """How long to wait after trouble: full jitter, from a second up to five minutes.

    See M. Brooker, "Exponential Backoff And Jitter", 2015: desks that lost the hub together must
    not come back together.
    """

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._failures = 0

    def reset(self) -> None:
        """It went well."""
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        most = min(LONGEST_WAIT, SHORTEST_WAIT * 2.0**self._failures)
        self._failures = min(self._failures + 1, 30)
        return self._dice.uniform(0, most)
