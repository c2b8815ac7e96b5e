"""What the sync thread does after trouble, between rounds, and when it is shut out."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desk_app.core.entries import NewEntry
from desk_app.core.errors import EnvironmentProblem
from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.protocol.signing import new_private_key, public_of, sign
from desk_app.protocol.wire import SealOrder, WaitReply
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync import work
from desk_app.sync.blobs import Left
from desk_app.sync.http_hub import DeviceKey
from desk_app.sync.hub_line import RevokedError
from desk_app.sync.life_mark import LifeMark
from desk_app.sync.loop import SyncLoop
from desk_app.sync.signals import HURRIED, NUDGED, STOPPED, NudgedError, Signals, StoppedError, Word
from desk_app.sync.status import Backoff, SyncStatus
from desk_app.sync.work import Opened, SyncWork
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock
from tests.unit.sync.small_centre import CENTRE, EPOCH, HUB, SmallCentre

HUB_PRIVATE = new_private_key()
PATIENCE = 10.0


@dataclass
class Patience:
    """Notes every pause, moves the clock on, and stops the thread after so many."""

    most: int = 3
    seconds: float = 0.0
    pauses: list[tuple[float, Word]] = field(default_factory=list)
    on_pause: Callable[[], object] = lambda: None

    def clear_nudge(self) -> None:
        """See ``Signals``."""

    def pause(self, seconds: float, *, until: Word = NUDGED) -> None:
        """See ``Signals``."""
        self.pauses.append((seconds, until))
        self.seconds += seconds
        self.on_pause()
        if len(self.pauses) >= self.most:
            raise StoppedError


@dataclass
class Bench:
    """A joined desk with a small centre."""

    store: SqlSyncStore
    mark: LifeMark
    centre: SmallCentre = field(default_factory=SmallCentre)
    said: list[SyncStatus] = field(default_factory=list)
    destroyed: list[str] = field(default_factory=list)
    destroy_fails: bool = False
    files: list[Left] = field(default_factory=list)
    key: DeviceKey = field(init=False)

    def __post_init__(self) -> None:
        self.key = DeviceKey(self.store.life()[0], new_private_key())

    def note(self) -> str:
        state = self.store.open_case("小李", dict(OPENED))
        self.store.append("小李", [NewEntry(state.case_id, "note.added", {"text": "记一条"})])
        return state.case_id

    def opened(self) -> Opened:
        return Opened(
            self.store, self.centre, self.mark, self.key, public_of(HUB_PRIVATE), self._destroy,
            carry_files=self._carry,
        )  # fmt: skip

    def run(self, patience: Patience) -> None:
        work = SyncWork(
            patience, self.said.append, FakeClock(),
            dice=random.Random(7), seconds=lambda: patience.seconds,
        )  # fmt: skip
        try:
            work.run(self.opened())
        except StoppedError:
            return

    def order(self, device: str = "", private: bytes = HUB_PRIVATE) -> SealOrder:
        device = device or self.key.device
        return SealOrder(device=device, issued=5, signature=sign(private, "seal", device, "5"))

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(status.state, status.code) for status in self.said]

    def _carry(self) -> Left:
        self.centre.calls.append("files")
        return self.files.pop(0) if self.files else Left.NOTHING

    def _destroy(self) -> None:
        self.destroyed.append(",".join(self.centre.calls))
        if self.destroy_fails:
            raise EnvironmentProblem("密钥环没有解锁")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A joined desk with a small centre."""
    path = tmp_path / "store.db"
    store = SqlSyncStore.open(path, b"k" * 32, FakeClock(), lambda _: (), create=True)
    store.join(HUB, CENTRE, "东街道", EPOCH)
    state = tmp_path / "state"
    state.mkdir()
    yield Bench(store, LifeMark(state, path, None))
    store.close()


def test_a_desk_among_many_gathers_before_it_sends_and_does_not_come_with_all_others(
    bench: Bench,
) -> None:
    bench.note()
    news = WaitReply(epoch="epoch1", high=9)
    bench.centre.pace, bench.centre.news = 20.0, [NudgedError(), news]
    patience = Patience(most=3)
    bench.run(patience)
    (gathered, until), _, (spread, also_until) = patience.pauses  # between them: nothing to do
    assert 10 <= gathered <= 20
    assert 0 <= spread <= 20
    assert until is also_until is HURRIED  # a person who asks for it need not wait


def test_a_desk_among_few_waits_for_nothing(bench: Bench) -> None:
    bench.note()
    bench.centre.news = [WaitReply(epoch="epoch1", high=9), StoppedError()]
    patience = Patience(most=9)
    bench.run(patience)
    assert [until for _, until in patience.pauses] == [NUDGED]  # the round after it was idle


