"""The demo: stories in the real window, in a store that is thrown away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.bootstrap.desk import owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.core.clock import SystemClock
from desk_app.system.paths import make_private
from desk_app.system.resources import forms_dir

if TYPE_CHECKING:
    from desk_app.ui.demo_player import PlayedStory


def play_demo(out: Path) -> list[PlayedStory]:
    """Play the stories of ``forms/demo`` in the real window, in a store that is thrown away.

    Args:
        out: where pictures and papers go; made if absent.

    Raises:
        EnvironmentProblem: the folder cannot be written, or a story got stuck.
    """
    import secrets
    import tempfile

    from PySide6.QtWidgets import QApplication

    from desk_app.content.stories import load_stories
    from desk_app.ui.demo_player import DemoPlayer

    make_private(out)
    stories = load_stories(forms_dir())
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with (
        tempfile.TemporaryDirectory(prefix="desk-app-demo-") as folder,
        owned_folder(Path(folder)) as owned,
    ):
        desk = DeskWindow(application, owned.paths, SystemClock(), keyring=False)
        desk.window.show()
        player = DemoPlayer(desk.window, desk.runner, out)
        try:
            desk.prepare()
            player.wait("key", lambda: desk.runner.is_idle)
            desk.window.unlock.unlocked.emit(stories[0].officer, secrets.token_urlsafe(24))
            player.wait("desk", lambda: desk.desk is not None and desk.runner.is_idle)
            return [player.play(story) for story in stories]
        finally:
            desk.close()
            desk.window.close()
