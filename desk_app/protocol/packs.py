"""Content packs on their way: one signed file, from whoever publishes to every desk.

A pack file is a plain zip archive without compression: a folder ``forms/``, ``manifest.json``
(every file with its sha256) and ``manifest.sig`` (Ed25519 over the bytes of the manifest). The same
files signed with the same key give the same bytes on every machine, and a file is only accepted
when packing its contents again gives exactly these bytes. So there is one way to write a pack, and
nothing can hide in it: no second copy of a name, no link, no comment, nothing unpacked twice over.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.protocol.publisher import PublisherKey, id_of, is_signed, read_public

SUITE = "desk-app-pack-ed25519-1"
FORMAT: Literal["desk-app-pack-1"] = "desk-app-pack-1"
FOLDER = "forms/"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
SUFFIXES = (".yaml", ".json", ".md")

MAX_PACK_BYTES = 32_000_000
MAX_FILES = 2_000
MAX_FILE_BYTES = 4_000_000
MAX_MANIFEST_BYTES = 1_000_000
"""Limits on what comes from outside; the starter pack is 0.7 MB in 65 files."""

_NAME = r"(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,59}/){0,3}[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.I)
_SIGNATURE = re.compile(rb"([a-z0-9-]{1,40}) ([0-9a-f]{32}) ([0-9a-f]{128})\n")
_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16
_END, _END_BYTES, _BIG = b"PK\x05\x06", 22, b"PK\x06\x07"

NOTHING_DONE = QT_TRANSLATE_NOOP("Errors", "什么也没有安装，正在用的内容包没有动。")

Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ManifestFile(BaseModel):
    """One file of a pack. ``name``: below ``forms/``, with forward slashes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(pattern=rf"^{_NAME}$")]
    sha256: Hex64
    size: Annotated[int, Field(ge=0, le=MAX_FILE_BYTES)]


class Manifest(BaseModel):
    """What a pack file says about itself.

    Attributes:
        version: the pack's own version, as in ``forms/pack.yaml``.
        valid_from: first day it is in force (``2026-12-01``); empty = at once.
        publisher: id of the key it is signed with.
        files: every file, by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["desk-app-pack-1"]
    version: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,20}$")]
    valid_from: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
    publisher: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    files: Annotated[tuple[ManifestFile, ...], Field(min_length=1, max_length=MAX_FILES)]


@dataclass(frozen=True, slots=True)
class OpenedPack:
    """A pack file whose signature, sizes and sums all hold.

    Attributes:
        files: bytes by name below ``forms/``.
        manifest_bytes, signature: as they came, to be kept beside the files.
    """

    manifest: Manifest
    files: Mapping[str, bytes]
    manifest_bytes: bytes
    signature: bytes

    @property
    def id(self) -> str:
        """Tells one pack from all others: sha256 of its manifest."""
        return hashlib.sha256(self.manifest_bytes).hexdigest()


class PackRefusedError(BadInputError):
    """A pack file that cannot be believed; nothing was written."""

    code = "pack_refused"


class UntrustedPublisherError(PackRefusedError):
    """Signed by a key that this desk was not told to trust. ``publisher``: the key's id."""

    code = "pack_untrusted"

    def __init__(self, publisher: str) -> None:
        super().__init__(
            QT_TRANSLATE_NOOP("Errors", "这个内容包的签名人（{publisher}）本机还没有信任。"),
            safe=NOTHING_DONE,
            press=QT_TRANSLATE_NOOP(
                "Errors", "核对过是谁签的以后，用 --trust 给出签名人的公钥文件再装。"
            ),
            publisher=publisher,
        )
        self.publisher = publisher


