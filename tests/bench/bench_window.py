"""The window: first paint beside an empty window, typing beside a watchdog, memory.

Run ``python -m tests.bench.bench_window``. Every ratio compares two things measured in this run.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7
KEYS = 3_000
STALL_MS, MOST_RATIO, MOST_MEMORY = 16.0, 2.0, 250.0

EMPTY = """
import time; start = time.perf_counter()
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.perf_counter() - start, flush=True)
        application.quit()
window = Window(); window.resize(1366, 768); window.show(); application.exec()
"""

OURS = """
import time; start = time.perf_counter()
import sys
from pathlib import Path
from desk_app.bootstrap.desk import owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.core.clock import SystemClock
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
application = QApplication([])
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(time.perf_counter() - start, flush=True)
            heavy = {"sqlalchemy", "reportlab", "pypinyin", "alembic", "keyring"} & set(sys.modules)
            assert not heavy, heavy
            application.quit()
        return False
with owned_folder(Path(sys.argv[1])) as owned:
    desk = DeskWindow(application, owned.paths, SystemClock(), keyring=False)
    watch = Watch(); desk.window.unlock.installEventFilter(watch)
    desk.window.show(); application.exec(); desk.runner.stop()
"""


def main() -> int:
    """Measure and print; 1 when a limit was missed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        ours, empty = [], []
        for warm in (EMPTY, OURS):  # the first start compiles the program; people do that once
            _seconds(warm, str(Path(folder) / "warm"))
        for run in range(RUNS):
            empty.append(_seconds(EMPTY, str(Path(folder) / "empty")))
            ours.append(_seconds(OURS, str(Path(folder) / str(run))))
    # The best of each: whatever else the machine does only ever adds.
    ratio = min(ours) / min(empty)
    print(f"first painted window (process already started, best of {RUNS})")
    print(f"  empty PySide6 window   {min(empty) * 1000:7.0f} ms")
    print(f"  our window             {min(ours) * 1000:7.0f} ms   {ratio:.2f}x (<= 2)")
    p99, memory = _typing()
    kept = ratio <= MOST_RATIO and p99 <= STALL_MS and memory <= MOST_MEMORY
    print("kept" if kept else "MISSED")
    return 0 if kept else 1


def _seconds(code: str, folder: str) -> float:
    # Compiled files are kept as on any machine, whatever the caller's habits.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder).parent / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code, folder],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return float(done.stdout.split()[0])


def _typing() -> tuple[float, float]:
    import psutil
    from PySide6.QtWidgets import QApplication

    from desk_app.bootstrap.desk import owned_folder
    from desk_app.bootstrap.window import DeskWindow
    from desk_app.core.clock import SystemClock
    from desk_app.ui.demo_player import DemoPlayer, type_words
    from desk_app.ui.views.session_page import SessionPage

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with (
        tempfile.TemporaryDirectory() as folder,
        owned_folder(Path(folder)) as owned,
    ):
        desk = DeskWindow(application, owned.paths, SystemClock(), keyring=False)
        desk.window.show()
        player = DemoPlayer(desk.window, desk.runner, Path(folder))
        desk.prepare()
        player.wait("key", lambda: desk.runner.is_idle)
        desk.window.unlock.unlocked.emit("小李", secrets.token_urlsafe(24))
        player.wait("desk", lambda: desk.desk is not None and desk.runner.is_idle)
        page = desk.window.page("session")
        assert isinstance(page, SessionPage)
        desk.window.go("session")
        page.start()
        player.wait("session", lambda: bool(page.presenter.case_id))
        stalls = []
        words = "老伴走了好多年想办丧葬补贴火化证明找不到了" * (KEYS // 20)
        for key in words[:KEYS]:
            begun = time.perf_counter()
            type_words(page.words.editor, key)
            application.processEvents()
            stalls.append((time.perf_counter() - begun) * 1000)
        player.wait("drafts", lambda: desk.runner.is_idle)
        stalls.sort()
        p99 = stalls[int(len(stalls) * 0.99) - 1]
        memory = psutil.Process().memory_info().rss / 1e6
        print(f"typing {KEYS} characters with drafts and the finder running")
        print(f"  key to paint           p50 {stalls[len(stalls) // 2]:.1f} ms, p99 {p99:.1f} ms"
              f" (<= {STALL_MS:.0f}), longest {stalls[-1]:.1f} ms")  # fmt: skip
        print(f"  resident memory        {memory:7.0f} MB (<= 250)")
        desk.close()
        desk.window.close()
        return p99, memory


if __name__ == "__main__":
    sys.exit(main())
