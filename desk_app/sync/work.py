"""What the sync thread does: round after round, in between a long poll, patience after trouble.

Offline is a state here, never an error.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from desk_app.core.clock import Clock
from desk_app.core.entries import Entry
from desk_app.core.errors import DeskAppError
from desk_app.core.exchange import (
    Head,
    Hub,
    HubRefusesError,
    HubUnreachableError,
    SyncStore,
)
from desk_app.protocol.signing import BadSignatureError, verify
from desk_app.protocol.wire import SealedReport, SealOrder, WaitReply
from desk_app.sync.blobs import Left
from desk_app.sync.http_hub import DeviceKey, sealed_report
from desk_app.sync.hub_line import RevokedError
from desk_app.sync.life_mark import LifeMark, MarkingHub
from desk_app.sync.round import Round, RoundResult
from desk_app.sync.signals import HURRIED, NUDGED, STOPPED, NudgedError, Word
from desk_app.sync.status import SHORTEST_WAIT, Backoff, SyncStatus
from desk_app.system import logs

FIRST_THOROUGH = 3600.0
THOROUGH_EVERY = 24 * 3600.0
"""When entries themselves are compared with the centre's digest, not what was noted of them."""
PACK_EVERY = 3600.0
"""How often a desk asks which content pack the centre publishes."""
BRISK = 1.0
"""A long poll that ends sooner than this, without news, did not wait."""
REPORT_TRIES = 5


class WaitingHub(Hub, Protocol):
    """A hub that one can wait for (``HttpHub``)."""

    @property
    def pace(self) -> float:
        """See ``HttpHub.pace``."""

    def wait(self, after: int, epoch: str) -> WaitReply:
        """See ``HttpHub.wait``."""

    def hand_over(self, entries: Sequence[Entry]) -> frozenset[str]:
        """See ``HttpHub.hand_over``."""

    def report_sealed(self, report: SealedReport) -> None:
        """See ``HttpHub.report_sealed``."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the thread works with: opened and closed by it.

    Attributes:
        hub_key: the hub's public key, for its orders.
        destroy: makes the store unreadable for ever (a valid seal order). May raise
            EnvironmentProblem where a part of the key could not be reached.
        look_for_pack: fetches and installs what the centre publishes, if it is new: version and
            code as in ``SyncStatus``. Raises as ``Hub``.
        carry_files: ``BlobSync.run``.
    """

    store: SyncStore
    hub: WaitingHub
    mark: LifeMark
    key: DeviceKey
    hub_key: str
    destroy: Callable[[], None]
    look_for_pack: Callable[[], tuple[str, str]] = lambda: ("", "")
    carry_files: Callable[[], Left] = lambda: Left.NOTHING


class Patience(Protocol):
    """How the thread waits (``Signals``)."""

    def clear_nudge(self) -> None:
        """See ``Signals.clear_nudge``."""

    def pause(self, seconds: float, *, until: Word = NUDGED) -> None:
        """See ``Signals.pause``."""


