"""A desk for page tests: the real store and starter pack, a window that only takes notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desk_app.bootstrap.files import file_room
from desk_app.content.pinyin import readings
from desk_app.core.errors import DeskAppError
from desk_app.core.paper_form import PaperForm
from desk_app.core.sheet import MaterialSheet, PrintedPaper
from desk_app.core.suggestion import Suggestions
from desk_app.printing.papers import paper_pdf
from desk_app.printing.preview import render_page
from desk_app.services.attachments import FileRoom
from desk_app.services.casework import Casework
from desk_app.services.press import Press
from desk_app.storage.blobs import BlobFolder
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.ports import Runner
from desk_app.ui.tasks.runner import ImmediateRunner
from desk_app.vault.blob_cipher import BlobCipher
from tests.helpers.fakes import FakeClock
from tests.helpers.starter import starter_pack

KEY = bytes(range(32))


@dataclass
class NotedShell:
    """A ``Shell`` that notes what it was asked for."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    undos: list[Callable[[], object]] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)
    saves: int = 0

    def go(self, page: str) -> None:
        """See ``Shell``."""
        self.asked.append(("go", page))

    def open_session(self, case_id: str) -> None:
        """See ``Shell``."""
        self.asked.append(("open_session", case_id))

    def new_session(self) -> None:
        """See ``Shell``."""
        self.asked.append(("new_session", ""))

    def open_case(self, case_id: str) -> None:
        """See ``Shell``."""
        self.asked.append(("open_case", case_id))

    def open_topic(self, case_id: str, topic: str) -> None:
        """See ``Shell``."""
        self.asked.append(("open_topic", f"{case_id} {topic}"))

    def open_paper(self, case_id: str, paper: str = "", about: str = "") -> None:
        """See ``Shell``."""
        self.asked.append(("open_paper", " ".join(filter(None, (case_id, paper, about)))))

    def bedside(self) -> None:
        """See ``Shell``."""
        self.asked.append(("bedside", ""))

    def log_call(self, case_id: str = "", party_id: str = "") -> None:
        """See ``Shell``."""
        self.asked.append(("log_call", f"{case_id} {party_id}"))

    def show_item(self, item_id: str) -> None:
        """See ``Shell``."""
        self.asked.append(("show_item", item_id))

    def take_item(self, item_id: str) -> None:
        """See ``Shell``."""
        self.asked.append(("take_item", item_id))

    def search(self) -> None:
        """See ``Shell``."""
        self.asked.append(("search", ""))

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """See ``Shell``."""
        self.toasts.append(text)
        if undo is not None:
            self.undos.append(undo)

    def problem(self, error: Exception) -> None:
        """See ``Shell``."""
        if not isinstance(error, DeskAppError):
            raise error
        self.problems.append(error)

    def saved(self) -> None:
        """See ``Shell``."""
        self.saves += 1


@dataclass
class FakePrinter:
    """A printer of this machine."""

    name: str
    is_default: bool = False


@dataclass
class FakePrintRoom:
    """Printers that keep what they are sent; ``broken`` is raised instead of printing."""

    printers: list[FakePrinter] = field(default_factory=list)
    sent: list[tuple[bytes, str]] = field(default_factory=list)
    broken: DeskAppError | None = None

    def send(self, pdf: bytes, printer: str) -> str:
        """Take a job."""
        if self.broken is not None:
            raise self.broken
        self.sent.append((pdf, printer))
        return f"{printer}-{len(self.sent)}"

    def press(self) -> Press:
        """As screens see it, with real pictures."""
        return Press(render_page, lambda: self.printers, self.send)


class NoFinder:
    """Finds nothing."""

    def suggest(self, text: str, limit: int = 5) -> Suggestions:
        """See ``ItemFinder``."""
        del limit
        return Suggestions(text, (), (), ())


def print_sheet(sheet: MaterialSheet | PaperForm, size: int) -> PrintedPaper:
    """The real thing."""
    return paper_pdf(sheet, size)


def file_room_in(folder: Path) -> FileRoom:
    """The real thing, beside the store."""
    files = BlobFolder(folder / "files", BlobCipher(KEY))
    files.open()
    return file_room(files)


@contextmanager
def open_desk(
    folder: Path, shell: NotedShell, room: FakePrintRoom, runner: Runner | None = None
) -> Iterator[UiContext]:
    """A context over a fresh store in ``folder``."""
    clock = FakeClock()
    pack = starter_pack()
    store = SqlSyncStore.open(folder / "store.db", KEY, clock, readings, create=True)
    try:
        yield UiContext(
            store=store,
            pack=pack,
            finder=NoFinder(),
            casework=Casework(store, pack, "小王"),
            clock=clock,
            runner=runner or ImmediateRunner(),
            shell=shell,
            print_sheet=print_sheet,
            press=room.press(),
            romanise=readings,
            files=file_room_in(folder),
        )
    finally:
        store.close()
