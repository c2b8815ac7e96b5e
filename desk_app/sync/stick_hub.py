"""Sync by stick, the desk's side: what goes out in a file, what comes back in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from desk_app.core.entries import Entry
from desk_app.core.errors import QT_TRANSLATE_NOOP
from desk_app.core.exchange import (
    Answer,
    Head,
    HubRefusesError,
    HubUnreachableError,
    Meanwhile,
    PullAnswer,
    PushAnswer,
    SnapshotAnswer,
    SyncStore,
)
from desk_app.protocol.stick import (
    StickAnswers,
    StickEntries,
    StickRefusedError,
    open_answers,
    open_entries,
    pack_entries,
    read_cover,
)
from desk_app.sync.credentials import Link
from desk_app.sync.life_mark import LifeMark
from desk_app.sync.round import Round

EVERYTHING, ANY_SIZE = 1 << 30, 1 << 40
LAST_CASE = "~"
"""After every case id."""


class StickStore(SyncStore, Protocol):
    """A store that entries of other desks can be put into."""

    def insert_foreign(self, entries: Sequence[Entry]) -> int:
        """See ``SqlCaseStore.insert_foreign``."""


@dataclass(frozen=True, slots=True)
class StickResult:
    """What an import did.

    Attributes:
        kind: ``entries`` (of another desk) or ``answers`` (of the centre).
        settled: own entries that now have their number.
        refused: own entries that went into the tray.
        new: rows or entries of others that were not here.
        unsent: entries still to be sent.
        fits: the store fits the centre's digest; else the next round over the network mends it.
    """

    kind: str
    settled: int = 0
    refused: int = 0
    new: int = 0
    unsent: int = 0
    fits: bool = True


def unsent_of(store: SyncStore) -> list[Entry]:
    """Everything that the centre has not numbered."""
    return store.outbox(limit=EVERYTHING, max_bytes=ANY_SIZE)


def export_entries(store: SyncStore, link: Link, mark: LifeMark, entries: Sequence[Entry]) -> bytes:
    """A file that carries ``entries``, and says how far this store is."""
    mark.keep_before(entries, store)
    state = store.sync_state()
    contents = StickEntries(state.epoch, state.cursor, tuple(entries))
    return pack_entries(link.stick_sender, link.centre_key, contents)


def import_file(store: StickStore, link: Link, file: bytes) -> StickResult:
    """Take in a file of another desk or of the centre.

    Raises StickRefusedError: it cannot be believed, or does not fit; nothing was changed.
    """
    if read_cover(file).kind == "entries":
        sent = open_entries(file, link.hub, link.hub_key, link.centre_key)
        new = store.insert_foreign(sent.entries)
        return StickResult("entries", new=new, unsent=store.count_outbox())
    answers = open_answers(file, link.hub, link.hub_key, link.centre_key)
    _check_place(answers, store)
    cursor, device = store.sync_state().cursor, store.life()[0]
    work = Round(store, StickHub(answers))
    try:
        result = work.run()
    except HubUnreachableError:  # the digest did not fit, and a file cannot be asked again
        return StickResult("answers", unsent=store.count_outbox(), fits=False)
    except HubRefusesError as refusal:
        raise _unfit(refusal.code) from None
    mine = f"{device}-"
    new = sum(row.seq > cursor and not row.id.startswith(mine) for row in answers.rows)
    fits = store.stream_digest(0, answers.cursor) == (answers.cursor, answers.mark_sum)
    return StickResult("answers", result.sent, result.refused, new, result.unsent, fits)


class StickHub:
    """The centre as far as its file says. Implements ``core.exchange.Hub``.

    What the file does not answer is put off: it goes with the next one.
    """

    def __init__(self, said: StickAnswers) -> None:
        self._said = said
        self._answers = {answer.id: answer for answer in said.answers}
        self._head = replace(said.head, high=said.cursor)

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """See ``Hub.push``."""
        del meanwhile  # a file answers at once
        answers = [
            self._answers.get(entry.id, Answer(entry.id, "deferred", code="not_in_file"))
            for entry in entries
        ]
        return PushAnswer(self._head, tuple(answers))

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """See ``Hub.pull``."""
        del epoch
        return self.rows(cursor, self._said.cursor)

    def rows(self, low: int, high: int) -> PullAnswer:
        """See ``Hub.rows``. Raises HubUnreachableError for rows that the file does not hold."""
        if low < self._said.after or high > self._said.cursor:
            raise HubUnreachableError("not_in_file")
        rows = tuple(row for row in self._said.rows if low < row.seq <= high)
        return PullAnswer(self._head, rows, high, self._said.mark_sum)

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """See ``Hub.snapshot``: everything at once. Raises HubUnreachableError as ``rows``."""
        del upto, after, meanwhile
        if self._said.after:
            raise HubUnreachableError("not_in_file")
        return SnapshotAnswer(self._head, self._said.rows, self._said.cursor, LAST_CASE, done=True)

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """See ``Hub.digest``; a file only has the one of its whole. Raises HubUnreachableError."""
        del low, high
        raise HubUnreachableError("not_in_file")


def _check_place(said: StickAnswers, store: SyncStore) -> None:
    """Whether the file goes on from where this store is."""
    state = store.sync_state()
    head: Head = said.head
    if (head.hub, head.centre) != (state.hub, state.centre):
        raise _unfit("other_centre")
    same_epoch = head.epoch == state.epoch
    here = state.cursor if same_epoch else min(state.cursor, head.common)
    if same_epoch and said.cursor < here:
        raise _refused(
            QT_TRANSLATE_NOOP("Errors", "这份答复旧了：本机已经收到更新的。"),
            QT_TRANSLATE_NOOP("Errors", "不用再导入它；有没传的请重新导出一份。"),
        )
    if said.after > here:
        raise _refused(
            QT_TRANSLATE_NOOP("Errors", "这份答复接不上本机的进度，中间缺了一段。"),
            QT_TRANSLATE_NOOP("Errors", "请重新导出一份，拿到中心再要一份答复。"),
        )


def _unfit(code: str) -> StickRefusedError:
    return _refused(
        QT_TRANSLATE_NOOP("Errors", "这份答复不是本中心的（{code}）。"),
        QT_TRANSLATE_NOOP("Errors", "请核对优盘里的文件。"),
        code=code,
    )


def _refused(what: str, press: str, **params: object) -> StickRefusedError:
    safe = QT_TRANSLATE_NOOP("Errors", "什么也没有收下，本机的记录没有动。")
    return StickRefusedError(what, safe=safe, press=press, **params)
