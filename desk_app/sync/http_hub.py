"""The hub over HTTP, as a device that belongs to one of its centres."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from desk_app.core.entries import Entry, canonical
from desk_app.core.exchange import (
    Answer,
    Head,
    HubRefusesError,
    HubUnreachableError,
    Meanwhile,
    PullAnswer,
    PushAnswer,
    SnapshotAnswer,
)
from desk_app.core.kinds.kind import Json
from desk_app.protocol.signing import sign
from desk_app.protocol.wire import (
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_ENTRY_BYTES,
    MAX_REQUEST_BYTES,
    ChallengeReply,
    DigestReply,
    PullReply,
    PushReply,
    SealedReport,
    SealOrder,
    SnapshotReply,
    TokenReply,
    TokenRequest,
    WaitReply,
    wire_fields,
)
from desk_app.sync.hub_line import (
    ANSWER_SECONDS,
    MESSAGE_BYTES,
    PAGE_BYTES,
    HubLine,
    RevokedError,
    parse,
)
from desk_app.sync.signals import NUDGED, STOPPED, Word

RENEW_SECONDS = 60
"""A token is renewed this long before it ends, so that none ends on the way."""

POLL_SECONDS = 60.0
"""Until a long poll must have been answered; the hub answers after 25 s without news."""

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A device and its private signing key (PKCS#8 DER)."""

    device: str
    private: bytes


class HttpHub:
    """Implements ``core.exchange.Hub``; used by one thread.

    Args:
        seconds: a clock that never runs backwards.
    """

    def __init__(
        self, line: HubLine, key: DeviceKey, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._line = line
        self._key = key
        self._seconds = seconds
        self._token = ""
        self._token_ends = 0.0
        self._head: Head | None = None

    @property
    def pace(self) -> float:
        """Seconds over which the hub asks desks to spread what they do."""
        return self._line.pace

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """See ``Hub.push``. As many of the first as fit one request are sent.

        What is larger or deeper than the hub takes is answered here, and never sent.
        """
        codes = [(entry, _unfit(entry)) for entry in entries]
        answers = [Answer(entry.id, "rejected", code=code) for entry, code in codes if code]
        batch = [entry for entry, code in codes if not code]
        if not batch:
            return PushAnswer(self._head or self._ask_head(), tuple(answers))
        body, count = _request(batch)
        try:
            reply = parse(PushReply, self.ask("POST", "/v1/push", body=body, meanwhile=meanwhile))
        except RevokedError as refusal:
            kept = frozenset(entry.id for entry in batch[:count])
            raise RevokedError(refusal.order, kept) from None
        given = reply.to_answer()
        if [answer.id for answer in given.answers] != [entry.id for entry in batch[:count]]:
            raise HubUnreachableError("garbage")
        if any(a.status in ("accepted", "duplicate") and a.seq < 1 for a in given.answers):
            raise HubUnreachableError("garbage")
        self._head = given.head
        return PushAnswer(given.head, (*answers, *given.answers))

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """See ``Hub.pull``. ``epoch`` is compared with the answer's by whoever asks."""
        del epoch
        return self._rows("/v1/pull", {"cursor": cursor})

    def rows(self, low: int, high: int) -> PullAnswer:
        """See ``Hub.rows``."""
        return self._rows("/v1/rows", {"low": low, "high": high})

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """See ``Hub.snapshot``."""
        query: dict[str, str | int] = {"upto": upto, "after": after}
        body = self.ask("GET", "/v1/snapshot", query=query, limit=PAGE_BYTES, meanwhile=meanwhile)
        return parse(SnapshotReply, body).to_answer()

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """See ``Hub.digest``."""
        reply = self._get(DigestReply, "/v1/digest", {"low": low, "high": high})
        return reply.count, _number(reply.mark_sum)

    def wait(self, after: int, epoch: str) -> WaitReply:
        """Until the centre has rows after ``after``, lives in another epoch, or time is up.

        Raises NudgedError as soon as there is something to send; and as ``Hub``.
        """
        query: dict[str, str | int] = {"after": after, "epoch": epoch}
        body = self.ask("GET", "/v1/wait", query=query, seconds=POLL_SECONDS, until=NUDGED)
        return parse(WaitReply, body)

    def hand_over(self, entries: Sequence[Entry]) -> frozenset[str]:
        """Send entries of a device that was shut out: the hub keeps them apart for a person.

        Returns the ids of those that it has. Raises as ``Hub``, but not that it is shut out.
        """
        rest = [entry for entry in entries if not _unfit(entry)]
        kept: frozenset[str] = frozenset()
        while rest:
            try:
                self.push(rest)
            except RevokedError as refusal:
                kept |= refusal.kept
                rest = [entry for entry in rest if entry.id not in refusal.kept]
            else:
                break  # it was let in again: the next round sends, and hears the numbers
        return kept

    def report_sealed(self, report: SealedReport) -> None:
        """Tell the hub that the key is destroyed. Raises as ``Hub``."""
        self._line.ask("POST", "/v1/sealed", body=report.model_dump_json().encode())

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        limit: int = MESSAGE_BYTES,
        seconds: float = ANSWER_SECONDS,
        until: Word = STOPPED,
        meanwhile: Meanwhile | None = None,
    ) -> bytes:
        """Send a request with this device's token; the answer's body. Raises as ``Hub``."""

        def once() -> bytes:
            return self._line.ask(
                method, path, token=self._fresh_token(), query=query, body=body, limit=limit,
                seconds=seconds, until=until, meanwhile=meanwhile,
            )  # fmt: skip

        try:
            return once()
        except HubRefusesError as refusal:
            # The token may have ended on the way, or the hub's secret is another now.
            if refusal.code != "token":
                raise
            self._token = ""
            return once()

    def _fresh_token(self) -> str:
        if not self._token or self._seconds() >= self._token_ends - RENEW_SECONDS:
            challenge = parse(ChallengeReply, self._line.ask("GET", "/v1/challenge")).challenge
            device = self._key.device
            asked = TokenRequest(
                device=device,
                challenge=challenge,
                signature=sign(self._key.private, "token", device, challenge),
            )
            given = parse(
                TokenReply,
                self._line.ask("POST", "/v1/token", body=asked.model_dump_json().encode()),
            )
            self._token, self._token_ends = given.token, self._seconds() + given.seconds
        return self._token

    def _rows(self, path: str, query: Mapping[str, str | int]) -> PullAnswer:
        reply = self._get(PullReply, path, query, limit=PAGE_BYTES)
        _number(reply.mark_sum)
        answer = reply.to_answer()
        self._head = answer.head
        return answer

    def _ask_head(self) -> Head:
        return self._get(DigestReply, "/v1/digest", {"low": 0, "high": 0}).head.to_head()

    def _get(
        self,
        model: type[M],
        path: str,
        query: Mapping[str, str | int],
        limit: int = MESSAGE_BYTES,
    ) -> M:
        return parse(model, self.ask("GET", path, query=query, limit=limit))


