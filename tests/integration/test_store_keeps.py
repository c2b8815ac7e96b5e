"""The encrypted store on a real disk: what it promised is there, and damage is said aloud."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk_app.content.pinyin import readings
from desk_app.core import tasks
from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError, DeskAppError, EnvironmentProblem
from desk_app.core.ports import Draft
from desk_app.storage import migrate
from desk_app.storage.engine import connect
from desk_app.storage.store import SqlCaseStore
from tests.helpers.factories import fill_store
from tests.helpers.fakes import FakeClock
from tests.unit.core.test_convergence import CASE, history

KEY = bytes(range(32))
ROOT = Path(__file__).resolve().parents[2]
OPENED = {"channel": "counter", "pack_version": "1", "pack_digest": "x"}

Opener = Callable[..., SqlCaseStore]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens stores and closes what is still open at the end."""
    stores: list[SqlCaseStore] = []

    def open_store(path: Path | None = None, key: bytes = KEY) -> SqlCaseStore:
        clock = FakeClock(step=timedelta(milliseconds=7))
        path = path or tmp_path / "store.db"
        store = SqlCaseStore.open(path, key, clock, readings, create=not path.exists())
        stores.append(store)
        return store

    yield open_store
    for store in stores:
        store.close()


def note(case_id: str, text: str) -> NewEntry:
    return NewEntry(case_id, "note.added", {"text": text})


def test_what_was_written_is_there_after_reopening(opened: Opener, tmp_path: Path) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    store.append("小李", [note(case.case_id, "打了三个电话")])
    store.save_draft(Draft("小李", case.case_id, "field:words", "说到一半", 3, "t"))
    store.save_setting("paper.officer", "李")
    before = store.case(case.case_id)
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in tmp_path.glob("store.db*"):
        shutil.copy(path, copy)  # as after a power cut: the store was never closed
    again = opened(copy / "store.db")
    assert again.case(case.case_id) == before
    assert again.drafts("小李")[0].text == "说到一半"
    assert again.drafts("小李")[0].cursor == 3
    assert again.setting("paper.officer") == "李"


def test_numbers_of_a_day_count_up_and_are_found_as_typed(opened: Opener) -> None:
    store = opened()
    numbers = [store.open_case("小李", dict(OPENED)).number for _ in range(12)]
    assert [number.split("-")[2] for number in numbers] == [f"{n:02d}" for n in range(1, 13)]
    assert store.find_case_id(f" {numbers[3].lower()} ") == store.find_case_id(numbers[3])
    with pytest.raises(BadInputError):
        store.find_case_id("BCS-20200101-01-AA")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10**6), st.integers(1, 40), st.randoms(use_true_random=False))
def test_rebuilding_gives_the_same_bytes_whatever_the_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, seed: int, length: int, dice: object
) -> None:
    entries = history(seed, length)
    states = []
    for shuffle in (False, True):
        path = tmp_path_factory.mktemp("store") / "store.db"
        store = SqlCaseStore.open(path, KEY, FakeClock(), readings, create=True)
        arriving = list(entries)
        if shuffle:
            dice.shuffle(arriving)  # type: ignore[attr-defined]
        for entry in arriving:
            store.insert_foreign([entry])
        assert store.insert_foreign(entries) == 0
        before = store.digest()
        assert store.rebuild() == before
        states.append(store.case(CASE))
        store.close()
    assert states[0] == states[1]


def test_a_refused_batch_leaves_no_half_behind(opened: Opener) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    before = store.digest()
    bad = NewEntry(case.case_id, "field.set", {"name": "verdict", "value": "sure"})
    with pytest.raises(BadInputError):
        store.append("小李", [note(case.case_id, "一"), bad])
    assert store.digest() == before
    assert len(store.case(case.case_id).timeline) == 1
    store.append("小李", [note(case.case_id, "二")])
    assert store.health().problems == ()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("公证", True), ("证", True), ("老伴走了", True), ("zxf", True), ("zhangxiaofang", True),
        ("5678", True), ("1012", True), ("公证 老伴", True), ("公证 没有这个", False),
        ("火葬", False),
        ("ＢＣＳ", True), ("", False), ("  ，。", False), ("'\" OR 1=1 --", False), ("*", False),
    ],
)  # fmt: skip
def test_a_case_is_found_by_anything_one_remembers(opened: Opener, query: str, found: bool) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    for name, value in {
        "words": "老伴走了，公证书丢了", "resident_name": "张小芳", "phone": "13812345678",
        "id_number": "310106196001011012",
    }.items():  # fmt: skip
        store.append("小李", [NewEntry(case.case_id, "field.set", {"name": name, "value": value})])
    store.open_case("小李", dict(OPENED))
    hits = [row.case_id for row in store.search(query)]
    assert (case.case_id in hits) is found


