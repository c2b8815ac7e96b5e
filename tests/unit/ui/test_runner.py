"""The task runner: work off the GUI thread, results on it, errors to one place."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desk_app.core.errors import EnvironmentProblem
from desk_app.ui.tasks.runner import ImmediateRunner, QtTaskRunner


@pytest.fixture
def problems() -> list[Exception]:
    return []


@pytest.fixture
def runner(qtbot: QtBot, problems: list[Exception]) -> Iterator[QtTaskRunner]:
    assert qtbot
    made = QtTaskRunner(problems.append)
    yield made
    made.stop()


def test_work_runs_elsewhere_and_its_result_comes_back_here(
    qtbot: QtBot, runner: QtTaskRunner
) -> None:
    seen: list[tuple[str, threading.Thread]] = []
    runner.store(
        lambda: threading.current_thread().name,
        lambda name: seen.append((name, threading.current_thread())),
    )
    assert seen == []  # never from inside the call
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].startswith("store")
    assert seen[0][1] is threading.main_thread()


def test_the_store_is_only_ever_used_by_one_thread_in_order(
    qtbot: QtBot, runner: QtTaskRunner
) -> None:
    order: list[tuple[int, int]] = []
    for number in range(50):
        runner.store(
            lambda number=number: order.append((number, threading.get_ident())),  # type: ignore[misc]
            lambda _: None,
        )
    qtbot.waitUntil(lambda: runner.is_idle)
    assert [number for number, _ in order] == list(range(50))
    assert len({ident for _, ident in order}) == 1


def test_papers_are_made_while_the_store_is_busy(qtbot: QtBot, runner: QtTaskRunner) -> None:
    gate, made = threading.Event(), []
    runner.store(lambda: gate.wait(10), lambda _: None)
    runner.side(lambda: "paper", made.append)
    qtbot.waitUntil(lambda: made == ["paper"])
    gate.set()
    qtbot.waitUntil(lambda: runner.is_idle)


def _fail() -> None:
    raise EnvironmentProblem("磁盘满了。")


def test_an_error_nobody_takes_goes_to_the_one_place(
    qtbot: QtBot, runner: QtTaskRunner, problems: list[Exception]
) -> None:
    done: list[object] = []
    runner.store(_fail, done.append)
    qtbot.waitUntil(lambda: bool(problems))
    assert isinstance(problems[0], EnvironmentProblem)
    assert done == []
    assert runner.is_idle


def test_an_error_that_is_expected_goes_to_whoever_expects_it(
    qtbot: QtBot, runner: QtTaskRunner, problems: list[Exception]
) -> None:
    taken: list[Exception] = []
    runner.side(_fail, lambda _: None, taken.append)
    qtbot.waitUntil(lambda: bool(taken))
    assert problems == []


def test_what_was_begun_is_finished_at_the_end_and_nothing_new_is_taken(qtbot: QtBot) -> None:
    assert qtbot
    written: list[int] = []
    runner = QtTaskRunner(lambda _: None)
    for number in range(20):
        runner.store(lambda number=number: written.append(number), lambda _: None)  # type: ignore[misc]
    runner.stop()
    assert written == list(range(20))
    runner.store(lambda: written.append(99), lambda _: None)
    assert 99 not in written


def test_presenter_tests_get_everything_at_once() -> None:
    runner, seen = ImmediateRunner(), []
    runner.store(lambda: 1, seen.append)
    runner.side(lambda: 2, seen.append)
    assert seen == [1, 2]
    taken: list[Exception] = []
    runner.store(_fail, seen.append, taken.append)
    assert len(taken) == 1
    with pytest.raises(EnvironmentProblem):
        runner.store(_fail, seen.append)


def test_nothing_is_delivered_to_a_window_that_is_gone(qtbot: QtBot, runner: QtTaskRunner) -> None:
    came: list[str] = []
    runner.store(lambda: "late", came.append)
    runner.stop()  # waits for the work; its result stands in the queue of events
    qtbot.waitUntil(lambda: runner.is_idle, timeout=1000)
    assert came == []
