"""The first schema: journal, projections, drafts, settings."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE entries (
        seq INTEGER NOT NULL, id TEXT NOT NULL, case_id TEXT NOT NULL, kind TEXT NOT NULL,
        version INTEGER NOT NULL, body TEXT NOT NULL, author TEXT NOT NULL, hlc TEXT NOT NULL,
        at TEXT NOT NULL, base TEXT NOT NULL, prev TEXT NOT NULL, sha256 TEXT NOT NULL,
        CONSTRAINT pk_entries PRIMARY KEY (seq), CONSTRAINT uq_entries_id UNIQUE (id))""",
    "CREATE INDEX ix_entries_case_id ON entries (case_id)",
    """CREATE TABLE cases (
        "row" INTEGER NOT NULL, case_id TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL,
        resident TEXT NOT NULL, stage TEXT NOT NULL, verdict TEXT NOT NULL,
        is_open INTEGER NOT NULL, first_contact_officer TEXT NOT NULL, opened_at TEXT NOT NULL,
        updated_at TEXT NOT NULL, last_hlc TEXT NOT NULL, next_due TEXT NOT NULL,
        conflicts INTEGER NOT NULL, entries INTEGER NOT NULL,
        CONSTRAINT pk_cases PRIMARY KEY ("row"), CONSTRAINT uq_cases_case_id UNIQUE (case_id))""",
    "CREATE INDEX ix_cases_number ON cases (number)",
    "CREATE INDEX ix_cases_last_hlc_is_open ON cases (last_hlc, is_open)",
    """CREATE TABLE promises (
        promise_id TEXT NOT NULL, case_id TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL,
        to_whom TEXT NOT NULL, due TEXT NOT NULL, state TEXT NOT NULL,
        CONSTRAINT pk_promises PRIMARY KEY (promise_id))""",
    "CREATE INDEX ix_promises_case_id ON promises (case_id)",
    "CREATE INDEX ix_promises_state_due ON promises (state, due)",
    """CREATE TABLE drafts (
        author TEXT NOT NULL, case_id TEXT NOT NULL, slot TEXT NOT NULL, text TEXT NOT NULL,
        cursor INTEGER NOT NULL, saved_at TEXT NOT NULL,
        CONSTRAINT pk_drafts PRIMARY KEY (author, case_id, slot))""",
    """CREATE TABLE settings (
        name TEXT NOT NULL, value TEXT NOT NULL, CONSTRAINT pk_settings PRIMARY KEY (name))""",
    """CREATE TABLE meta (
        name TEXT NOT NULL, value TEXT NOT NULL, CONSTRAINT pk_meta PRIMARY KEY (name))""",
    # The words stay in the journal; the index keeps no copy. "ascii" takes every character beyond
    # ASCII as part of a word, also those newer than SQLite's Unicode tables (rare names).
    """CREATE VIRTUAL TABLE search USING
        fts5(tokens, content='', columnsize=0, detail=full, tokenize='ascii')""",
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab('search', 'row')",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
