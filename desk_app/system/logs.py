"""Logs that say what happened, never to whom: ids, codes, counts and times only."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

NAME = "desk_app"
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+-]{0,64}")
REDACTED = "[redacted]"


def start_logging(folder: Path) -> None:
    """Write the program's log into ``folder``; three files of 1 MB, mode 0600."""
    path = folder / "desk-app.log"
    path.touch(mode=0o600)
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger(NAME)
    stop_logging()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def stop_logging() -> None:
    """Close the log file."""
    logger = logging.getLogger(NAME)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def note(event: str, **facts: str | float | bool | None) -> None:
    """Log that ``event`` (a short code) happened, with ids, codes and counts as facts."""
    logging.getLogger(NAME).info("%s", _line(event, facts))


def warn(event: str, **facts: str | float | bool | None) -> None:
    """Log a warning; as ``note``."""
    logging.getLogger(NAME).warning("%s", _line(event, facts))


def _line(event: str, facts: Mapping[str, Any]) -> str:
    kept: MutableMapping[str, str] = {key: redact(value) for key, value in facts.items()}
    return " ".join([redact(event), *(f"{key}={value}" for key, value in kept.items())])


def redact(value: object) -> str:
    """``value`` if it can only be an id, a code or a number; otherwise a placeholder.

    Chinese text, long digit runs (phones, ID numbers) and anything with spaces never pass.
    """
    text = str(value)
    if not _PLAIN.fullmatch(text) or re.search(r"\d{7,}", text):
        return text if isinstance(value, (int, float)) and abs(value) < 10_000_000 else REDACTED
    return text
