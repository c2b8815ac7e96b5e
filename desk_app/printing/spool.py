"""Hands a finished PDF to the system's printers, without a temporary file of ours.

Linux and macOS through CUPS (``lpstat``, ``lp``). On Windows there is no such command; the window
prints the same page pictures through Qt there.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem

JOB_TITLE = "desk-app"
"""The same for every job: job titles show in queues and logs, so they say nothing of a person."""

_TIMEOUT = 20
_PDF_STILL = QT_TRANSLATE_NOOP("Errors", "单子没有丢，可以存为 PDF，或者回中心再打。")


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer of this machine."""

    name: str
    is_default: bool


def printers() -> list[Printer]:
    """The printers CUPS knows, the default one first; none where CUPS is absent or silent."""
    if shutil.which("lpstat") is None:
        return []
    names = _ask("lpstat", "-e")
    default = _ask("lpstat", "-d").rpartition(":")[2].strip()
    found = [Printer(line.strip(), line.strip() == default) for line in names.splitlines() if line]
    return sorted(found, key=lambda printer: not printer.is_default)


def print_pdf(pdf: bytes, printer: str, copies: int = 1) -> str:
    """Queue ``pdf`` on ``printer``; returns CUPS's job id.

    Raises:
        EnvironmentProblem: no CUPS, no such printer, or the printer refuses.
    """
    if shutil.which("lp") is None:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这台电脑没有装打印服务。"), press=_PDF_STILL
        )
    command = ["lp", "-d", printer, "-n", str(copies), "-t", JOB_TITLE, "-o", "media=A4", "-"]
    try:
        done = subprocess.run(
            command, input=pdf, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "打印服务没有回应。"), press=_PDF_STILL
        ) from None
    if done.returncode:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "打印机“{printer}”没有收下。"),
            press=_PDF_STILL,
            printer=printer[:40],
        )
    # "request id is PDF-12 (1 file(s))": the id is the fourth word in every translation we know.
    words = done.stdout.decode("utf-8", "replace").split()
    return next((word for word in words if word.startswith(f"{printer}-")), "")


def _ask(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")
