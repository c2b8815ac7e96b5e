"""The line to the hub: one request, one answer that is surely the hub's own, or a clear no.

Only the centre's own CA is believed. Plain HTTP goes to this machine alone. Every answer must
carry the protocol header: a login page of some network is never taken for the hub. Answers are
bounded in size and in time, also where somebody feeds us a byte a second.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.protocol.wire import PACE_HEADER, PROTOCOL, PROTOCOL_HEADER, Refusal, SealOrder
from desk_app.sync.signals import STOPPED, Signals, Word

MESSAGE_BYTES = 1 << 20
PAGE_BYTES = 64 << 20
"""Largest answers we read: one page may hold one whole case, however long."""

CONNECT_SECONDS = 10.0
STALL_SECONDS = 30.0
ANSWER_SECONDS = 45.0
"""To the end of an answer's head; its body then may take as long as it really moves."""
SLOWEST = 500
"""Bytes a second below which, after ``STALL_SECONDS``, it is no line."""
LONGEST_WAIT = 15 * 60.0
MOST_PACE = 120.0

M = TypeVar("M", bound=BaseModel)


class RevokedError(HubRefusesError):
    """The centre has shut this device out.

    Attributes:
        order: it also orders the device to seal itself; its signature is still to be verified.
        kept: ids of the entries that were sent with the request; the centre keeps them apart.
    """

    def __init__(self, order: SealOrder | None, kept: frozenset[str] = frozenset()) -> None:
        super().__init__("revoked")
        self.order = order
        self.kept = kept


@dataclass(frozen=True, slots=True)
class HubAddress:
    """Where the hub is: ``https://host:port``, and the PEM of the only CA to believe."""

    url: str
    ca: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is plain HTTP (to this machine)."""
        return self.url.startswith("http://")


class HubLine:
    """Sends requests over one pooled connection. Used by the thread of ``signals`` alone.

    Args:
        transport: instead of the network, for tests of odd answers.
        blindly: do not check whose certificate it is: only to fetch the CA that a fingerprint
            will prove.

    Attributes:
        pace: seconds over which the hub last asked desks to spread what they do.

    Raises BadInputError for an address that must not be used, or a CA that cannot be read.
    """

    def __init__(
        self,
        address: HubAddress,
        signals: Signals,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        blindly: bool = False,
    ) -> None:
        self.pace = 0.0
        self._signals = signals
        self._client = httpx.AsyncClient(
            base_url=_checked(address.url),
            verify=_tls(address, blindly),
            timeout=httpx.Timeout(STALL_SECONDS, connect=CONNECT_SECONDS),
            headers={"Accept-Encoding": "gzip", PROTOCOL_HEADER: str(PROTOCOL)},
            trust_env=False,  # no proxy, no other certificates from the environment
            follow_redirects=False,
            transport=transport,
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        query: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        limit: int = MESSAGE_BYTES,
        seconds: float = ANSWER_SECONDS,
        until: Word = STOPPED,
        meanwhile: Callable[[], None] | None = None,
    ) -> bytes:
        """Send a request; the body of the hub's answer.

        Args:
            limit: most bytes of the answer, unpacked.
            seconds: until the answer begins.
            until: the least word that breaks it off, see ``Signals.run``.
            meanwhile: what to do once the request is out, before its answer is looked at.

        Raises:
            HubUnreachableError: no answer of the hub's.
            HubRefusesError: it says no; ``RevokedError`` where the device is shut out.
            StoppedError, NudgedError: broken off, see ``Signals.run``.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None and not path.startswith("/v1/blobs/"):
            headers["Content-Type"] = "application/json"
        request = self._client.build_request(
            method, path, params=query, content=body, headers=headers
        )
        if meanwhile is not None:
            request.extensions["trace"] = _once_sent(meanwhile)
        work = self._exchange(request, limit, seconds)
        try:
            return self._signals.run(work, until=until)
        except httpx.TimeoutException as error:
            raise HubUnreachableError("timeout") from error
        except httpx.ConnectError as error:
            raise HubUnreachableError("untrusted" if _is_tls(error) else "offline") from error
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise HubUnreachableError("cut") from error
        except TimeoutError as error:
            raise HubUnreachableError("timeout") from error

    def close(self) -> None:
        """Hang up."""
        self._signals.finish(self._client.aclose())

    async def _exchange(self, request: httpx.Request, limit: int, seconds: float) -> bytes:
        async with asyncio.timeout(seconds):
            response = await self._client.send(request, stream=True)
        try:
            _check_speaker(response)
            self.pace = _asked_pace(response)
            body = await _read(response, limit)
        finally:
            await response.aclose()
        _check_status(response, body)
        return body


