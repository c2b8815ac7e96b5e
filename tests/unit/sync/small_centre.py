"""A centre in memory for tests of the loop: numbers what is pushed, and fails as it is told."""

from __future__ import annotations

from collections.abc import Sequence

from desk_app.core.entries import Entry
from desk_app.core.exchange import (
    Answer,
    Head,
    Meanwhile,
    PullAnswer,
    PushAnswer,
    Row,
    SnapshotAnswer,
)
from desk_app.protocol.wire import SealedReport, WaitReply
from desk_app.sync.hub_line import RevokedError

HUB, CENTRE, EPOCH = "hub0", "east", "epoch1"
RECEIVED = 1_800_000_000_000


class SmallCentre:
    """Implements ``work.WaitingHub``.

    Attributes:
        troubles: raised by the next calls, first in, first out; a str is a call let through.
        news: what the next long polls say, or raise; then the latest number.
        shut_out: set to shut the device out.
        pace: what it asks desks to keep.
        puts_off: answer ``deferred`` to everything.
    """

    def __init__(self) -> None:
        self.rows_here: list[Row] = []
        self.calls: list[str] = []
        self.troubles: list[Exception] = []
        self.news: list[WaitReply | Exception] = []
        self.shut_out: RevokedError | None = None
        self.apart: list[str] = []
        self.reports: list[SealedReport] = []
        self.pace = 0.0
        self.puts_off = False

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """See ``Hub``."""
        del meanwhile
        self._called("push", [entry.id for entry in entries])
        answers = []
        for entry in entries:
            if self.puts_off:
                answers.append(Answer(entry.id, "deferred", code="busy"))
                continue
            seq = len(self.rows_here) + 1
            row = Row(seq, entry.id, RECEIVED, "entry", entry.case_id, entry.sha256, entry)
            self.rows_here.append(row)
            answers.append(Answer(entry.id, "accepted", seq, RECEIVED))
        return PushAnswer(self.head, tuple(answers))

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """See ``Hub``."""
        del epoch
        self._called("pull")
        return self.rows(cursor, len(self.rows_here))

    def rows(self, low: int, high: int) -> PullAnswer:
        """See ``Hub``."""
        marks = sum(row.mark for row in self.rows_here) % (1 << 64)
        return PullAnswer(self.head, tuple(self.rows_here[low:high]), high, marks)

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """See ``Hub``."""
        raise NotImplementedError(upto, after, meanwhile)

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """See ``Hub``."""
        self._called("digest")
        rows = self.rows_here[low:high]
        return len(rows), sum(row.mark for row in rows) % (1 << 64)

    def wait(self, after: int, epoch: str) -> WaitReply:
        """See ``HttpHub.wait``."""
        self._called("wait")
        news = self.news.pop(0) if self.news else WaitReply(epoch=epoch, high=after)
        if isinstance(news, Exception):
            raise news
        return news

    def hand_over(self, entries: Sequence[Entry]) -> frozenset[str]:
        """See ``HttpHub.hand_over``."""
        self.calls.append("hand_over")
        self.apart += [entry.id for entry in entries]
        return frozenset(entry.id for entry in entries)

    def report_sealed(self, report: SealedReport) -> None:
        """See ``HttpHub.report_sealed``."""
        self.calls.append("report_sealed")
        if self.troubles:
            raise self.troubles.pop(0)
        self.reports.append(report)

    @property
    def head(self) -> Head:
        """Where it stands."""
        return Head(HUB, CENTRE, EPOCH, 0, len(self.rows_here))

    def _called(self, name: str, sent: Sequence[str] = ()) -> None:
        self.calls.append(name)
        if self.shut_out is not None:
            self.apart += sent
            raise RevokedError(self.shut_out.order, frozenset(sent))
        if self.troubles:
            raise self.troubles.pop(0)
