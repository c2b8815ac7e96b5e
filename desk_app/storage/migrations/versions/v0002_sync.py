"""The centre's numbers, refused entries, the queue, what is to go."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE entries ADD COLUMN received INTEGER NOT NULL DEFAULT 0",
    # A row's mark is a number of 64 bits without sign; SQLite adds up two halves.
    """CREATE TABLE hub_log (
        seq INTEGER NOT NULL, id TEXT NOT NULL, case_id TEXT NOT NULL, received INTEGER NOT NULL,
        is_here INTEGER NOT NULL, high_half INTEGER NOT NULL, low_half INTEGER NOT NULL,
        CONSTRAINT pk_hub_log PRIMARY KEY (seq))""",
    "CREATE INDEX ix_hub_log_id ON hub_log (id)",
    "CREATE INDEX ix_hub_log_case_id ON hub_log (case_id)",
    """CREATE TABLE tray (
        id TEXT NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
        CONSTRAINT pk_tray PRIMARY KEY (id))""",
    """CREATE TABLE queue (
        case_id TEXT NOT NULL, state TEXT NOT NULL,
        CONSTRAINT pk_queue PRIMARY KEY (case_id))""",
    """CREATE TABLE queue_marks (
        id TEXT NOT NULL, case_id TEXT NOT NULL, code TEXT NOT NULL,
        CONSTRAINT pk_queue_marks PRIMARY KEY (id))""",
    "CREATE INDEX ix_queue_marks_case_id ON queue_marks (case_id)",
    """CREATE TABLE offers (
        ref TEXT NOT NULL, case_id TEXT NOT NULL, received INTEGER NOT NULL, notice TEXT NOT NULL,
        CONSTRAINT pk_offers PRIMARY KEY (ref))""",
    """CREATE TABLE evictions (
        case_id TEXT NOT NULL, seq INTEGER NOT NULL,
        CONSTRAINT pk_evictions PRIMARY KEY (case_id))""",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
