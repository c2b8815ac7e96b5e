"""The hub's tables, for SQLite and PostgreSQL alike, as the latest revision makes them.

What says something of a person lies sealed (``contents.sealed``, ``places.queue``,
``stream.notice``); what the hub needs to order and to route lies open: ids, numbers, fingerprints.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

hub = Table(
    "hub",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String, nullable=False),
)
"""Facts about this hub by name: ``id``, ``schema``, ``token_secret`` …"""

centres = Table(
    "centres",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("high", BigInteger, nullable=False, default=0),
    Column("mark_sum", String(20), nullable=False, default="0"),
    Column("received", BigInteger, nullable=False, default=0),
    Column("epoch", String(40), nullable=False),
    Column("common", BigInteger, nullable=False, default=0),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("phone", String(60), nullable=False, default=""),
    Column("page_address", String(200), nullable=False, default=""),
    Column("shows_status", Integer, nullable=False, default=0),
    Column("takes_inquiries", Integer, nullable=False, default=0),
)
"""The counter row of each centre (see ``ledger.Counter``), its sealed stick key, and what residents
get of it (see ``resident.side``)."""

devices = Table(
    "devices",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("centre", ForeignKey("centres.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("role", String(20), nullable=False),
    Column("public_key", String(400), nullable=False),
    Column("state", String(20), nullable=False),
    Column("enrolled", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("order_issued", BigInteger, nullable=False, default=0),
    Column("head_incarnation", String(40), nullable=False, default=""),
    Column("head_counter", BigInteger, nullable=False, default=0),
    Column("head_sha256", String(64), nullable=False, default=""),
)
"""Enrolled devices. ``state``: active | revoked | sealing | sealed. The head is the latest entry
seen of the device, kept as a witness against a chain that was cut back."""

codes = Table(
    "codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("centre", ForeignKey("centres.id"), nullable=False),
    Column("role", String(20), nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used_by", String(20), nullable=False, default=""),
    Column("replaces", String(20), nullable=False, default="", server_default=""),
)
"""One-time codes, hashed. ``replaces``: the one device that may come back with another key."""

entries = Table(
    "entries",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("case_id", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("prev", String(64), nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("brought_by", String(20), nullable=False),
    Index(None, "case_id"),
)
"""Every entry ever taken in, without contents: ids are unique over all centres."""

contents = Table(
    "contents",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("centre", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""The entries themselves, sealed; each belongs to the centre that its case belongs to."""

stream = Table(
    "stream",
    metadata,
    Column("centre", String(40), primary_key=True),
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", String(100), nullable=False),
    Column("type", String(10), nullable=False),
    Column("case_id", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("mark_sum", String(20), nullable=False),
    Column("notice", LargeBinary, nullable=True),
    Index(None, "id"),
    Index(None, "centre", "case_id", "seq"),
)
"""What each centre's devices read. ``mark_sum``: of all rows up to this one, a decimal number below
2^64 as text, since neither database has such an integer."""

places = Table(
    "places",
    metadata,
    Column("case_id", String(40), primary_key=True),
    Column("centre", String(40), nullable=False),
    Column("past", String, nullable=False, default=""),
    Column("number", String(40), nullable=False, default=""),
    Column("queue", LargeBinary, nullable=False),
)
"""Whose each case is (``past``: ids with blanks between) and its sealed place in the queue."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("device", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("entry_id", String(80), nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("device", "digest"),
)
"""What revoked devices sent: kept for a person to look at, in no stream; the same thing sent again
is there once (``digest``: of what was sent)."""

blobs = Table(
    "blobs",
    metadata,
    Column("centre", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("chunks", Integer, nullable=False),
    Column("complete", Integer, nullable=False, default=0),
)
"""Attachments, which are sealed by the desk before they come; ``digest`` is over all chunks."""

chunks = Table(
    "chunks",
    metadata,
    Column("centre", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

packs = Table(
    "packs",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("version", String(40), nullable=False),
    Column("published", BigInteger, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)
"""Signed content packs; the latest published is current."""

resident_links = Table(
    "resident_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("centre", String(40), nullable=False),
    Column("case_id", String(40), nullable=False),
    Column("ends", BigInteger, nullable=False, default=0),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "case_id"),
)
"""What each resident's link shows, sealed; the token itself is nowhere open."""

inquiries = Table(
    "inquiries",
    metadata,
    Column("centre", String(40), primary_key=True),
    Column("number", String(10), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=True),
    Column("device", String(20), nullable=False, default=""),
    Column("taken", BigInteger, nullable=False, default=0),
    UniqueConstraint("centre", "digest"),
)
"""What residents wrote to a centre online, sealed until a desk has made a case of it; then
``sealed`` is emptied, since the words are in the journal. ``digest``: of the form and what was in
it, so that the same sent twice is there once. ``device``: the desk that took it last."""
