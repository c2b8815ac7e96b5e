"""Backup, restore and check of the hub's database; a new epoch after each restore."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, case, make_url, select, text, update

from desk_app.core.entries import fingerprint
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.exchange import DIGEST_MODULUS, row_mark
from desk_app.hub import tables
from desk_app.hub.database import WHOLE, Database, new_id
from desk_app.hub.sql_ledger import open_entry, see_centres
from desk_app.protocol.signing import BadSignatureError, unseal

CHECK_ROWS = 200
"""Rows looked at in one transaction: a check never holds one open for long."""

_WALLS = re.compile(r"\d+; \d+ \d+ (?:POLICY|ROW SECURITY) ")
"""Lines of a PostgreSQL backup's list that speak of roles, which another cluster has not."""

_SQLITE = b"SQLite format 3\0"
"""How every SQLite file begins."""

_LINE = tables.stream.c
_KEPT = tables.contents.c
_PLACE = tables.places.c


@dataclass(frozen=True, slots=True)
class CentreCheck:
    """What was found of one centre.

    Attributes:
        rows: of its stream.
        faults: numbers missing or doubled, sums or contents that do not fit, contents that lie
            with another centre than their case.
    """

    centre: str
    rows: int
    faults: int


def check(database: Database) -> list[CentreCheck]:
    """Read every row of every centre: numbers without holes, sums, contents with fingerprints.

    Others may write meanwhile: what came after the check began is not looked at.
    """
    row = tables.centres.c
    with database.reading() as connection:
        found = connection.execute(select(row.id, row.high, row.mark_sum).order_by(row.id)).all()
    everyone = [centre for centre, _, _ in found]
    checks = []
    for centre, high, mark_sum in found:
        walk = _Walk(database, centre)
        while walk.seq < high:
            with database.reading() as connection:
                see_centres(connection, everyone)
                page = _page(connection, centre, walk.seq, high)
            if not page:
                break
            for line in page:
                walk.look(line)
        walk.faults += walk.seq != high or walk.total != int(mark_sum)
        checks.append(CentreCheck(centre, walk.rows, walk.faults))
    return checks


def _page(connection: Connection, centre: str, after: int, high: int) -> Sequence[Any]:
    joined = tables.stream.outerjoin(tables.contents, _KEPT.id == _LINE.id)
    joined = joined.outerjoin(tables.places, _PLACE.case_id == _LINE.case_id)
    query = (
        select(
            _LINE.seq,
            _LINE.id,
            _LINE.type,
            _LINE.sha256,
            _LINE.received,
            _LINE.mark_sum,
            _LINE.notice,
            _KEPT.centre.label("kept_by"),
            _PLACE.centre.label("place"),
            case((_KEPT.centre == centre, _KEPT.sealed)).label("sealed"),
        )
        .select_from(joined)
        .where(_LINE.centre == centre, _LINE.seq > after, _LINE.seq <= high)
        .order_by(_LINE.seq)
        .limit(CHECK_ROWS)
    )
    return connection.execute(query).all()