def test_promises_come_due_in_order_and_go_when_kept(opened: Opener) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    for due in ("2026-12-03", "2026-11-25"):
        body = {"what": f"到 {due}", "who": "小李", "due": due}
        store.append("小李", [NewEntry(case.case_id, "promise.made", body)])
    first, second = store.promises()
    assert (first.due, second.due) == (date(2026, 11, 25), date(2026, 12, 3))
    assert store.promises(until=date(2026, 11, 30)) == [first]
    kept = NewEntry(case.case_id, "promise.kept", {"ref": first.promise_id})
    store.append("小李", [kept])
    assert store.promises() == [second]
    assert [row.state for row in store.promises(state="kept")] == ["kept"]


def test_odd_text_comes_back_as_it_was_and_broken_text_is_refused(opened: Opener) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    odd = "𠮷㛃䶮🙂\u0000\u200d\U0003ffff" + "长" * 90_000
    store.append("小李", [note(case.case_id, odd)])
    assert store.case(case.case_id).notes[0].text == odd
    for bad in ("半\ud800个", "长" * 100_001):
        with pytest.raises(BadInputError):
            store.append("小李", [note(case.case_id, bad)])


def test_no_plain_word_lies_in_any_file(opened: Opener, tmp_path: Path) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    marker = "金丝雀三一〇一零六"
    store.append("小李", [note(case.case_id, marker * 50)])
    store.save_draft(Draft("小李", case.case_id, "note", marker, 1, "t"))
    store.search(marker)
    for path in tmp_path.rglob("*"):
        content = path.read_bytes()
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert marker.encode(encoding) not in content, path.name


