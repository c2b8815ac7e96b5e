"""The hub's commands, put together; nothing of it is imported before one of them runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.kinds.kind import Json
from desk_app.system.durable import write_durably
from desk_app.system.paths import find_paths

if TYPE_CHECKING:
    from desk_app.hub.folder import HubFolder as HubFolder  # also for the commands
    from desk_app.hub.folder import OpenHub
    from desk_app.hub.people import People
    from desk_app.hub.server import Serving

FOLDER = "hub"
LIBRARIES = ("fastapi", "uvicorn", "psycopg")


def hub_folder(data: Path | None, url: str, key_file: Path | None = None) -> HubFolder:
    """Where the hub lives: the given folder, else one beside the desk's own data.

    Raises EnvironmentProblem where the hub's libraries are not installed.
    """
    if any(find_spec(library) is None for library in LIBRARIES):
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这台电脑没有装中心用的程序库。"),
            press=QT_TRANSLATE_NOOP("Errors", "请安装 desk-app[hub]。"),
        )
    from desk_app.hub.folder import HubFolder

    return HubFolder(data or find_paths(None).data / FOLDER, url, key_file)


@contextmanager
def opened(folder: HubFolder) -> Iterator[tuple[OpenHub, People]]:
    """An open hub for one command."""
    from desk_app.hub.people import People

    hub = folder.open()
    try:
        yield hub, People(hub.database, hub.identity)
    finally:
        hub.database.close()


def now_ms() -> int:
    """The clock, ms since 1970."""
    return int(time.time() * 1000)


def serving(
    host: str, port: int, *, plain: bool, workers: int, docs: bool, tls: tuple[Path | None, ...]
) -> Serving:
    """How to serve; ``tls``: certificate and key, None = the hub's own."""
    from desk_app.hub.server import Serving

    certificate, key = tls
    return Serving(host, port, plain, certificate, key, workers, docs)


def serve(folder: HubFolder, how: Serving) -> None:
    """Serve until stopped."""
    from desk_app.hub.server import serve

    serve(folder, how)


def upgrade(folder: HubFolder) -> None:
    """Bring the hub's database up to date; fine where it is."""
    from desk_app.hub.database import Database

    database = Database(folder.database_url, b"")
    try:
        if not database.has_tables("hub"):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这个数据库里没有中心，没有动它。"),
                press=QT_TRANSLATE_NOOP("Errors", "请核对 --db 的地址。"),
            )
        database.create()
    finally:
        database.close()


def residents(
    folder: HubFolder,
    centre: str,
    *,
    phone: str | None,
    address: str | None,
    shows_status: bool | None,
    takes_inquiries: bool | None,
) -> dict[str, Json]:
    """What a centre offers residents, after changing what is given; None = leave it.

    Raises as ``hub.resident.side.change_side``.
    """
    from desk_app.hub.resident.side import change_side

    with opened(folder) as (hub, _):
        side = change_side(
            hub.database,
            centre,
            phone=phone,
            address=address,
            shows_status=shows_status,
            takes_inquiries=takes_inquiries,
        )
    return asdict(side)


def new_epoch(folder: HubFolder) -> str:
    """Say to every desk that the database was restored; returns the new epoch."""
    from desk_app.hub.care import begin_epoch

    with opened(folder) as (hub, _):
        return begin_epoch(hub.database)


def kept_apart(folder: HubFolder, device: str) -> list[dict[str, Json]]:
    """What a shut-out device sent since; no contents."""
    from desk_app.hub.quarantine import listed

    with opened(folder) as (hub, _):
        return [asdict(one) for one in listed(hub.database, device)]


def release(folder: HubFolder, device: str) -> dict[str, Json]:
    """Let in what a shut-out device sent; how many, and why others were not."""
    from desk_app.hub.quarantine import release

    with opened(folder) as (hub, _):
        done = release(hub.database, device, now_ms())
    return {"taken": done.taken, "kept": done.kept, "codes": list(done.codes)}


def ticket(folder: HubFolder, address: str, code: str) -> str:
    """The one line that a person carries to the new desk.

    Raises BadInputError for an address that is neither https, nor http on this machine.
    """
    is_plain = address.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
    if not (address.startswith("https://") or is_plain) or "#" in address:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "地址要写成 https://主机:端口。没有发码。"),
        )
    fingerprint = "" if is_plain else folder.ca_fingerprint()
    return f"{address.rstrip('/')}#{code}#{fingerprint}"


def check(folder: HubFolder) -> list[dict[str, Json]]:
    """Every row of every centre, looked at; one line a centre."""
    from desk_app.hub.care import check

    with opened(folder) as (hub, _):
        return [asdict(line) for line in check(hub.database)]


def backup(folder: HubFolder, file: Path) -> str:
    """Copy the database to ``file``; returns its SHA-256."""
    from desk_app.hub.care import backup

    with opened(folder) as (hub, _):
        return backup(hub.database, folder.database_url, file)


def restore(folder: HubFolder, file: Path, into: str) -> tuple[str, list[dict[str, Json]]]:
    """Put a backup into an empty database and begin a new epoch there.

    Returns the epoch and one line a centre of what was checked.
    """
    from desk_app.hub.care import begin_epoch, restore
    from desk_app.hub.database import Database

    target = Database(into, b"")
    try:
        restore(file, target, into)
    finally:
        target.close()
    there = replace(folder, url=into)
    with opened(there) as (hub, _):
        epoch = begin_epoch(hub.database)
    return epoch, check(there)


def publish(folder: HubFolder, file: Path, trusted: Path) -> tuple[str, str]:
    """Publish a signed content pack to all desks; returns its digest and version.

    Raises BadInputError where its signature is not of the trusted key.
    """
    from desk_app.bootstrap.packs import read_key_file, read_pack_file
    from desk_app.hub import packs
    from desk_app.protocol.packs import open_pack
    from desk_app.protocol.publisher import read_public

    content = read_pack_file(file)
    key = read_key_file(trusted)
    read_public(key)  # says what is wrong with the key before anything is said of the pack
    pack = open_pack(content, [key])
    with opened(folder) as (hub, _):
        digest = packs.publish(
            hub.database, pack.manifest.version, content, key.decode("ascii"), now_ms()
        )
    return digest, pack.manifest.version


def take_stick(folder: HubFolder, file: Path, answer: Path) -> dict[str, Json]:
    """Take in a desk's file from a USB stick and write the centre's answer to it.

    Returns how many entries were taken, known already and refused, and how many rows go back.
    Raises BadInputError: the file is not to be believed, its device was shut out, or the answer's
    file is there already; then nothing was taken in.
    """
    from desk_app.hub.stick import answer_stick

    if answer.exists():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "答复文件已经有了，没有覆盖。"))
    try:
        sent = file.read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from None
    with opened(folder) as (hub, people):
        counts, content = answer_stick(hub, people, sent, now_ms())
    try:
        write_durably(answer, content)
    except OSError as error:
        # What was taken in stays taken in: the same file may be brought once more.
        raise _unwritable(answer, error) from None
    return counts


def _unreadable(file: Path, error: OSError) -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "“{file}”读不出来（{reason}）。"),
        safe=QT_TRANSLATE_NOOP("Errors", "什么也没有收下。"),
        file=file.name,
        reason=error.strerror or "",
    )


def _unwritable(file: Path, error: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "答复“{file}”写不下去（{reason}）。"),
        safe=QT_TRANSLATE_NOOP("Errors", "记录已经收下，没有丢。"),
        press=QT_TRANSLATE_NOOP("Errors", "请换一个地方，把同一个文件再导入一次。"),
        file=file.name,
        reason=error.strerror or "",
    )
