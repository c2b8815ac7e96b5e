"""The hub's log: one JSON object a line, for the service manager; ids, codes and times only."""

from __future__ import annotations

import json
import logging
import sys
import time

LOGGER = logging.getLogger("desk_app.hub")


def note_request(method: str, route: str, status: int, seconds: float, device: str) -> None:
    """One request was answered.

    Args:
        route: as it is written in the code, so that no id of a case stands in the log.
    """
    LOGGER.info(
        json.dumps(
            {
                "at": int(time.time() * 1000),
                "method": method if method.isalpha() else "",
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "device": device,
            }
        )
    )


def note_event(event: str) -> None:
    """Something about the hub itself; ``event`` is a short code."""
    LOGGER.info(json.dumps({"at": int(time.time() * 1000), "event": event}))


class _JsonLines(logging.Formatter):
    """Every line is one JSON object.

    Of other libraries' lines only the fixed words are kept: what was put into them, and what an
    exception said, may quote contents.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.name == LOGGER.name:
            return record.getMessage()
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        line = {"at": int(time.time() * 1000), "level": record.levelname, "from": record.name}
        return json.dumps(
            {**line, "error": kind} if kind else {**line, "event": str(record.msg)[:200]}
        )


def log_to_stderr() -> None:
    """Send all log lines to stderr as JSON; the service manager keeps them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    LOGGER.setLevel(logging.INFO)
