"""The operating system's keyring as a ``SecretStore``."""

from __future__ import annotations

import base64
import binascii

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem

SERVICE = "desk-app"

TRUSTED_BACKENDS = {
    "keyring.backends.SecretService": QT_TRANSLATE_NOOP("Errors", "系统密钥环"),
    "keyring.backends.libsecret": QT_TRANSLATE_NOOP("Errors", "系统密钥环"),
    "keyring.backends.kwallet": QT_TRANSLATE_NOOP("Errors", "KDE 钱包"),
    "keyring.backends.Windows": QT_TRANSLATE_NOOP("Errors", "Windows 凭据管理器"),
    "keyring.backends.macOS": QT_TRANSLATE_NOOP("Errors", "macOS 钥匙串"),
}
"""Modules of backends that really keep a secret. ``null`` loses it, ``keyrings.alt`` writes plain
text, ``fail`` refuses: none of them may stand in silently."""


def find_keyring() -> KeyringSecretStore | None:
    """The keyring of this machine; None where there is none that keeps secrets."""
    backend = keyring.get_keyring()
    inner = list(getattr(backend, "backends", [])) or [backend]  # the chainer holds several
    for candidate in inner:
        if type(candidate).__module__ in TRUSTED_BACKENDS:
            return KeyringSecretStore(candidate)
    return None


class KeyringSecretStore:
    """Small secrets in one backend of the OS keyring, as base64 text."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        """What people call this keyring."""
        return TRUSTED_BACKENDS.get(type(self._backend).__module__, self._backend.name)

    def read(self, account: str) -> bytes | None:
        """See ``SecretStore.read``."""
        try:
            kept = self._backend.get_password(SERVICE, account)
        except KeyringError as error:
            raise _unavailable() from error
        if kept is None:
            return None
        try:
            return base64.b64decode(kept, validate=True)
        except binascii.Error:
            return None  # somebody else's value is as good as none

    def write(self, account: str, secret: bytes) -> None:
        """See ``SecretStore.write``."""
        try:
            self._backend.set_password(SERVICE, account, base64.b64encode(secret).decode())
        except KeyringError as error:
            raise _unavailable() from error
        if self.read(account) != secret:
            raise _unavailable()

    def delete(self, account: str) -> None:
        """See ``SecretStore.delete``."""
        try:
            if self._backend.get_password(SERVICE, account) is not None:
                self._backend.delete_password(SERVICE, account)
        except KeyringError as error:
            raise _unavailable() from error


def _unavailable() -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "系统密钥环现在用不了（没有解锁，或者没有运行）。"),
        safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
        press=QT_TRANSLATE_NOOP("Errors", "请解锁系统密钥环再试，或者用口令打开。"),
    )