class SyncWork:
    """What the thread does, without the thread.

    Args:
        patience: how to wait; raises StoppedError at the end.
    """

    def __init__(
        self,
        patience: Patience,
        report: Callable[[SyncStatus], object],
        clock: Clock,
        *,
        dice: random.Random,
        seconds: Callable[[], float],
    ) -> None:
        self._patience = patience
        self._report_to = report
        self._clock = clock
        self._dice = dice
        self._backoff = Backoff(dice)
        self._seconds = seconds
        self._thorough_at = seconds() + FIRST_THOROUGH
        self._pack_at = seconds()
        self._status = SyncStatus(state="syncing")
        self._handed_over: frozenset[str] = frozenset()
        self._is_shut_out = False
        self.is_over = False

    def run(self, opened: Opened) -> None:
        """Round after round until the device is sealed. Raises StoppedError, and what is broken."""
        while not self.is_over:
            self._patience.clear_nudge()
            trouble_before = self._status.code
            self._say(opened, self._status.state if trouble_before else "syncing", trouble_before)
            try:
                if self._is_shut_out:
                    opened.hub.digest(0, 0)  # nothing is fetched or sent before it is let in again
                    self._is_shut_out = False
                self._round(opened)
            except HubUnreachableError as trouble:
                self._say(opened, "offline", trouble.code)
                self._rest(trouble.wait + self._dice.uniform(0, opened.hub.pace))
            except RevokedError as refusal:
                self._shut_out(opened, refusal)
            except HubRefusesError as refusal:
                self._say(opened, "refused", refusal.code)
                self._rest()

    def wait_after(self, state: str, code: str) -> None:
        """Say that the work itself cannot go on, and wait."""
        self._tell(replace(self._status, state=state, code=code))
        self._rest()

    def _rest(self, asked: float = 0) -> None:
        """Wait after trouble: as long as the centre asks, then until the next try or a nudge."""
        self._patience.pause(max(asked, SHORTEST_WAIT), until=STOPPED)
        self._patience.pause(self._backoff.next())

    def _round(self, opened: Opened) -> None:
        hub = MarkingHub(opened.hub, opened.mark, opened.store)
        is_thorough = self._seconds() >= self._thorough_at
        result = Round(opened.store, hub, thorough=is_thorough).run()
        if is_thorough:
            self._thorough_at = self._seconds() + THOROUGH_EVERY
        opened.mark.keep(opened.store)
        self._backoff.reset()
        brought = result.fetched + result.repaired + result.reissued + len(result.shed)
        _note(result)
        self._status = replace(
            self._status,
            last_success=self._clock.now(),
            rounds=self._status.rounds + (brought > 0 or result.sent > 0),
        )
        self._say(opened, "waiting" if result.unsent else "at_centre")
        self._look_for_pack(opened)
        left = opened.carry_files()
        if result.unsent:
            self._rest()
        elif result.head is not None and left is not Left.NOW:
            self._wait_for_news(opened, result.head, left, is_idle=brought + result.sent == 0)

    def _look_for_pack(self, opened: Opened) -> None:
        if self._seconds() < self._pack_at:
            return
        self._pack_at = self._seconds() + PACK_EVERY
        version, code = opened.look_for_pack()
        if version or code != self._status.pack_code:
            self._tell(replace(self._status, pack=version or self._status.pack, pack_code=code))

    def _wait_for_news(self, opened: Opened, head: Head, left: Left, *, is_idle: bool) -> None:
        """Until there may be something to do; files that wait are seen to. Raises as ``Hub``."""
        hub = opened.hub
        if is_idle:
            # The centre called and then had nothing: two of its processes may disagree a while.
            self._patience.pause(self._dice.uniform(0, SHORTEST_WAIT))
        while self._seconds() < self._thorough_at:
            began = self._seconds()
            try:
                news = hub.wait(head.high, head.epoch)
            except NudgedError:
                self._keep_pace(hub.pace / 2, hub.pace)
                return
            if (news.epoch, news.high) != (head.epoch, head.high):
                self._keep_pace(0, hub.pace)
                return
            if self._seconds() - began < BRISK:
                self._patience.pause(self._dice.uniform(SHORTEST_WAIT, 5 * SHORTEST_WAIT))
                return
            if left is Left.LATER and (left := opened.carry_files()) is Left.NOW:
                return

    def _keep_pace(self, least: float, most: float) -> None:
        """Gather what is being written, and let other desks go first; a person need not wait."""
        if most:
            self._patience.pause(self._dice.uniform(least, most), until=HURRIED)

    def _shut_out(self, opened: Opened, refusal: RevokedError) -> None:
        """Stop fetching; hand over what is left; destroy the key if it is ordered so."""
        self._is_shut_out = True
        self._handed_over |= refusal.kept
        order = refusal.order
        if order is not None and not _is_signed(order, opened):
            logs.warn("sync.order_ignored", device=opened.key.device)
            order = None
        rest = opened.store.outbox(limit=1 << 30, max_bytes=1 << 40)
        try:
            new = [entry for entry in rest if entry.id not in self._handed_over]
            self._handed_over |= opened.hub.hand_over(new)
        except (HubUnreachableError, HubRefusesError) as trouble:
            logs.warn("sync.not_handed_over", code=trouble.code)
        if order is not None:
            left = sum(entry.id not in self._handed_over for entry in rest)
            self._seal(opened, order, left)
            return
        self._say(opened, "refused", "revoked")
        self._rest()

    def _seal(self, opened: Opened, order: SealOrder, unsent: int) -> None:
        report = sealed_report(opened.key, order, unsent)
        logs.note("sync.sealing", device=opened.key.device, unsent=unsent)
        is_whole = True
        try:
            opened.destroy()
        except DeskAppError as trouble:
            logs.warn("sync.seal_incomplete", code=trouble.code)
            is_whole = False
        self.is_over = True
        self._tell(SyncStatus(state="sealed"))
        tries = REPORT_TRIES if is_whole else 0  # the centre must not believe what is not so
        for _ in range(tries):
            try:
                opened.hub.report_sealed(report)
                return
            except HubUnreachableError:
                self._patience.pause(self._backoff.next())
            except HubRefusesError as refusal:
                logs.warn("sync.report_refused", code=refusal.code)
                return

    def _say(self, opened: Opened, state: str, code: str = "") -> None:
        """Report with the counts of the store as they are now."""
        self._tell(
            replace(
                self._status,
                state=state,
                code=code,
                unsent=opened.store.count_outbox(),
                tray=len(opened.store.tray()),
                held=opened.store.sync_state().hold,
            )
        )

    def _tell(self, status: SyncStatus) -> None:
        self._status = status
        self._report_to(status)


def _is_signed(order: SealOrder, opened: Opened) -> bool:
    try:
        verify(opened.hub_key, order.signature, "seal", order.device, str(order.issued))
    except BadSignatureError:
        return False
    return order.device == opened.key.device


def _note(result: RoundResult) -> None:
    if result.sent or result.fetched or result.refused or result.repaired or result.reissued:
        logs.note(
            "sync.round",
            sent=result.sent,
            fetched=result.fetched,
            refused=result.refused,
            repaired=result.repaired,
            reissued=result.reissued,
        )
