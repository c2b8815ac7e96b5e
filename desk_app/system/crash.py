"""What is left of a crash: types and places, no words and no values."""

from __future__ import annotations

import platform
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import desk_app
from desk_app.system import logs


def install_crash_hook(folder: Path) -> None:
    """Write a redacted report into ``folder`` for every error nobody caught.

    Core files are switched off where the system has them: they would hold the key and the text.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def report(
        kind: type[BaseException], _error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        with suppress(OSError):
            write_report(folder, kind, trace)
        logs.warn("crash", kind=kind.__name__)
        print(f"desk-app: {kind.__name__}（已写下不含居民信息的报告）", file=sys.stderr)  # noqa: T201

    def report_thread(args: threading.ExceptHookArgs) -> None:
        report(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)

    sys.excepthook = report
    threading.excepthook = report_thread


def write_report(folder: Path, kind: type[BaseException], trace: TracebackType | None) -> Path:
    """One report; returns its path. No message and no local values: they may hold anything."""
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    frames = [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    lines = [
        f"desk-app {desk_app.__version__}",
        f"python {platform.python_version()} {sys.platform}",
        f"{kind.__module__}.{kind.__qualname__}",
        *frames,
    ]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
