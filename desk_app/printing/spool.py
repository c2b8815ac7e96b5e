"""Hands a finished PDF to the system's printers, without a temporary file of ours.

Linux and macOS through CUPS (``lpstat``, ``lp``). There is no such command on Windows, and nothing
was tried there: the window prints the same page pictures through Qt instead.

CUPS itself keeps a finished job's file for a day unless its ``PreserveJobFiles`` is ``No``; only
the machine's administrator can set that, so it belongs to the installation guide.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem

JOB_TITLE = "跨前一步"
"""The same for every job: job titles show in queues and logs, so they say nothing of a person."""
MOST_COPIES = 20

_TIMEOUT = 20
_PDF_STILL = QT_TRANSLATE_NOOP("Errors", "存为 PDF 仍可用，也可以回中心再打。")
_SAFE = QT_TRANSLATE_NOOP("Errors", "单子没有丢。")
# CUPS's answers are read, so they must come in one language; UTF-8 keeps the job's title whole.
_PLAIN_WORDS = {"LC_ALL": "C.UTF-8", "LANGUAGE": "C"}


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer of this machine."""

    name: str
    is_default: bool


def printers() -> list[Printer]:
    """The printers CUPS knows, the default one first; none where CUPS is absent or stopped.

    Raises:
        EnvironmentProblem: CUPS does not answer.
    """
    if shutil.which("lpstat") is None:
        return []
    names = _run("lpstat", "-e").stdout.decode("utf-8", "replace").splitlines()
    default = _run("lpstat", "-d").stdout.decode("utf-8", "replace")
    chosen = default.rpartition(": ")[2].strip()
    found = [Printer(name.strip(), name.strip() == chosen) for name in names if name.strip()]
    return sorted(found, key=lambda printer: (not printer.is_default, printer.name))


def print_pdf(pdf: bytes, printer: str = "", copies: int = 1) -> str:
    """Queue ``pdf``, one-sided on A4; returns CUPS's job id (``PDF-12``).

    Args:
        printer: a name from ``printers()``; empty = the default printer.
        copies: 1 to MOST_COPIES.

    Raises:
        BadInputError: another number of copies.
        EnvironmentProblem: no CUPS, no such printer, or the printer refuses.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "份数要在 1 到 {most} 之间。"), most=MOST_COPIES
        )
    if shutil.which("lp") is None:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这台电脑没有装打印服务（CUPS）。"),
            safe=_SAFE,
            press=_PDF_STILL,
        )
    where = ("-d", printer) if printer else ()
    paper = ("-n", str(copies), "-o", "media=A4", "-o", "sides=one-sided")
    done = _run("lp", *where, *paper, "-t", JOB_TITLE, "-", feed=pdf)
    if done.returncode:
        raise _refusal(done.stderr.decode("utf-8", "replace").lower(), printer)
    # "request id is PDF-12 (1 file(s))"
    return done.stdout.decode("utf-8", "replace").partition(" is ")[2].partition(" ")[0]


def _refusal(said: str, printer: str) -> EnvironmentProblem:
    name = printer[:40]
    # A stopped service answers "does not exist" for every printer, so it is asked for first.
    if b"not running" in _run("lpstat", "-r").stdout:
        what = QT_TRANSLATE_NOOP("Errors", "打印服务（CUPS）没有开。")
    elif "no default destination" in said:
        what = QT_TRANSLATE_NOOP("Errors", "这台电脑还没有装打印机。")
    elif "does not exist" in said:
        what = QT_TRANSLATE_NOOP("Errors", "找不到打印机“{printer}”。")
    else:
        what = QT_TRANSLATE_NOOP("Errors", "打印机“{printer}”没有收下。")
    return EnvironmentProblem(what, safe=_SAFE, press=_PDF_STILL, printer=name)


def _run(*command: str, feed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command,
            input=feed,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
            env={**os.environ, **_PLAIN_WORDS},
        )
    except (OSError, subprocess.TimeoutExpired):
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "打印服务没有回应。"), safe=_SAFE, press=_PDF_STILL
        ) from None
