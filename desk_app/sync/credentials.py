"""What a desk keeps of the centre it belongs to.

Secret are two things: the device's key and the key that seals stick files. They lie in the keyring
of the system where there is one, in pieces of 32 bytes, since the one of Windows refuses much more
than 44 characters of base64; else in the encrypted store. The rest (address, CA, the hub's public
key, certificate) is public and lies in the store, whose pages nobody changes without the key.
Tokens live 15 minutes and are kept in memory alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from desk_app.core.errors import EnvironmentProblem
from desk_app.core.ports import SecretStore
from desk_app.protocol.stick import StickSender
from desk_app.sync.http_hub import DeviceKey
from desk_app.sync.hub_line import HubAddress

PIECE = 32
MOST_PIECES = 16
PUBLIC_SETTING = "sync.link"
SECRET_SETTING = "sync.secrets"


class Settings(Protocol):
    """The settings of a store, as far as they are needed here."""

    def setting(self, name: str, default: str = "") -> str:
        """See ``CaseStore.setting``."""

    def save_setting(self, name: str, value: str) -> None:
        """See ``CaseStore.save_setting``."""


@dataclass(frozen=True, slots=True)
class Link:
    """The way to a centre, and this device's right to take it.

    Attributes:
        hub_key: the hub's public signing key, DER as base64.
        certificate: the hub's word for ``key``.
        role: ``desk`` | ``supervisor``.
        pack_keys: public keys that content packs may be signed with.
    """

    address: HubAddress
    hub: str
    centre: str
    key: DeviceKey
    centre_key: bytes
    hub_key: str
    certificate: str
    role: str
    pack_keys: tuple[str, ...] = ()

    @property
    def stick_sender(self) -> StickSender:
        """This device as it writes stick files."""
        return StickSender(
            self.hub, self.centre, self.key.device, self.key.private, self.certificate
        )


class LostSecretsError(Exception):
    """The secrets cannot be had now: the keyring is locked, gone, or another computer's."""


class Credentials:
    """Keeps the ``Link`` of one store.

    Args:
        settings: of the encrypted store.
        keyring: of the system; None where there is none that keeps secrets.
    """

    def __init__(self, settings: Settings, keyring: SecretStore | None) -> None:
        self._settings = settings
        self._keyring = keyring

    @property
    def exist(self) -> bool:
        """Whether this desk was ever given the way to a centre."""
        return bool(self._settings.setting(PUBLIC_SETTING))

    def save_key(self, key: DeviceKey, name: str = "device") -> None:
        """Keep a device's key under ``name``. Raises EnvironmentProblem."""
        self._save(name, key.device, key.private)

    def key(self, device: str, name: str = "device") -> DeviceKey | None:
        """The key kept under ``name``; None where it cannot be had."""
        private = self._load(name, device)
        return DeviceKey(device, private) if private else None

    def save(self, link: Link) -> None:
        """Keep everything; what was kept before is replaced. Raises EnvironmentProblem."""
        device = link.key.device
        self._save("device", device, link.key.private)
        self._save("centre", device, link.centre_key)
        fields = {
            "url": link.address.url,
            "ca": link.address.ca,
            "hub": link.hub,
            "centre": link.centre,
            "device": device,
            "hub_key": link.hub_key,
            "certificate": link.certificate,
            "role": link.role,
            "pack_keys": list(link.pack_keys),
        }
        self._settings.save_setting(PUBLIC_SETTING, json.dumps(fields))

    def load(self) -> Link | None:
        """What is kept; None = never joined. Raises LostSecretsError."""
        kept = self._settings.setting(PUBLIC_SETTING)
        if not kept:
            return None
        fields = json.loads(kept)
        device = str(fields["device"])
        private, centre_key = self._load("device", device), self._load("centre", device)
        if not private or not centre_key:
            raise LostSecretsError
        return Link(
            address=HubAddress(fields["url"], fields["ca"]),
            hub=fields["hub"],
            centre=fields["centre"],
            key=DeviceKey(device, private),
            centre_key=centre_key,
            hub_key=fields["hub_key"],
            certificate=fields["certificate"],
            role=fields["role"],
            pack_keys=tuple(fields["pack_keys"]),
        )

    def destroy(self) -> None:
        """Forget all secrets; what cannot be reached in the keyring is left (seal order)."""
        for name, kept in self._places().items():
            if kept["where"] == "keyring" and self._keyring is not None:
                for account in _accounts(name, str(kept["device"]), int(str(kept["pieces"]))):
                    try:
                        self._keyring.delete(account)
                    except EnvironmentProblem:
                        continue
        self._settings.save_setting(SECRET_SETTING, "")
        self._settings.save_setting(PUBLIC_SETTING, "")

    def _save(self, name: str, device: str, secret: bytes) -> None:
        kept: dict[str, str | int] = {"device": device, "sum": _sum(secret)}
        if self._keyring is not None:
            pieces = [secret[at : at + PIECE] for at in range(0, len(secret), PIECE)]
            for account, piece in zip(_accounts(name, device, len(pieces)), pieces, strict=True):
                self._keyring.write(account, piece)
            kept |= {"where": "keyring", "pieces": len(pieces)}
        else:
            kept |= {"where": "store", "secret": base64.b64encode(secret).decode()}
        places = self._places() | {name: kept}
        self._settings.save_setting(SECRET_SETTING, json.dumps(places))

    def _load(self, name: str, device: str) -> bytes | None:
        kept = self._places().get(name)
        if kept is None or kept["device"] != device:
            return None
        if kept["where"] == "store":
            try:
                secret = base64.b64decode(str(kept["secret"]), validate=True)
            except binascii.Error:
                return None
        else:
            secret = b"".join(self._pieces(name, device, int(str(kept["pieces"]))))
        return secret if _sum(secret) == kept["sum"] else None

    def _pieces(self, name: str, device: str, count: int) -> Iterator[bytes]:
        if self._keyring is None:
            return
        for account in _accounts(name, device, count):
            try:
                yield self._keyring.read(account) or b""
            except EnvironmentProblem:  # locked: the sum will not fit
                return

    def _places(self) -> dict[str, dict[str, str | int]]:
        kept = self._settings.setting(SECRET_SETTING)
        places: dict[str, dict[str, str | int]] = json.loads(kept) if kept else {}
        return places


def _accounts(name: str, device: str, count: int) -> list[str]:
    return [f"sync-{device}-{name}-{place}" for place in range(min(count, MOST_PIECES))]


def _sum(secret: bytes) -> str:
    return hashlib.sha256(b"desk-app secret\0" + secret).hexdigest()[:16]
