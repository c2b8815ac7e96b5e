"""跨前一步: the desktop app of the "办不成事" window."""

__version__ = "0.1.0"