class _Walk:
    """A check on its way along one centre's stream."""

    def __init__(self, database: Database, centre: str) -> None:
        self._key = database.key
        self._centre = centre
        self.rows = self.faults = self.seq = self.total = 0

    def look(self, line: Row[Any]) -> None:
        """Look at the next row; a fault in it counts once, not at every later one again."""
        total = (self.total + row_mark(line.id, line.sha256, line.received)) % DIGEST_MODULUS
        fits = line.seq == self.seq + 1 and int(line.mark_sum) == total
        if line.type in ("entry", "gone"):
            # Contents are always somewhere, with the centre that their case belongs to.
            fits = fits and line.kept_by is not None and line.kept_by == line.place
            fits = fits and (line.sealed is None or self._opens(line))
        elif line.notice is not None:
            fits = fits and self._is_notice(line)
        self.rows += 1
        self.faults += not fits
        self.seq, self.total = line.seq, int(line.mark_sum)

    def _opens(self, line: Row[Any]) -> bool:
        try:
            opened = open_entry(self._key, line.id, line.sealed)
        except (BadSignatureError, ValueError):
            return False
        return bool(opened.id == line.id and fingerprint(opened) == line.sha256)

    def _is_notice(self, line: Row[Any]) -> bool:
        try:
            unseal(self._key, line.notice, line.id.encode())
        except BadSignatureError:
            return False
        return True


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
    Raises BadInputError where the file is there already or its folder is not.
    """
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这个文件已经有了，没有覆盖。")) from None
    except OSError as error:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{file}”写不了（{reason}）。"),
            file=file.name,
            reason=error.strerror or "",
        ) from None
    try:
        if database.is_postgresql:
            _see_whole(database)
            _run_postgresql(
                "pg_dump", url, "--format=custom", "--no-owner", "--no-privileges",
                "--enable-row-security", f"--file={file}",
            )  # fmt: skip
        else:
            database.copy_to(file)
        with file.open("rb") as written:
            os.fsync(written.fileno())
            return hashlib.file_digest(written, "sha256").hexdigest()
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _see_whole(database: Database) -> None:
    """Raise EnvironmentProblem where a backup would lack rows without a word."""
    row = tables.centres.c
    last = select(_LINE.seq).where(_LINE.centre == row.id, _LINE.seq == row.high).exists()
    with database.reading() as connection:
        connection.exec_driver_sql(f"SET LOCAL {WHOLE} = 'on'")
        unseen = connection.execute(select(row.id).where(row.high > 0, ~last).limit(1)).first()
    if unseen is not None:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这个数据库用户看不到全部记录，没有备份。"),
            press=QT_TRANSLATE_NOOP("Errors", "请用建库的用户运行 desk-app hub upgrade 再试。"),
        )


def restore(file: Path, target: Database, url: str) -> None:
    """Put a backup into an empty database and bring it up to date.

    Raises BadInputError where the target is not empty (then it was not touched), or the file is no
    backup of a hub.
    """
    if not file.is_file():
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "没有这个备份文件。"))
    if target.is_postgresql:
        if target.has_tables():
            raise _not_empty()
        _restore_postgresql(file, url)
    else:
        _restore_sqlite(file, Path(make_url(url).database or ""))
    if not target.has_tables("hub"):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这个文件不是中心的备份。"))
    target.create()


def _restore_sqlite(file: Path, place: Path) -> None:
    with file.open("rb") as source:
        if source.read(len(_SQLITE)) != _SQLITE:
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这个文件不是中心的备份。"))
    if place.exists():
        raise _not_empty()
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{file}”写不了（{reason}）。"),
            file=place.name,
            reason=error.strerror or "",
        ) from None
    with os.fdopen(handle, "wb") as copy, file.open("rb") as source:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())


def _restore_postgresql(file: Path, url: str) -> None:
    # The walls name roles of the cluster that the backup is of: they are built anew afterwards.
    lines = _run("pg_restore", "--list", str(file)).splitlines()
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as wanted:
        wanted.write("\n".join(line for line in lines if not _WALLS.match(line)))
        wanted.flush()
        _run_postgresql(
            "pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction",
            f"--use-list={wanted.name}", str(file),
        )  # fmt: skip


def _not_empty() -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "要恢复到的数据库不是空的，没有动它。"),
        press=QT_TRANSLATE_NOOP("Errors", "请给一个新的数据库。"),
    )


def _run_postgresql(program: str, url: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's on a database; the password never stands in a command line."""
    place = make_url(url)
    more = {"PGOPTIONS": f"-c {WHOLE}=on"}
    if place.password:
        more["PGPASSWORD"] = str(place.password)
    address = place._replace(password=None).render_as_string(hide_password=False)
    _run(program, f"--dbname={address}", *arguments, more=more)


def _run(program: str, *arguments: str, more: dict[str, str] | None = None) -> str:
    found = shutil.which(program)
    if found is None:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这台机器上没有 {program}。"), program=program
        )
    done = subprocess.run(
        [found, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **(more or {})},
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "{program} 没有做成：{reason}"),
            program=program,
            reason=said[0][:200] if said else str(done.returncode),
        )
    return done.stdout


def is_bound_by_walls(database: Database) -> bool:
    """Whether row security binds who serves: not a superuser, nor one who may pass it by."""
    if not database.is_postgresql:
        return True
    with database.reading() as connection:
        passes = connection.execute(
            text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
        ).scalar_one()
    return not passes
