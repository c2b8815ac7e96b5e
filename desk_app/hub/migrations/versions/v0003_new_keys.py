"""Codes with which a device that lost its key comes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only adds: programs of the version before go on beside it."""
    op.add_column("codes", sa.Column("replaces", sa.String(20), nullable=False, server_default=""))
