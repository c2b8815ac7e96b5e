"""Sync without a network: entries to the centre and its answers back, as files on a USB stick.

A file is a line that says what it is, a cover (one line of JSON), and the contents: JSON lines,
compressed, sealed with the centre's key. The cover names sender and centre and is signed together
with the contents: by a device's key, with the hub's word that the key is that device's, or by the
hub itself. So a lost stick tells nothing, and nobody can write one who does not belong.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from desk_app.core.entries import Entry, canonical, check_foreign
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.exchange import Answer, Head, Row
from desk_app.core.kinds.kind import Json
from desk_app.protocol.signing import BadSignatureError, public_of, seal, sign, unseal, verify
from desk_app.protocol.wire import Message, WireAnswer, WireEntry, WireHead, WireRow

MAGIC = b"desk-app-stick-1\n"
PURPOSE = "stick"
MAX_COVER_BYTES = 4_000
MAX_FILE_BYTES = 100_000_000
MAX_CONTENTS_BYTES = 400_000_000
"""Limits on what comes from outside: about 400,000 entries."""

M = TypeVar("M", bound=BaseModel)


class Cover(Message):
    """What stands open on a file.

    Attributes:
        kind: ``entries`` (a device to its centre) or ``answers`` (the centre to that device).
        device: who wrote the entries.
        public_key, certificate: of that device (see ``EnrolReply``); empty on answers.
        signature: over all this and the sealed contents, base64.
    """

    kind: Literal["entries", "answers"]
    hub: Annotated[str, Field(min_length=1, max_length=80)]
    centre: Annotated[str, Field(min_length=1, max_length=80)]
    device: Annotated[str, Field(min_length=10, max_length=10, pattern=r"^[0-9a-z]+$")]
    public_key: Annotated[str, Field(max_length=400)] = ""
    certificate: Annotated[str, Field(max_length=400)] = ""
    signature: Annotated[str, Field(max_length=400)] = ""


class _EntriesHead(Message):
    epoch: Annotated[str, Field(max_length=80)]
    cursor: Annotated[int, Field(ge=0)]
    entries: Annotated[int, Field(ge=0)]


class _AnswersHead(Message):
    head: WireHead
    after: Annotated[int, Field(ge=0)]
    cursor: Annotated[int, Field(ge=0)]
    mark_sum: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    answers: Annotated[int, Field(ge=0)]
    rows: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class StickSender:
    """A device that writes files: its key, and the hub's word for it."""

    hub: str
    centre: str
    device: str
    private_key: bytes
    certificate: str


@dataclass(frozen=True, slots=True)
class StickEntries:
    """What a device sends.

    Attributes:
        epoch, cursor: how far it is, so that the answer begins there.
    """

    epoch: str
    cursor: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class StickAnswers:
    """What the centre answers.

    Attributes:
        answers: one for each entry of the file that it answers, in its order.
        after, cursor: ``rows`` are all of the stream with ``after < seq <= cursor``. ``after`` is
            the device's cursor, or ``head.common`` if less and the device knew another epoch.
        mark_sum: digest of all rows up to ``cursor``.
    """

    head: Head
    answers: tuple[Answer, ...]
    rows: tuple[Row, ...]
    after: int
    cursor: int
    mark_sum: int


class StickRefusedError(BadInputError):
    """A file that cannot be believed; nothing of it was taken in."""

    code = "stick_refused"


def pack_entries(sender: StickSender, centre_key: bytes, contents: StickEntries) -> bytes:
    """The file that carries a device's entries to its centre."""
    head = _EntriesHead(epoch=contents.epoch, cursor=contents.cursor, entries=len(contents.entries))
    lines = [head.model_dump_json().encode()]
    lines += [canonical(_plain(entry)) for entry in contents.entries]
    cover = Cover(
        kind="entries",
        hub=sender.hub,
        centre=sender.centre,
        device=sender.device,
        public_key=public_of(sender.private_key),
        certificate=sender.certificate,
    )
    return _pack(cover, lines, centre_key, sender.private_key)


def pack_answers(
    asked: Cover, hub_private_key: bytes, centre_key: bytes, contents: StickAnswers
) -> bytes:
    """The file that carries the centre's answers back; ``asked`` is the cover of what came."""
    head = _AnswersHead(
        head=WireHead(**{name: getattr(contents.head, name) for name in WireHead.model_fields}),
        after=contents.after,
        cursor=contents.cursor,
        mark_sum=str(contents.mark_sum),
        answers=len(contents.answers),
        rows=len(contents.rows),
    )
    lines = [head.model_dump_json().encode()]
    for answer in contents.answers:
        lines.append(canonical({n: getattr(answer, n) for n in WireAnswer.model_fields}))
    for row in contents.rows:
        fields = {name: getattr(row, name) for name in WireRow.model_fields}
        lines.append(canonical(fields | {"entry": _plain(row.entry) if row.entry else None}))
    cover = Cover(kind="answers", hub=asked.hub, centre=asked.centre, device=asked.device)
    return _pack(cover, lines, centre_key, hub_private_key)


def read_cover(file: bytes) -> Cover:
    """What stands open on a file; not to be believed before it was opened.

    Raises StickRefusedError: not such a file.
    """
    return _split(file)[0]


