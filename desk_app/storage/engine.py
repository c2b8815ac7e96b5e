"""Opens the encrypted file: SQLCipher under SQLAlchemy, one connection, durable at each commit.

The pragmas follow the measurements in the reference notes: WAL with ``synchronous=FULL`` lost no
acknowledged commit in simulated power cuts, ``NORMAL`` lost more than half. The key is 32 random
bytes given raw; guarding it is the vault's work.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, create_engine, exc
from sqlalchemy.pool import NullPool

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem

APPLICATION_ID = 0x4B51_5942
"""Marks the file as ours ("KQYB", 跨前一步)."""

OLDEST_SQLITE = (3, 51, 3)
"""Older versions can damage a WAL file when two connections checkpoint (fixed in 3.51.3)."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "mmap_size=0",
    "busy_timeout=5000",
    "wal_autocheckpoint=1000",
    "journal_size_limit=67108864",
)

SAFE = QT_TRANSLATE_NOOP("Errors", "资料文件没有动。")


def connect(path: Path, key: bytes, *, read_only: bool = False) -> sqlcipher.Connection:
    """A raw connection with key and pragmas set; transactions are ours to begin.

    Raises:
        BadInputError: wrong key, or not one of our files.
        EnvironmentProblem: the file cannot be opened.
    """
    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "数据库程序库 {version} 太旧，可能损坏资料，没有打开。"),
            safe=SAFE,
            version=sqlcipher.sqlite_version,
        )
    mode = "ro" if read_only else "rwc"
    with translated():
        connection = sqlcipher.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
    try:
        with translated():
            connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            for pragma in PRAGMAS:
                if not (read_only and pragma.startswith("journal_mode")):
                    connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_connection(path: Path, key: bytes) -> Connection:
    """One SQLAlchemy connection, used by one thread at a time; ``transaction`` begins and commits.

    The driver's own transaction control is off (it would begin too late and not immediately).
    Closing the connection disposes of the engine too. Raises as ``connect``.
    """
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key),
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
    )
    with translated():
        return engine.connect()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All or nothing; when it ends without an error the writes are on the disk.

    Raises EnvironmentProblem when the disk refuses; then nothing was written.
    """
    with translated():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            # A full disk may have rolled back by itself already; asking twice is an error then.
            with suppress(exc.DBAPIError):
                connection.exec_driver_sql("ROLLBACK")
            raise


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's and SQLAlchemy's errors into ours, without the statement's values."""
    try:
        yield
    except exc.DBAPIError as error:
        raise _problem(error.orig) from None
    except sqlcipher.Error as error:
        raise _problem(error) from None
    except OSError as error:
        raise _os_problem(error) from None


def _problem(error: Any) -> EnvironmentProblem | BadInputError:
    words = str(error)
    if "not a database" in words:
        return BadInputError(
            QT_TRANSLATE_NOOP("Errors", "这份资料打不开：口令或密钥不对，或者它不是本程序的资料。"),
            safe=SAFE,
            press=QT_TRANSLATE_NOOP("Errors", "请核对口令；如换过电脑或密钥环，请用恢复口令。"),
        )
    for sign, sentence in _SENTENCES:
        if sign in words:
            return EnvironmentProblem(
                sentence, safe=QT_TRANSLATE_NOOP("Errors", "刚才这一步没有写入，以前的都还在。")
            )
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "读写资料时出错（{name}）。"),
        safe=QT_TRANSLATE_NOOP("Errors", "刚才这一步没有写入，以前的都还在。"),
        press=QT_TRANSLATE_NOOP("Errors", "请运行 desk-app doctor 看看。"),
        name=name,
    )


_SENTENCES = (
    ("disk is full", QT_TRANSLATE_NOOP("Errors", "磁盘满了。请腾出空间后再试。")),
    ("readonly", QT_TRANSLATE_NOOP("Errors", "资料文件夹只能读、不能写。请换文件夹或改权限。")),
    ("unable to open", QT_TRANSLATE_NOOP("Errors", "资料文件打不开：没有这个文件夹，或者不能写。")),
    ("malformed", QT_TRANSLATE_NOOP("Errors", "资料文件损坏了。请不要删除它，先用备份或修复。")),
    ("disk I/O", QT_TRANSLATE_NOOP("Errors", "磁盘读写出错。请检查磁盘后再试。")),
    ("locked", QT_TRANSLATE_NOOP("Errors", "资料正被另一个程序占用。请关掉它再试。")),
)  # fmt: skip


def _os_problem(error: OSError) -> EnvironmentProblem:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "磁盘满了。请腾出空间后再试。")
        if full
        else QT_TRANSLATE_NOOP("Errors", "文件读写出错（{code}）。"),
        safe=SAFE,
        code=errno.errorcode.get(error.errno or 0, "OSError"),
    )
