"""Reads and validates the content pack in ``forms/``, and finds items behind a resident's words."""
