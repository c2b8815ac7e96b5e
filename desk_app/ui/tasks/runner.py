"""Work off the GUI thread, and the way its results come back.

One single-worker executor owns the store; a small pool draws papers and reads files. A worker
returns a value; ``done`` or ``failed`` is then called on the GUI thread by a queued signal.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class QtTaskRunner(QObject):
    """The runner of the window.

    Args:
        on_problem: called on the GUI thread with every error that ``failed`` does not take.

    Signals:
        _finished: a callable to be run on the GUI thread.
    """

    _finished = Signal(object)

    def __init__(self, on_problem: Callable[[Exception], object]) -> None:
        super().__init__()
        self._on_problem = on_problem
        self._store = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._side = ThreadPoolExecutor(2, thread_name_prefix="side")
        self._open = 0
        self._stopped = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """Whether every result has been delivered."""
        return self._open == 0

    def store(
        self, work: Callable[[], T], done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:  # fmt: skip
        """See ``presenters.ports.Runner.store``."""
        self._submit(self._store, work, done, failed)

    def side(
        self, work: Callable[[], T], done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:  # fmt: skip
        """See ``presenters.ports.Runner.side``."""
        self._submit(self._side, work, done, failed)

    def stop(self) -> None:
        """Finish what was begun; results are not delivered any more, new work is not taken."""
        self._stopped = True
        self._side.shutdown(wait=True, cancel_futures=True)
        self._store.shutdown(wait=True)

    def _submit(
        self, pool: ThreadPoolExecutor, work: Callable[[], Any], done: Callable[[Any], object],
        failed: Callable[[Exception], object] | None,
    ) -> None:  # fmt: skip
        if self._stopped:  # a timer of a page that is being closed
            return
        self._open += 1
        future = pool.submit(work)
        future.add_done_callback(partial(self._hand_over, done, failed or self._on_problem))

    def _hand_over(
        self, done: Callable[[Any], object], failed: Callable[[Exception], object],
        future: Future[Any],
    ) -> None:  # fmt: skip
        # Runs on the worker thread.
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._finished.emit(partial(done, future.result()))
        elif isinstance(error, Exception):
            self._finished.emit(partial(failed, error))

    def _deliver(self, result: Callable[[], object]) -> None:
        self._open -= 1
        if not self._stopped:  # what was under way when the window went
            result()


class ImmediateRunner:
    """Runs everything at once, for presenter tests."""

    def store(
        self, work: Callable[[], T], done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:  # fmt: skip
        """See ``presenters.ports.Runner.store``."""
        try:
            result = work()
        except Exception as error:
            if failed is None:
                raise
            failed(error)
            return
        done(result)

    side = store
