"""Where the device's key lies, and what happens when the keyring has lost it."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from desk_app.protocol.signing import new_private_key, public_of, sign, verify
from desk_app.sync.credentials import Credentials, Link, LostSecretsError
from desk_app.sync.http_hub import DeviceKey
from desk_app.sync.hub_line import HubAddress
from tests.helpers.fakes import FakeSecretStore

WINDOWS_LIMIT = 44


class Settings(dict[str, str]):
    """Settings in memory."""

    def setting(self, name: str, default: str = "") -> str:
        """See ``CaseStore.setting``."""
        return self.get(name, default)

    def save_setting(self, name: str, value: str) -> None:
        """See ``CaseStore.save_setting``."""
        self[name] = value


LINK = Link(
    HubAddress("https://10.0.0.8:8443", "PEM"), "hub0", "east",
    DeviceKey("k7desk0000", new_private_key()), b"c" * 32, "hubkey", "word", "desk", ("p1",),
)  # fmt: skip


def test_secrets_lie_in_the_keyring_in_pieces_it_can_hold() -> None:
    settings, keyring = Settings(), FakeSecretStore()
    Credentials(settings, keyring).save(LINK)
    assert Credentials(settings, keyring).load() == LINK
    assert all(len(base64.b64encode(kept)) <= WINDOWS_LIMIT for kept in keyring.kept.values())
    in_store = "".join(settings.values())
    for secret in (LINK.key.private, LINK.centre_key):
        assert base64.b64encode(secret).decode() not in in_store
        assert secret.hex() not in in_store
    public = public_of(LINK.key.private)
    loaded = Credentials(settings, keyring).load()
    assert loaded is not None
    verify(public, sign(loaded.key.private, "token", "x"), "token", "x")


def test_without_a_keyring_they_lie_in_the_encrypted_store() -> None:
    settings = Settings()
    Credentials(settings, None).save(LINK)
    assert Credentials(settings, None).load() == LINK


def test_never_joined_is_nothing() -> None:
    credentials = Credentials(Settings(), FakeSecretStore())
    assert not credentials.exist
    assert credentials.load() is None


@pytest.mark.parametrize("trouble", ["deleted", "one piece", "changed", "locked", "no keyring"])
def test_a_keyring_that_lost_them_is_told_apart_from_never_joined(trouble: str) -> None:
    settings, keyring = Settings(), FakeSecretStore()
    Credentials(settings, keyring).save(LINK)
    first = next(iter(keyring.kept))
    if trouble == "deleted":
        keyring.kept.clear()
    elif trouble == "one piece":
        del keyring.kept[first]
    elif trouble == "changed":
        keyring.kept[first] = b"x" * 32
    elif trouble == "locked":
        keyring.broken = True
    credentials = Credentials(settings, None if trouble == "no keyring" else keyring)
    assert credentials.exist
    with pytest.raises(LostSecretsError):
        credentials.load()


def test_joining_once_more_replaces_all() -> None:
    settings, keyring = Settings(), FakeSecretStore()
    Credentials(settings, keyring).save(LINK)
    fresh = replace(LINK, key=DeviceKey("k7desk0000", new_private_key()), certificate="new")
    Credentials(settings, keyring).save(fresh)
    assert Credentials(settings, keyring).load() == fresh


def test_destroyed_nothing_is_left_anywhere() -> None:
    settings, keyring = Settings(), FakeSecretStore()
    credentials = Credentials(settings, keyring)
    credentials.save_key(LINK.key, "pending")
    credentials.save(LINK)
    credentials.destroy()
    assert keyring.kept == {}
    assert set(settings.values()) == {""}
    assert credentials.load() is None


def test_a_locked_keyring_does_not_stop_the_rest_from_being_destroyed() -> None:
    settings, keyring = Settings(), FakeSecretStore()
    Credentials(settings, keyring).save(LINK)
    keyring.broken = True
    Credentials(settings, keyring).destroy()
    assert set(settings.values()) == {""}
