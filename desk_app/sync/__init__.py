"""The desk's side of sync: send, fetch, compare, wait."""
