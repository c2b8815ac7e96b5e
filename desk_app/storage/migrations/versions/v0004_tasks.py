"""What waits for somebody over all cases: a list that 今日 reads."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The list is filled when the store is opened: the cases that are here have tasks too."""
    op.execute(
        """CREATE TABLE tasks (
        case_id TEXT NOT NULL, ref TEXT NOT NULL, topic TEXT NOT NULL, code TEXT NOT NULL,
        about TEXT NOT NULL, who TEXT NOT NULL, not_by TEXT NOT NULL, due TEXT NOT NULL,
        PRIMARY KEY (case_id, ref, code)) WITHOUT ROWID"""
    )
    op.execute("INSERT INTO meta (name, value) VALUES ('projections', 'stale')")
