"""Installed content packs: taking one from a file or the hub, choosing one, comparing two.

Here the signed file (``protocol.packs``) meets the reader and the shelf (``content``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk_app.bootstrap.content import load_kept
from desk_app.content.changes import pack_changes
from desk_app.content.check import check_pack
from desk_app.content.pack import ContentError, load_pack
from desk_app.content.shelf import (
    FORMS,
    MANIFEST,
    SHIPPED,
    SIGNATURE,
    KeptPack,
    PackShelf,
)
from desk_app.core.catalogue import Pack
from desk_app.core.errors import (
    QT_TRANSLATE_NOOP,
    BadInputError,
    DeskAppError,
    EnvironmentProblem,
    UserFacingError,
)
from desk_app.core.pack_change import PackChange, version_key
from desk_app.protocol.packs import (
    MAX_PACK_BYTES,
    NOTHING_DONE,
    PackRefusedError,
    check_kept,
    open_pack,
)
from desk_app.protocol.publisher import MAX_KEY_BYTES, publisher_id
from desk_app.system.paths import AppPaths
from desk_app.system.resources import forms_dir


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did. ``starts``: the day from which it is used; None = next start."""

    digest: str
    version: str
    publisher: str
    starts: date | None
    files: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A pack one may choose. ``state``: in_force | waiting | kept | damaged."""

    digest: str
    version: str
    valid_from: date | None
    publisher: str
    state: str


def read_pack_file(path: Path) -> bytes:
    """The bytes of a pack file, as far as a pack file may be long. Raises EnvironmentProblem."""
    return read_limited(path, MAX_PACK_BYTES)


def install_pack(
    paths: AppPaths, packed: bytes, *, trust: bytes = b"", roll_back: bool = False
) -> Installed:
    """Put a pack on the shelf; it is in force from the next start on, or from its own day.

    Whatever is raised, what was in force still is.

    Args:
        packed: from a file or from the hub.
        trust: PEM of a publisher to trust from now on; empty = those trusted already.
        roll_back: a version older than the one in force is wanted.

    Raises:
        PackRefusedError: not what its publisher signed, or signed by somebody else.
        ContentError: the check of the forms found errors.
        UserFacingError: an older version, or the same version with other contents.
        EnvironmentProblem: the disk.
    """
    shelf, today = PackShelf(paths.data), date.today()
    opened = open_pack(packed, [*_trusted(shelf), *([trust] if trust else [])])
    manifest = opened.manifest
    with shelf.building(opened.files, opened.manifest_bytes, opened.signature) as built:
        if errors := check_pack(built / FORMS).errors:
            raise ContentError(errors)
        pack = load_pack(built / FORMS)
        says = pack.valid_from.isoformat() if pack.valid_from else ""
        if (manifest.version, manifest.valid_from) != (pack.version, says):
            raise PackRefusedError(
                QT_TRANSLATE_NOOP("Errors", "内容包的清单和里面 pack.yaml 的版本或日期对不上。"),
                safe=NOTHING_DONE,
            )
        _check_version(shelf, pack, paths.cache, roll_back)
        shelf.put(built, pack.digest)
    kept = shelf.pack(pack.digest)
    if kept is None or load_kept(kept, paths.cache) is None:  # read back, and ready for the start
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "内容包写到磁盘上再读出来，和原来不一样。"),
            safe=QT_TRANSLATE_NOOP("Errors", "正在用的内容包没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请检查磁盘，再装一次。"),
        )
    if trust and publisher_id(trust) == manifest.publisher:
        shelf.trust(manifest.publisher, trust)
    shelf.use(pack.digest, pack.valid_from, today)
    waits = pack.valid_from if pack.valid_from and pack.valid_from > today else None
    return Installed(pack.digest, pack.version, manifest.publisher, waits, len(opened.files))


def list_packs(paths: AppPaths) -> tuple[Listed, ...]:
    """The pack that came with the program and those on the shelf, with what is in force."""
    shelf, today = PackShelf(paths.data), date.today()
    in_force = shelf.in_force(today)
    waiting = {wish.digest for wish in shelf.wishes() if not wish.is_due(today)}
    shipped = load_pack(forms_dir(), paths.cache)
    rows = [Listed(SHIPPED, shipped.version, shipped.valid_from, "", "kept")]
    for kept in shelf.packs():
        whole = _fault(shelf, kept, paths.cache) is None
        state = "waiting" if kept.digest in waiting else "kept"
        if kept.digest == in_force:
            state = "in_force"
        rows.append(
            Listed(
                kept.digest, kept.version, kept.valid_from, kept.publisher,
                state if whole else "damaged",
            )
        )  # fmt: skip
    if not any(row.state == "in_force" for row in rows):
        rows[0] = Listed(SHIPPED, shipped.version, shipped.valid_from, "", "in_force")
    return tuple(rows)


def use_pack(paths: AppPaths, digest: str) -> Listed:
    """Go back (or forth) to a pack on the shelf, or to SHIPPED, from the next start on.

    Args:
        digest: its beginning is enough.

    Raises BadInputError where it is not here, or is damaged.
    """
    shelf, today = PackShelf(paths.data), date.today()
    if digest == SHIPPED:
        pack = load_pack(forms_dir(), paths.cache)
        shelf.use(SHIPPED, None, today)
        return Listed(SHIPPED, pack.version, None, "", "in_force")
    kept = shelf.find(digest)
    if fault := _fault(shelf, kept, paths.cache):
        raise fault
    shelf.use(kept.digest, kept.valid_from, today)
    state = "waiting" if kept.valid_from and kept.valid_from > today else "in_force"
    return Listed(kept.digest, kept.version, kept.valid_from, kept.publisher, state)


def compare_packs(paths: AppPaths, old: str, new: str) -> tuple[PackChange, ...]:
    """What differs. Either is a folder, the beginning of a digest, or SHIPPED.

    Raises BadInputError or EnvironmentProblem where one cannot be read.
    """
    return pack_changes(_pack_called(paths, old), _pack_called(paths, new))


def signature_problem(paths: AppPaths, digest: str) -> DeskAppError | None:
    """What is wrong with an installed pack, its signature included; None = nothing."""
    shelf = PackShelf(paths.data)
    kept = shelf.pack(digest)
    return _fault(shelf, kept, paths.cache) if kept is not None else None


def _fault(shelf: PackShelf, kept: KeptPack, cache: Path | None) -> DeskAppError | None:
    try:
        manifest = (kept.folder / MANIFEST).read_bytes()
        check_kept(manifest, (kept.folder / SIGNATURE).read_bytes(), _trusted(shelf))
    except OSError as error:
        return unreadable(kept.folder, error)
    except DeskAppError as error:
        return error
    if load_kept(kept, cache) is not None:
        return None
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "内容包 {version} 版损坏了，或者本程序读不懂。"),
        safe=QT_TRANSLATE_NOOP("Errors", "正在用的内容包没有动。"),
        press=QT_TRANSLATE_NOOP("Errors", "请把这个内容包再装一次。"),
        version=kept.version,
    )


def _trusted(shelf: PackShelf) -> list[bytes]:
    # A damaged key file trusts nobody, and must not keep others from being trusted.
    keys = []
    for name, pem in shelf.trusted().items():
        try:
            if publisher_id(pem) == name:
                keys.append(pem)
        except BadInputError:
            continue
    return keys


def _check_version(shelf: PackShelf, pack: Pack, cache: Path, roll_back: bool) -> None:
    versions = {kept.digest: kept.version for kept in shelf.packs()}
    shipped = load_pack(forms_dir(), cache)
    versions.setdefault(shipped.digest, shipped.version)
    wanted = next((wish.digest for wish in shelf.wishes()), SHIPPED)
    now = versions.get(wanted, shipped.version)
    mine = version_key(pack.version)
    same = [digest for digest, version in versions.items() if version_key(version) == mine]
    if same and pack.digest not in same:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "本机已经有 {version} 版，内容却不一样。"),
            safe=NOTHING_DONE,
            press=QT_TRANSLATE_NOOP(
                "Errors", "请发布的人把 pack.yaml 里的 version 加一，再签一次。"
            ),
            version=pack.version,
        )
    if mine < version_key(now) and not roll_back:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "这个内容包是 {version} 版，比现在的 {now} 版旧。"),
            safe=NOTHING_DONE,
            press=QT_TRANSLATE_NOOP("Errors", "确实要退回旧版，请加上 --roll-back。"),
            version=pack.version,
            now=now,
        )


def _pack_called(paths: AppPaths, name: str) -> Pack:
    if name == SHIPPED:
        return load_pack(forms_dir(), paths.cache)
    if Path(name).is_dir():
        return load_pack(Path(name))
    kept = PackShelf(paths.data).find(name)
    if (loaded := load_kept(kept, paths.cache)) is None:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "内容包 {version} 版损坏了，或者本程序读不懂。"),
            version=kept.version,
        )
    return loaded[0]


def read_key_file(path: Path) -> bytes:
    """The bytes of a key file, as far as one may be long. Raises EnvironmentProblem."""
    return read_limited(path, MAX_KEY_BYTES)


def read_limited(path: Path, most: int) -> bytes:
    """At most ``most`` bytes and one: enough to see that there are too many."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> EnvironmentProblem:
    """Says which file cannot be read."""
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "“{name}”读不出来（{reason}）。"),
        safe=NOTHING_DONE,
        name=path.name,
        reason=error.strerror or "",
    )
