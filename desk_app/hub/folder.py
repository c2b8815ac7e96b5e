"""The hub's folder: its data key, its certificates, and, for one street alone, its database."""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.hub.database import Database, new_id
from desk_app.hub.migrate import FACTS, check_schema
from desk_app.hub.people import Identity
from desk_app.protocol.signing import BadSignatureError, new_private_key, seal, unseal
from desk_app.system.durable import write_durably

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
        key_file: of the data key; None = in this folder.
    """

    path: Path
    url: str = ""
    key_file: Path | None = None

    @property
    def database_url(self) -> str:
        """The database's URL."""
        return self.url or f"sqlite:///{self.path / DATABASE_FILE}"

    @property
    def key_path(self) -> Path:
        """Where the data key lies."""
        return self.key_file or self.path / KEY_FILE

    def make(self, names: tuple[str, ...]) -> None:
        """A new hub: keys, certificates for ``names`` (host names, addresses), tables.

        Raises BadInputError: folder or database holds a hub already, or a name is no name.
        """
        if self.key_path.exists():
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这里已经有一个中心的密钥，没有另建。"))
        for name in names:
            _general_name(name)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.key_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.url:
            (self.path / DATABASE_FILE).touch(0o600)  # SQLite keeps to the rights it finds
        key = secrets.token_bytes(32)
        database = Database(self.database_url, key)
        try:
            if database.has_tables("hub"):
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "这个数据库里已经有一个中心，没有另建。")
                )
            database.create()
            write_durably(self.key_path, key.hex().encode())
            self._make_certificates(names)
            database.put_fact("token_secret", _sealed(key, "token_secret", secrets.token_bytes(32)))
            database.put_fact("signing_key", _sealed(key, "signing_key", new_private_key()))
            database.put_fact("id", new_id())
        finally:
            database.close()

    def open(self) -> OpenHub:
        """The hub of this folder. Raises EnvironmentProblem: none there, or another's database."""
        try:
            key = bytes.fromhex(self.key_path.read_text("ascii"))
        except (OSError, ValueError):
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "这里没有中心（找不到密钥文件 hub.key）。"),
                press=QT_TRANSLATE_NOOP("Errors", "请先运行 desk-app hub init。"),
            ) from None
        database = Database(self.database_url, key)
        try:
            if not database.has_tables("hub"):
                raise EnvironmentProblem(
                    QT_TRANSLATE_NOOP("Errors", "这个数据库里没有中心，没有打开。"),
                    press=QT_TRANSLATE_NOOP("Errors", "请核对 --db 的地址。"),
                )
            facts = database.facts(("id", "token_secret", "signing_key", *FACTS))
            check_schema(facts)
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

    def renew_certificate(self, names: tuple[str, ...]) -> None:
        """A fresh server certificate for ``names``, by the same CA: no desk notices.

        The server's key stays, so that one file is replaced: the old certificate or the new one.
        Raises EnvironmentProblem where this folder has no CA of its own.
        """
        try:
            ca = x509.load_pem_x509_certificate((self.path / CA_FILE).read_bytes())
            ca_key, key = _key(self.path / CA_KEY_FILE), _key(self.path / CERTIFICATE_KEY_FILE)
        except (OSError, ValueError):
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "这个文件夹里没有中心自己的 CA，没有换证书。")
            ) from None
        write_durably(self.path / CERTIFICATE_FILE, _server_certificate(ca, ca_key, key, names))

    def certificate_ends(self) -> datetime | None:
        """When the server certificate ends; None where there is none."""
        try:
            content = (self.path / CERTIFICATE_FILE).read_bytes()
        except FileNotFoundError:
            return None
        return x509.load_pem_x509_certificate(content).not_valid_after_utc

    def _make_certificates(self, names: tuple[str, ...]) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk-app hub CA")])
        ca = (
            _certificate(name, name, key.public_key(), CA_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            # Without it, Python 3.13 and later do not believe the CA.
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(key, hashes.SHA256())
        )
        server_key = ec.generate_private_key(ec.SECP256R1())
        write_durably(self.path / CA_KEY_FILE, _pem_key(key))
        write_durably(self.path / CERTIFICATE_KEY_FILE, _pem_key(server_key))
        write_durably(self.path / CERTIFICATE_FILE, _server_certificate(ca, key, server_key, names))
        write_durably(self.path / CA_FILE, ca.public_bytes(serialization.Encoding.PEM))


def fingerprint(certificate_der: bytes) -> str:
    """The part of a certificate's SHA-256 that a ticket carries."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(certificate_der)
    return digest.finalize().hex()[:FINGERPRINT_LENGTH]


def _certificate(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _server_certificate(
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...],
) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk-app hub")])
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    certificate = (
        _certificate(name, ca.subject, key.public_key(), CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .add_extension(x509.SubjectAlternativeName([_general_name(n) for n in names]), False)
        .add_extension(authority, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if re.fullmatch(r"[A-Za-z0-9*]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", name):
            return x509.DNSName(name)
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{name}”不是主机名，也不是地址。"), name=name[:60]
        ) from None


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Raises OSError, ValueError."""
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError
    return key


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _sealed(key: bytes, name: str, secret: bytes) -> str:
    return seal(key, secret, name.encode()).hex()


def _opened(key: bytes, name: str, sealed: str) -> bytes:
    try:
        return unseal(key, bytes.fromhex(sealed), name.encode())
    except (BadSignatureError, ValueError):
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "hub.key 和这个数据库不是一套，没有打开。")
        ) from None