def _spoil(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "flipped":
        content[len(content) // 2] ^= 0xFF
    elif how == "cut":
        del content[len(content) // 2 :]
    elif how == "foreign":
        content = bytearray(b"SQLite format 3\0" + bytes(4096))
    elif how == "empty":
        content = bytearray()
    path.write_bytes(content)


def test_what_an_older_program_kept_unread_shows_after_the_next_start(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visit came from a newer desk; after the update 今日 knows of it."""
    with monkeypatch.context() as older:
        older.setattr(migrate, "KNOWN_KINDS", "fewer")
        older.setattr(tasks, "_TOPICS", ())
        store = opened()
        case_id = store.open_case("小李", OPENED).case_id
        plan = {"on": "2026-11-25", "place": "home", "where": "东街 3 号",
                "officers": ["小李", "小王"]}  # fmt: skip
        store.append("小王", [NewEntry(case_id, "visit.planned", plan)])
        assert not any(row.task.topic == "visits" for row in store.tasks())
        store.close()
    store = opened()
    assert [row.task.code for row in store.tasks() if row.task.topic == "visits"] == ["visit.make"]


@pytest.mark.parametrize("how", ["flipped", "cut", "foreign", "empty"])
def test_a_damaged_or_foreign_file_is_said_and_never_replaced(
    opened: Opener, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "one" / "store.db"
    path.parent.mkdir()
    store = SqlCaseStore.open(path, KEY, FakeClock(), readings, create=True)
    case = store.open_case("小李", dict(OPENED))
    store.append("小李", [note(case.case_id, "长" * 20_000)])
    store.close()
    _spoil(path, how)
    before = path.read_bytes()
    try:
        damaged = opened(path)
        problems = damaged.health().problems
    except DeskAppError:
        problems = ("refused",)
    assert problems
    assert path.read_bytes()[:4096] == before[:4096]


def test_a_wrong_key_and_a_newer_store_are_refused_unharmed(opened: Opener, tmp_path: Path) -> None:
    store = opened()
    store.open_case("小李", dict(OPENED))
    store.close()
    path = tmp_path / "store.db"
    before = path.read_bytes()
    with pytest.raises(BadInputError):
        opened(path, b"x" * 32)
    assert path.read_bytes() == before
    raw = connect(path, KEY)
    raw.execute("PRAGMA user_version = 99")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    newer = path.read_bytes()
    with pytest.raises(EnvironmentProblem, match="99"):
        opened(path)
    assert path.read_bytes() == newer


def test_a_missing_store_is_not_made_anew_unless_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem):
        SqlCaseStore.open(tmp_path / "store.db", KEY, FakeClock(), readings)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys
from pathlib import Path
from desk_app.core.clock import SystemClock
from desk_app.core.entries import NewEntry
from desk_app.core.ports import Draft
from desk_app.storage.store import SqlCaseStore
store = SqlCaseStore.open(Path(sys.argv[1]), bytes(range(32)), SystemClock(), lambda n: (n,))
case = sys.argv[2]
count = 0
while True:
    count += 1
    store.append("小李", [NewEntry(case, "note.added", {"text": f"{sys.argv[3]}/{count}"})])
    store.save_draft(Draft("小李", case, "note", f"{sys.argv[3]}/{count}", count, "t"))
    print(count, flush=True)
"""


def test_killed_at_any_moment_nothing_acknowledged_is_lost(opened: Opener, tmp_path: Path) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    store.close()
    promised: set[str] = set()
    last = ""
    for life in range(12):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path / "store.db"), case.case_id, str(life)],
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        for _ in range(3 + life * 2):
            acknowledged = child.stdout.readline().strip()
            promised.add(f"{life}/{acknowledged}")
            last = f"{life}/{acknowledged}"
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        promised |= {f"{life}/{count}" for count in rest}
        last = f"{life}/{rest[-1]}" if rest else last
        child.wait()
        child.stdout.close()
    again = opened()
    texts = {entry.text for entry in again.case(case.case_id).notes}
    assert promised <= texts
    draft = again.drafts("小李")[0].text.split("/")
    assert (int(draft[0]), int(draft[1])) >= tuple(map(int, last.split("/")))
    assert again.health().problems == ()


FULL = """
import resource, signal, sys
from pathlib import Path
from desk_app.core.clock import SystemClock
from desk_app.core.entries import NewEntry
from desk_app.core.errors import EnvironmentProblem
from desk_app.storage.store import SqlCaseStore
store = SqlCaseStore.open(Path(sys.argv[1]), bytes(range(32)), SystemClock(), lambda n: (n,))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), hard))
count = 0
try:
    while True:
        body = {"text": f"{count}" + "长" * 500}
        store.append("小李", [NewEntry(sys.argv[2], "note.added", body)])
        count += 1
except EnvironmentProblem as problem:
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    store.append("小李", [NewEntry(sys.argv[2], "note.added", {"text": "又有地方了"})])
    print(count, problem)
"""


def test_a_full_disk_is_said_nothing_is_lost_and_work_goes_on_after(
    opened: Opener, tmp_path: Path
) -> None:
    store = opened()
    case = store.open_case("小李", dict(OPENED))
    store.close()
    size = (tmp_path / "store.db").stat().st_size
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "store.db"), case.case_id, str(size + 200_000)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    count, _, said = done.stdout.partition(" ")
    assert "没有写入" in said
    notes = opened().case(case.case_id).notes
    assert len(notes) == int(count) + 1
    assert notes[-1].text == "又有地方了"


def test_a_large_store_lists_searches_and_opens(opened: Opener) -> None:
    store = opened()
    fill_store(store, cases=400, seed=3)
    assert store.count_cases() == 400
    assert len(store.cases(limit=50)) == 50
    page = store.cases(limit=50, offset=50)
    assert not {row.case_id for row in page} & {row.case_id for row in store.cases(limit=50)}
    row = page[0]
    assert store.case(row.case_id).number == row.number
    assert row.case_id in [hit.case_id for hit in store.search(row.number, limit=50)]
    assert store.health().problems == ()
