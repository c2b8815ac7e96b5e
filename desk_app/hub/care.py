"""Backup, restore and check of the hub's database; a new epoch after each restore."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text, update

from desk_app.core.entries import fingerprint
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.exchange import DIGEST_MODULUS, row_mark
from desk_app.hub import tables
from desk_app.hub.database import Database, new_id
from desk_app.hub.sql_ledger import open_entry, see_centres
from desk_app.protocol.signing import BadSignatureError

_LINE = tables.stream.c


@dataclass(frozen=True, slots=True)
class CentreCheck:
    """What was found of one centre.

    Attributes:
        rows: of its stream.
        faults: numbers missing or doubled, sums or contents that do not fit.
    """

    centre: str
    rows: int
    faults: int


def check(database: Database) -> list[CentreCheck]:
    """Read every row of every centre: numbers without holes, sums, contents with fingerprints."""
    with database.reading() as connection:
        row = tables.centres.c
        found = connection.execute(select(row.id, row.high, row.mark_sum).order_by(row.id)).all()
        see_centres(connection, [centre for centre, _, _ in found])
        checks = []
        for centre, high, mark_sum in found:
            faults = expected = total = 0
            lines = connection.execute(
                select(_LINE.seq, _LINE.id, _LINE.sha256, _LINE.received, _LINE.mark_sum)
                .where(_LINE.centre == centre)
                .order_by(_LINE.seq)
            )
            for seq, row_id, sha256, received, running in lines:
                expected += 1
                total = (total + row_mark(row_id, sha256, received)) % DIGEST_MODULUS
                faults += seq != expected or int(running) != total
            faults += expected != high or total != int(mark_sum)
            checks.append(CentreCheck(centre, expected, faults + _bad_contents(database, centre)))
    return checks


def _bad_contents(database: Database, centre: str) -> int:
    kept, entry = tables.contents.c, tables.entries.c
    bad = 0
    with database.reading() as connection:
        see_centres(connection, [centre])
        rows = connection.execute(
            select(kept.id, kept.sealed, entry.sha256)
            .join(tables.entries, entry.id == kept.id)
            .where(kept.centre == centre)
        )
        for entry_id, sealed, sha256 in rows:
            try:
                opened = open_entry(database.key, entry_id, sealed)
                bad += not (opened.id == entry_id and fingerprint(opened) == sha256)
            except (BadSignatureError, ValueError):
                bad += 1
    return bad


def begin_epoch(database: Database) -> str:
    """Say to every desk that this database was restored; returns the new epoch.

    Up to ``common`` all is as they know it; what they have beyond it, they send again.
    """
    epoch = new_id()
    row = tables.centres.c
    with database.writing() as connection:
        connection.execute(update(tables.centres).values(epoch=epoch, common=row.high))
    return epoch


def backup(database: Database, url: str, file: Path) -> str:
    """Write a copy of the whole database to ``file``; returns its SHA-256.

    SQLite: by ``VACUUM INTO``, of one moment, while others write. PostgreSQL: by ``pg_dump``.
    """
    if file.exists():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这个文件已经有了，没有覆盖。"))
    if database.is_postgresql:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={file}", f"--dbname={url}")
        os.chmod(file, 0o600)
    else:
        database.copy_to(file)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def restore(file: Path, target: Database, url: str) -> None:
    """Put a backup into an empty database. Raises BadInputError where the target is not empty."""
    if not file.is_file():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "没有这个备份文件。"))
    if target.is_postgresql:
        if target.has_tables():
            raise _not_empty()
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(file))
        return
    place = Path(url.removeprefix("sqlite:///"))
    if place.exists():
        raise _not_empty()
    shutil.copyfile(file, place)
    os.chmod(place, 0o600)


def _not_empty() -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "要恢复到的数据库不是空的，没有动它。"),
        press=QT_TRANSLATE_NOOP("Errors", "请给一个新的数据库。"),
    )


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这台机器上没有 {program}。"), program=program
        )
    done = subprocess.run([found, *arguments], capture_output=True, check=False)
    if done.returncode:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "{program} 没有做成（代码 {code}）。"),
            program=program,
            code=done.returncode,
        )


def is_bound_by_walls(database: Database) -> bool:
    """Whether row security binds who serves: not a superuser, nor one who may pass it by."""
    if not database.is_postgresql:
        return True
    with database.reading() as connection:
        passes = connection.execute(
            text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
        ).scalar_one()
    return not passes
