"""How the hub listens."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import uvicorn
from uvicorn.supervisors import Multiprocess

from desk_app.hub import server
from desk_app.hub.folder import HubFolder


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_do_not_wait_for_more_to_send(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """TCP_NODELAY: without it every answer of several processes dawdled 40 ms."""
    given: list[socket.socket] = []

    def serve(_self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        given.extend(sockets)

    def supervise(self: Multiprocess) -> None:
        given.extend(self.sockets)

    monkeypatch.setattr(uvicorn.Server, "run", serve)
    monkeypatch.setattr(Multiprocess, "run", supervise)
    for name in ("FOLDER", "DATABASE", "DOCS", "KEY"):
        monkeypatch.setenv(getattr(server, f"{name}_VARIABLE"), "")
    folder = HubFolder(tmp_path / "hub", "")
    folder.make(("localhost",))
    server.serve(folder, server.Serving("127.0.0.1", 0, plain=True, workers=workers))
    (listening,) = given
    with listening:
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
