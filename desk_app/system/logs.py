"""Logs that say what happened, never to whom: ids, codes, counts and times only."""

from __future__ import annotations

import logging
import os
import re
import time
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

NAME = "desk_app"
FILE_NAME = "desk-app.log"
REDACTED = "[redacted]"
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+-]{0,64}")
_DIGIT_RUN = re.compile(r"\d{7}")
_PARTED_DIGITS = re.compile(r"[\d_.:/+-]*")
_MOST_COUNTED = 10_000_000


class _PrivateFileHandler(RotatingFileHandler):
    """A rotating file that only its owner may read; a full disk never stops the program."""

    def _open(self) -> TextIOWrapper:
        file = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(file, "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:
        """A line that cannot be written is lost; there is nowhere else to say so."""


def start_logging(folder: Path) -> None:
    """Write the program's log into ``folder``; three files of 1 MB, mode 0600, times in UTC."""
    handler = _PrivateFileHandler(folder / FILE_NAME, maxBytes=1_000_000, backupCount=2)
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s")
    formatter.converter = time.gmtime
    formatter.datefmt = "%Y-%m-%dT%H:%M:%S"
    handler.setFormatter(formatter)
    stop_logging()
    logger = logging.getLogger(NAME)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def stop_logging() -> None:
    """Close the log file; what is logged from here on goes where Python sends it."""
    logger = logging.getLogger(NAME)
    logger.propagate = True
    for handler in [h for h in logger.handlers if isinstance(h, _PrivateFileHandler)]:
        logger.removeHandler(handler)
        with suppress(OSError):  # a full disk, once more
            handler.close()


def note(event: str, **facts: str | float | bool | None) -> None:
    """Log that ``event`` (a short code) happened, with ids, codes and counts as facts."""
    logging.getLogger(NAME).info("%s", _line(event, facts))


def warn(event: str, **facts: str | float | bool | None) -> None:
    """Log a warning; as ``note``."""
    logging.getLogger(NAME).warning("%s", _line(event, facts))


def redact(value: object) -> str:
    """``value`` if it can only be an id, a code or a number; otherwise a placeholder.

    Chinese text, anything with spaces, and digits that could be a phone or an ID number (seven
    or more in a row, or parted by signs only) never pass.
    """
    if isinstance(value, bool | int | float | None):
        return str(value) if value is None or abs(value) < _MOST_COUNTED else REDACTED
    text = str(value)
    digits = sum(character.isdigit() for character in text)
    if not _PLAIN.fullmatch(text) or _DIGIT_RUN.search(text):
        return REDACTED
    return REDACTED if digits >= 7 and _PARTED_DIGITS.fullmatch(text) else text


def _line(event: str, facts: dict[str, str | float | bool | None]) -> str:
    return " ".join([redact(event), *(f"{key}={redact(value)}" for key, value in facts.items())])
