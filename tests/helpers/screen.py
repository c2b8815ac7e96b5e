"""A virtual screen for programs that a test starts in another process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def virtual_screen(size: str = "1366x768x24") -> Iterator[dict[str, str]]:
    """Start Xvfb on a free number; gives the environment for programs that shall draw on it.

    It listens on a local socket only and ends with the block, whatever happened in it.
    """
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-nolisten", "tcp"]
    with (
        subprocess.Popen(
            command, pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server,
        os.fdopen(read_end) as answer,
    ):
        os.close(write_end)
        try:
            number = answer.readline().strip()  # written when the screen is ready
            if not number:
                raise RuntimeError("the virtual screen did not start")
            yield {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()
