"""A server on loopback that answers with whatever bytes a test gives it."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

PATIENCE = 10.0
HOLD = b"<hold>"
"""In front of a script: keep the line open and say nothing more until the test is over."""
TRICKLE = b"<trickle>"
"""In front of a script: a byte every 20 ms."""
TRICKLE_AFTER = 0
"""How much of it comes at once."""


class OddServer:
    """Answers one connection after another with the scripts given, the last one for ever."""

    def __init__(self, scripts: Sequence[bytes], tls: ssl.SSLContext | None) -> None:
        self._scripts = list(scripts)
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self.reached = threading.Event()
        self.requests: list[bytes] = []
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, name="odd-server")
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody."""
        self._over.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._thread.join(PATIENCE)
        self._listening.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            line, _ = self._listening.accept()
            line.settimeout(PATIENCE)
            with line, suppress(OSError):
                if not self._over.is_set():
                    self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        if self._tls is not None:
            with self._tls.wrap_socket(line, server_side=True) as wrapped:
                self._play(wrapped)
        else:
            self._play(line)

    def _play(self, line: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            got = line.recv(65536)
            if not got:
                return
            asked += got
        length = re.search(rb"(?i)content-length: (\d+)", asked)
        whole = asked.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
        while len(asked) < whole:
            asked += line.recv(65536)
        self.requests.append(asked)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        self.reached.set()
        if script.startswith(TRICKLE):
            at_once = len(TRICKLE) + TRICKLE_AFTER
            line.sendall(script[len(TRICKLE) : at_once])
            for byte in script[at_once:]:
                line.sendall(bytes([byte]))
                if self._over.wait(0.02):
                    return
        elif script.startswith(HOLD):
            line.sendall(script[len(HOLD) :])
            self._over.wait(PATIENCE)
        else:
            line.sendall(script)


@contextmanager
def odd_server(*scripts: bytes, tls: ssl.SSLContext | None = None) -> Iterator[OddServer]:
    """A server that plays ``scripts``, until the end of the block."""
    server = OddServer(scripts, tls)
    try:
        yield server
    finally:
        server.stop()


def answer(
    body: bytes = b"{}",
    status: str = "200 OK",
    *headers: str,
    protocol: str | None = "1",
    length: int | None = None,
) -> bytes:
    """The bytes of an HTTP answer of a hub; ``protocol`` None = of somebody else."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    if protocol is not None:
        lines.append(f"X-Desk-Protocol: {protocol}")
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body
