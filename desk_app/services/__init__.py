"""Use cases: one function or small class each; each owns its transaction."""
