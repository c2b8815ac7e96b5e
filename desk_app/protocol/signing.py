"""Signatures and seals on the wire. Every one begins with its suite id.

Suite 1: ECDSA P-256 with SHA-256; AES-256-GCM. Another suite (SM2/SM4) gets another number and is
told apart by it; nothing else changes.
"""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desk_app.core.entries import canonical

SUITE = 1
_NONCE = 12


class BadSignatureError(Exception):
    """A signature or seal does not fit, or its suite is unknown."""


def new_private_key() -> bytes:
    """A fresh signing key: PKCS#8 DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_of(private: bytes) -> str:
    """The public half of a key: SubjectPublicKeyInfo DER as base64."""
    public = _private(private).public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(der).decode()


def sign(private: bytes, purpose: str, *words: str) -> str:
    """A signature over ``words`` for one ``purpose``: suite byte and DER, as base64.

    The purpose keeps a signature from being used as another message's.
    """
    der = _private(private).sign(_bytes(purpose, words), ec.ECDSA(hashes.SHA256()))
    return base64.b64encode(bytes([SUITE]) + der).decode()


def verify(public: str, signature: str, purpose: str, *words: str) -> None:
    """Raise BadSignatureError unless ``signature`` is of this key, purpose and words."""
    try:
        key = serialization.load_der_public_key(base64.b64decode(public, validate=True))
        raw = base64.b64decode(signature, validate=True)
        if not isinstance(key, ec.EllipticCurvePublicKey) or raw[:1] != bytes([SUITE]):
            raise BadSignatureError
        key.verify(raw[1:], _bytes(purpose, words), ec.ECDSA(hashes.SHA256()))
    except (ValueError, binascii.Error, InvalidSignature, TypeError):
        raise BadSignatureError from None


def seal(key: bytes, contents: bytes, bound_to: bytes) -> bytes:
    """``contents`` under ``key`` (32 bytes): suite byte, nonce, AES-256-GCM.

    Args:
        bound_to: what else must be the same when it is opened.
    """
    nonce = os.urandom(_NONCE)
    return bytes([SUITE]) + nonce + AESGCM(key).encrypt(nonce, contents, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """What ``seal`` closed. Raises BadSignatureError for another key, binding or suite."""
    if sealed[:1] != bytes([SUITE]):
        raise BadSignatureError
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to)
    except (InvalidTag, ValueError):
        raise BadSignatureError from None


def _private(der: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(der, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _bytes(purpose: str, words: tuple[str, ...]) -> bytes:
    return canonical([purpose, *words])
