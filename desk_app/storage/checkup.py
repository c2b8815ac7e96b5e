"""Looks a store over: file, journal, index. Finds faults and says them; mends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, exc

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem
from desk_app.core.ids import EntryId
from desk_app.storage import journal, tray
from desk_app.storage.engine import connect, translated

Check = Callable[[], Iterator[EnvironmentProblem]]


def problems(connection: Connection, path: Path, key: bytes) -> tuple[str, ...]:
    """Sentences about what is wrong with the store; empty = nothing found.

    Raises EnvironmentProblem only where the disk refuses the checkpoint before the checks.
    """
    with translated():
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    checks: tuple[Check, ...] = (
        lambda: _pages(path, key),
        lambda: _structure(connection),
        lambda: _journal(connection),
        lambda: _case_list(connection),
        lambda: _search_index(connection),
    )
    found: list[str] = []
    for check in checks:
        try:
            with translated():
                found += map(str, check())
        except EnvironmentProblem as problem:  # damage may stop a check half-way
            found.append(str(problem))
    return tuple(dict.fromkeys(found))


def _pages(path: Path, key: bytes) -> Iterator[EnvironmentProblem]:
    # On a connection of its own: one bad page spoils whatever a connection reads afterwards. And
    # after the checkpoint: it reads the main file only, and took a filled log for damage.
    own = connect(path, key, "ro")
    try:
        bad = own.execute("PRAGMA cipher_integrity_check").fetchall()
    finally:
        own.close()
    if bad:
        yield EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "资料文件有 {count} 页的校验码不对，文件受损。"),
            press=QT_TRANSLATE_NOOP("Errors", "请不要删除它，先用备份恢复，或请技术人员修复。"),
            count=len(bad),
        )


def _structure(connection: Connection) -> Iterator[EnvironmentProblem]:
    for line in connection.exec_driver_sql("PRAGMA quick_check(5)").scalars():
        if line != "ok":
            yield EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "资料文件的结构有误：{detail}。"),
                press=QT_TRANSLATE_NOOP("Errors", "请用备份恢复，或请技术人员修复。"),
                detail=line,
            )


def _journal(connection: Connection) -> Iterator[EnvironmentProblem]:
    broken = journal.verify(connection)
    if broken and (forked := tray.forked(connection)):
        # A copy of some device wrote on under the same ids: said in the tray, and no tampering.
        broken = [entry_id for entry_id in broken if not _is_beside(entry_id, forked)]
    if broken:
        yield EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "有 {count} 条记录被改过或接不上，最早的是 {first}。"),
            press=QT_TRANSLATE_NOOP("Errors", "请保留现场，报告主管。"),
            count=len(broken),
            first=broken[0],
        )


def _is_beside(entry_id: str, forked: set[str]) -> bool:
    name = EntryId.parse(entry_id)
    before = str(replace(name, counter=name.counter - 1)) if name.counter > 1 else ""
    return entry_id in forked or before in forked


def _case_list(connection: Connection) -> Iterator[EnvironmentProblem]:
    listed, written = connection.exec_driver_sql(
        "SELECT (SELECT count(*) FROM cases), (SELECT count(DISTINCT case_id) FROM entries "
        "WHERE kind <> 'handover.answered' "
        "AND case_id NOT IN (SELECT case_id FROM evictions WHERE is_gone = 1))"
    ).one()
    if listed != written:
        yield _rebuild_wanted()


def _search_index(connection: Connection) -> Iterator[EnvironmentProblem]:
    try:
        connection.exec_driver_sql(
            "INSERT INTO search (search, rank) VALUES ('integrity-check', 0)"
        )
    except exc.DatabaseError:
        yield _rebuild_wanted()


def _rebuild_wanted() -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "清单或搜索和原始记录对不上。"),
        safe=QT_TRANSLATE_NOOP("Errors", "原始记录还在。"),
        press=QT_TRANSLATE_NOOP("Errors", "请运行 desk-app rebuild 重新生成。"),
    )
