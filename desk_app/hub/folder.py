"""The hub's folder: its data key, its certificates, and, for one street alone, its database."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.hub.database import SCHEMA, Database, new_id
from desk_app.hub.people import Identity
from desk_app.protocol.signing import BadSignatureError, new_private_key, seal, unseal

KEY_FILE = "hub.key"
CA_FILE, CA_KEY_FILE = "ca.pem", "ca.key"
CERTIFICATE_FILE, CERTIFICATE_KEY_FILE = "server.pem", "server.key"
DATABASE_FILE = "hub.db"
CA_DAYS, CERTIFICATE_DAYS = 3650, 825
FINGERPRINT_LENGTH = 32
"""Hex characters of the CA's SHA-256 in a ticket: 128 bits, nobody finds a second CA with them."""


@dataclass(frozen=True, slots=True)
class OpenHub:
    """A hub whose database and keys are open."""

    database: Database
    identity: Identity
    token_secret: bytes


@dataclass(frozen=True, slots=True)
class HubFolder:
    """Where a hub keeps what is not in its database.

    Attributes:
        url: of the database; empty = SQLite in this folder.
    """

    path: Path
    url: str = ""

    @property
    def database_url(self) -> str:
        """The database's URL."""
        return self.url or f"sqlite:///{self.path / DATABASE_FILE}"

    def make(self, names: tuple[str, ...]) -> None:
        """A new hub: keys, certificates for ``names`` (host names, addresses), tables.

        Raises BadInputError where the folder or the database holds a hub already.
        """
        if (self.path / KEY_FILE).exists():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这个文件夹里已经有一个中心，没有另建。")
            )
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = secrets.token_bytes(32)
        database = Database(self.database_url, key)
        try:
            database.create()
            if database.facts(("id",)):
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "这个数据库里已经有一个中心，没有另建。")
                )
            _write(self.path / KEY_FILE, key.hex().encode())
            self._make_certificates(names)
            database.put_fact("token_secret", _sealed(key, "token_secret", secrets.token_bytes(32)))
            database.put_fact("signing_key", _sealed(key, "signing_key", new_private_key()))
            database.put_fact("schema", SCHEMA)
            database.put_fact("id", new_id())
        finally:
            database.close()

    def open(self) -> OpenHub:
        """The hub of this folder. Raises EnvironmentProblem: none there, or another's database."""
        try:
            key = bytes.fromhex((self.path / KEY_FILE).read_text("ascii"))
        except (OSError, ValueError):
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "这个文件夹里没有中心（缺 hub.key）。"),
                press=QT_TRANSLATE_NOOP("Errors", "请先运行 desk-app hub init。"),
            ) from None
        database = Database(self.database_url, key)
        try:
            facts = database.facts(("id", "schema", "token_secret", "signing_key"))
            if facts.get("schema") != SCHEMA:
                raise EnvironmentProblem(
                    QT_TRANSLATE_NOOP("Errors", "这个数据库不是本版本的中心，没有打开。")
                )
            return OpenHub(
                database,
                Identity(facts["id"], _opened(key, "signing_key", facts["signing_key"])),
                _opened(key, "token_secret", facts["token_secret"]),
            )
        except BaseException:
            database.close()
            raise

    def ca(self) -> bytes:
        """The CA's certificate as PEM; empty where there is none."""
        try:
            return (self.path / CA_FILE).read_bytes()
        except FileNotFoundError:
            return b""

    def ca_fingerprint(self) -> str:
        """What a ticket says of the CA."""
        ca = self.ca()
        if not ca:
            return ""
        der = x509.load_pem_x509_certificate(ca).public_bytes(serialization.Encoding.DER)
        return fingerprint(der)

    def _make_certificates(self, names: tuple[str, ...]) -> None:
        now = datetime.now(UTC)
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk-app hub CA")])
        ca = (
            x509.CertificateBuilder()
            .subject_name(ca_name)
            .issuer_name(ca_name)
            .public_key(ca_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=CA_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_ca_usage(), critical=True)
            .sign(ca_key, hashes.SHA256())
        )
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk-app hub")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(ca_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=CERTIFICATE_DAYS))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([_general_name(n) for n in names]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
                critical=False,
            )
            .sign(ca_key, hashes.SHA256())
        )
        _write(self.path / CA_KEY_FILE, _pem_key(ca_key))
        _write(self.path / CERTIFICATE_KEY_FILE, _pem_key(key))
        pem = serialization.Encoding.PEM
        _write(self.path / CERTIFICATE_FILE, certificate.public_bytes(pem))
        _write(self.path / CA_FILE, ca.public_bytes(pem))


def fingerprint(certificate_der: bytes) -> str:
    """The part of a certificate's SHA-256 that a ticket carries."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(certificate_der)
    return digest.finalize().hex()[:FINGERPRINT_LENGTH]


def _ca_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sealed(key: bytes, name: str, secret: bytes) -> str:
    return seal(key, secret, name.encode()).hex()


def _opened(key: bytes, name: str, sealed: str) -> bytes:
    try:
        return unseal(key, bytes.fromhex(sealed), name.encode())
    except (BadSignatureError, ValueError):
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "hub.key 和这个数据库不是一套，没有打开。")
        ) from None
