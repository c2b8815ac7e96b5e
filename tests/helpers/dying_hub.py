"""A hub that is killed at a chosen step of its work in the database.

``python -m tests.helpers.dying_hub FOLDER URL PORT`` imports the hub once. Each line it then reads
is a number: a copy of the process serves the hub and kills itself (SIGKILL, nothing is closed) just
before that step. Steps are counted from its first push on: each statement, each row where a
statement writes many, each commit, and the moment when all is committed and nobody was told.
It prints ``serving PID`` when it can be asked, and ``ended`` when that process has ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import event
from sqlalchemy.engine import Engine

from desk_app.hub.app import make_app
from desk_app.hub.desk import Settings
from desk_app.hub.folder import HubFolder
from desk_app.hub.people import People
from desk_app.hub.routes import sync


class Steps:
    """Counts what the process does in the database since its first push; kills it in time."""

    def __init__(self, last: int) -> None:
        self._left = last
        self._is_counting = False

    def begin(self) -> None:
        """A push has come."""
        self._is_counting = True

    def one(self) -> None:
        """One more step is about to be made."""
        if self._is_counting:
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1

    def rows(self, cursor: Any, statement: str, rows: Iterable[Any]) -> None:
        """A statement for many rows: where its turn comes, only the first of them are written."""
        written = []
        for row in rows:
            if self._is_counting and self._left == 0:
                for early in written:
                    cursor.execute(statement, early)
            self.one()
            written.append(row)


def _watch(steps: Steps) -> None:
    @event.listens_for(Engine, "before_cursor_execute")
    def before(
        _connection: Any, cursor: Any, statement: str, given: Any, _context: Any, many: bool
    ) -> None:
        if many:
            steps.rows(cursor, statement, given)
        else:
            steps.one()

    @event.listens_for(Engine, "commit")
    def commit(_connection: Any) -> None:
        steps.one()

    take_in = sync.take_in

    def counted(*given: Any) -> Any:
        steps.begin()
        answers = take_in(*given)
        steps.one()  # all of it is committed, and nobody was told
        return answers

    sync.take_in = counted


def _serve(folder: Path, url: str, port: int, last: int) -> None:
    hub = HubFolder(folder, url).open()
    hub.database.serve_as_other_role()
    people = People(hub.database, hub.identity)
    app = make_app(Settings(hub.database, hub.identity, hub.token_secret, people))
    _watch(Steps(last))
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            _say(f"serving {os.getpid()}")

    Server(config).run()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve once for each line."""
    folder, url, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            _serve(folder, url, port, int(line))
            os._exit(0)
        os.waitpid(child, 0)
        _say("ended")


if __name__ == "__main__":
    main()
