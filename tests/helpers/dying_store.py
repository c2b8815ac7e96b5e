"""A store that is killed at a chosen statement of one step of sync.

``python -m tests.helpers.dying_store`` imports the store once. Each line it then reads is JSON:
the store's file, a file with what is to be done (a method's name and its arguments, pickled), and
how many statements may run. A copy of the process opens the store, does it and kills itself
(SIGKILL, nothing is closed) just before the next statement. It prints how many statements ran when
it lived, and ``killed`` when it did not.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
from pathlib import Path

from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.fakes import FakeClock
from tests.simulation.fast.real import KEY


def _do(path: Path, work: Path, last: int) -> None:
    name, arguments = pickle.loads(work.read_bytes())
    store = SqlSyncStore.open(path, KEY, FakeClock(), lambda _: ())
    connection = store._connection.connection.driver_connection  # noqa: SLF001 - to count on it
    assert connection is not None
    count = 0

    def one(_statement: str) -> None:
        nonlocal count
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    connection.set_trace_callback(one)
    getattr(store, name)(*arguments)
    connection.set_trace_callback(None)
    _say(str(count))


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    """Do it once for each line."""
    for line in iter(sys.stdin.readline, ""):
        path, work, last = json.loads(line)
        child = os.fork()
        if child == 0:
            _do(Path(path), Path(work), last)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            _say("killed")


if __name__ == "__main__":
    main()
