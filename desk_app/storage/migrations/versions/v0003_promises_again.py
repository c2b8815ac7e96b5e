"""Promises that come again: the list of promises says by which rule."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until now none came again."""
    op.execute("ALTER TABLE promises ADD COLUMN rule TEXT NOT NULL DEFAULT ''")
