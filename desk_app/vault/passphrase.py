"""A key wrapped by a passphrase: Argon2id to stretch it, AES-256-GCM to wrap.

Argon2id (RFC 9106) with at least 64 MiB: 340 ms on the reference machine, so a copied file costs a
thief that much for every guess. The parameters are stored with the slot and only ever grow.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

SUITE_AES_256_GCM = 1
MEMORY_KIB, ROUNDS, LANES = 64 * 1024, 3, 1
MOST_MEMORY_KIB, MOST_ROUNDS = 1024 * 1024, 16
SHORTEST, SHORTEST_CHINESE = 12, 6
"""A passphrase has 12 characters, or 6 of them Chinese (each of some 3,500 in common use, so six
are worth more than twelve letters)."""


def check_strength(passphrase: str) -> None:
    """Refuse a passphrase that would not hold. Raises BadInputError."""
    chinese = sum("\u4e00" <= ch <= "\u9fff" for ch in passphrase)
    if (chinese < SHORTEST_CHINESE and len(passphrase) < SHORTEST) or len(set(passphrase)) < 4:
        raise BadInputError(
            QT_TRANSLATE_NOOP(
                "Errors", "口令太短：至少 {letters} 个字符，或者至少 {chinese} 个汉字。"
            ),
            press=QT_TRANSLATE_NOOP("Errors", "可以用一句只有您自己知道的话。"),
            letters=SHORTEST,
            chinese=SHORTEST_CHINESE,
        )


def wrap(key: bytes, passphrase: str, key_id: str) -> dict[str, str | int]:
    """A slot that gives ``key`` back to whoever knows ``passphrase``."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    stretched = _stretch(passphrase, salt, MEMORY_KIB, ROUNDS, LANES)
    wrapped = AESGCM(stretched).encrypt(nonce, key, key_id.encode())
    return {
        "kind": "passphrase",
        "suite": SUITE_AES_256_GCM,
        "salt": salt.hex(),
        "memory_kib": MEMORY_KIB,
        "rounds": ROUNDS,
        "lanes": LANES,
        "nonce": nonce.hex(),
        "wrapped": wrapped.hex(),
    }


def unwrap(slot: Mapping[str, str | int], passphrase: str, key_id: str) -> bytes:
    """The key in ``slot``.

    Raises:
        BadInputError: wrong passphrase, or a slot this program cannot read.
    """
    try:
        memory, rounds, lanes = int(slot["memory_kib"]), int(slot["rounds"]), int(slot["lanes"])
        salt, nonce = bytes.fromhex(str(slot["salt"])), bytes.fromhex(str(slot["nonce"]))
        wrapped = bytes.fromhex(str(slot["wrapped"]))
        known = slot["suite"] == SUITE_AES_256_GCM
    except (KeyError, ValueError):
        known, memory, rounds = False, 0, 0
    # The file may be forged: never let it ask for more memory or time than we would.
    if not known or not 0 < memory <= MOST_MEMORY_KIB or not 0 < rounds <= MOST_ROUNDS:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "密钥文件损坏，或者是更新版本的程序写的。"),
            safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
        )
    stretched = _stretch(passphrase, salt, memory, rounds, lanes)
    try:
        return AESGCM(stretched).decrypt(nonce, wrapped, key_id.encode())
    except InvalidTag:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "口令不对。"),
            safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请再试一次；留意大小写和输入法。"),
        ) from None


def _stretch(passphrase: str, salt: bytes, memory: int, rounds: int, lanes: int) -> bytes:
    secret = unicodedata.normalize("NFC", passphrase).encode()
    return hash_secret_raw(secret, salt, rounds, memory, lanes, 32, Type.ID)