def test_files_go_after_the_entries_and_those_that_wait_are_seen_to_between_polls(
    bench: Bench,
) -> None:
    patience = Patience(most=9)

    class Quiet(SmallCentre):
        """Every poll takes its whole time."""

        def wait(self, after: int, epoch: str) -> WaitReply:
            patience.seconds += 25
            return super().wait(after, epoch)

    bench.note()
    bench.centre = Quiet()
    bench.files = [Left.NOW, Left.LATER, Left.NOTHING]
    quiet = WaitReply(epoch=EPOCH, high=2)
    bench.centre.news = [quiet, quiet, StoppedError()]
    bench.run(patience)
    calls = [call for call in bench.centre.calls if call in ("push", "files", "wait")]
    assert calls == ["push", "files", "files", "wait", "files", "wait", "wait"]


def test_a_round_that_went_well_says_so_and_waits_for_news(bench: Bench) -> None:
    bench.note()
    bench.centre.news = [NudgedError()]
    bench.run(Patience(most=1))
    assert bench.states[:2] == [("syncing", ""), ("at_centre", "")]
    assert bench.said[0].unsent == 2
    done = bench.said[1]
    assert (done.unsent, done.tray, done.held, done.rounds) == (0, 0, 0, 1)
    assert done.last_success == FakeClock().now()
    assert bench.centre.calls.count("wait") >= 1


def test_offline_is_a_state_and_the_next_try_comes_by_itself(bench: Bench) -> None:
    bench.note()
    bench.centre.troubles = [HubUnreachableError("offline"), HubUnreachableError("captive")]
    bench.run(Patience(most=5))
    assert ("offline", "offline") in bench.states
    assert ("offline", "captive") in bench.states
    assert bench.states[-1] == ("at_centre", "")
    # While it is trying again it still says what is known, not that all is well.
    assert bench.states.count(("syncing", "")) == 1


def test_the_wait_that_the_centre_asks_for_is_not_cut_short_by_news(bench: Bench) -> None:
    bench.centre.troubles = [HubUnreachableError("busy", 17.0)]
    patience = Patience(most=2)
    bench.run(patience)
    assert patience.pauses[0] == (17.0, STOPPED)
    assert patience.pauses[1][1] is NUDGED


def test_a_refusal_is_said_and_tried_again_later(bench: Bench) -> None:
    bench.centre.troubles = [HubRefusesError("unknown_device")]
    bench.run(Patience(most=2))
    assert bench.states == [("syncing", ""), ("refused", "unknown_device")]


@pytest.mark.parametrize(
    "trouble", [HubUnreachableError("garbage"), HubRefusesError("other_centre")]
)
def test_no_answer_ever_touches_what_is_here(bench: Bench, trouble: Exception) -> None:
    case_id = bench.note()
    before = (bench.store.digest(), bench.store.sync_state(), bench.store.count_outbox())
    bench.centre.troubles = [trouble]
    bench.run(Patience(most=1))
    assert (bench.store.digest(), bench.store.sync_state(), bench.store.count_outbox()) == before
    assert bench.store.case(case_id).notes[0].text == "记一条"


def test_what_the_centre_puts_off_waits_and_is_said(bench: Bench) -> None:
    bench.note()
    bench.centre.puts_off = True
    patience = Patience(most=2)
    bench.run(patience)
    assert (bench.said[-1].state, bench.said[-1].unsent) == ("waiting", 2)
    assert "wait" not in bench.centre.calls


def test_news_from_the_centre_begins_the_next_round(bench: Bench) -> None:
    bench.note()
    bench.centre.news = [
        WaitReply(epoch=EPOCH, high=2),  # time was up, nothing new
        WaitReply(epoch=EPOCH, high=9),
        WaitReply(epoch="another", high=2),
    ]
    patience = Patience(most=4)
    bench.run(patience)
    assert bench.centre.calls.count("pull") >= 3


def test_a_poll_that_does_not_wait_is_not_asked_without_end(bench: Bench) -> None:
    patience = Patience(most=40)
    bench.run(patience)
    # Its time was never up, so each answer costs a pause.
    assert bench.centre.calls.count("wait") <= 40


