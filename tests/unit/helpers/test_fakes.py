"""The stand-ins behave as what they stand for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from desk_app.core.clock import Clock
from desk_app.core.errors import EnvironmentProblem
from desk_app.core.ports import SecretStore
from tests.helpers.fakes import A_MONDAY, FakeClock, FakeSecretStore


def test_the_clock_stands_still_until_moved() -> None:
    clock: Clock = FakeClock()
    assert clock.now() == clock.now() == A_MONDAY


def test_the_clock_moves_by_hand_or_by_each_reading() -> None:
    clock = FakeClock(step=timedelta(seconds=1))
    assert clock.now() + timedelta(seconds=1) == clock.now()
    before = clock.now()
    assert clock.advance(days=-1) == before + timedelta(days=-1, seconds=1)
    clock.set(A_MONDAY)
    assert clock.now() == A_MONDAY


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FakeClock(datetime(2026, 11, 23, 9, 0))


def test_secrets_are_kept_read_and_forgotten() -> None:
    store: SecretStore = FakeSecretStore()
    assert store.read("key") is None
    store.write("key", b"\x00\xff")
    assert store.read("key") == b"\x00\xff"
    store.delete("key")
    store.delete("key")
    assert store.read("key") is None
    assert store.name


def test_a_broken_keyring_refuses_everything() -> None:
    store = FakeSecretStore(broken=True)
    with pytest.raises(EnvironmentProblem):
        store.read("key")
    with pytest.raises(EnvironmentProblem):
        store.write("key", b"x")
    with pytest.raises(EnvironmentProblem):
        store.delete("key")
