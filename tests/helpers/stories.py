"""What every story told through the real window does: somebody sits down, a paper is printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt

from desk_app.core.fold import CaseState
from desk_app.ui.views.papers_page import PapersPage
from desk_app.ui.views.topic_page import TopicPage
from tests.helpers.gui import OpenWindow, open_window
from tests.helpers.hands import press, write
from tests.helpers.pdf_reading import words
from tests.helpers.ui_desk import FakePrinter, NoFinder

P = TypeVar("P", bound=TopicPage)


@contextmanager
def story_window(folder: Path) -> Iterator[OpenWindow]:
    """An empty desk with a printer in the house."""
    with open_window(folder, finder=NoFinder()) as opened:
        opened.room.printers[:] = [FakePrinter("前台", is_default=True)]
        yield opened


def the_case(desk: OpenWindow) -> CaseState:
    """The case of the story, as it stands."""
    return desk.store.case(desk.store.cases()[-1].case_id)


def receive(desk: OpenWindow, who: str, said: str) -> None:
    """F2 and the resident's words."""
    press(desk, Qt.Key.Key_F2)
    write(desk, said)
    desk.casework.set_field(the_case(desk).case_id, "resident_title", who)
    desk.settle()


def topic_page(desk: OpenWindow, topic: str, kind: type[P]) -> P:
    """The page of a topic, shown for the case of the story."""
    desk.context.shell.open_topic(the_case(desk).case_id, topic)
    desk.settle()
    page = desk.window.page(topic)
    assert isinstance(page, kind)
    return page


def print_paper(desk: OpenWindow, title: str) -> str:
    """From the list of papers to the printer; the words on it."""
    page = topic_page(desk, "papers", PapersPage)
    page.list.setFocus()
    page.list.select(next(row.id for row in page.list.rows if row.text.startswith(title)))
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Return)
    return words(desk.room.sent[-1][0])
