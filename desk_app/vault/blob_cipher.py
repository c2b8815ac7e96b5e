"""How files of cases are sealed on this computer: a key of their own, made from the store's."""

from __future__ import annotations

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class BlobCipher:
    """Implements ``storage.blobs.Cipher``: AES-256-GCM with random nonces.

    Both keys come from the store's by HKDF-SHA256 (RFC 5869), so that whoever may open the store,
    and nobody else, may open its files. 2^32 chunks are allowed under one key (NIST SP 800-38D,
    8.3): 2 PB.

    Args:
        store_key: 32 random bytes.
    """

    overhead = _NONCE + 16

    def __init__(self, store_key: bytes) -> None:
        self._sealing = AESGCM(_derived(store_key, b"desk-app blobs"))
        self._naming = _derived(store_key, b"desk-app blob names")

    def name(self, digest: str) -> str:
        """A name for the file with this digest that says nothing about it."""
        return hmac.digest(self._naming, digest.encode(), "sha256").hex()[:40]

    def seal(self, contents: bytes, bound_to: bytes) -> bytes:
        """``contents`` sealed, ``overhead`` bytes longer, openable with the same ``bound_to``."""
        nonce = os.urandom(_NONCE)
        return nonce + self._sealing.encrypt(nonce, contents, bound_to)

    def unseal(self, sealed: bytes, bound_to: bytes) -> bytes | None:
        """What ``seal`` closed; None where it is anything else."""
        try:
            return self._sealing.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
        except (InvalidTag, ValueError):
            return None


def _derived(store_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(store_key)
