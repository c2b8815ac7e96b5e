"""Paths, packaged files, logging, single instance. Standard library and small OS helpers."""
