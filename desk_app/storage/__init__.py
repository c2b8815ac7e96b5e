"""The encrypted local store: journal, projections, migrations, search."""
