"""Alembic revisions of the store, in one line, with literal tables."""
