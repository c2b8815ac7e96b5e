"""How many desks call, and what pace follows."""

from __future__ import annotations

from desk_app.hub.crowd import (
    DESKS_A_SECOND,
    HEARD_SECONDS,
    MANY_AT_WORK,
    MOST_PACE,
    Crowd,
)


def test_one_street_need_not_wait_and_a_city_spreads_out() -> None:
    seconds = [0.0]
    crowd = Crowd(lambda: seconds[0])
    for _ in range(3):
        for desk in range(10):
            crowd.heard(f"desk{desk}")
    assert crowd.pace() == 10 / DESKS_A_SECOND < 1
    for desk in range(1_000):
        crowd.heard(f"desk{desk}")
    assert crowd.pace() == 1_000 / DESKS_A_SECOND
    for desk in range(100_000):
        crowd.heard(f"desk{desk}")
    assert crowd.pace() == MOST_PACE


def test_who_has_much_to_do_asks_for_more_patience() -> None:
    crowd = Crowd(lambda: 0.0)
    for desk in range(400):
        crowd.heard(f"desk{desk}")
    calm = crowd.pace(0)
    assert crowd.pace(MANY_AT_WORK) == 2 * calm
    assert crowd.pace(10_000) == MOST_PACE


def test_desks_that_have_gone_home_no_longer_count() -> None:
    seconds = [0.0]
    crowd = Crowd(lambda: seconds[0])
    for desk in range(400):
        crowd.heard(f"desk{desk}")
    seconds[0] += HEARD_SECONDS + 1
    crowd.heard("desk0")
    assert crowd.pace() == 400 / DESKS_A_SECOND  # the others may still be in a long poll
    seconds[0] += HEARD_SECONDS + 1
    crowd.heard("desk0")
    assert crowd.pace() == 1 / DESKS_A_SECOND
