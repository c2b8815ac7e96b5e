"""The guards hold: each is given what it must stop, and what it must let pass."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import keyring
import keyring.errors
import pytest

from tests.helpers.fake_keyring import FakeKeyring
from tests.helpers.guards import (
    GuardError,
    hooks_and_log_file_restored,
    isolate_environment,
    no_surprising_logs,
    no_thread_left,
    only_loopback,
)

TEST_NET = "192.0.2.1"  # set aside for examples: nobody is there


def test_every_folder_of_a_test_is_a_temporary_one() -> None:
    home = Path(os.environ["HOME"])
    assert "home" in home.name
    folders = [tempfile.gettempdir(), *(v for k, v in os.environ.items() if k.startswith("XDG_"))]
    assert all(Path(folder).is_relative_to(home) for folder in folders)


def test_settings_and_screens_of_the_person_are_gone(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DESK_APP_DATA", "DESK_APP_ANYTHING", "DISPLAY", "WAYLAND_DISPLAY"):
            patch.setenv(name, "x")
        isolate_environment(patch, tmp_path)
        assert not {n for n in os.environ if n.startswith("DESK_APP") or n.endswith("DISPLAY")}
        assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_the_keyring_is_an_empty_fake() -> None:
    fake = keyring.get_keyring()
    assert isinstance(fake, FakeKeyring)
    assert not fake.kept
    keyring.set_password("desk-app", "key", "密")
    assert keyring.get_password("desk-app", "key") == "密"
    keyring.delete_password("desk-app", "key")
    with pytest.raises(keyring.errors.PasswordDeleteError):
        keyring.delete_password("desk-app", "key")


def test_a_program_started_by_a_test_finds_no_keyring_but_finds_the_checkout(
    tmp_path: Path,
) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import desk_app, keyring; print(keyring.get_keyring())"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "fail.Keyring" in shown.stdout


def reach_out(way: str) -> None:
    if way == "connect":
        socket.create_connection((TEST_NET, 80), timeout=1)
    elif way == "look up":
        socket.getaddrinfo("host.invalid", 80)
    else:
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.sendto(b"x", (TEST_NET, 9))


@pytest.mark.parametrize("way", ["connect", "look up", "datagram"])
def test_reaching_beyond_this_machine_is_refused(way: str) -> None:
    with pytest.raises(GuardError, match=r"only loopback|beyond loopback"), only_loopback():
        reach_out(way)


def test_an_attempt_taken_for_a_lack_of_network_fails_at_the_end() -> None:
    def careless() -> None:
        with suppress(AssertionError):
            reach_out("connect")

    with pytest.raises(GuardError, match="beyond loopback"), only_loopback():
        careless()


def test_loopback_and_unix_sockets_work(tmp_path: Path) -> None:
    with only_loopback(), socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(("localhost", server.getsockname()[1]), timeout=5):
            pass
        with socket.socket(socket.AF_UNIX) as sock, pytest.raises(FileNotFoundError):
            sock.connect(os.path.relpath(tmp_path / "no-socket"))


def log_a_warning(name: str, *, propagate: bool = True) -> None:
    logging.getLogger(name).propagate = propagate
    logging.getLogger(name).warning("disk is %s", "slow")


@pytest.mark.allow_log("disk is slow")
@pytest.mark.parametrize("name", ["", "desk_app", "some.library"])
def test_a_surprising_warning_fails_the_test(name: str) -> None:
    with pytest.raises(GuardError, match="disk is slow"), no_surprising_logs(["other"]):
        log_a_warning(name)


@pytest.mark.allow_log("disk is slow")
def test_a_warning_that_does_not_propagate_fails_too() -> None:
    with pytest.raises(GuardError), no_surprising_logs():
        log_a_warning("desk_app", propagate=False)


@pytest.mark.allow_log("disk is slow")
def test_expected_warnings_and_plain_notes_pass() -> None:
    with no_surprising_logs(["disk is .*"]):
        log_a_warning("desk_app")
        logging.getLogger("desk_app").info("opened")


@pytest.mark.allow_log("by the marker")
def test_the_marker_allows_a_line() -> None:
    logging.getLogger("desk_app").error("expected by the marker")


def test_a_thread_left_running_fails_the_test() -> None:
    go = threading.Event()
    thread = threading.Thread(target=go.wait, name="left-over", daemon=True)
    with pytest.raises(GuardError, match="left-over"), no_thread_left(patience=0.01):
        thread.start()
    go.set()
    thread.join()


def test_a_thread_that_ends_passes() -> None:
    with no_thread_left():
        threading.Thread(target=int).start()


def test_hooks_and_log_files_of_a_test_end_with_it(tmp_path: Path) -> None:
    hooks = threading.excepthook, sys.unraisablehook
    handlers = list(logging.getLogger("desk_app").handlers)
    with hooks_and_log_file_restored():
        threading.excepthook = sys.unraisablehook = print
        logging.getLogger("desk_app").addHandler(logging.FileHandler(tmp_path / "log"))
    assert (threading.excepthook, sys.unraisablehook) == hooks
    assert logging.getLogger("desk_app").handlers == handlers
