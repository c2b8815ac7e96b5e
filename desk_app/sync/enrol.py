"""Joining a centre: from the ticket that a person was given to a desk that belongs."""

from __future__ import annotations

import base64
import binascii
import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, UserFacingError
from desk_app.core.exchange import HubRefusesError, HubUnreachableError, SyncState
from desk_app.core.ids import ALPHABET
from desk_app.protocol.signing import (
    BadSignatureError,
    new_private_key,
    public_of,
    sign,
    verify,
)
from desk_app.protocol.wire import EnrolReply, EnrolRequest
from desk_app.sync.credentials import Credentials, Link, Settings
from desk_app.sync.http_hub import DeviceKey
from desk_app.sync.hub_line import HubAddress, HubLine, is_loopback, parse
from desk_app.sync.signals import Signals

CODE_LENGTH = 10
FINGERPRINT_LENGTH = 32
PENDING = "pending"
"""Name of the key that a join under way uses: the same again when its answer was lost."""

NOTHING_CHANGED = QT_TRANSLATE_NOOP("Errors", "什么也没有改，本机照常使用。")

MakeLine = Callable[[HubAddress, Signals, bool], HubLine]
"""Makes the line to an address; the last argument is ``HubLine``'s ``blindly``."""


class JoinStore(Settings, Protocol):
    """What joining asks of the store."""

    def sync_state(self) -> SyncState:
        """See ``SyncStore.sync_state``."""

    def join(self, hub: str, centre: str, centre_name: str, epoch: str) -> None:
        """See ``SyncStore.join``."""

    def life(self) -> tuple[str, str, int]:
        """See ``SyncStore.life``."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What stands on the slip of paper: ``https://host:port#CODE#FINGERPRINT``.

    Attributes:
        fingerprint: first 32 hex digits of the SHA-256 of the centre's CA certificate (DER);
            empty for plain HTTP to this machine.
    """

    url: str
    code: str
    fingerprint: str

    @classmethod
    def parse(cls, line: str) -> Ticket:
        """Read a ticket as a person types it: blanks, case and dashes do not count.

        Raises BadInputError.
        """
        parts = "".join(line.split()).split("#")
        url = parts[0].rstrip("/").lower()
        if "//" not in url and url.startswith(("127.", "localhost")):
            url = f"http://{url}"
        code = _plain_code(parts[1]) if len(parts) > 1 else ""
        fingerprint = parts[2].replace(":", "").replace("-", "").lower() if len(parts) > 2 else ""
        try:
            split = urlsplit(url)
            plain = split.scheme == "http" and is_loopback(split.hostname or "")
        except ValueError:
            raise _bad_ticket() from None
        is_hex = len(fingerprint) == FINGERPRINT_LENGTH and not fingerprint.strip(
            "0123456789abcdef"
        )
        if not (len(parts) <= 3 and len(code) == CODE_LENGTH and not code.strip(ALPHABET)):
            raise _bad_ticket()
        if not (is_hex if split.scheme == "https" else plain and not fingerprint):
            raise _bad_ticket()
        return cls(url, code, fingerprint)


def join(
    line: str,
    name: str,
    store: JoinStore,
    credentials: Credentials,
    signals: Signals,
    make_line: MakeLine = lambda address, signals, blindly: HubLine(
        address, signals, blindly=blindly
    ),
) -> SyncState:
    """Join the centre of a ticket; afterwards the store belongs to it.

    Args:
        name: what supervisors see of this device.

    Raises:
        BadInputError: no such ticket, or the store belongs to another centre.
        UserFacingError: the hub cannot be reached or says no. Nothing was changed.
        EnvironmentProblem: the keyring or the disk refuses.
    """
    ticket = Ticket.parse(line)
    try:
        address = _address(ticket, signals, make_line)
        key = _pending_key(store, credentials)
        reply = _enrol(address, ticket.code, key, name, signals, make_line)
    except HubUnreachableError as trouble:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "连不上中心（{code}）。"),
            safe=NOTHING_CHANGED,
            press=QT_TRANSLATE_NOOP("Errors", "请检查网络和凭条上的地址，再试一次，凭条还能用。"),
            code=trouble.code,
        ) from None
    except HubRefusesError as refusal:
        raise _refused(refusal.code) from None
    link = _checked(reply, address, key)
    known = store.sync_state()
    if known.hub and (known.hub, known.centre) != (link.hub, link.centre):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "这份资料已经属于“{centre}”，不能换到别的中心。"),
            safe=NOTHING_CHANGED,
            centre=known.centre_name,
        )
    credentials.save(link)
    store.join(reply.hub, reply.centre, reply.centre_name, reply.epoch)
    return store.sync_state()


