"""附件 of a case: taking files in, looking at them, copies, and the codes in pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from desk_app.core.attachments import HERE, MISSING, Attachment, attachments
from desk_app.core.calculators.base import Unit
from desk_app.core.calculators.typed import show_value
from desk_app.core.e_invoice import EInvoice, read_e_invoice
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState
from desk_app.services.attachments import (
    WATCHED,
    Attachments,
    FileRoom,
    FoundFile,
    NewFile,
    Picture,
    found_in,
)
from desk_app.ui.presenters.attachment_words import (
    PLACE_NAMES,
    PLACE_TONES,
    SOURCE_NAMES,
    size_words,
)
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView

T = TypeVar("T")

LOOK, COPY, CODES, REMOVE = "look", "copy", "codes", "remove"
TAKE, SKIP, DROP, NOTE = "take", "skip", "drop", "note"
SMALL_SIDE, LARGE_SIDE = 256, 2400
"""Longest sides of pictures in the list and of one that is looked at, in pixels."""


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    found = attachments(case)
    return f"{len(found)} 个" if found else ""


@dataclass(frozen=True, slots=True)
class AttachmentsState:
    """What the page shows.

    Attributes:
        lines: a line each, the latest first.
        pictures: ids of lines that can be shown as a picture.
        folder: that is watched; empty = none.
    """

    lines: tuple[Line, ...]
    pictures: frozenset[str]
    folder: str


class AttachmentsView(TopicView[AttachmentsState], Protocol):
    """What the presenter asks of the page."""

    def show_busy(self, words: str) -> None:
        """Say what is under way; empty = nothing any more."""

    def show_small(self, key: str, picture: Picture) -> None:
        """The picture of a line."""

    def show_large(self, name: str, picture: Picture) -> None:
        """A picture to be looked at."""

    def ask_copy(self, path: Path) -> None:
        """Ask where a copy goes, and say that it is not encrypted."""

    def show_offers(self, lines: Sequence[Line]) -> None:
        """New files in the watched folder."""

    def show_codes(self, lines: Sequence[Line]) -> None:
        """What was read from a picture."""


class AttachmentsPresenter(TopicPresenter[AttachmentsState]):
    """What the page knows and does."""

    def __init__(self, services: Services, room: FileRoom, view: AttachmentsView) -> None:
        super().__init__(services, view)
        self._page = view
        self._room = room
        self._work = Attachments(services.store, room.blobs, services.casework.author)
        self._found: dict[str, FoundFile] = {}
        self._skipped: set[Path] = set()
        self._codes: tuple[str, ...] = ()
        self._copied = ""

    def read(self, case: CaseState) -> AttachmentsState:
        """See ``TopicPresenter.read``."""
        shown = tuple(reversed(attachments(case)))
        places = {one.id: self._room.blobs.place(one.sha256) for one in shown}
        return AttachmentsState(
            tuple(self._line(one, places[one.id]) for one in shown),
            frozenset(one.id for one in shown if one.is_picture and places[one.id] != MISSING),
            self._services.store.setting(WATCHED),
        )

    def take(self, paths: Sequence[Path], source: str) -> None:
        """Take files of this computer into the case."""
        self._keep(lambda: self._work.keep(paths, source))

    def take_picture(self, encode: Callable[[], bytes], source: str) -> None:
        """Take in a picture that was never a file; ``encode`` gives it as PNG, and is slow."""
        name = f"图片 {self._services.clock.now():%Y-%m-%d %H%M%S}.png"
        self._keep(lambda: [self._work.keep_bytes(encode(), name, source)])

    def nothing_there(self) -> None:
        """Somebody pasted or dropped what is neither a file nor a picture."""
        self._services.shell.toast("这里没有图片，也没有文件。")

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        one = self._attachment(key)
        if one is None:
            return
        if act == REMOVE:
            self._remove(key)
        elif act == COPY:
            self._copied = key
            self._page.ask_copy(Path.home() / one.name)
        elif act == CODES:
            self._beside(f"正在认“{one.name}”里的码……", partial(self._read_codes, one), self._coded)
        elif act == LOOK and one.is_picture:
            self._beside(
                "正在打开……",
                lambda: self._room.picture(self._work.read(one), LARGE_SIDE),
                partial(self._page.show_large, one.name),
            )

    def small(self, key: str) -> None:
        """Ask for the picture of a line; it comes by ``show_small``, or not at all."""
        one = self._attachment(key)
        if one is not None:
            self._services.runner.side(
                lambda: self._room.picture(self._work.read(one), SMALL_SIDE),
                partial(self._page.show_small, key),
                lambda _: None,  # it says that it is a picture, and is none: the line stays plain
            )

    def save_copy(self, path: Path) -> None:
        """Write the copy that was asked for."""
        one = self._attachment(self._copied)
        if one is not None:
            self._beside(
                "正在存副本……",
                partial(self._work.save_copy, one, path),
                lambda _: self._services.shell.toast("副本存好了。它没有加密，用完请删掉。"),
            )

    def watch(self, folder: str) -> None:
        """Watch another folder; empty = none."""
        store = self._services.store
        self._services.runner.store(
            lambda: store.save_setting(WATCHED, folder.strip()), lambda _: self.refresh()
        )

    def look_around(self, folder: str) -> None:
        """Look what is new in the watched folder."""
        if not folder:
            self._page.show_offers(())
            return
        now = self._services.clock.now().timestamp()
        self._services.runner.side(
            lambda: found_in(Path(folder), now), self._offer, self._no_folder
        )

    def act_on_offer(self, key: str, act: str) -> None:
        """Take a file of the watched folder in, leave it, or delete it there."""
        found = self._found.get(key)
        if found is None:
            return
        if act == TAKE:
            self.take([found.path], "folder")
        elif act == SKIP:
            self._skipped.add(found.path)
            self._offer(list(self._found.values()))
        elif act == DROP and (one := self._known(found)) is not None:
            self._beside(
                "正在核对、删除……",
                partial(self._work.drop_original, one, found.path),
                lambda _: self._dropped(),
            )

    def act_on_code(self, key: str, act: str) -> None:
        """Note a code that was read."""
        if act == NOTE and key.isdecimal() and int(key) < len(self._codes):
            words = code_words(self._codes[int(key)])
            work = partial(self._services.casework.add_note, self.case_id, words)
            self.write(work, "note.added", "记到经过了。")

    def _remove(self, key: str) -> None:
        case_id, services = self.case_id, self._services

        def put_back(entry_id: str) -> None:
            services.runner.store(
                lambda: services.casework.withdraw(case_id, entry_id), lambda _: self._written()
            )

        def removed(entry_id: str) -> None:
            services.shell.toast("拿掉了，流水里还有。", partial(put_back, entry_id))
            self._written()

        services.runner.store(lambda: self._work.remove(case_id, key), removed)

    def _written(self) -> None:
        self._services.shell.saved()
        self.refresh()

    def _keep(self, keep: Callable[[], list[NewFile]]) -> None:
        case_id = self.case_id
        if case_id:
            self._beside("正在加密收进来……", keep, partial(self._file, case_id))

    def _file(self, case_id: str, new: list[NewFile]) -> None:
        known = {one.sha256 for one in attachments(self.case)} if self.case else set()
        fresh = {one.sha256 for one in new} - known
        if not fresh:
            self._services.shell.toast("已经在案件里了，没有再收一遍。")
            return
        # Only one entry can be taken back at once.
        kind = "attachment.added" if len(fresh) == 1 else ""
        words = f"收进来了 {len(fresh)} 个，加密存在本机。"
        self.write(lambda: self._work.file(case_id, new), kind, words)

    def _beside(self, words: str, work: Callable[[], T], done: Callable[[T], object]) -> None:
        """Do slow work beside the store, and say so meanwhile."""
        self._page.show_busy(words)

        def came(result: T) -> None:
            self._page.show_busy("")
            done(result)

        def failed(error: Exception) -> None:
            self._page.show_busy("")
            self._services.shell.problem(error)

        self._services.runner.side(work, came, failed)

    def _read_codes(self, one: Attachment) -> tuple[str, ...]:
        return tuple(self._room.codes(self._work.read(one)))

    def _coded(self, codes: tuple[str, ...]) -> None:
        self._codes = codes
        if not codes:
            self._services.shell.toast("这张图里没有认出二维码或条形码。")
        acts = (Act(NOTE, "记到经过", "1"),)
        self._page.show_codes([Line(str(i), code_words(c), acts=acts) for i, c in enumerate(codes)])

    def _offer(self, found: list[FoundFile]) -> None:
        shown = [one for one in found if one.path not in self._skipped]
        self._found = {str(one.path): one for one in shown}
        self._page.show_offers([self._offer_line(one) for one in shown])

    def _no_folder(self, error: Exception) -> None:
        self._found = {}
        self._page.show_offers([Line("", str(error), tone="warn")])

    def _dropped(self) -> None:
        self._services.shell.toast("文件夹里的原件删掉了，案件里的还在。")
        self.refresh()

    def _offer_line(self, found: FoundFile) -> Line:
        if self._known(found) is not None:
            acts = (Act(DROP, "删掉文件夹里的原件", "1"), Act(SKIP, "留着", "2"))
            return Line(
                str(found.path), found.path.name, status="已收进来", mark="✓", tone="ok", acts=acts
            )
        acts = (Act(TAKE, "收进来", "1"), Act(SKIP, "不收", "2"))
        return Line(str(found.path), found.path.name, detail=size_words(found.size), acts=acts)

    def _known(self, found: FoundFile) -> Attachment | None:
        files = attachments(self.case) if self.case else ()
        alike = (one for one in files if (one.name, one.size) == (found.path.name, found.size))
        return next(alike, None)

    def _attachment(self, key: str) -> Attachment | None:
        files = attachments(self.case) if self.case else ()
        return next((one for one in files if one.id == key), None)

    def _line(self, one: Attachment, place: str) -> Line:
        now = self._services.clock.now()
        about = (
            size_words(one.size),
            SOURCE_NAMES.get(one.source, one.source),
            time_words(one.entry.at, now),
            one.entry.author,
        )
        looks = (Act(LOOK, "看", "1"),) if one.is_picture and place != MISSING else ()
        codes = (Act(CODES, "认码", "3"),) if looks else ()
        copy = (Act(COPY, "存副本", "2"),) if place != MISSING else ()
        return Line(
            one.id, one.name, detail="　".join(about), status=PLACE_NAMES[place],
            tone="" if place == HERE else PLACE_TONES[place],
            acts=(*looks, *copy, *codes, Act(REMOVE, "拿掉", "4")),
        )  # fmt: skip


def code_words(text: str) -> str:
    """A code as it is noted: an invoice in words, anything else as it is."""
    try:
        found = read_e_invoice(text)
    except BadInputError:
        return text
    return _invoice_words(found) if found.is_known else text


def _invoice_words(code: EInvoice) -> str:
    parts: Mapping[str, str] = {
        "代码": code.code,
        "号码": code.number,
        "开票": show_value(Unit.DATE, code.day.isoformat()) if code.day else "",
        "金额": show_value(Unit.FEN, code.fen) if code.fen is not None else "",
    }
    return "　".join((code.kind, *(f"{name} {value}" for name, value in parts.items() if value)))
