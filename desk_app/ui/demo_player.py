"""Plays a story through the real window: words come in as an input method sends them, the rest
goes through the pages' own presenters, and every scene is kept as a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem
from desk_app.core.story import Story
from desk_app.services.casework import Ending
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.tasks.runner import QtTaskRunner
from desk_app.ui.views.paper_page import PaperPage
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.views.shell import MainWindow

PATIENCE_MS = 20_000
LOOK_MS = 15
BREATH = 12
"""Characters an input method commits at once."""


@dataclass(frozen=True, slots=True)
class PlayedStory:
    """What came of a story.

    Attributes:
        case_id: the case it left behind.
        missed: items that the finder should have named from the words alone.
        files: pictures and the paper, in order.
    """

    id: str
    title: str
    case_id: str
    missed: tuple[str, ...]
    files: tuple[Path, ...]


class DemoPlayer:
    """Plays stories in a window whose desk is open."""

    def __init__(self, window: MainWindow, runner: QtTaskRunner, out: Path) -> None:
        self._window = window
        self._runner = runner
        self._out = out

    def play(self, story: Story) -> PlayedStory:
        """Play ``story`` from the first word to the end of the session.

        Raises:
            EnvironmentProblem: something never came about; its name says what.
        """
        window = self._window
        session, paper = window.page("session"), window.page("paper")
        assert isinstance(session, SessionPage)
        assert isinstance(paper, PaperPage)
        presenter = session.presenter
        before = presenter.case_id
        window.go("session")
        session.start()
        self.wait("session", lambda: presenter.case_id not in ("", before))
        case_id = presenter.case_id
        type_words(session.words.editor, story.words)
        self.wait("suggestions", lambda: bool(presenter.state and presenter.state.suggestions))
        self._settle()
        named = {s.item for s in presenter.state.suggestions} if presenter.state else set()
        files = [self._picture(f"{story.id}-1-words")]
        self._work(story, presenter)
        files.append(self._picture(f"{story.id}-2-session"))
        session.columns.show_block(session.checklist)
        files.append(self._picture(f"{story.id}-3-checklist"))
        session.settle()
        self._settle()
        window.go("paper")
        paper.show_case(case_id)
        self.wait("paper", lambda: _is_made(paper))
        self._settle()
        files.append(self._picture(f"{story.id}-4-paper"))
        target = self._out / f"{story.id}-材料单.pdf"
        paper.presenter.save(target)
        self.wait("pdf", target.exists)
        self._settle()
        files.append(target)
        window.go("session")
        presenter.end(story.outcome, Ending(story.explained, story.sheet_given))
        self.wait("end", lambda: window.page_name == "today")
        self._settle()
        files.append(self._picture(f"{story.id}-5-today"))
        missed = tuple(item for item in story.find if item not in named)
        return PlayedStory(story.id, story.title, case_id, missed, tuple(files))

    def wait(self, what: str, came: Callable[[], bool]) -> None:
        """Let the window live until ``came``. Raises EnvironmentProblem after PATIENCE_MS."""
        loop = QEventLoop()
        look, end = QTimer(), QTimer()
        seen: list[bool] = []

        def look_again() -> None:
            if came():  # noted now: work that follows may make it untrue again
                seen.append(True)
                loop.quit()

        look.timeout.connect(look_again)
        end.setSingleShot(True)
        end.timeout.connect(loop.quit)
        look.start(LOOK_MS)
        end.start(PATIENCE_MS)
        loop.exec()
        if not seen:
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "演示停在“{scene}”，没有走完。"), scene=what
            )

    def _work(self, story: Story, presenter: SessionPresenter) -> None:
        """Everything an officer marks, one after the other."""
        presenter.set_field("resident_title", story.resident_title)
        presenter.set_field("channel", story.channel)
        presenter.set_field("barrier", story.barrier)
        for need in story.needs:
            presenter.set_need(need, wanted=True)
        for item in story.choose:
            presenter.choose(item)
        for fact, value in story.answers.items():
            presenter.answer_fact(fact, value)
        presenter.start_sop(story.sop)
        for step, mark in story.steps.items():
            presenter.mark_step(story.sop, step, mark)
        for material, paper in story.materials.items():
            presenter.mark_material(material, paper)
        presenter.set_field("verdict", story.verdict)
        for promise in story.promises:
            due = presenter.due_in(promise.days)
            presenter.promise(promise.what, promise.who, due.day, promise.to_whom)
        self._settle()

    def _settle(self) -> None:
        self.wait("store", lambda: self._runner.is_idle)

    def _picture(self, name: str) -> Path:
        QApplication.processEvents()
        path = self._out / f"{name}.png"
        if not self._window.grab().save(str(path)):
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP(
                    "Errors", "“{name}”写不进去：没有这个文件夹、不能写，或者磁盘满了。"
                ),
                name=path.name,
            )
        return path


def type_words(editor: QWidget, words: str) -> None:
    """Send ``words`` to ``editor`` as an input method does: a breath at a time, composed first."""
    for start in range(0, len(words), BREATH):
        breath = words[start : start + BREATH]
        QApplication.sendEvent(editor, QInputMethodEvent(breath[:1], []))
        commit = QInputMethodEvent("", [])
        commit.setCommitString(breath)
        QApplication.sendEvent(editor, commit)


def _is_made(paper: PaperPage) -> bool:
    state = paper.presenter.state
    return state is not None and state.printed is not None