def _address(ticket: Ticket, signals: Signals, make_line: MakeLine) -> HubAddress:
    """The hub's address with the CA that the ticket vouches for."""
    address = HubAddress(ticket.url)
    if address.is_plain:
        return address
    blind = make_line(address, signals, True)
    try:
        pem = blind.ask("GET", "/v1/ca").decode("ascii")
        der = ssl.PEM_cert_to_DER_cert(pem.strip())
    except (ValueError, UnicodeDecodeError):
        raise HubUnreachableError("garbage") from None
    finally:
        blind.close()
    if hashlib.sha256(der).hexdigest()[:FINGERPRINT_LENGTH] != ticket.fingerprint:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "对面的证书和凭条上的指纹对不上，可能不是真的中心。"),
            safe=NOTHING_CHANGED,
            press=QT_TRANSLATE_NOOP("Errors", "请和发凭条的人核对指纹，不要跳过这一步。"),
        )
    return HubAddress(ticket.url, ssl.DER_cert_to_PEM_cert(der))


def _pending_key(store: JoinStore, credentials: Credentials) -> DeviceKey:
    """The key to join with, kept before it is sent: a second try is then the same device."""
    device = store.life()[0]
    if (known := credentials.key(device, PENDING)) is not None:
        return known
    key = credentials.key(device) or DeviceKey(device, new_private_key())
    credentials.save_key(key, PENDING)
    return key


def _enrol(
    address: HubAddress,
    code: str,
    key: DeviceKey,
    name: str,
    signals: Signals,
    make_line: MakeLine,
) -> EnrolReply:
    public = public_of(key.private)
    asked = EnrolRequest(
        code=code,
        device=key.device,
        name=name[:60],
        public_key=public,
        signature=sign(key.private, "enrol", code, key.device, public),
    )
    line = make_line(address, signals, False)
    try:
        return parse(
            EnrolReply, line.ask("POST", "/v1/enrol", body=asked.model_dump_json().encode())
        )
    finally:
        line.close()


def _checked(reply: EnrolReply, address: HubAddress, key: DeviceKey) -> Link:
    """The link that a reply gives, if it holds together."""
    try:
        verify(
            reply.hub_key, reply.certificate, "device",
            reply.hub, reply.centre, key.device, public_of(key.private),
        )  # fmt: skip
        centre_key = base64.b64decode(reply.centre_key, validate=True)
    except (BadSignatureError, binascii.Error):
        centre_key = b""
    if len(centre_key) != 32 or not reply.hub or not reply.centre:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "中心的答复对不上，没有加入。"), safe=NOTHING_CHANGED
        )
    return Link(
        address=address,
        hub=reply.hub,
        centre=reply.centre,
        key=key,
        centre_key=centre_key,
        hub_key=reply.hub_key,
        certificate=reply.certificate,
        role=reply.role,
        pack_keys=tuple(reply.pack_keys),
    )


def _plain_code(typed: str) -> str:
    """A code as it was given out, whatever a person reads in its letters."""
    plain = typed.lower().replace("-", "")
    return plain.translate(str.maketrans("oil", "011"))


def _refused(code: str) -> UserFacingError:
    sentences = {
        "bad_code": QT_TRANSLATE_NOOP("Errors", "凭条上的码不对、用过了或者过期了。"),
        "device_taken": QT_TRANSLATE_NOOP(
            "Errors",
            "中心已经有这台设备，但钥匙不是这一把（换过电脑或密钥环丢过）。要一张换钥匙的凭条。",
        ),
        "revoked": QT_TRANSLATE_NOOP("Errors", "这台设备已被中心停用。"),
        "too_old": QT_TRANSLATE_NOOP("Errors", "中心的程序更新了，这个版本不能加入。"),
    }
    return UserFacingError(
        sentences.get(code, QT_TRANSLATE_NOOP("Errors", "中心不让加入（{code}）。")),
        safe=NOTHING_CHANGED,
        press=QT_TRANSLATE_NOOP("Errors", "请向主管要一张新的凭条。"),
        code=code,
    )


def _bad_ticket() -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "凭条看不懂，应当像 https://中心:8443#AB12C-D3E4F#指纹 这样。"),
        safe=NOTHING_CHANGED,
        press=QT_TRANSLATE_NOOP("Errors", "请照着凭条整行再写一遍。"),
    )
