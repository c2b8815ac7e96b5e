"""A centre in the test's own process: it numbers what a desk has, and speaks for other desks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desk_app.core.entries import Entry, Json, NewEntry
from desk_app.core.errors import DeskAppError
from desk_app.core.exchange import Answer, Row
from desk_app.services.casework import Casework
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.status import SyncStatus
from desk_app.ui.presenters.ports import CentreLink
from tests.helpers.factories import Desk
from tests.helpers.fakes import FakeClock

HUB, CENTRE, NAME = "hub1", "c310106", "南京西路街道中心"


@dataclass
class Street:
    """The centre of one desk's store, with colleagues at other desks.

    Attributes:
        codes: entries to be refused, with the code, by id.
        news: what the sync thread last saw.
        broken: raised by joining and by files.
        tries: how often somebody wanted a round at once.
    """

    store: SqlSyncStore
    clock: FakeClock
    codes: dict[str, str] = field(default_factory=dict)
    news: SyncStatus = field(default_factory=SyncStatus)
    broken: DeskAppError | None = None
    tries: int = 0
    tickets: list[tuple[str, str]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    colleague: Desk = field(default_factory=lambda: Desk("w2desk0000"))
    told: Callable[[], object] = lambda: None
    _seq: int = 0

    @property
    def now_ms(self) -> int:
        """The centre's clock."""
        return round(self.clock.now().timestamp() * 1000)

    def enrol(self) -> None:
        """Make the store belong to this centre, without a window."""
        self.store.join(HUB, CENTRE, NAME, "epoch1")

    def take(self, received: int = 0) -> None:
        """Number everything the desk has to send; refuse what ``codes`` says."""
        received = received or self.now_ms
        answers = []
        for entry in self.store.outbox():
            if code := self.codes.get(entry.id):
                answers.append(Answer(entry.id, "rejected", code=code))
            else:
                self._seq += 1
                answers.append(Answer(entry.id, "accepted", self._seq, received))
        self.store.settle(answers)
        self.news = SyncStatus("at_centre", last_success=self.clock.now())

    def refuse(self, entry_id: str, code: str) -> None:
        """Refuse one entry for ever."""
        self.codes[entry_id] = code
        self.take()

    def bring(self, *entries: Entry, received: int = 0) -> None:
        """Entries of other desks come in."""
        rows = []
        for entry in entries:
            self._seq += 1
            at = received or self.now_ms
            rows.append(Row(self._seq, entry.id, at, "entry", entry.case_id, entry.sha256, entry))
        self.store.apply(rows, self._seq)

    def say(
        self, case_id: str, kind: str, author: str, base: str = "", received: int = 0,
        **body: Json,
    ) -> Entry:  # fmt: skip
        """A colleague at another desk writes an entry, and it comes in."""
        entry = self.colleague.write(NewEntry(case_id, kind, body, base), author)
        self.bring(entry, received=received)
        return entry

    def notice(self, kind: str, case_id: str, **words: str) -> None:
        """The centre tells something that is no entry: ``offer`` or ``settled``."""
        self._seq += 1
        row = Row(
            self._seq, f"{kind}:{self._seq}", self.now_ms, kind, case_id,
            notice={"ref": f"ref{self._seq}", **words},
        )  # fmt: skip
        self.store.apply([row], self._seq)

    # ``ports.Centre``

    def status(self) -> SyncStatus:
        """See ``Centre``."""
        return self.news

    def listen(self, told: Callable[[], object]) -> None:
        """See ``Centre``."""
        self.told = told

    def try_now(self) -> None:
        """See ``Centre``."""
        self.tries += 1

    def join(self, ticket: str, name: str) -> str:
        """See ``Centre``."""
        if self.broken is not None:
            raise self.broken
        self.tickets.append((ticket, name))
        self.enrol()
        return NAME

    def export_file(self, path: Path) -> int:
        """See ``Centre``."""
        if self.broken is not None:
            raise self.broken
        self.files.append(path)
        return len(self.store.outbox())

    def import_file(self, path: Path) -> int:
        """See ``Centre``."""
        if self.broken is not None:
            raise self.broken
        self.files.append(path)
        return 3


class PlainQueue:
    """``ports.QueueWork`` in its shortest form: each call is one entry."""

    def __init__(self, store: SqlSyncStore, author: str) -> None:
        self._store = store
        self._author = author

    def refer(self, case_id: str, why: str) -> object:
        """See ``QueueWork``."""
        return self._write(case_id, "case.referred", {"why": why})

    def claim(self, case_id: str, hours: int) -> object:
        """See ``QueueWork``."""
        return self._write(case_id, "case.claimed", {"hours": hours}, fenced=True)

    def renew(self, case_id: str, hours: int) -> object:
        """See ``QueueWork``."""
        return self._write(case_id, "lease.renewed", {"hours": hours}, fenced=True)

    def release(self, case_id: str, why: str) -> object:
        """See ``QueueWork``."""
        return self._write(case_id, "case.released", {"why": why}, fenced=True)

    def offer(
        self, case_id: str, to: str, why: str, to_centre: str = "", summary: str = ""
    ) -> object:
        """See ``QueueWork``."""
        body: dict[str, Json] = {"to": to, "why": why, "to_centre": to_centre, "summary": summary}
        return self._write(case_id, "handover.offered", body, fenced=True)

    def answer(self, case_id: str, ref: str, *, accept: bool, why: str = "") -> object:
        """See ``QueueWork``."""
        said = "accept" if accept else "refuse"
        return self._write(case_id, "handover.answered", {"ref": ref, "answer": said, "why": why})

    def escalate(self, case_id: str, why: str) -> object:
        """See ``QueueWork``."""
        return self._write(case_id, "case.escalated", {"why": why})

    def _write(
        self, case_id: str, kind: str, body: dict[str, Json], *, fenced: bool = False
    ) -> Sequence[Entry]:
        if fenced:
            body = {**body, "fence": self._store.queue_row(case_id).state.fence}
        return self._store.append(self._author, [NewEntry(case_id, kind, body)])


def link_of(street: Street, casework: Casework) -> CentreLink:
    """The way from a window to ``street``."""
    return CentreLink(street.store, PlainQueue(street.store, casework.author), street)
