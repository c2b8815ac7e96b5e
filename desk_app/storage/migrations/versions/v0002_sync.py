"""What the centre said: its numbers, what it refused, the queue, what went to another centre."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE entries ADD COLUMN received INTEGER NOT NULL DEFAULT 0",
    # Partial: an entry of any other kind costs its commit nothing.
    """CREATE INDEX ix_entries_practice ON entries (case_id)
        WHERE kind = 'case.opened' AND json_type(body, '$.practice') = 'true'""",
    # A row's mark is a number of 64 bits without sign; SQLite adds up two halves of it.
    """CREATE TABLE hub_log (
        seq INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, received INTEGER NOT NULL,
        high_half INTEGER NOT NULL, low_half INTEGER NOT NULL,
        CONSTRAINT pk_hub_log PRIMARY KEY (seq))""",
    "CREATE INDEX ix_hub_log_id ON hub_log (id)",
    "CREATE INDEX ix_hub_log_sent ON hub_log (seq) WHERE type = 'sent'",
    """CREATE TABLE tray (
        id TEXT NOT NULL, sha256 TEXT NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL, entry TEXT NOT NULL, CONSTRAINT pk_tray PRIMARY KEY (id))""",
    """CREATE TABLE queue (
        case_id TEXT NOT NULL, state TEXT NOT NULL,
        CONSTRAINT pk_queue PRIMARY KEY (case_id))""",
    """CREATE TABLE queue_marks (
        id TEXT NOT NULL, case_id TEXT NOT NULL, code TEXT NOT NULL,
        CONSTRAINT pk_queue_marks PRIMARY KEY (id))""",
    "CREATE INDEX ix_queue_marks_case_id ON queue_marks (case_id)",
    """CREATE TABLE offers (
        seq INTEGER NOT NULL, ref TEXT NOT NULL, case_id TEXT NOT NULL, received INTEGER NOT NULL,
        notice TEXT NOT NULL, CONSTRAINT pk_offers PRIMARY KEY (seq))""",
    """CREATE TABLE evictions (
        case_id TEXT NOT NULL, seq INTEGER NOT NULL, received INTEGER NOT NULL,
        is_gone INTEGER NOT NULL, CONSTRAINT pk_evictions PRIMARY KEY (case_id))""",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