def open_entries(file: bytes, hub: str, hub_key: str, centre_key: bytes) -> StickEntries:
    """The entries in a device's file, every one checked.

    Args:
        hub: id of the hub that sender and reader belong to.
        hub_key: its public key.
        centre_key: of the centre that the cover names.

    Raises StickRefusedError: damaged, cut off, forged, of another hub or centre.
    """
    cover, sealed = _split(file)
    if cover.kind != "entries" or cover.hub != hub:
        raise _foreign()
    try:
        verify(
            hub_key, cover.certificate, "device",
            cover.hub, cover.centre, cover.device, cover.public_key,
        )  # fmt: skip
    except BadSignatureError:
        raise _foreign() from None
    lines = _open(cover, sealed, cover.public_key, centre_key)
    head = _read(_EntriesHead, next(lines, b""))
    entries = tuple(_entry(_read(WireEntry, line)) for line in lines)
    if len(entries) != head.entries:
        raise _damaged()
    return StickEntries(head.epoch, head.cursor, entries)


def open_answers(file: bytes, hub: str, hub_key: str, centre_key: bytes) -> StickAnswers:
    """The centre's answers, every row checked.

    Raises StickRefusedError: damaged, cut off, forged, of another hub or centre.
    """
    cover, sealed = _split(file)
    if cover.kind != "answers" or cover.hub != hub:
        raise _foreign()
    lines = _open(cover, sealed, hub_key, centre_key)
    head = _read(_AnswersHead, next(lines, b""))
    rest = list(lines)
    if len(rest) != head.answers + head.rows:
        raise _damaged()
    answers = [_read(WireAnswer, line) for line in rest[: head.answers]]
    rows = [_read(WireRow, line).to_row() for line in rest[head.answers :]]
    for row in rows:
        if row.entry is not None:
            _check(row.entry)
    return StickAnswers(
        head=head.head.to_head(),
        answers=tuple(Answer(**dict(answer)) for answer in answers),
        rows=tuple(rows),
        after=head.after,
        cursor=head.cursor,
        mark_sum=int(head.mark_sum),
    )


def _plain(entry: Entry) -> dict[str, Json]:
    return {name: getattr(entry, name) for name in WireEntry.model_fields}


def _pack(cover: Cover, lines: Sequence[bytes], centre_key: bytes, private_key: bytes) -> bytes:
    contents = zlib.compress(b"\n".join(lines))
    sealed = seal(centre_key, contents, _names(cover))
    signed = cover.model_copy(
        update={"signature": sign(private_key, PURPOSE, *_signed_words(cover, sealed))}
    )
    return MAGIC + signed.model_dump_json().encode() + b"\n" + sealed


def _split(file: bytes) -> tuple[Cover, bytes]:
    if len(file) > MAX_FILE_BYTES:
        raise _refused(
            QT_TRANSLATE_NOOP("Errors", "文件太大（超过 {most} MB），不像是同步文件。"),
            most=MAX_FILE_BYTES // 1_000_000,
        )
    if not file.startswith(MAGIC):
        raise _damaged()
    end = file.find(b"\n", len(MAGIC), len(MAGIC) + MAX_COVER_BYTES)
    if end < 0:
        raise _damaged()
    return _read(Cover, file[len(MAGIC) : end]), file[end + 1 :]


def _open(cover: Cover, sealed: bytes, public_key: str, centre_key: bytes) -> Iterator[bytes]:
    try:
        verify(public_key, cover.signature, PURPOSE, *_signed_words(cover, sealed))
    except BadSignatureError:
        raise _damaged() from None
    try:
        contents = unseal(centre_key, sealed, _names(cover))
    except BadSignatureError:  # rightly signed, but for another centre's eyes
        raise _foreign() from None
    unpacking = zlib.decompressobj()
    try:
        lines = unpacking.decompress(contents, MAX_CONTENTS_BYTES)
    except zlib.error:
        raise _damaged() from None
    if not unpacking.eof or unpacking.unused_data:
        raise _damaged()
    return iter(lines.split(b"\n"))


def _names(cover: Cover) -> bytes:
    return canonical([cover.kind, cover.hub, cover.centre, cover.device])


def _signed_words(cover: Cover, sealed: bytes) -> tuple[str, ...]:
    contents = hashlib.sha256(sealed).hexdigest()
    return (cover.kind, cover.hub, cover.centre, cover.device, contents)


def _read(model: type[M], line: bytes) -> M:
    try:
        return model.model_validate_json(line)
    except ValidationError:
        raise _damaged() from None


def _entry(sent: WireEntry) -> Entry:
    entry = sent.to_entry()
    _check(entry)
    return entry


def _check(entry: Entry) -> None:
    try:
        check_foreign(entry)
    except BadInputError:
        raise _damaged() from None


def _refused(what: str, **params: object) -> StickRefusedError:
    return StickRefusedError(
        what,
        safe=QT_TRANSLATE_NOOP("Errors", "什么也没有收下，本机的记录没有动。"),
        press=QT_TRANSLATE_NOOP("Errors", "请重新导出一份，整个文件拷过来再试。"),
        **params,
    )


def _damaged() -> StickRefusedError:
    return _refused(
        QT_TRANSLATE_NOOP("Errors", "这个文件不是同步文件，或者损坏、没有拷完整、被改过。")
    )


def _foreign() -> StickRefusedError:
    return _refused(
        QT_TRANSLATE_NOOP("Errors", "这个文件不是本中心的设备或中心写的，或者不是给这里的。")
    )
