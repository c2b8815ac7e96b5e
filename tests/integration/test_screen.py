"""The virtual screen takes a real window, and the scripts take it for a screen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.source_files import ROOT
from tests.helpers.screen import virtual_screen

WINDOW = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.show()
print(application.platformName(), application.primaryScreen().size().toTuple())
"""

pytestmark = pytest.mark.xvfb


def test_a_window_opens_on_a_screen_of_the_size_asked_for() -> None:
    with virtual_screen("800x600x24") as environment:
        shown = subprocess.run(
            [sys.executable, "-c", WINDOW],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert shown.stdout == "xcb (800, 600)\n"


def test_the_scripts_find_the_screen_while_it_is_there() -> None:
    script = f". {ROOT}/packaging/common.sh; VENV={sys.prefix}; has_display"
    with virtual_screen() as environment:
        there = subprocess.run(["bash", "-c", script], env=environment, check=False, timeout=60)
    gone = subprocess.run(["bash", "-c", script], env=environment, check=False, timeout=60)
    assert (there.returncode, gone.returncode) == (0, 1)
