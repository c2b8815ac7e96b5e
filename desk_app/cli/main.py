"""``desk-app``: the window when called alone, commands for scripts otherwise.

Exit code 0 only on success; 1 when something was refused (one clear line on stderr); 2 for words
the command line does not know.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

from desk_app.core.errors import DeskAppError

STORE_OPTIONS = frozenset(("--data", "--officer", "--passphrase-file"))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    given = _options_first(sys.argv[1:] if arguments is None else arguments)
    try:
        if (data := _window_alone(given)) is not None:
            from desk_app.bootstrap.window import run_window

            return run_window(Path(data) if data else None)
        from desk_app.cli.app import app

        app(given, prog_name="desk-app")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 1
    except DeskAppError as error:
        sys.stderr.write(f"desk-app: {error}\n")
        return 1
    return 0


def _window_alone(given: list[str]) -> Path | str | None:
    """The data folder when only the window is wanted ("" = the user's own); None otherwise.

    The commands and their library then need not be imported before the window is painted.
    """
    if not given:
        return ""
    if len(given) == 2 and given[0] == "--data":
        return Path(given[1])
    return None


def _options_first(given: list[str]) -> list[str]:
    """Options that choose the store may also stand behind the command: put them in front."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(given)
    for word in words:
        name, equals, _ = word.partition("=")
        if name not in STORE_OPTIONS:
            rest.append(word)
        elif equals:
            front.append(word)
        else:
            front += [word, *list(islice(words, 1))]
    return front + rest
