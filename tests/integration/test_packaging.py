"""``packaging/common.sh``: what it finds missing, and what it says where it may not help itself.

Commands of the system are replaced by shell functions of the same name.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are for bash")

NOT_ROOT = 'id() { echo 1000; }; sudo() { return 1; }; apt-get() { echo APT "$@"; }; '


def shell(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    common = ROOT / "packaging" / "common.sh"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f". {common}; {script}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
        timeout=60,
    )


def test_a_system_of_another_kind_is_told_what_is_needed() -> None:
    done = shell("uname() { [ $1 = -s ] && echo Darwin || echo arm64; }; check_system; echo on")
    assert (done.returncode, done.stdout) == (1, "")
    chinese, english = done.stderr.splitlines()
    assert "Darwin arm64" in chinese
    assert "需要 Debian 12" in chinese
    assert "Python 3.11 or newer is needed" in english


@pytest.mark.parametrize(
    ("pretence", "told"),
    [
        ("uname() { [ $1 = -s ] && echo Linux || echo riscv64; }", "riscv64"),
        ("getconf() { echo glibc 2.31; }", "glibc 2.31 < 2."),
        ("getconf() { return 1; }", "Debian 12"),
    ],
)
def test_a_machine_without_wheels_is_told_so(pretence: str, told: str) -> None:
    done = shell(f"{pretence}; check_system; echo on")
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr


def test_an_old_python_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (tmp_path / "python3.12").symlink_to(sys.executable)
    done = shell("find_python", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert done.stdout == f"{tmp_path}/python3.12\n"


def test_missing_packages_are_those_nothing_installed_provides() -> None:
    installed = (
        "installed|libc6:amd64,",
        "installed|libcups2t64,libcups2 (= 2.4.10)",
        "installed|xvfb,",
        "config-files|dbus,",
    )
    lines = " ".join(f"'{line}'" for line in installed)
    done = shell(
        f"dpkg-query() {{ printf '%s\\n' {lines}; }}; "
        "missing_packages libc6 libcups2 xvfb dbus gnome-keyring"
    )
    assert done.stdout.split() == ["dbus", "gnome-keyring"]


def test_without_the_right_to_install_the_exact_command_is_shown() -> None:
    done = shell(NOT_ROOT + "install_packages xvfb dbus; echo on")
    assert (done.returncode, done.stdout) == (1, "")
    line = "apt-get update && apt-get install --no-install-recommends xvfb dbus"
    assert done.stderr.splitlines()[-1] == f'    sudo sh -c "{line}"'


def test_without_sudo_the_command_is_one_that_works_without_it() -> None:
    no_sudo = "command() { return 1; }; "
    done = shell(NOT_ROOT + no_sudo + "install_packages xvfb; echo on")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith('    su -c "apt-get update && ')


def test_with_nothing_missing_nothing_is_asked_for() -> None:
    done = shell(NOT_ROOT + "install_packages; echo on")
    assert (done.returncode, done.stdout, done.stderr) == (0, "on\n", "")


def test_a_half_made_environment_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    shell(f"VENV={tmp_path}; wanted_stamp >{tmp_path}/.stamp")
    ready = f"VENV={tmp_path}; environment_is_ready && echo ready || echo not"
    assert shell(ready).stdout == "ready\n"
    (tmp_path / ".unfinished").touch()
    assert shell(ready).stdout == "not\n"
    (tmp_path / ".unfinished").unlink()
    assert shell(f"LOCK={__file__}; {ready}").stdout == "not\n", "another lock, another environment"
    (tmp_path / ".stamp").unlink()
    assert shell(ready).stdout == "not\n"


def test_a_screen_is_one_that_answers(tmp_path: Path) -> None:
    venv = Path(sys.prefix)
    asked = f"VENV={venv}; has_display && echo screen || echo none"
    assert shell(asked).stdout == "none\n"
    assert shell(asked, DISPLAY=":987").stdout == "none\n", "a name left over is no screen"
    assert shell(asked, DISPLAY="nonsense").stdout == "none\n"
    here = os.path.relpath(tmp_path / "wayland-0")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(here)
        compositor.listen()
        found = shell(asked, WAYLAND_DISPLAY="wayland-0", XDG_RUNTIME_DIR=str(tmp_path))
    assert found.stdout == "screen\n"
    gone = shell(asked, WAYLAND_DISPLAY="wayland-0", XDG_RUNTIME_DIR=str(tmp_path))
    assert gone.stdout == "none\n"


def test_every_locked_package_is_pinned_and_hashed() -> None:
    text = (ROOT / "packaging" / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert entries
    assert [e for e in entries if "==" not in e or "--hash=sha256:" not in e] == []
