"""Thousands of short courses of events a minute: real rules, stores and ledger in memory."""
