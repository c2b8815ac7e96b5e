"""The messages between a desk and its centre, version 1: JSON over HTTP, one model a message.

Limits stand here, once: the hub refuses what is larger, the desk never sends it. Contents of
entries are any JSON object, so that an older hub passes on what a newer desk wrote.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from desk_app.core.entries import Entry
from desk_app.core.exchange import Answer, Head, PullAnswer, PushAnswer, Row, SnapshotAnswer

PROTOCOL = 1
MAX_ENTRIES = 500
MAX_REQUEST_BYTES = 1 << 20
MAX_ENTRY_BYTES = 512 << 10
MAX_DEPTH = 16
"""Twice as deep as the deepest SOP that an entry carries."""
PAGE_ROWS = 500
PAGE_BYTES = 4 << 20
CHUNK_BYTES = 512 << 10
MAX_BLOB_CHUNKS = 400
"""200 MB: a long film of a document, not a film."""

PROTOCOL_HEADER = "X-Desk-Protocol"
"""Every answer of a hub carries it; without it, somebody else answered (a login page, a proxy)."""

PACE_HEADER = "X-Desk-Pace"
"""Over how many seconds a desk should spread what it does, since it is not alone: it gathers what
is written as long before it sends, and comes for news within them. In every answer."""

_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_PrevHash = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class Message(BaseModel):
    """Base of all messages: immutable, nothing unknown, nothing converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class WireEntry(Message):
    """An entry on its way; fields as ``core.entries.Entry``."""

    id: Annotated[str, Field(max_length=80, pattern=r"^[0-9A-Za-z]+-[0-9A-Za-z]+-[0-9]+$")]
    case_id: Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z]+$")]
    kind: Annotated[str, Field(min_length=1, max_length=60)]
    version: Annotated[int, Field(ge=0, le=1_000_000)]
    body: dict[str, Any]
    author: Annotated[str, Field(max_length=200)]
    hlc: Annotated[str, Field(max_length=80)]
    at: Annotated[str, Field(max_length=40)]
    base: Annotated[str, Field(max_length=80)]
    prev: _PrevHash
    sha256: _Hash

    @classmethod
    def of(cls, entry: Entry) -> WireEntry:
        """``entry``, to be sent. It was checked when it was sealed; it is not checked again."""
        return cls.model_construct(**wire_fields(entry))

    def to_entry(self, received: int = 0) -> Entry:
        """The entry that was sent; ``received`` as ``Entry.received``."""
        return Entry(**vars(self), received=received)


_NAMES = tuple(WireEntry.model_fields)
_VALUES = attrgetter(*_NAMES)


def wire_fields(entry: Entry) -> dict[str, Any]:
    """The fields of ``entry`` that go over the wire."""
    return dict(zip(_NAMES, _VALUES(entry), strict=True))


class PushRequest(Message):
    """``POST /v1/push``: entries, oldest first.

    They are validated one by one, so that a broken one holds up no other: here they are any JSON.
    """

    entries: Annotated[list[Any], Field(min_length=1, max_length=MAX_ENTRIES)]


class WireHead(Message):
    """Who speaks; fields as ``core.exchange.Head``."""

    hub: str
    centre: str
    epoch: str
    common: int
    high: int

    def to_head(self) -> Head:
        """The same for the core."""
        return Head(**dict(self))


class WireAnswer(Message):
    """What became of one entry; fields as ``core.exchange.Answer``."""

    id: str
    status: Literal["accepted", "duplicate", "rejected", "deferred"]
    seq: int = 0
    received: int = 0
    code: str = ""


class PushReply(Message):
    """Answer to ``PushRequest``, one an entry, in the order sent."""

    head: WireHead
    answers: list[WireAnswer]

    def to_answer(self) -> PushAnswer:
        """The same for the core."""
        return PushAnswer(self.head.to_head(), tuple(Answer(**dict(a)) for a in self.answers))


class WireRow(Message):
    """One row of the stream; fields as ``core.exchange.Row``."""

    seq: int
    id: str
    received: int
    type: Literal["entry", "gone", "evict", "offer", "settled"]
    case_id: str
    sha256: str = ""
    entry: WireEntry | None = None
    notice: dict[str, str] = Field(default_factory=dict)

    def to_row(self) -> Row:
        """The same for the core."""
        return Row(
            seq=self.seq,
            id=self.id,
            received=self.received,
            type=self.type,
            case_id=self.case_id,
            sha256=self.sha256,
            entry=self.entry.to_entry() if self.entry else None,
            notice=self.notice,
        )


