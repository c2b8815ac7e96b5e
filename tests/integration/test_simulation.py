"""Many desks, one hub, everything that goes wrong: a few schedules of each kind.

Thousands more: ``python -m tests.simulation --schedules 1000 --seed 1`` (tests/README.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.schedule import Templates, run_schedule


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with Templates() as made:
        yield made


@pytest.mark.parametrize("seed", range(1, 13))
def test_nothing_is_lost_whatever_goes_wrong(seed: int, templates: Templates) -> None:
    outcome = run_schedule(seed, 120, templates)
    assert not outcome.found, (seed, outcome.found, outcome.log[-40:])
    assert outcome.typed > 10


def test_the_same_seed_is_the_same_course_of_events(templates: Templates) -> None:
    assert run_schedule(7, 60, templates).log == run_schedule(7, 60, templates).log
