"""The first schema: centres, devices, the stream and its contents, attachments, packs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hub", _text("name", 40), _text("value"), sa.PrimaryKeyConstraint("name", name="pk_hub")
    )
    op.create_table(
        "centres",
        _text("id", 40),
        _text("name", 100),
        _number("high"),
        _text("mark_sum", 20),
        _number("received"),
        _text("epoch", 40),
        _number("common"),
        _bytes("sealed_key"),
        sa.PrimaryKeyConstraint("id", name="pk_centres"),
    )
    op.create_table(
        "devices",
        _text("id", 20),
        _text("centre", 40),
        _text("name", 60),
        _text("role", 20),
        _text("public_key", 400),
        _text("state", 20),
        _number("enrolled"),
        _number("seen"),
        _number("order_issued"),
        _text("head_incarnation", 40),
        _number("head_counter"),
        _text("head_sha256", 64),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.ForeignKeyConstraint(["centre"], ["centres.id"], name="fk_devices_centre"),
    )
    op.create_table(
        "codes",
        _text("hash", 64),
        _text("centre", 40),
        _text("role", 20),
        _number("expires"),
        _text("used_by", 20),
        sa.PrimaryKeyConstraint("hash", name="pk_codes"),
        sa.ForeignKeyConstraint(["centre"], ["centres.id"], name="fk_codes_centre"),
    )
    _add_entries()
    _add_files()


def _add_entries() -> None:
    op.create_table(
        "entries",
        _text("id", 80),
        _text("case_id", 40),
        _text("sha256", 64),
        _text("prev", 64),
        _number("received"),
        _text("brought_by", 20),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
    )
    op.create_index("ix_entries_case_id", "entries", ["case_id"])
    op.create_table(
        "contents",
        _text("id", 80),
        _text("centre", 40),
        _bytes("sealed"),
        sa.PrimaryKeyConstraint("id", name="pk_contents"),
    )
    op.create_table(
        "stream",
        _text("centre", 40),
        sa.Column("seq", NUMBER, nullable=False),
        _text("id", 100),
        _text("type", 10),
        _text("case_id", 40),
        _text("sha256", 64),
        _number("received"),
        _text("mark_sum", 20),
        _bytes("notice", nullable=True),
        sa.PrimaryKeyConstraint("centre", "seq", name="pk_stream"),
    )
    op.create_index("ix_stream_id", "stream", ["id"])
    op.create_index("ix_stream_centre_case_id_seq", "stream", ["centre", "case_id", "seq"])
    op.create_table(
        "places",
        _text("case_id", 40),
        _text("centre", 40),
        _text("past"),
        _text("number", 40),
        _bytes("queue"),
        sa.PrimaryKeyConstraint("case_id", name="pk_places"),
    )
    op.create_table(
        "quarantine",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        _text("device", 20),
        _text("digest", 64),
        _text("entry_id", 80),
        _number("received"),
        _bytes("sealed"),
        sa.UniqueConstraint("device", "digest", name="uq_quarantine_device_digest"),
    )


def _add_files() -> None:
    op.create_table(
        "blobs",
        _text("centre", 40),
        _text("digest", 64),
        sa.Column("chunks", sa.Integer, nullable=False),
        sa.Column("complete", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("centre", "digest", name="pk_blobs"),
    )
    op.create_table(
        "chunks",
        _text("centre", 40),
        _text("digest", 64),
        sa.Column("place", sa.Integer, nullable=False),
        _bytes("bytes"),
        sa.PrimaryKeyConstraint("centre", "digest", "place", name="pk_chunks"),
    )
    op.create_table(
        "packs",
        _text("digest", 64),
        _text("version", 40),
        _number("published"),
        _bytes("bytes"),
        sa.PrimaryKeyConstraint("digest", name="pk_packs"),
    )
