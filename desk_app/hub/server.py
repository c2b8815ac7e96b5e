"""Runs the hub: one process or several, on TLS, or in plain on loopback only."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.hub.app import make_app
from desk_app.hub.care import is_bound_by_walls
from desk_app.hub.desk import Settings
from desk_app.hub.folder import CERTIFICATE_FILE, CERTIFICATE_KEY_FILE, HubFolder
from desk_app.hub.gate import Gate
from desk_app.hub.log import log_to_stderr, note_event
from desk_app.hub.people import People

FOLDER_VARIABLE = "DESK_APP_HUB_DATA"
DATABASE_VARIABLE = "DESK_APP_HUB_DB"
DOCS_VARIABLE = "DESK_APP_HUB_DOCS"
KEY_VARIABLE = "DESK_APP_HUB_KEY"
ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Serving:
    """How to serve.

    Attributes:
        plain: no TLS; only allowed where nobody but this machine can listen.
        workers: processes on one database.
        certificate, key: PEM files instead of the hub's own; both or neither.
    """

    host: str
    port: int
    plain: bool = False
    certificate: Path | None = None
    key: Path | None = None
    workers: int = 1
    docs: bool = False


def serve(folder: HubFolder, serving: Serving) -> None:
    """Serve until stopped.

    Raises:
        BadInputError: plain HTTP beyond loopback.
        EnvironmentProblem: no hub there, or PostgreSQL's walls would not bind the role.
    """
    if serving.plain and not _is_loopback(serving.host):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "不加密的连接只能在本机（127.0.0.1）用，没有启动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请去掉 --plain，用中心自己的证书。"),
        )
    opened = folder.open()
    try:
        if not is_bound_by_walls(opened.database):
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP(
                    "Errors", "数据库用户是超级用户，各中心之间的墙对它不起作用，没有启动。"
                ),
                press=QT_TRANSLATE_NOOP("Errors", "请换一个普通的数据库用户。"),
            )
    finally:
        opened.database.close()
    files = None if serving.plain else _certificate_files(folder, serving)
    os.environ[FOLDER_VARIABLE] = str(folder.path)
    os.environ[DATABASE_VARIABLE] = folder.url
    os.environ[KEY_VARIABLE] = str(folder.key_path)
    os.environ[DOCS_VARIABLE] = "1" if serving.docs else ""
    config = uvicorn.Config(
        "desk_app.hub.server:app_of_environment",
        factory=True,
        host=serving.host,
        port=serving.port,
        workers=serving.workers,
        ssl_certfile=files[0] if files else None,
        ssl_keyfile=str(files[1]) if files else None,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
    )
    listening = config.bind_socket()
    # What is accepted takes after it. Asyncio does so by itself only where it made the socket;
    # without it every answer dawdles 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with suppress(KeyboardInterrupt):
        if config.workers > 1:
            Multiprocess(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])


def app_of_environment() -> Gate:
    """The app of a worker process."""
    folder = HubFolder(
        Path(os.environ[FOLDER_VARIABLE]),
        os.environ[DATABASE_VARIABLE],
        Path(os.environ[KEY_VARIABLE]),
    )
    log_to_stderr()
    ends = folder.certificate_ends()
    if ends is not None and ends - datetime.now(UTC) < ENDS_SOON:
        note_event("certificate_ends_soon")
    opened = folder.open()
    opened.database.serve_as_other_role()
    return make_app(
        Settings(
            database=opened.database,
            identity=opened.identity,
            token_secret=opened.token_secret,
            people=People(opened.database, opened.identity),
            ca=folder.ca(),
            docs=bool(os.environ.get(DOCS_VARIABLE)),
        )
    )


def _certificate_files(folder: HubFolder, serving: Serving) -> tuple[Path, Path]:
    """Certificate and key; said at once where they do not fit, not by a process that dies."""
    certificate = serving.certificate or folder.path / CERTIFICATE_FILE
    key = serving.key or folder.path / CERTIFICATE_KEY_FILE
    is_pair = (serving.certificate is None) == (serving.key is None)
    try:
        if is_pair:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
            return certificate, key
    except OSError:  # ssl.SSLError is one
        pass
    raise BadInputError(
        QT_TRANSLATE_NOOP("Errors", "证书和它的密钥读不出来，或者不是一对，没有启动。"),
        press=QT_TRANSLATE_NOOP("Errors", "请核对 --tls-cert 和 --tls-key，两个都要给。"),
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
