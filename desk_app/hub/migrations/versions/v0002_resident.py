"""What residents see and send: the centre's switches, links, inquiries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only adds: programs of the version before go on beside it."""
    for column in (
        sa.Column("phone", sa.String(60), nullable=False, server_default=""),
        sa.Column("page_address", sa.String(200), nullable=False, server_default=""),
        sa.Column("shows_status", sa.Integer, nullable=False, server_default="0"),
        sa.Column("takes_inquiries", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("centres", column)
    op.create_table(
        "resident_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("centre", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_resident_links"),
    )
    op.create_index("ix_resident_links_case_id", "resident_links", ["case_id"])
    op.create_table(
        "inquiries",
        sa.Column("centre", sa.String(40), nullable=False),
        sa.Column("number", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        sa.Column("device", sa.String(20), nullable=False),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "number", name="pk_inquiries"),
        sa.UniqueConstraint("centre", "digest", name="uq_inquiries_centre_digest"),
    )
