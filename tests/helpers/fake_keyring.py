"""A keyring that lives in memory and dies with the test."""

from __future__ import annotations

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FakeKeyring(KeyringBackend):
    """Keeps passwords in a dict. Not among the backends the vault trusts, on purpose."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """The password, or None."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password. Raises PasswordDeleteError when there is none."""
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


def use_fake_keyring() -> FakeKeyring:
    """Put a fresh, empty fake in the place of the machine's keyring."""
    fake = FakeKeyring()
    keyring.set_keyring(fake)
    return fake
