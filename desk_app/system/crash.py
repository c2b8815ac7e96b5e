"""What is left of a crash: types and places, no words and no values."""

from __future__ import annotations

import faulthandler
import os
import platform
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import desk_app
from desk_app.system import logs

KEPT_REPORTS = 20
NATIVE_REPORT = "crash-native.txt"


def install_crash_hook(folder: Path) -> None:
    """Write a redacted report into ``folder`` for every error nobody caught, on any thread.

    A crash below Python leaves the stacks of all threads in a file beside it. Core files are
    switched off where the system has them: they would hold the key and the text.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not faulthandler.is_enabled():
        # Stays open as long as the process: the handler writes to its number.
        faulthandler.enable(os.open(folder / NATIVE_REPORT, os.O_WRONLY | os.O_CREAT, 0o600))

    def report(error: BaseException) -> None:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            return
        with suppress(OSError):
            write_report(folder, error)
        logs.warn("crash", kind=type(error).__name__)
        if sys.stderr is not None:
            name = type(error).__name__
            sys.stderr.write(f"desk-app: {name}（已写下不含居民信息的报告）\n")

    def report_main(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        report(error)

    def report_thread(args: threading.ExceptHookArgs) -> None:
        report(args.exc_value or args.exc_type())

    def report_unraisable(args: sys.UnraisableHookArgs) -> None:
        report(args.exc_value or args.exc_type())

    sys.excepthook = report_main
    threading.excepthook = report_thread
    sys.unraisablehook = report_unraisable


def write_report(folder: Path, error: BaseException) -> Path:
    """One report, mode 0600; returns its path. The oldest beyond KEPT_REPORTS make room.

    No message and no local values, of the error or of those behind it: they may hold anything.
    """
    reports = sorted(folder.glob("crash-[0-9]*.txt"))
    for old in reports[: max(0, len(reports) - KEPT_REPORTS + 1)]:
        old.unlink(missing_ok=True)
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns()}.txt"
    lines = [
        f"desk-app {desk_app.__version__}",
        f"python {platform.python_version()} {sys.platform}",
        *_places(error),
    ]
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as report:
        report.write("\n".join(lines) + "\n")
    return path


def note_qt_message(level: str, category: str) -> None:
    """Log that Qt complained. Its words stay out: they may quote what a person typed.

    Args:
        level: QtMsgType's name, e.g. ``QtWarningMsg``.
        category: the logging category, e.g. ``qt.qpa.input``.
    """
    logs.warn("qt", level=level, category=category)


def _places(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        kind = type(behind)
        yield f"{kind.__module__}.{kind.__qualname__}"
        for frame in traceback.extract_tb(behind.__traceback__):
            yield f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        behind = behind.__cause__ or behind.__context__
