"""Brings a store to the schema of this program, never in place.

A new store is built beside its place and moved there when it is whole; an older one is copied, the
copy migrated, checked and swapped in, the old file kept. A kill at any moment leaves the old file
or the new one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem
from desk_app.core.ids import new_device_id, new_incarnation
from desk_app.storage.engine import APPLICATION_ID, SAFE, connect, open_connection, translated
from desk_app.storage.journal import Chain, write_chain

SCHEMA_VERSION = 1
"""Number of the newest revision; also the store's ``user_version``."""


def create_store(path: Path, key: bytes) -> None:
    """Build an empty store at ``path``; the file appears only when it is whole."""
    building = path.with_name(path.name + ".new")
    _remove(building)
    connection = open_connection(building, key)
    try:
        _upgrade(connection)
        with translated():
            write_chain(connection, Chain(new_device_id(), new_incarnation()))
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    _put_in_place(building, path)


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
    copy = path.with_name(path.name + ".new")
    _remove(copy)
    _copy(path, copy, key)
    connection = open_connection(copy, key)
    try:
        _upgrade(connection)
        with translated():
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    os.link(path, path.with_name(f"{path.name}.v{found}"))
    _put_in_place(copy, path)


def schema_version(path: Path, key: bytes) -> int:
    """The schema version of the store at ``path``. Raises as ``bring_up_to_date``."""
    connection = connect(path, key, read_only=True)
    try:
        with translated():
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    if application != APPLICATION_ID:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这个文件不是“跨前一步”的资料，没有打开。"), safe=SAFE
        )
    return int(version)


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
    reading = connect(source, key, read_only=True)
    writing = connect(target, key)
    try:
        with translated():
            reading.backup(writing)
    finally:
        writing.close()
        reading.close()


def _put_in_place(building: Path, path: Path) -> None:
    with translated():
        file = os.open(building, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
        os.chmod(building, 0o600)
        os.replace(building, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).unlink()
