"""The hub's routes, by what they are for."""
