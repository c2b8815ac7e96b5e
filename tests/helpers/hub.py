"""A real hub on loopback, in a thread of the test's process, over SQLite or PostgreSQL."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn

from desk_app.core.ids import new_device_id
from desk_app.hub.app import make_app
from desk_app.hub.desk import Settings
from desk_app.hub.folder import HubFolder, OpenHub
from desk_app.hub.people import People
from desk_app.protocol.signing import new_private_key, public_of, sign

PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Member:
    """A device that belongs: what it needs to speak to the hub by hand."""

    device: str
    private_key: bytes
    headers: dict[str, str]


class RunningHub:
    """A hub that answers at ``address``.

    Args:
        folder: made already.
    """

    def __init__(self, folder: HubFolder) -> None:
        self.folder = folder
        self.open: OpenHub = folder.open()
        self.people = People(self.open.database, self.open.identity)
        self._socket = socket.create_server(("127.0.0.1", 0))
        # asyncio does so by itself only where it made the socket; without it answers dawdle 40 ms.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        settings = Settings(
            self.open.database,
            self.open.identity,
            self.open.token_secret,
            self.people,
            ca=folder.ca(),
            docs=True,
            calls_per_minute=10**9,
            open_calls_per_minute=10**9,
        )
        self.app = make_app(settings)
        self._started = threading.Event()
        config = uvicorn.Config(
            self.app,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=0.2,  # type: ignore[arg-type]  # some desk waits for news
        )
        self._server = _Server(config, self._started)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        assert self._started.wait(PATIENCE), "the hub did not start"

    def stop(self) -> None:
        """Stop answering and close the database."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self._socket.close()
        self.open.database.close()

    def ticket(self, centre: str, role: str = "desk") -> str:
        """A ticket line for a new device of ``centre``."""
        code = self.people.new_code(centre, role, now_ms())
        return f"{self.address}#{code}#"

    def member(self, centre: str, role: str = "desk", device: str = "") -> Member:
        """Enrol a device by hand and give it a token."""
        key = new_private_key()
        public = public_of(key)
        device = device or new_device_id()
        code = self.people.new_code(centre, role, now_ms())
        with httpx.Client(base_url=self.address) as client:
            asked = {
                "code": code,
                "device": device,
                "name": "测试机",
                "public_key": public,
                "signature": sign(key, "enrol", code, device, public),
            }
            client.post("/v1/enrol", json=asked).raise_for_status()
            challenge = client.get("/v1/challenge").json()["challenge"]
            shown = {
                "device": device,
                "challenge": challenge,
                "signature": sign(key, "token", device, challenge),
            }
            token = client.post("/v1/token", json=shown).raise_for_status().json()["token"]
        return Member(device, key, {"Authorization": f"Bearer {token}"})


@contextmanager
def running_hub(
    path: Path, url: str = "", *, centres: tuple[str, ...] = ("east", "west")
) -> Iterator[RunningHub]:
    """A new hub with ``centres``, answering until the end of the block."""
    folder = HubFolder(path, url)
    folder.make(("127.0.0.1", "localhost"))
    hub = RunningHub(folder)
    for centre in centres:
        hub.people.add_centre(centre, f"{centre}街道")
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def now_ms() -> int:
    """The clock, ms since 1970."""
    return int(time.time() * 1000)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._told.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the test runner's, not ours."""
        yield


class HubProcess:
    """A hub in a process of its own, started by its command; it can be killed and started again.

    Its address stays the same.
    """

    def __init__(self, path: Path, url: str = "", workers: int = 1) -> None:
        self.folder = HubFolder(path, url)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [
            sys.executable, "-m", "desk_app", "--data", str(self.folder.path), "hub", "serve",
            "--plain", "--port", str(self._port), "--workers", str(self._workers),
        ]  # fmt: skip
        if self.folder.url:
            command += ["--db", self.folder.url]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if b'"serving"' in line:
                break
        # Nobody reads its log any further; it must not fill the pipe and stand still.
        threading.Thread(
            target=self._process.stderr.read, daemon=True, name="asyncio_hub_log"
        ).start()
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            client.get(f"{self.address}/healthz").raise_for_status()

    def kill(self) -> None:
        """Kill it and its workers on the spot."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
            assert process.stderr is not None
            process.stderr.close()