def sign_pack(
    files: Mapping[str, bytes], version: str, valid_from: date | None, key: PublisherKey
) -> bytes:
    """The pack file of these files; the same bytes every time.

    Args:
        files: bytes by name below ``forms/``, with forward slashes.
        version, valid_from: as in the ``pack.yaml`` among them.

    Raises BadInputError for what no desk would accept: names, sizes, numbers.
    """
    if not files or len(files) > MAX_FILES:
        raise _unfit(
            QT_TRANSLATE_NOOP("Errors", "一个内容包要有 1 到 {most} 个文件。"), most=str(MAX_FILES)
        )
    for name, content in files.items():
        if not _is_name(name):
            raise _unfit(
                QT_TRANSLATE_NOOP(
                    "Errors", "文件名“{name}”不能用：只能用英文字母、数字、- _ . ，最多四层。"
                ),
                name=name[:80],
            )
        if len(content) > MAX_FILE_BYTES:
            raise _unfit(QT_TRANSLATE_NOOP("Errors", "文件“{name}”太大。"), name=name)
    if _names_clash(files):
        raise _unfit(
            QT_TRANSLATE_NOOP("Errors", "有两个文件名只差大小写，或者一个文件和一个文件夹同名。")
        )
    try:
        manifest = Manifest(
            format=FORMAT,
            version=version,
            valid_from=valid_from.isoformat() if valid_from else "",
            publisher=key.id,
            files=tuple(
                ManifestFile(
                    name=name,
                    sha256=hashlib.sha256(files[name]).hexdigest(),
                    size=len(files[name]),
                )
                for name in sorted(files)
            ),
        )
    except ValidationError:
        raise _unfit(QT_TRANSLATE_NOOP("Errors", "版本号要有 1 到 20 个字。")) from None
    written = manifest.model_dump_json(indent=1).encode()
    signature = f"{SUITE} {key.id} {key.sign(written).hex()}\n".encode("ascii")
    packed = _pack(files, written, signature)
    if len(packed) > MAX_PACK_BYTES:
        raise _unfit(QT_TRANSLATE_NOOP("Errors", "内容包一共太大。"))
    return packed


def open_pack(packed: bytes, trusted_public_keys: Iterable[bytes]) -> OpenedPack:
    """The verified contents of a pack file. Nothing is written anywhere.

    Args:
        trusted_public_keys: PEM of each publisher that this desk was told to trust.

    Raises:
        UntrustedPublisherError: signed by somebody else.
        PackRefusedError: anything else that is wrong with the file.
        BadInputError: one of ``trusted_public_keys`` is no public key.
    """
    trusted = {id_of(key): key for key in map(read_public, trusted_public_keys)}
    found = _unpack(packed)
    manifest_bytes, signature = found.pop(MANIFEST, b""), found.pop(SIGNATURE, b"")
    publisher = _verify(manifest_bytes, signature, trusted)
    try:
        manifest = Manifest.model_validate_json(manifest_bytes)
        if manifest.valid_from:
            date.fromisoformat(manifest.valid_from)
    except ValueError:
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包的清单本程序读不懂。")) from None
    files = {name.removeprefix(FOLDER): content for name, content in found.items()}
    listed = {file.name: file for file in manifest.files}
    if (
        manifest.publisher != publisher
        or len(listed) != len(manifest.files)
        or listed.keys() != files.keys()
        or not all(map(_is_name, files))
        or _names_clash(files)
    ):
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包里的文件和它的清单对不上。"))
    for name, content in files.items():
        if (len(content), hashlib.sha256(content).hexdigest()) != (
            listed[name].size, listed[name].sha256,
        ):  # fmt: skip
            raise _refused(
                QT_TRANSLATE_NOOP("Errors", "内容包里的“{name}”被改过或者损坏了。"), name=name
            )
    if _pack(files, manifest_bytes, signature) != packed:
        raise _damaged()
    return OpenedPack(manifest, files, manifest_bytes, signature)


def check_kept(
    manifest_bytes: bytes, signature: bytes, trusted_public_keys: Iterable[bytes]
) -> Manifest:
    """The manifest that was kept beside installed files, its signature checked again.

    Raises as ``open_pack``.
    """
    trusted = {id_of(key): key for key in map(read_public, trusted_public_keys)}
    _verify(manifest_bytes, signature, trusted)
    try:
        return Manifest.model_validate_json(manifest_bytes)
    except ValueError:
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包的清单本程序读不懂。")) from None


