"""Brings a store to the schema of this program, never in place.

A new store is built beside its place and moved there when it is whole; an older one is copied, the
copy migrated, checked and swapped in, the old file kept. A kill at any moment leaves the old file
or the new one.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sqlalchemy import Connection

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem
from desk_app.core.ids import new_device_id, new_incarnation
from desk_app.core.kinds import KINDS
from desk_app.storage import journal
from desk_app.storage.engine import (
    APPLICATION_ID,
    SAFE,
    connect,
    damaged,
    open_connection,
    translated,
)
from desk_app.storage.journal import Chain, write_chain
from desk_app.system.durable import put_in_place

SCHEMA_VERSION = 4
"""Number of the newest revision; also the store's ``user_version``."""


KNOWN_KINDS = hashlib.sha256("\n".join(sorted(KINDS)).encode()).hexdigest()
"""Says which kinds of entries this program reads."""

COMPANIONS = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside an open store."""


def create_store(path: Path, key: bytes) -> None:
    """Build an empty store at ``path``; the file appears only when it is whole.

    Raises EnvironmentProblem when the folder cannot be written, or holds the rest of a store.
    """
    if any(_beside(path, ending).exists() for ending in ("", *COMPANIONS)):
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这里还有一份资料（或它的一部分），没有另建空的。"),
            safe=SAFE,
            press=QT_TRANSLATE_NOOP("Errors", "请先用备份恢复，或把它们移到别处。"),
        )
    building = _beside(path, ".new")
    _remove(building)
    connection = open_connection(building, key, "rwc")
    try:
        _upgrade(connection)
        with translated():
            write_chain(connection, Chain(new_device_id(), new_incarnation()))
            made_fresh(connection)
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    with translated():
        put_in_place(building, path)


def bring_up_to_date(path: Path, key: bytes) -> None:
    """Migrate the store at ``path`` if it is older than this program.

    Raises:
        EnvironmentProblem: it is newer (refused, file unharmed) or not a store of ours.
        BadInputError: wrong key, or not one of our files.
    """
    found = schema_version(path, key)
    if found == SCHEMA_VERSION:
        return
    if found > SCHEMA_VERSION:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP(
                "Errors",
                "这份资料是更新版本的程序写的（第 {found} 版），本程序只认得第 {known} 版。",
            ),
            safe=SAFE,
            press=QT_TRANSLATE_NOOP("Errors", "请先更新程序，再打开。"),
            found=found,
            known=SCHEMA_VERSION,
        )
    copy = _beside(path, ".new")
    _remove(copy)
    _copy(path, copy, key)
    connection = open_connection(copy, key)
    try:
        _upgrade(connection)
        _check(connection)
        with translated():
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    kept = _beside(path, f".v{found}")
    with translated():
        kept.unlink(missing_ok=True)  # of an earlier try that was cut off
        os.link(path, kept)
        put_in_place(copy, path)


def is_stale(connection: Connection) -> bool:
    """Whether the projections are to be made again from the journal.

    A revision says so; or a program made them that knew other kinds of entries: what it kept
    unread may say something to this one, e.g. that a visit is due.
    """
    with translated():
        rows = connection.exec_driver_sql(
            "SELECT name, value FROM meta WHERE name IN ('projections', 'kinds')"
        )
        held = {str(name): str(value) for name, value in rows}
    return "projections" in held or held.get("kinds") != KNOWN_KINDS


def made_fresh(connection: Connection) -> None:
    """All projections were made again; part of the same transaction."""
    connection.exec_driver_sql("DELETE FROM meta WHERE name = 'projections'")
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO meta (name, value) VALUES ('kinds', ?)", (KNOWN_KINDS,)
    )


def schema_version(path: Path, key: bytes) -> int:
    """The schema version of the store at ``path``. Raises as ``bring_up_to_date``."""
    connection = connect(path, key, "ro")
    try:
        with translated():
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    if application != APPLICATION_ID:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这个文件是空的，或者不是本程序的资料，没有打开。"),
            safe=SAFE,
            press=QT_TRANSLATE_NOOP("Errors", "请检查资料文件夹，或者用备份恢复。"),
        )
    return int(version)


def _check(connection: Connection) -> None:
    with translated():
        found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if found != "ok" or journal.verify(connection):
            raise damaged()


def _upgrade(connection: Connection) -> None:
    # Alembic takes half a second to import; a store that is up to date never needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    with translated():
        command.upgrade(config, "head")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _copy(source: Path, target: Path, key: bytes) -> None:
    # The log is emptied first: left behind, it would be replayed into the file that takes the
    # old one's place.
    reading = connect(source, key)
    writing = connect(target, key, "rwc")
    try:
        with translated():
            (busy, *_) = reading.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise EnvironmentProblem(
                    QT_TRANSLATE_NOOP("Errors", "资料正被另一个程序占用。请关掉它再试。"),
                    safe=SAFE,
                )
            reading.backup(writing)
    finally:
        writing.close()
        reading.close()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _remove(path: Path) -> None:
    for ending in ("", *COMPANIONS):
        with translated():
            _beside(path, ending).unlink(missing_ok=True)
