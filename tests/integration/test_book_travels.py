"""The centre's book over a real hub: what one desk writes another reads, and no list shows it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from desk_app.services.centre_book import BookWork
from tests.helpers.desk_folder import DeskFolder
from tests.helpers.fakes import A_MONDAY
from tests.helpers.hub import RunningHub

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony
DAY = A_MONDAY.date()


def test_duty_is_the_same_on_both_desks_wherever_it_was_written(
    hub: RunningHub, tmp_path: Path
) -> None:
    """Both begin a book before they have met; the later word about a day counts on both."""
    one, two = DeskFolder(tmp_path / "one"), DeskFolder(tmp_path / "two")
    for desk, officer in ((one, "小李"), (two, "小王")):
        desk.join(hub.ticket("east"))
        with desk.store() as store:
            BookWork(store, officer).set_duty(DAY, officer)
            BookWork(store, officer).set_duty(DAY + timedelta(days=1), officer, ["am"])
    for desk in (one, two, one):
        desk.sync()
    found = []
    for desk in (one, two):
        with desk.store() as store:
            assert (len(store.books()), store.cases(), store.queue()) == (2, [], [])
            found.append(BookWork(store, "小李").read())
    assert found[0] == found[1]
    assert {duty.officer for duty in found[0].on(DAY)} <= {"小李", "小王"}
    assert found[0].on(DAY)[0].officer
