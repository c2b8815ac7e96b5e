"""Brings the hub's database to the schema of this program.

Expand, migrate, contract: a revision either only adds, and processes of the version before go on
serving beside the new ones until they are replaced; or it takes away what that version no longer
uses, and ``OLDEST`` rises. So a hub of many processes is brought up to date while it serves.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, delete, insert

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem
from desk_app.hub import tables

SCHEMA = 3
"""Number of the newest revision."""

OLDEST = 1
"""Schema of the oldest program that may still work with this one's tables."""

FACTS = ("schema", "oldest")


def upgrade(connection: Connection) -> None:
    """Run the revisions that are missing, in the transaction that ``connection`` is in."""
    # Alembic takes half a second to import; a hub that is up to date never needs it.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        # A revision may take its time, but must not make everybody wait behind it in the queue.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(delete(tables.hub).where(tables.hub.c.name.in_(FACTS)))
    connection.execute(
        insert(tables.hub),
        [{"name": "schema", "value": str(SCHEMA)}, {"name": "oldest", "value": str(OLDEST)}],
    )


def check_schema(facts: Mapping[str, str]) -> None:
    """Raise EnvironmentProblem where this program cannot work with a database of these facts."""
    oldest = int(facts.get("oldest", "0"))
    # Without it, the database is from before there were revisions.
    found = int(facts.get("schema", "0")) if oldest else 0
    if found < SCHEMA:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP(
                "Errors", "这个中心的数据库是旧的（第 {found} 版），本程序要第 {known} 版。"
            ),
            safe=QT_TRANSLATE_NOOP("Errors", "数据库没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请先备份，再运行 desk-app hub upgrade。"),
            found=found,
            known=SCHEMA,
        )
    if oldest > SCHEMA:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP(
                "Errors",
                "这个中心的数据库是更新版本的程序的（第 {found} 版），本程序只认得第 {known} 版。",
            ),
            safe=QT_TRANSLATE_NOOP("Errors", "数据库没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请先更新程序。"),
            found=found,
            known=SCHEMA,
        )
