"""A real PostgreSQL on loopback: one cluster a test session, one fresh database a test.

As root it runs as the user ``postgres`` or ``nobody``, since PostgreSQL refuses root. Durability is
off, unless a test speaks of it: what these tests kill is the hub, not the database.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

OWNER = "hub_owner"
"""Owns the hub's tables; may make the role that serves, and is no superuser."""

USERS = ("postgres", "nobody")
SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "max_connections=120",
    "unix_socket_directories=''",  # a path of a test's folder may be too long for one
)


class NoPostgresError(Exception):
    """PostgreSQL is not on this machine, or does not start."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster; ``port`` on 127.0.0.1."""

    folder: Path
    port: int

    def database(self) -> str:
        """A fresh empty database; its URL."""
        name = f"hub_{secrets.token_hex(6)}"
        with psycopg.connect(self._url("postgres", "super"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE {name} OWNER "{OWNER}"')
        return self._url(name, OWNER)

    def _url(self, database: str, user: str) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A private cluster, gone afterwards.

    Raises NoPostgresError with what to install.
    """
    user = _user()
    # The other user may not look into the temporary folder that is root's alone.
    folder = Path(tempfile.mkdtemp(prefix="desk-app-pg-", dir="/var/tmp" if user else None))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    try:
        _run(user, _program("initdb"), "-D", str(data), "-U", "super", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync")  # fmt: skip
        port = _free_port()
        settings = "".join(f" -c {setting}" for setting in SETTINGS)
        _run(user, _program("pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"),
             "-o", f"-p {port} -c listen_addresses=127.0.0.1{settings}",
             "start")  # fmt: skip
        try:
            running = Postgres(folder, port)
            url = f"postgresql://super@127.0.0.1:{port}/postgres"
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE NOSUPERUSER")
            yield running
        finally:
            _run(user, _program("pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str:
    """Whom to run as; empty = as ourselves."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in USERS:
        if name in known:
            return name
    raise NoPostgresError(
        "PostgreSQL does not run as root, and there is no user postgres or nobody"
    )


def _program(name: str) -> str:
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(beside[-1]) if beside else shutil.which(name)
    if found is None:
        raise NoPostgresError(f"{name} is missing: install the package postgresql")
    return found


def _run(user: str, *command: str) -> None:
    # pg_ctl's child would keep a pipe open for ever: what it says goes to a file.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            command, user=user or None, stdout=said, stderr=said, cwd="/", check=False
        )
        said.seek(0)
        if done.returncode:
            raise NoPostgresError(said.read().decode("utf-8", "replace"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