def _once_sent(meanwhile: Callable[[], None]) -> Callable[[str, object], Awaitable[None]]:
    async def trace(step: str, _about: object) -> None:
        if step == "http11.send_request_body.complete":
            meanwhile()

    return trace


def parse(model: type[M], body: bytes) -> M:
    """The message in an answer. Raises HubUnreachableError for anything else."""
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise HubUnreachableError("garbage") from None


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        usable = parsed.scheme in ("http", "https") and bool(parsed.host) and not parsed.userinfo
    except httpx.InvalidURL:
        usable = False
    if not usable or parsed.path not in ("", "/") or parsed.query or parsed.fragment:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "中心的地址不对，应当像 https://中心:8443 这样。"),
            safe=QT_TRANSLATE_NOOP("Errors", "什么也没有改。"),
        )
    if parsed.scheme == "http" and not is_loopback(parsed.host):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "中心的地址没有加密（http），不能用。"),
            safe=QT_TRANSLATE_NOOP("Errors", "什么也没有改，什么也没有发出去。"),
            press=QT_TRANSLATE_NOOP("Errors", "请向中心要一个 https 的地址。"),
        )
    return parsed


def _tls(address: HubAddress, blindly: bool) -> ssl.SSLContext | bool:
    if address.is_plain:
        return False  # no TLS at all; the address was checked to be this machine's
    if not blindly and not address.ca:
        raise _bad_ca()
    try:
        # With a CA given, the system's own are not loaded.
        context = ssl.create_default_context(cadata=address.ca or None)
    except ssl.SSLError:
        raise _bad_ca() from None
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if blindly:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _bad_ca() -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "中心的证书读不出来。"),
        safe=QT_TRANSLATE_NOOP("Errors", "什么也没有改。"),
        press=QT_TRANSLATE_NOOP("Errors", "请向中心要一张新的加入凭条。"),
    )


def _check_speaker(response: httpx.Response) -> None:
    spoken = response.headers.get(PROTOCOL_HEADER)
    if spoken is None or not spoken.isascii() or not spoken.isdecimal():
        raise HubUnreachableError("captive")
    if int(spoken[:9]) != PROTOCOL:
        raise HubRefusesError("too_old")


def _check_status(response: httpx.Response, body: bytes) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    try:
        refusal = Refusal.model_validate_json(body)
    except ValidationError:
        refusal = Refusal(code=f"http_{status}")
    if status >= 500 or status in (408, 429):
        raise HubUnreachableError(refusal.code or "busy", _asked_wait(response))
    if status == 403 and refusal.code == "revoked":
        raise RevokedError(refusal.order)
    if status >= 400:
        raise HubRefusesError(refusal.code or f"http_{status}")
    raise HubUnreachableError("captive")  # the hub never sends anybody elsewhere


def _asked_wait(response: httpx.Response) -> float:
    """Seconds of ``Retry-After``, in either of its forms; 0 = none or nonsense."""
    asked = response.headers.get("Retry-After", "")
    if asked.isascii() and asked.isdecimal():
        return min(float(asked[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(asked) - datetime.now(UTC)
    except (ValueError, TypeError):
        return 0
    return min(max(until.total_seconds(), 0), LONGEST_WAIT)


def _asked_pace(response: httpx.Response) -> float:
    """See ``wire.PACE_HEADER``; 0 = none or nonsense."""
    try:
        asked = float(response.headers.get(PACE_HEADER, ""))
    except ValueError:
        return 0
    return asked if 0 <= asked <= MOST_PACE else 0


async def _read(response: httpx.Response, limit: int) -> bytes:
    """The body, unpacked, as far as limit and patience go."""
    coding = response.headers.get("Content-Encoding", "identity").lower()
    if coding not in ("identity", "gzip"):
        raise HubUnreachableError("garbage")
    unpacking = zlib.decompressobj(31) if coding == "gzip" else None
    clock = asyncio.get_running_loop()
    start, came, whole = clock.time(), 0, bytearray()
    async for chunk in response.aiter_raw():
        came += len(chunk)
        if unpacking is None:
            whole += chunk
        else:
            try:
                whole += unpacking.decompress(chunk, limit + 1 - len(whole))
            except zlib.error:
                raise HubUnreachableError("garbage") from None
        if len(whole) > limit:
            raise HubUnreachableError("too_large")
        elapsed = clock.time() - start
        if elapsed > STALL_SECONDS and came < elapsed * SLOWEST:
            raise HubUnreachableError("slow")
    if unpacking is not None and not unpacking.eof:
        raise HubUnreachableError("cut")
    return bytes(whole)


def _is_tls(error: BaseException) -> bool:
    return any(isinstance(behind, ssl.SSLError) for behind in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    behind: BaseException | None = error
    while behind is not None:
        yield behind
        behind = behind.__cause__ or behind.__context__