class PullReply(Message):
    """Answer to ``GET /v1/pull?cursor=`` and ``GET /v1/rows?low=&high=``.

    ``mark_sum`` is a decimal number as text: JSON numbers lose digits beyond 2^53.
    """

    head: WireHead
    rows: list[WireRow]
    cursor: int
    mark_sum: str

    def to_answer(self) -> PullAnswer:
        """The same for the core."""
        rows = tuple(row.to_row() for row in self.rows)
        return PullAnswer(self.head.to_head(), rows, self.cursor, int(self.mark_sum))


class SnapshotReply(Message):
    """Answer to ``GET /v1/snapshot?upto=&after=``: whole cases."""

    head: WireHead
    rows: list[WireRow]
    upto: int
    after: str
    done: bool

    def to_answer(self) -> SnapshotAnswer:
        """The same for the core."""
        rows = tuple(row.to_row() for row in self.rows)
        return SnapshotAnswer(self.head.to_head(), rows, self.upto, self.after, self.done)


class DigestReply(Message):
    """Answer to ``GET /v1/digest?low=&high=``; ``mark_sum`` as in ``PullReply``."""

    head: WireHead
    count: int
    mark_sum: str


class WaitReply(Message):
    """Answer to ``GET /v1/wait?after=``: as soon as there is more, or when the time is up."""

    epoch: str
    high: int


class EnrolRequest(Message):
    """``POST /v1/enrol``: a device asks to belong, with a code that a person was given.

    Attributes:
        public_key: of the device, DER as base64 (see ``signing``).
        signature: over ``enrol_words`` by that key, base64.
    """

    code: Annotated[str, Field(max_length=40)]
    device: Annotated[str, Field(min_length=10, max_length=10, pattern=r"^[0-9a-z]+$")]
    name: Annotated[str, Field(max_length=60)]
    public_key: Annotated[str, Field(max_length=400)]
    signature: Annotated[str, Field(max_length=400)]


class EnrolReply(Message):
    """What a device gets when it belongs.

    Attributes:
        role: ``desk`` | ``supervisor``.
        hub_key: the hub's public signing key, DER as base64: pinned from now on.
        centre_key: 32 bytes as base64: seals files between desks and centre on a stick.
        certificate: the hub's signed word that this device and key belong to the centre.
        pack_keys: public keys that content packs may be signed with.
    """

    hub: str
    centre: str
    centre_name: str
    epoch: str
    role: Literal["desk", "supervisor"]
    hub_key: str
    centre_key: str
    certificate: str
    pack_keys: list[str] = []


class ChallengeReply(Message):
    """Answer to ``GET /v1/challenge``: what to sign for a token. Good for a minute."""

    challenge: str


class TokenRequest(Message):
    """``POST /v1/token``: a device shows that it has its key."""

    device: Annotated[str, Field(max_length=10)]
    challenge: Annotated[str, Field(max_length=400)]
    signature: Annotated[str, Field(max_length=400)]


class TokenReply(Message):
    """A token for 15 minutes (``seconds``), sent as ``Authorization: Bearer``."""

    token: str
    seconds: int


class SealOrder(Message):
    """The centre orders a device to destroy its key. Only with the hub's signature it counts."""

    device: str
    issued: int
    signature: str


class Refusal(Message):
    """Every answer of a hub that is no success: a code, and for sealed devices the order."""

    code: str
    order: SealOrder | None = None


class SealedReport(Message):
    """``POST /v1/sealed``: the key is destroyed. Signed by the device's key before it went."""

    device: Annotated[str, Field(max_length=10)]
    order_issued: int
    unsent: Annotated[int, Field(ge=0)]
    signature: Annotated[str, Field(max_length=400)]


class BlobStatus(Message):
    """Answer to ``GET /v1/blobs/{digest}``: which chunks are there.

    Attributes:
        have: indexes of chunks that arrived whole.
        complete: the whole was put together and its digest fits.
    """

    digest: str
    chunks: int
    have: list[int]
    complete: bool


class DeviceLine(Message):
    """One device in ``GET /v1/devices`` (supervisors) and ``desk-app hub devices``."""

    device: str
    name: str
    role: str
    state: Literal["active", "revoked", "sealing", "sealed"]
    enrolled: int
    seen: int
    head_counter: int


class CentreLine(Message):
    """One centre in ``GET /v1/centres``: where a case can be handed over to."""

    centre: str
    name: str


class PackReply(Message):
    """Answer to ``GET /v1/packs/current``: which content pack the centre publishes."""

    digest: str
    version: str
    size: int
