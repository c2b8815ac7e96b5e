"""Guards around every test: nothing real is touched, nothing is left behind.

Each guard is a plain context manager, so that it can be tested by itself; ``tests/conftest.py``
puts them around every test.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

XDG_FOLDERS = ("CACHE", "CONFIG", "DATA", "RUNTIME", "STATE")
OWN_VARIABLE = re.compile(r"DESK_APP_\w+")
# Names of buses and screens of the person at this machine; no test may reach them.
OUTER_VARIABLES = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_DIRS")


class GuardError(AssertionError):
    """A test reached for something that tests may not touch."""


def isolate_environment(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Point home, data, cache and temporary folders below ``home``; forget DESK_APP_* settings.

    Programs started by a test inherit it: they find no keyring, no screen and no session bus.
    """
    for name in [*filter(OWN_VARIABLE.fullmatch, os.environ), *OUTER_VARIABLES]:
        patch.delenv(name, raising=False)
    patch.setenv("HOME", str(home))
    for folder in XDG_FOLDERS:
        path = home / f"xdg-{folder.lower()}"
        path.mkdir(mode=0o700)
        patch.setenv(f"XDG_{folder}_{'DIR' if folder == 'RUNTIME' else 'HOME'}", str(path))
    temporary = home / "tmp"
    temporary.mkdir()
    patch.setenv("TMPDIR", str(temporary))
    patch.setattr(tempfile, "tempdir", None)
    patch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={home}/no-session-bus")
    patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def is_local(family: int, address: Any) -> bool:
    """Whether a socket address stays on this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    return is_local_host(address[0])


def is_local_host(host: str | bytes | None) -> bool:
    """Whether ``host`` is this machine by a loopback address or its usual name."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


@contextmanager
def only_loopback() -> Iterator[None]:
    """Refuse connections, datagrams and look-ups that leave this machine.

    Raises:
        GuardError: at the attempt, and once more at the end in case the code under test took
            the first one for a lack of network.
    """
    attempts: list[str] = []

    def refuse(what: str, target: object) -> None:
        attempts.append(f"{what} {target!r}")
        raise GuardError(f"only loopback sockets in tests: {what} {target!r}")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            real = getattr(socket.socket, name)

            def guarded(sock: Any, *args: Any, real: Any = real, name: str = name) -> Any:
                address = args[-1]  # sendto has the bytes (and flags) in front of it
                if not is_local(sock.family, address):
                    refuse(name, address)
                return real(sock, *args)

            patch.setattr(socket.socket, name, guarded)
        look_up = socket.getaddrinfo

        def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
            if not is_local_host(host):
                refuse("getaddrinfo", host)
            return look_up(host, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield
    if attempts:
        raise GuardError("sockets beyond loopback: " + "; ".join(attempts))


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: dict[int, str] = {}
        self._kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(record)  # alive until the end, so that ids stay distinct
        self.lines[id(record)] = f"{record.levelname} {record.name}: {record.getMessage()}"


@contextmanager
def no_surprising_logs(allowed: Sequence[str] = ()) -> Iterator[None]:
    """Fail at a log line of WARNING or above that no pattern of ``allowed`` finds.

    The program's own logger stops propagating once its file is open, so both are listened to.

    Raises:
        GuardError: names the lines.
    """
    collector = _Collector()
    loggers = [logging.getLogger(), logging.getLogger("desk_app")]
    for logger in loggers:
        logger.addHandler(collector)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(collector)
    surprising = [
        line
        for line in collector.lines.values()
        if not any(re.search(pattern, line) for pattern in allowed)
    ]
    if surprising:
        raise GuardError("unexpected log lines:\n" + "\n".join(surprising))


POOLS = ("uvloop_", "AnyIO worker thread", "asyncio_")
"""Threads that a running hub keeps for its next request; they end with the hub."""


@contextmanager
def no_thread_left(patience: float = 2.0) -> Iterator[None]:
    """Fail when a thread started inside still runs ``patience`` seconds after the end.

    Raises:
        GuardError: names the threads.
    """
    before = set(threading.enumerate())
    yield
    left = []
    for thread in set(threading.enumerate()) - before:
        if isinstance(thread, threading._DummyThread):  # noqa: SLF001  a Qt thread seen by Python
            continue
        if thread.name.startswith(POOLS):
            continue
        thread.join(patience)
        if thread.is_alive():
            left.append(thread.name)
    if left:
        raise GuardError("threads left running: " + ", ".join(sorted(left)))


@contextmanager
def no_window_left() -> Iterator[None]:
    """Delete what was asked to go later: a change of look dresses every window there still is."""
    yield
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def hooks_and_log_file_restored() -> Iterator[None]:
    """Put back the hooks for lost errors and close the log file, whatever a test opened."""
    hooks = threading.excepthook, sys.unraisablehook
    logger = logging.getLogger("desk_app")
    propagate, level, handlers = logger.propagate, logger.level, list(logger.handlers)
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = hooks
        for handler in [h for h in logger.handlers if h not in handlers]:
            logger.removeHandler(handler)
            handler.close()
        logger.propagate = propagate
        logger.setLevel(level)