def sealed_report(key: DeviceKey, order: SealOrder, unsent: int) -> SealedReport:
    """The signed word that this device destroys its key; made while it still has it."""
    return SealedReport(
        device=key.device,
        order_issued=order.issued,
        unsent=unsent,
        signature=sign(key.private, "sealed", key.device, str(order.issued)),
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 20):
        raise HubUnreachableError("garbage")
    return int(text)


def _request(entries: Sequence[Entry]) -> tuple[bytes, int]:
    """The body of a push with as many of the first entries as fit, and how many these are."""
    parts: list[bytes] = []
    size = len(b'{"entries":[]}')
    for entry in entries[:MAX_ENTRIES]:
        part = canonical(wire_fields(entry))
        size += len(part) + 1
        if parts and size > MAX_REQUEST_BYTES:
            break
        parts.append(part)
    return b'{"entries":[' + b",".join(parts) + b"]}", len(parts)


def _unfit(entry: Entry) -> str:
    """Why the hub would never take this entry in; empty = it may."""
    if len(canonical(entry.body)) > MAX_ENTRY_BYTES:
        return "too_large"
    return "too_deep" if _is_deeper(entry.body, MAX_DEPTH - 1) else ""


def _is_deeper(value: Json, most: int) -> bool:
    level: list[Json] = [value]
    for _ in range(most):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Json) -> Iterator[Json]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, (list, tuple)):
        yield from value
