"""Opens the encrypted file: SQLCipher under SQLAlchemy, one connection, durable at each commit.

The pragmas follow the measurements in the reference notes: WAL with ``synchronous=FULL`` lost no
acknowledged commit in simulated power cuts, ``NORMAL`` lost more than half. The key is 32 random
bytes given raw; guarding it is the vault's work.

``cipher_memory_security`` stays off: it doubled the cost of a commit here (0.6 to 1.3 ms) to wipe
SQLCipher's own buffers, while the same words stand in Python's memory, which nothing wipes.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

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

PAGE_SIZE = 4096
"""SQLCipher 4's own; changing it makes every existing store unreadable."""

PAGES_TRIED = 64

ASKED_AT_ONCE = 500
"""Values in one ``IN (…)``; SQLite takes more, and gains nothing by it."""

T = TypeVar("T")

SAFE = QT_TRANSLATE_NOOP("Errors", "资料文件没有动。")


Mode = Literal["ro", "rw", "rwc"]


def connect(path: Path, key: bytes, mode: Mode = "rw") -> sqlcipher.Connection:
    """A raw connection with key and pragmas set; transactions are ours to begin.

    Args:
        mode: ``rwc`` makes the file; the others refuse when there is none.

    Raises:
        BadInputError: wrong key, or not one of our files (a file whose first 16 bytes are damaged
            cannot be told from these).
        EnvironmentProblem: the file is damaged, not encrypted, or cannot be opened.
    """
    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "数据库程序库 {version} 太旧，可能损坏资料，没有打开。"),
            safe=SAFE,
            version=sqlcipher.sqlite_version,
        )
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
            _read_first_page(connection, path, key)
            for pragma in PRAGMAS:
                if not (mode == "ro" and pragma.startswith("journal_mode")):
                    connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _read_first_page(connection: sqlcipher.Connection, path: Path, key: bytes) -> None:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if _code(error) != "SQLITE_NOTADB":
            raise
        raise _unreadable(path, key) from None


def open_connection(path: Path, key: bytes, mode: Mode = "rw") -> Connection:
    """One SQLAlchemy connection, used by one thread at a time; ``transaction`` begins and commits.

    The driver's own transaction control is off (it would begin too late and not immediately).
    Closing the connection disposes of the engine too. Raises as ``connect``.
    """
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key, mode),
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
    )
    with translated():
        return engine.connect()


def run(connection: Connection, statement: str, values: Sequence[object] = ()) -> Any:
    """Run a statement of every commit straight on the driver; returns its cursor.

    SQLAlchemy's own way costs as much as the statement itself, five times a commit.
    """
    driver: Any = connection.connection.driver_connection
    return driver.execute(statement, values)


def run_each(connection: Connection, statement: str, rows: Iterable[Sequence[object]]) -> None:
    """Run a statement straight on the driver for each of ``rows``; it is made ready once."""
    driver: Any = connection.connection.driver_connection
    driver.executemany(statement, rows)


def parts(values: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """``values`` in parts that fit the parameters of one statement."""
    left = iter(values)
    while part := tuple(islice(left, ASKED_AT_ONCE)):
        yield part


def marks(part: Sequence[object]) -> str:
    """One question mark a value, for ``IN (…)``."""
    return ",".join("?" * len(part))


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All or nothing; when it ends without an error the writes are on the disk.

    Raises EnvironmentProblem when the disk refuses; then nothing was written.
    """
    with translated():
        run(connection, "BEGIN IMMEDIATE")
        try:
            yield
            run(connection, "COMMIT")
        except BaseException:
            # A full disk may have rolled back by itself already; asking twice is an error then.
            with suppress(sqlcipher.Error):
                run(connection, "ROLLBACK")
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
    except UnicodeEncodeError:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "文字里有损坏的字符（半个字），没有写入。")
        ) from None


def _unreadable(path: Path, key: bytes) -> EnvironmentProblem | BadInputError:
    """Why the first page of ``path`` says nothing under ``key``: three causes, three ways on."""
    with path.open("rb") as file:
        if file.read(16) == b"SQLite format 3\0":
            return EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "这是一个没有加密的数据库，不是本程序的资料。"),
                safe=SAFE,
                press=QT_TRANSLATE_NOOP("Errors", "请把它移到别处，再放回原来的资料文件。"),
            )
        file.seek(0)
        if _fits_some_page(file.read(PAGES_TRIED * PAGE_SIZE), key):
            return damaged()
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "这份资料打不开：密钥不对，或者它不是本程序的资料。"),
        safe=SAFE,
        press=QT_TRANSLATE_NOOP(
            "Errors", "请检查资料文件夹；刚换过电脑或恢复过备份的，请一起恢复。"
        ),
    )


def _fits_some_page(start: bytes, key: bytes) -> bool:
    """Whether any whole page of ``start`` was written under ``key``.

    A page ends in its HMAC-SHA512, over its bytes (but the salt) and its number, little endian;
    the HMAC's key is made from the key and the salt that opens the file (SQLCipher 4 design).
    """
    salt = bytes(byte ^ 0x3A for byte in start[:16])
    mac_key = hashlib.pbkdf2_hmac("sha512", key, salt, 2, 32)
    for number in range(1, len(start) // PAGE_SIZE + 1):
        page = start[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        signed = page[16 if number == 1 else 0 : -64] + number.to_bytes(4, "little")
        if hmac.compare_digest(hmac.new(mac_key, signed, "sha512").digest(), page[-64:]):
            return True
    return False


def damaged() -> EnvironmentProblem:
    """The sentence for a store whose bytes do not hold together."""
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "资料文件损坏了。"),
        safe=QT_TRANSLATE_NOOP("Errors", "里面的东西多半还能救，程序没有动它。"),
        press=QT_TRANSLATE_NOOP("Errors", "请不要删除它，先用备份恢复，或请技术人员修复。"),
    )


def _code(error: object) -> str:
    return str(getattr(error, "sqlite_errorname", "")) or type(error).__name__


def _problem(error: object) -> EnvironmentProblem:
    code = _code(error)
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged()
    safe = QT_TRANSLATE_NOOP("Errors", "刚才这一步没有写入，以前的都还在。")
    for sign, sentence in _SENTENCES.items():
        if code.startswith(sign):
            return EnvironmentProblem(sentence, safe=safe)
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "读写资料时出错（{name}）。"),
        safe=safe,
        press=QT_TRANSLATE_NOOP("Errors", "请运行 desk-app doctor 看看。"),
        name=code,
    )


_SENTENCES = {
    "SQLITE_FULL": QT_TRANSLATE_NOOP("Errors", "磁盘满了。请腾出空间后再试。"),
    "SQLITE_READONLY": QT_TRANSLATE_NOOP(
        "Errors", "资料文件夹只能读、不能写。请换文件夹或改权限。"
    ),
    "SQLITE_CANTOPEN": QT_TRANSLATE_NOOP(
        "Errors", "资料文件打不开：没有这个文件夹，或者不能写。请检查文件夹。"
    ),
    "SQLITE_IOERR": QT_TRANSLATE_NOOP(
        "Errors", "磁盘读写出错：可能满了，或者有故障。请检查磁盘后再试。"
    ),
    "SQLITE_BUSY": QT_TRANSLATE_NOOP("Errors", "资料正被另一个程序占用。请关掉它再试。"),
}


def _os_problem(error: OSError) -> EnvironmentProblem:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "磁盘满了。请腾出空间后再试。")
        if full
        else QT_TRANSLATE_NOOP("Errors", "文件读写出错（{code}）。"),
        safe=SAFE,
        code=errno.errorcode.get(error.errno or 0, "OSError"),
    )
