"""Schema revisions of the hub's database, oldest first."""