def test_once_a_day_the_entries_themselves_are_compared(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    real = bench.store.stream_digest

    def noted(low: int, high: int, *, thorough: bool = False) -> tuple[int, int]:
        asked.append(thorough)
        return real(low, high, thorough=thorough)

    monkeypatch.setattr(bench.store, "stream_digest", noted)
    patience = Patience(most=6)
    patience.on_pause = lambda: setattr(patience, "seconds", patience.seconds + 3000)
    bench.note()
    bench.run(patience)
    assert asked[0] is False
    assert True in asked


def test_shut_out_it_stops_fetching_and_hands_over_once(bench: Bench) -> None:
    bench.note()
    bench.centre.shut_out = RevokedError(None)
    patience = Patience(most=4)
    patience.on_pause = lambda: bench.note() if len(patience.pauses) == 1 else None
    bench.run(patience)
    assert bench.states[-1] == ("refused", "revoked")
    assert "pull" not in bench.centre.calls
    assert len(bench.centre.apart) == len(set(bench.centre.apart)) == 4
    assert bench.store.count_outbox() == 4  # all of it is still here
    assert bench.destroyed == []


def test_let_in_again_it_goes_on(bench: Bench) -> None:
    bench.note()
    bench.centre.shut_out = RevokedError(None)
    patience = Patience(most=4)
    patience.on_pause = lambda: setattr(bench.centre, "shut_out", None)
    bench.run(patience)
    assert bench.states[-1] == ("at_centre", "")
    assert bench.store.count_outbox() == 0


def test_an_order_to_seal_is_carried_out_after_the_rest_was_handed_over(bench: Bench) -> None:
    bench.note()
    bench.centre.shut_out = RevokedError(bench.order())
    bench.run(Patience())
    assert len(bench.centre.apart) == 2
    assert bench.destroyed == ["push,hand_over"]
    assert bench.states[-1] == ("sealed", "")
    (report,) = bench.centre.reports
    assert (report.device, report.order_issued, report.unsent) == (bench.key.device, 5, 0)


@pytest.mark.allow_log("order_ignored")
@pytest.mark.parametrize("fault", ["signature", "device", "hub", "purpose"])
def test_an_order_without_the_hubs_word_is_ignored(bench: Bench, fault: str) -> None:
    order = {
        "signature": bench.order().model_copy(update={"issued": 6}),
        "device": bench.order(device="w2desk0000"),
        "hub": bench.order(private=new_private_key()),
        "purpose": SealOrder(
            device=bench.key.device, issued=5,
            signature=sign(HUB_PRIVATE, "token", bench.key.device, "5"),
        ),
    }[fault]  # fmt: skip
    bench.note()
    bench.centre.shut_out = RevokedError(order)
    bench.run(Patience())
    assert bench.destroyed == []
    assert bench.states[-1] == ("refused", "revoked")
    assert bench.centre.reports == []


@pytest.mark.allow_log("seal_incomplete")
def test_what_could_not_be_destroyed_is_not_reported_as_destroyed(bench: Bench) -> None:
    bench.destroy_fails = True
    bench.centre.shut_out = RevokedError(bench.order())
    bench.run(Patience())
    assert bench.states[-1] == ("sealed", "")
    assert bench.centre.reports == []


def test_the_report_is_tried_again_when_the_line_breaks(bench: Bench) -> None:
    bench.centre.shut_out = RevokedError(bench.order())
    bench.centre.troubles = [HubUnreachableError("cut")]
    bench.run(Patience())
    assert len(bench.centre.reports) == 1


def test_every_entry_is_in_the_mark_before_it_leaves(bench: Bench, tmp_path: Path) -> None:
    bench.note()
    seen: list[int] = []
    real = bench.centre.push

    def push(entries: object, meanwhile: object) -> object:
        (mark,) = (tmp_path / "state").glob("life-*.json")
        seen.append(int(mark.read_text().split('"counter": ')[1].rstrip("}")))
        return real(entries, meanwhile)  # type: ignore[arg-type]

    bench.centre.push = push  # type: ignore[method-assign,assignment]
    bench.run(Patience(most=1))
    assert seen == [2]


def test_the_backoff_grows_with_full_jitter_and_has_an_end() -> None:
    backoff = Backoff(random.Random(3))
    waits = [backoff.next() for _ in range(200)]
    assert all(wait <= min(300.0, 2.0**n) for n, wait in enumerate(waits))
    assert max(waits) > 250
    assert min(waits[20:]) < 50  # full jitter: not all of them come back late, or together
    backoff.reset()
    assert backoff.next() <= 1.0


@contextmanager
def thread(opening: Callable[[], Opened]) -> Iterator[list[str]]:
    said: list[str] = []

    @contextmanager
    def open_it(_signals: Signals) -> Iterator[Opened]:
        yield opening()

    news = threading.Event()

    def report(status: SyncStatus) -> None:
        said.append(f"{status.state} {status.code}".strip())
        if status.state == "at_centre":
            news.set()

    loop = SyncLoop(open_it, report, FakeClock(), dice=random.Random(1))
    loop.start()
    try:
        while not news.wait(0.05) and len(said) < 40:
            loop.nudge()
        yield said
    finally:
        assert loop.stop()


@pytest.mark.allow_log("sync.broken")
def test_the_thread_lives_on_when_its_work_breaks(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SHORTEST_WAIT", 0.01)

    def opening(tries: list[int] = []) -> Opened:  # noqa: B006 - counts the tries
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        return bench.opened()

    with thread(opening) as said:
        assert said[0] == "refused broken"
        assert said[-1] == "at_centre"
