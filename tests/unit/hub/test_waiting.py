"""Long polls: news wakes whoever waits, from whichever process; one question serves them all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from desk_app.hub import waiting
from desk_app.hub.database import DatabaseProblem
from desk_app.hub.waiting import Waiting


class Counters:
    """What the database says; counts how often it was asked."""

    def __init__(self) -> None:
        self.high = {"east": 5, "west": 0}
        self.epoch = "e0"
        self.asked: list[list[str]] = []
        self.broken = 0

    def __call__(self, centres: Iterable[str]) -> dict[str, tuple[str, int]]:
        self.asked.append(sorted(centres))
        if self.broken:
            self.broken -= 1
            raise DatabaseProblem("x")
        return {centre: (self.epoch, self.high[centre]) for centre in self.asked[-1]}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.005)


def _play(scene: Callable[[Waiting, Counters], Awaitable[None]]) -> Counters:
    async def run() -> Counters:
        counters = Counters()
        polls = Waiting(counters)
        looking = asyncio.create_task(polls.run())
        try:
            await asyncio.wait_for(scene(polls, counters), 20)
        finally:
            looking.cancel()
        assert polls.count == 0
        return counters

    return asyncio.run(run())


def test_who_is_behind_does_not_wait() -> None:
    async def scene(polls: Waiting, _counters: Counters) -> None:
        assert await polls.wait("east", 4, "e0", 20) == ("e0", 5)
        assert await polls.wait("east", 5, "old", 20) == ("e0", 5)

    _play(scene)


def test_who_has_all_is_told_when_time_is_up() -> None:
    async def scene(polls: Waiting, _counters: Counters) -> None:
        assert await polls.wait("east", 5, "e0", 0.03) == ("e0", 5)

    _play(scene)


def test_news_of_this_process_wakes_at_once_and_only_whom_it_concerns() -> None:
    async def scene(polls: Waiting, counters: Counters) -> None:
        for centre, high in counters.high.items():
            await polls.wait(centre, high, "e0", 0.01)
        counters.broken = 10**9  # the database itself will not say
        both = [asyncio.create_task(polls.wait("east", 5, "e0", 20)) for _ in range(2)]
        other = asyncio.create_task(polls.wait("west", 0, "e0", 0.05))
        assert await other == ("e0", 0)
        assert not any(waiter.done() for waiter in both)
        polls.tell("east", "e0", 6)
        assert await asyncio.gather(*both) == [("e0", 6)] * 2

    _play(scene)


def test_rows_and_epochs_of_another_process_are_found_by_one_question_for_all() -> None:
    async def scene(polls: Waiting, counters: Counters) -> None:
        waits = [asyncio.create_task(polls.wait("east", 5, "e0", 20)) for _ in range(50)]
        waits += [asyncio.create_task(polls.wait("west", 0, "e0", 20)) for _ in range(50)]
        assert await polls.wait("east", 5, "e0", 0.05) == ("e0", 5)
        counters.high = {"east": 7, "west": 0}
        counters.epoch = "e1"
        found = await asyncio.gather(*waits)
        assert found == [("e1", 7)] * 50 + [("e1", 0)] * 50

    counters = _play(scene)
    assert ["east", "west"] in counters.asked
    looks = [asked for asked in counters.asked if len(asked) == 2]
    assert len(looks) < 50


def test_a_database_that_stumbles_ends_no_wait() -> None:
    async def scene(polls: Waiting, counters: Counters) -> None:
        waiter = asyncio.create_task(polls.wait("east", 5, "e0", 20))
        assert await polls.wait("east", 5, "e0", 0.03) == ("e0", 5)
        counters.broken = 3
        counters.high["east"] = 6
        assert await waiter == ("e0", 6)

    _play(scene)


def test_too_many_are_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 2)

    async def scene(polls: Waiting, counters: Counters) -> None:
        await polls.wait("east", 5, "e0", 0.01)  # from here on it is known: both wait at once
        two = [asyncio.create_task(polls.wait("east", 5, "e0", 20)) for _ in range(2)]
        assert await polls.wait("west", 0, "e0", 0.03) == ("e0", 0)
        assert await polls.wait("east", 5, "e0", 20) == ("e0", 5)
        counters.high["east"] = 6
        assert await asyncio.gather(*two) == [("e0", 6)] * 2

    _play(scene)
