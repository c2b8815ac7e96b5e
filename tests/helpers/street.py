"""A centre in the test's own process: it numbers what a desk has, and speaks for other desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import DeskAppError
from desk_app.core.exchange import Answer, Row
from desk_app.core.kinds.kind import Json
from desk_app.core.masking import surname
from desk_app.services.casework import Casework
from desk_app.services.queue_work import QueueWork
from desk_app.storage.store import SqlCaseStore
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.ui.presenters.ports import CentreLink
from desk_app.ui.views.centre_watch import CentreWatch
from tests.helpers.factories import Desk
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import OpenWindow, a_few_cases, open_window
from tests.helpers.ui_desk import NoFinder

HUB, CENTRE, NAME = "hub1", "c310106", "南京西路街道中心"


@dataclass(frozen=True)
class News:
    """``ports.CentreStatus``."""

    state: str = "idle"
    code: str = ""
    at: str = ""
    pack: str = ""
    pack_code: str = ""


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
    casework: Casework
    codes: dict[str, str] = field(default_factory=dict)
    news: News = field(default_factory=News)
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
        self.store.apply([], self._seq)  # the desk has fetched up to there
        self.news = News("idle", at=self.clock.now().isoformat())

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

    def status(self) -> News:
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


def link_of(street: Street) -> CentreLink:
    """The way from a window to ``street``."""
    queue = QueueWork(street.store, street.casework.author, street.clock)
    return CentreLink(street.store, queue, street)


@dataclass(frozen=True)
class StreetDesk:
    """A window at a desk that belongs to a centre.

    Attributes:
        cases: case ids by the resident's surname: 沈 杨 陈 open, 赵 closed.
    """

    desk: OpenWindow
    street: Street
    cases: dict[str, str]

    def hear(self) -> None:
        """News of the centre reach the window."""
        watch = self.desk.window.findChild(CentreWatch)
        assert watch is not None
        watch.look()
        self.desk.settle()

    def take(self) -> None:
        """The centre takes in what the desk has, and the window hears of it."""
        self.street.take()
        self.hear()


@contextmanager
def open_street(
    folder: Path, prepare: Callable[[Street, dict[str, str]], object] | None = None, **how: Any
) -> Iterator[StreetDesk]:
    """The window over four cases that have all arrived at the centre.

    Args:
        prepare: what happened before the window opened.
        how: see ``open_window``.
    """
    made: list[Street] = []
    cases: dict[str, str] = {}

    def seed(casework: Casework, store: SqlCaseStore, clock: FakeClock) -> None:
        for case in a_few_cases(casework, store, clock):
            cases[surname(case.fields["resident_name"])] = case.case_id

    def link(store: SqlSyncStore, casework: Casework, clock: FakeClock) -> CentreLink:
        street = Street(store, clock, casework)
        street.enrol()
        street.take()
        if prepare is not None:
            prepare(street, cases)
        made.append(street)
        return link_of(street)

    with open_window(folder, seed=seed, finder=NoFinder(), link=link, **how) as desk:
        yield StreetDesk(desk, made[0], cases)
