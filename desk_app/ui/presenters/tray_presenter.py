"""待处理: what the centre refused; the words stay, nothing is deleted, nothing waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, UserFacingError
from desk_app.core.exchange import REJECTIONS, TrayItem
from desk_app.core.fold import CaseState
from desk_app.core.masking import mask_name
from desk_app.ui.presenters.entry_words import entry_words
from desk_app.ui.presenters.lines import NO_NAME, Act, Line
from desk_app.ui.presenters.ports import CentreLink, Services
from desk_app.ui.presenters.time_words import time_words

OPEN, DONE = "open", "done"
RETRY, AGAIN, SETTLE, CASE, REOPEN = "retry", "again", "settle", "case", "reopen"
ACTS = (
    Act(RETRY, "再试一次", "1"), Act(AGAIN, "另写成新记录", "2"), Act(SETTLE, "已处理", "3"),
    Act(CASE, "看案件", "4"),
)  # fmt: skip
DONE_ACTS = (Act(REOPEN, "放回待处理", "3"), Act(CASE, "看案件", "4"))

_AGAIN = "按 2 另写成新记录，内容一样，编号是新的。"
_SHORTER = "按 2 另写，写短一点或分成几条。"
_GONE = "请打电话告诉那边这句话，再按 3。"
ADVICE: Mapping[str, str] = {
    "bad_fingerprint": _AGAIN,
    "bad_shape": _AGAIN,
    "too_large": _SHORTER,
    "too_deep": _AGAIN,
    "forked": _AGAIN,
    "foreign_case": _GONE,
    "foreign_device": "请管理员看看这台设备登记在哪个中心，再按 1。",
    "not_addressee": "请移交给您的中心那边的人接，或者按 3。",
    "no_such_centre": "请问清对方中心的编号，重新移交，再按 3。",
    "practice": "演练的记录不用上传，按 3 就好。",
}
"""What to do, by the code of the refusal."""

NOTES = frozenset(("note.added", "note.corrected"))
EMPTY = "没有待处理的。中心没有收下的记录会放在这里，原文不会丢。"
NONE_DONE = "还没有处理过的。"


@dataclass(frozen=True, slots=True)
class TrayState:
    """What the page shows. ``words``: what this page is, or why it is empty."""

    words: str
    lines: tuple[Line, ...] = ()


class TrayView(Protocol):
    """What the presenter asks of the page."""

    def show_tray(self, state: TrayState) -> None:
        """Draw ``state``."""

    def ask_line(self, key: str, name: str, hint: str, text: str) -> None:
        """Open a line with ``text`` in it; ``write`` takes what is written."""


class TrayPresenter:
    """What the page knows and does."""

    def __init__(self, services: Services, view: TrayView) -> None:
        self._services = services
        self._view = view
        self._state = OPEN
        self._items: dict[str, TrayItem] = {}

    def show(self, state: str) -> None:
        """Show what waits (``open``) or what was dealt with (``done``)."""
        self._state = state or OPEN
        self.refresh()

    def refresh(self) -> None:
        """Read the tray."""

        def shown(read: tuple[dict[str, TrayItem], TrayState]) -> None:
            self._items = read[0]
            self._view.show_tray(read[1])

        self._services.runner.store(self._read, shown)

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        link, item = self._services.link, self._items.get(key)
        if link is None or item is None:
            return
        if act == CASE:
            self._services.shell.open_case(item.entry.case_id)
        elif act == RETRY:
            self._do(partial(_retry, link, key), "放回待传了，再试一次。")
        elif act == SETTLE:
            self._settle(link, key)
        elif act == REOPEN:
            self._do(partial(link.desk.set_tray_state, key, OPEN), "放回待处理了。")
        elif act == AGAIN and item.entry.kind in NOTES:
            text = str(item.entry.body.get("text", ""))
            self._view.ask_line(key, "另写成新记录", "改好以后回车存下", text)
        elif act == AGAIN:
            self._write_again(link, item.entry)

    def write(self, key: str, text: str) -> None:
        """What was written in the line that ``ask_line`` opened: a new note in the same case."""
        link, item = self._services.link, self._items.get(key)
        text = text.strip()
        if link is None or item is None or not text:
            return
        before = str(item.entry.body.get("text", ""))
        if text.split() == before.split():  # the line shows paragraphs as one: keep them
            text = before
        casework, case_id = self._services.casework, item.entry.case_id

        def work() -> CaseState:
            case = casework.add_note(case_id, text)
            link.desk.set_tray_state(key, DONE)
            return case

        self._do(work, "另写成一条新记录，原来的那条留在“处理过的”里。")

    def _write_again(self, link: CentreLink, entry: Entry) -> None:
        services = self._services
        store, author = services.store, services.casework.author

        def work() -> None:
            case = store.case(entry.case_id)
            base = case.heads.get(entry.slot, "") if entry.slot else ""
            if entry.slot and base != entry.id:  # it would undo what was said since
                raise UserFacingError(
                    QT_TRANSLATE_NOOP("Errors", "这一栏后来已经改成别的了，没有另写。"),
                    safe=QT_TRANSLATE_NOOP("Errors", "原来的记录没有变。"),
                    press=QT_TRANSLATE_NOOP("Errors", "看看案件，对的话按 3 已处理。"),
                )
            store.append(author, [NewEntry(entry.case_id, entry.kind, dict(entry.body), base)])
            link.desk.set_tray_state(entry.id, DONE)

        self._do(work, "另写成一条新记录，原来的那条留在“处理过的”里。")

    def _settle(self, link: CentreLink, key: str) -> None:
        def back() -> None:
            self._do(partial(link.desk.set_tray_state, key, OPEN), "放回待处理了。")

        self._do(partial(link.desk.set_tray_state, key, DONE), "记下了：已处理。", back)

    def _do(
        self, work: Callable[[], object], words: str, undo: Callable[[], object] | None = None
    ) -> None:
        services = self._services

        def done(_: object) -> None:
            services.shell.saved()
            services.shell.toast(words, undo)
            self.refresh()

        services.runner.store(work, done)

    def _read(self) -> tuple[dict[str, TrayItem], TrayState]:
        link = self._services.link
        items = link.desk.tray(state=self._state) if link is not None else []
        if not items:
            return {}, TrayState(EMPTY if self._state == OPEN else NONE_DONE)
        words = "这些记录中心没有收下。本机都在，别的记录照常在传；不急，有空再处理。"
        if self._state == DONE:
            words = "处理过的，原文都在。"
        lines = tuple(self._line(item) for item in items)
        return {item.entry.id: item for item in items}, TrayState(words, lines)

    def _line(self, item: TrayItem) -> Line:
        services, entry = self._services, item.entry
        case = services.store.case(entry.case_id)
        now = services.clock.now()
        who = mask_name(case.fields.get("resident_name", "")) or NO_NAME
        reason = REJECTIONS.get(item.code, item.code)
        is_open = item.state == OPEN
        about = (f"{who}　{case.number}", entry.author, f"写于 {time_words(entry.at, now)}")
        advice = ADVICE.get(item.code, _AGAIN)
        return Line(
            entry.id, entry_words(entry, services.casework.pack_of(case)),
            detail="　".join(about), status=f"没收下：{reason}", tone="warn" if is_open else "",
            news=(advice,) if is_open else (), quiet=not is_open,
            acts=ACTS if is_open else DONE_ACTS,
        )  # fmt: skip


def _retry(link: CentreLink, entry_id: str) -> None:
    link.desk.retry(entry_id)
    link.centre.try_now()
