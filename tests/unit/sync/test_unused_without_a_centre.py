"""A desk that joined no centre starts and works without the network's libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from desk_app.bootstrap.desk import owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.core.clock import SystemClock
from PySide6.QtWidgets import QApplication

application = QApplication([])
with owned_folder(Path(sys.argv[1])) as owned:
    desk = DeskWindow(application, owned.paths, SystemClock(), keyring=False)
    desk.window.show()
    application.processEvents()
    painted = set(sys.modules)
    desk.prepare()
    while not desk.runner.is_idle:
        application.processEvents()
    desk.window.unlock.unlocked.emit("L", "twelve-chars-")
    while desk.window.page_name != "today" or not desk.runner.is_idle:
        application.processEvents()
    worked = set(sys.modules)
    desk.close()
    desk.window.close()
print(sorted({"desk_app.sync", "sqlalchemy"} & painted), sorted({"httpx", "pydantic"} & worked))
"""


def test_neither_before_the_first_paint_nor_later(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "[] []\n"
    # A store that is thrown away (the demo's) leaves no mark behind.
    assert list(Path(os.environ["XDG_STATE_HOME"]).rglob("life-*")) == []
