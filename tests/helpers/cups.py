"""A print service of the test's own: on a socket of its own, off the network, gone afterwards."""

from __future__ import annotations

import grp
import os
import pwd
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PPD = Path(__file__).resolve().parents[1] / "data" / "pdf_printer.ppd"

_SERVICE = """
Listen {folder}/socket
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Location /admin>
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
_FILES = """
FileDevice Yes
ServerRoot {folder}/root
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
StateDir {folder}/state
CacheDir {folder}/cache
ErrorLog {folder}/error.log
AccessLog {folder}/access.log
PageLog {folder}/page.log
{who}
"""


@dataclass(frozen=True, slots=True)
class PrintService:
    """A running cupsd; programs reach it by ``CUPS_SERVER`` = ``socket``."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> str:
        """Path of the socket it listens on."""
        return f"{self.folder}/socket"

    @property
    def page_log(self) -> str:
        """What the service kept of the jobs it printed."""
        log = self.folder / "page.log"
        return log.read_text() if log.exists() else ""

    def add_printer(self, name: str) -> Path:
        """Add a printer that takes PDF; returns the file that its paper comes out in."""
        out = self.folder / f"{name}.pdf"
        self.run("lpadmin", "-p", name, "-v", f"file://{out}", "-P", str(PPD), "-E")
        return out

    def run(self, *command: str) -> str:
        """Run a CUPS command against this service."""
        done = subprocess.run(
            command,
            env={**os.environ, "CUPS_SERVER": self.socket, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return done.stdout

    def wait_for(self, job: str) -> None:
        """Wait until ``job`` has come out of its printer."""
        wait_until(lambda: job in self.run("lpstat", "-W", "completed"), 30)

    def stop(self) -> None:
        """End the service, and only it."""
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def print_service() -> Iterator[PrintService]:
    """A fresh service without printers."""
    # Its filters run as another user, so its folder lies outside the private ones of a test; the
    # name stays short because a socket's path may have 107 characters only.
    folder = Path(tempfile.mkdtemp(prefix="cups-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        process = _start(folder)
        service = PrintService(folder, process)
        try:
            wait_until(lambda: Path(service.socket).exists(), 20, process)
            yield service
        finally:
            service.stop()
    finally:
        shutil.rmtree(folder)


def wait_until(
    ready: Callable[[], bool], seconds: float, process: subprocess.Popen[bytes] | None = None
) -> None:
    """Look again and again, every 50 ms, until ``ready()``; AssertionError after ``seconds``."""
    end = time.monotonic() + seconds
    while not ready():
        assert process is None or process.poll() is None, "cupsd ended by itself"
        assert time.monotonic() < end, f"not ready after {seconds} s"
        select.select([], [], [], 0.05)


def _start(folder: Path) -> subprocess.Popen[bytes]:
    for name in ("root/ppd", "spool/tmp", "state", "cache"):
        (folder / name).mkdir(parents=True)
    who = ""
    if os.geteuid() == 0:
        who = "User lp\nGroup lp\nSystemGroup root"
        user, group = pwd.getpwnam("lp").pw_uid, grp.getgrnam("lp").gr_gid
        for name in ("spool/tmp", "cache", "state"):
            os.chown(folder / name, user, group)
    (folder / "cupsd.conf").write_text(_SERVICE.format(folder=folder))
    (folder / "cups-files.conf").write_text(_FILES.format(folder=folder, who=who))
    program = shutil.which("cupsd") or "/usr/sbin/cupsd"
    return subprocess.Popen(
        [program, "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