def _verify(manifest: bytes, signature: bytes, trusted: Mapping[str, Ed25519PublicKey]) -> str:
    line = _SIGNATURE.fullmatch(signature)
    if line is None or line[1] != SUITE.encode() or not manifest:
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包没有本程序认得的签名。"))
    publisher = line[2].decode("ascii")
    if publisher not in trusted:
        raise UntrustedPublisherError(publisher)
    if not is_signed(trusted[publisher], bytes.fromhex(line[3].decode("ascii")), manifest):
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包的签名不对：被改过，或者损坏了。"))
    return publisher


def _pack(files: Mapping[str, bytes], manifest: bytes, signature: bytes) -> bytes:
    whole = {f"{FOLDER}{name}": content for name, content in files.items()}
    whole |= {MANIFEST: manifest, SIGNATURE: signature}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(whole):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(entry, whole[name])
    return out.getvalue()


def _unpack(packed: bytes) -> dict[str, bytes]:
    """Every file by its whole name. What is odd in small things is told by packing it again."""
    if len(packed) > MAX_PACK_BYTES:
        raise _refused(
            QT_TRANSLATE_NOOP("Errors", "文件太大（超过 {most} MB），不像是内容包。"),
            most=str(MAX_PACK_BYTES // 1_000_000),
        )
    end = packed[-_END_BYTES:]
    if end[:4] != _END or end[-2:] != b"\0\0" or _BIG in packed[-_END_BYTES - 20 : -_END_BYTES]:
        raise _damaged()
    count = int.from_bytes(end[10:12], "little")
    listing = int.from_bytes(end[12:16], "little")
    # The reader walks the whole listing whatever the count says, so both are bounded here.
    if count > MAX_FILES + 2 or listing > count * 400:
        raise _refused(
            QT_TRANSLATE_NOOP("Errors", "内容包里的文件太多（最多 {most} 个）。"),
            most=str(MAX_FILES),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_entry(entry)
            # Entries that share their bytes would give more than the file holds.
            if sum(entry.file_size for entry in entries) > len(packed):
                raise _damaged()
            found = {entry.filename: archive.read(entry) for entry in entries}
    except (
        zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    ):  # fmt: skip
        raise _damaged() from None
    if len(found) != count:
        raise _damaged()
    return found


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    known = name in (MANIFEST, SIGNATURE) or (
        name.startswith(FOLDER) and _is_name(name.removeprefix(FOLDER))
    )
    if not known:
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包里有不该有的文件名。"))
    if entry.compress_type != zipfile.ZIP_STORED or entry.external_attr != _PLAIN_FILE:
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包里只能有不压缩的普通文件。"))
    limit = MAX_MANIFEST_BYTES if name in (MANIFEST, SIGNATURE) else MAX_FILE_BYTES
    if entry.file_size != entry.compress_size or entry.file_size > limit:
        raise _refused(QT_TRANSLATE_NOOP("Errors", "内容包里有文件太大。"))


def _is_name(name: str) -> bool:
    parts = name.split("/")
    return (
        re.fullmatch(_NAME, name) is not None
        and name.endswith(SUFFIXES)
        and not any(part.endswith(".") or _DEVICES.match(part) for part in parts)
    )


def _names_clash(names: Iterable[str]) -> bool:
    """Whether two names would be one on some machine, or a file stands where a folder must."""
    seen = [name.casefold() for name in names]
    parents = {name[:at] for name in seen for at, letter in enumerate(name) if letter == "/"}
    return len(set(seen)) < len(seen) or not parents.isdisjoint(seen)


def _unfit(what: str, **params: str) -> BadInputError:
    return BadInputError(what, safe=QT_TRANSLATE_NOOP("Errors", "没有签，也没有写文件。"), **params)


def _refused(what: str, **params: str) -> PackRefusedError:
    return PackRefusedError(what, safe=NOTHING_DONE, **params)


def _damaged() -> PackRefusedError:
    return PackRefusedError(
        QT_TRANSLATE_NOOP("Errors", "这个文件不是内容包，或者没有传完整。"),
        safe=NOTHING_DONE,
        press=QT_TRANSLATE_NOOP("Errors", "请向发布的人再要一份。"),
    )
