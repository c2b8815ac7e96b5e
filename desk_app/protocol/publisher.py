"""Whose content packs a desk believes: Ed25519 keys of publishers, as PEM files."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

MAX_KEY_BYTES = 4_000


class PublisherKey:
    """A key that packs are signed with. ``pem`` is secret; ``public_pem`` is for everybody."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def pem(self) -> bytes:
        """PKCS#8 PEM, not encrypted."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def public_pem(self) -> bytes:
        """SubjectPublicKeyInfo PEM."""
        return public_pem(self._key.public_key())

    @property
    def id(self) -> str:
        """See ``publisher_id``."""
        return id_of(self._key.public_key())

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)


def make_publisher_key() -> PublisherKey:
    """A fresh key."""
    return PublisherKey(Ed25519PrivateKey.generate())


def read_publisher_key(pem: bytes) -> PublisherKey:
    """The key that ``PublisherKey.pem`` wrote. Raises BadInputError."""
    try:
        key = serialization.load_pem_private_key(pem[:MAX_KEY_BYTES], None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "这不是签内容包用的私钥文件。"),
            press=QT_TRANSLATE_NOOP("Errors", "用 desk-app content keygen 做一把。"),
        )
    return PublisherKey(key)


def publisher_id(public_pem: bytes) -> str:
    """The name of a public key: 32 hex characters of a hash. Raises BadInputError."""
    return id_of(read_public(public_pem))


def read_public(pem: bytes) -> Ed25519PublicKey:
    """The key that ``PublisherKey.public_pem`` wrote. Raises BadInputError."""
    try:
        key = serialization.load_pem_public_key(pem[:MAX_KEY_BYTES])
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这不是内容包签名人的公钥文件。"))
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    """SubjectPublicKeyInfo PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def id_of(key: Ed25519PublicKey) -> str:
    """See ``publisher_id``."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(b"desk-app publisher\0" + raw).hexdigest()[:32]


def is_signed(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` is of this key over ``message``."""
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
