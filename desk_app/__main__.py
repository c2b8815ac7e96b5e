"""``python -m desk_app``: the same as the command ``desk-app``."""

from __future__ import annotations

import sys

from desk_app.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
