"""A destroyed key opens nothing any more, by whatever way it could be had before."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.core.errors import BadInputError, EnvironmentProblem
from desk_app.vault.key_keeper import FILE_NAME, KeyKeeper
from tests.helpers.fakes import FakeSecretStore

GOOD = "一句只有我知道的话"


def test_neither_keyring_nor_passphrase_opens_it_again(tmp_path: Path) -> None:
    keyring = FakeSecretStore()
    keeper = KeyKeeper(tmp_path, keyring)
    key = keeper.make(lambda _: GOOD)
    keeper.add_passphrase(key, GOOD)
    keeper.destroy()
    assert keyring.kept == {}
    assert "wrapped" not in (tmp_path / FILE_NAME).read_text()
    for again in (KeyKeeper(tmp_path, keyring), KeyKeeper(tmp_path, None)):
        with pytest.raises(EnvironmentProblem, match="远程封存"):
            again.open(lambda _: GOOD)
        with pytest.raises(BadInputError):  # and nobody makes a new one over the old store
            again.make(lambda _: GOOD)


def test_a_locked_keyring_is_said_and_the_slots_are_gone_all_the_same(tmp_path: Path) -> None:
    keyring = FakeSecretStore()
    keeper = KeyKeeper(tmp_path, keyring)
    keeper.make(lambda _: GOOD)
    keyring.broken = True
    with pytest.raises(EnvironmentProblem):
        keeper.destroy()
    keyring.broken = False
    with pytest.raises(EnvironmentProblem, match="远程封存"):
        KeyKeeper(tmp_path, keyring).open(lambda _: GOOD)
    KeyKeeper(tmp_path, keyring).destroy()  # once more is fine, and gets the rest
    assert keyring.kept == {}
