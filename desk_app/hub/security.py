"""Who may speak to the hub: codes, challenges, tokens, orders to seal."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.core.ids import random_name
from desk_app.protocol.signing import sign
from desk_app.protocol.wire import SealOrder

TOKEN_SECONDS = 15 * 60
CHALLENGE_SECONDS = 60
CODE_SECONDS = 60 * 60
CODE_LENGTH = 10
"""50 random bits, one use, one hour: not to be guessed at ten tries a minute."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The device that a request comes from, as the database knows it now."""

    device: str
    centre: str
    role: str
    state: str
    order_issued: int


class Tokens:
    """Makes and reads tokens and challenges; keeps nothing, so any process can read another's.

    Args:
        secret: 32 bytes, the same for all processes of one hub.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def challenge(self, now: int) -> str:
        """Something to sign that nobody could have signed before; ``now`` in ms."""
        return self._closed({"n": secrets.token_hex(8), "until": now + CHALLENGE_SECONDS * 1000})

    def is_challenge(self, text: str, now: int) -> bool:
        """Whether ``text`` is a challenge of ours that still counts."""
        opened = self._opened(text)
        return opened is not None and "n" in opened and now < _int(opened.get("until"))

    def token(self, device: str, now: int) -> str:
        """A token for a device that has shown its key."""
        return self._closed({"device": device, "until": now + TOKEN_SECONDS * 1000})

    def device_of(self, token: str, now: int) -> str:
        """The device that a token was made for; empty = no token of ours, or too old."""
        opened = self._opened(token)
        if opened is None or now >= _int(opened.get("until")):
            return ""
        device = opened.get("device", "")
        return device if isinstance(device, str) else ""

    def _closed(self, fields: Mapping[str, str | int]) -> str:
        text = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
        return f"{text}.{self._mac(text)}"

    def _opened(self, text: str) -> Mapping[str, str | int] | None:
        body, _, mac = text.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(body).encode()):
            return None
        try:
            opened = json.loads(base64.urlsafe_b64decode(body))
        except ValueError:
            return None
        return opened if isinstance(opened, dict) else None

    def _mac(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), "sha256").hexdigest()


def new_code() -> str:
    """A one-time code as people type it: two groups of five, no look-alike letters."""
    code = random_name(CODE_LENGTH).upper()
    return f"{code[:5]}-{code[5:]}"


def code_hash(code: str) -> str:
    """What is kept of a code. Blanks, dashes and case do not count."""
    plain = "".join(ch for ch in code.lower() if ch.isalnum())
    return hashlib.sha256(b"desk-app enrol\0" + plain.encode()).hexdigest()


def seal_order(signing_key: bytes, device: str, issued: int) -> SealOrder:
    """The signed order that a device destroy its key."""
    signature = sign(signing_key, "seal", device, str(issued))
    return SealOrder(device=device, issued=issued, signature=signature)


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
