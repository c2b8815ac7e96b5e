"""Opens the hub's database: PostgreSQL by a URL, SQLite in a folder."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.hub import tables
from desk_app.hub.migrate import upgrade
from desk_app.hub.sql_ledger import SqlLedger

POOL_SIZE = 16
ROW_SECURED = ("contents", "stream", "blobs", "chunks", "resident_links", "inquiries")
"""Tables with a ``centre`` that PostgreSQL itself keeps apart, whatever a query forgets."""

SERVING_ROLE = "desk_hub"
"""Role without ownership that the serving process becomes, so that row security binds it."""


WHOLE = "app.whole"
"""Setting with which the owner reads all centres at once; it does nothing for who serves."""


class Database:
    """The hub's database and the key that seals what lies in it.

    Used by many threads; each transaction has a connection of its own.
    """

    def __init__(self, url: str, key: bytes) -> None:
        self._engine = _engine(url)
        self._key = key
        # For a single statement: it is a transaction by itself, without the two ways more.
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        # SQLite lets one write at a time, and who waits only looks again now and then: threads of
        # this process take turns instead. Other processes still wait by looking.
        self._one_writer = threading.Lock()

    @property
    def key(self) -> bytes:
        """Seals contents at rest."""
        return self._key

    @property
    def is_postgresql(self) -> bool:
        """Whether it is PostgreSQL (else SQLite)."""
        return self._engine.dialect.name == "postgresql"

    def serve_as_other_role(self) -> None:
        """From now on work as the role that owns nothing (PostgreSQL): row security binds it."""
        if self.is_postgresql:
            self._engine.dispose()  # connections made until now are the owner's
            event.listen(self._engine, "connect", _become_serving)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; all or nothing."""
        if self.is_postgresql:
            with self._connected() as connection, connection.begin():
                yield connection
            return
        with self._one_writer, self._connected() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            with _driven(connection):
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, all of one moment."""
        with self._connected() as connection:
            if self.is_postgresql:
                with connection.begin():
                    connection.exec_driver_sql(
                        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                    )
                    yield connection
            else:
                connection.exec_driver_sql("BEGIN")
                with _driven(connection):
                    yield connection

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For one statement that only reads, of tables that no wall goes through."""
        with self._connected(self._single) as connection:
            yield connection

    @contextmanager
    def ledger(self) -> Iterator[SqlLedger]:
        """A ledger of one writing transaction."""
        with self.writing() as connection:
            yield SqlLedger(connection, self._key)

    def create(self) -> None:
        """Bring the tables up to date and, on PostgreSQL, the wall between centres."""
        with self.writing() as connection:
            upgrade(connection)
            if self.is_postgresql:
                _wall(connection)

    def facts(self, names: tuple[str, ...]) -> dict[str, str]:
        """Facts of the hub by name."""
        with self.reading() as connection:
            rows = connection.execute(
                select(tables.hub.c.name, tables.hub.c.value).where(tables.hub.c.name.in_(names))
            )
            return {name: value for name, value in rows}

    def put_fact(self, name: str, value: str) -> None:
        """Keep a fact."""
        with self.writing() as connection:
            row = tables.hub.c
            done = connection.execute(
                update(tables.hub).where(row.name == name).values(value=value)
            )
            if not done.rowcount:
                connection.execute(insert(tables.hub).values(name=name, value=value))

    def has_tables(self, name: str = "") -> bool:
        """Whether there is anything in it; or, with a ``name``, whether that table is."""
        with self._connected() as connection:
            found = inspect(connection).get_table_names()
        return name in found if name else bool(found)

    def copy_to(self, file: Path) -> None:
        """Write an SQLite database of one moment to ``file`` (empty yet), while others write."""
        with self._connected() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(file),))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _connected(self, engine: Engine | None = None) -> Iterator[Connection]:
        try:
            with (engine or self._engine).connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise DatabaseProblem(
                QT_TRANSLATE_NOOP("Errors", "中心的数据库出错（{code}）。"),
                safe=QT_TRANSLATE_NOOP("Errors", "这一步没有写入。"),
                code=type(getattr(error, "orig", error)).__name__,
            ) from error


class DatabaseProblem(EnvironmentProblem):
    """The hub's database did not do what was asked; nothing of the transaction is there."""

    code = "hub_database"


def new_id() -> str:
    """A random id for a hub or an epoch."""
    return secrets.token_hex(8)


@contextmanager
def _driven(connection: Connection) -> Iterator[None]:
    """A transaction that was begun by hand: the driver's own begins too late for SQLite."""
    try:
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise


def _engine(url: str) -> Engine:
    try:
        if url.startswith("postgresql://"):
            return _postgresql(make_url(url).set(drivername="postgresql+psycopg"))
        if url.startswith("sqlite:///"):
            return _sqlite(make_url(url))
    except (ArgumentError, ValueError):
        pass
    raise BadInputError(
        QT_TRANSLATE_NOOP("Errors", "数据库地址读不懂。"),
        press=QT_TRANSLATE_NOOP(
            "Errors", "要写成 postgresql://用户@主机/库名，或 sqlite:///文件的完整路径。"
        ),
    )


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=20,
        hide_parameters=True,
        json_serializer=json.dumps,
        connect_args={
            "options": "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=5000"
        },
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=20,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "timeout": 20},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _become_serving(connection: Any, _record: Any) -> None:
    connection.execute(f"SET ROLE {SERVING_ROLE}")
    connection.commit()


def _wall(connection: Connection) -> None:
    found = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": SERVING_ROLE}
    ).scalar()
    if not found:
        connection.exec_driver_sql(f"CREATE ROLE {SERVING_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS")
    # Where an administrator has made and granted the role, we need not, and may not.
    belongs = connection.execute(
        text("SELECT pg_has_role(current_user, :role, 'USAGE')"), {"role": SERVING_ROLE}
    ).scalar_one()
    if not belongs:
        connection.exec_driver_sql(f"GRANT {SERVING_ROLE} TO CURRENT_USER")
    connection.exec_driver_sql(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {SERVING_ROLE}"
    )
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SERVING_ROLE}")
    # What stands is left alone: rebuilding it would make everybody wait who reads or writes.
    standing = connection.execute(
        text(
            "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid "
            "WHERE relrowsecurity AND relforcerowsecurity AND relname = ANY (:tables) "
            "GROUP BY relname HAVING count(*) >= 2"
        ),
        {"tables": list(ROW_SECURED)},
    ).scalars()
    for table in sorted(set(ROW_SECURED) - set(standing)):
        _wall_off(connection, table)


def _wall_off(connection: Connection, table: str) -> None:
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_centre ON {table} USING "
        "(centre = ANY (string_to_array(current_setting('app.centres', true), ',')))",
        # The owner alone, who never serves, may ask to see the whole: for a backup.
        f"CREATE POLICY whole ON {table} FOR SELECT TO CURRENT_USER "
        f"USING (current_setting('{WHOLE}', true) = 'on')",
    ):
        connection.exec_driver_sql(statement)
    if table == "resident_links":
        # A resident's phone knows no centre: it sees the one row whose token it brings.
        connection.exec_driver_sql(
            f"CREATE POLICY by_token ON {table} FOR SELECT "
            "USING (token_hash = current_setting('app.link', true))"
        )
