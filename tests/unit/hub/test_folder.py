"""The hub's folder: keys and certificates that stay the owner's, and that every Python believes."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509

from desk_app.core.errors import BadInputError, EnvironmentProblem
from desk_app.hub.folder import (
    CA_FILE,
    CERTIFICATE_FILE,
    CERTIFICATE_KEY_FILE,
    DATABASE_FILE,
    KEY_FILE,
    HubFolder,
)


@pytest.fixture
def folder(tmp_path: Path) -> HubFolder:
    made = HubFolder(tmp_path / "hub")
    made.make(("127.0.0.1", "hub.example"))
    return made


def _is_believed(folder: HubFolder, name: str) -> bool:
    """Whether a client that knows this CA, and checks strictly, believes the server is ``name``."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder.path / CERTIFICATE_FILE, folder.path / CERTIFICATE_KEY_FILE)
    client = ssl.create_default_context(cadata=folder.ca().decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    ours, theirs = socket.socketpair()

    def answer() -> None:
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            server.wrap_socket(theirs, server_side=True).close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname=name):
            return True
    except ssl.SSLCertVerificationError:
        return False
    finally:
        ours.close()
        thread.join()
        theirs.close()


def test_the_certificate_is_believed_by_its_names_only(folder: HubFolder) -> None:
    assert _is_believed(folder, "127.0.0.1")
    assert _is_believed(folder, "hub.example")
    assert not _is_believed(folder, "other.example")


def test_a_renewed_certificate_is_of_the_same_ca(folder: HubFolder) -> None:
    pinned = folder.ca_fingerprint()
    before = folder.certificate_ends()
    folder.renew_certificate(("other.example",))
    assert folder.ca_fingerprint() == pinned
    assert _is_believed(folder, "other.example")
    assert not _is_believed(folder, "hub.example")
    assert before is not None
    assert (after := folder.certificate_ends()) is not None
    assert after >= before


def test_without_a_ca_of_its_own_nothing_is_renewed(folder: HubFolder) -> None:
    kept = (folder.path / CERTIFICATE_FILE).read_bytes()
    (folder.path / CA_FILE).unlink()
    with pytest.raises(EnvironmentProblem, match="CA"):
        folder.renew_certificate(("hub.example",))
    assert (folder.path / CERTIFICATE_FILE).read_bytes() == kept


def test_only_the_owner_may_look_at_any_file(folder: HubFolder) -> None:
    folder.open().database.close()
    assert {file.name for file in folder.path.iterdir()} >= {KEY_FILE, DATABASE_FILE}
    for file in (folder.path, *folder.path.iterdir()):
        assert not file.stat().st_mode & 0o077, file.name


@pytest.mark.parametrize("name", ["", "东街", "a b", "-x", "x" * 300, "host:8443"])
def test_what_is_no_name_is_said_before_anything_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError):
        HubFolder(tmp_path / "hub").make(("localhost", name))
    assert not (tmp_path / "hub").exists()


def test_another_key_does_not_open_the_database(folder: HubFolder) -> None:
    (folder.path / KEY_FILE).write_text("0" * 64, "ascii")
    with pytest.raises(EnvironmentProblem, match="不是一套"):
        folder.open()


def test_certificates_say_what_they_are_for(folder: HubFolder) -> None:
    server = x509.load_pem_x509_certificate((folder.path / CERTIFICATE_FILE).read_bytes())
    ca = x509.load_pem_x509_certificate(folder.ca())
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    server.verify_directly_issued_by(ca)
