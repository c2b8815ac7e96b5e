"""接待: the twenty minutes happen here, on one page, in any order."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.services.drafting import WORDS
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.entry_words import entry_words
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.views.page import Page
from desk_app.ui.views.session_channel import ChannelBlock
from desk_app.ui.views.session_checklist import ChecklistBlock
from desk_app.ui.views.session_end import EndPanel
from desk_app.ui.views.session_header import SessionHeader
from desk_app.ui.views.session_items import ItemsBlock
from desk_app.ui.views.session_person import PersonBlock
from desk_app.ui.views.session_promise import PromiseBlock
from desk_app.ui.views.session_questions import QuestionsBlock
from desk_app.ui.views.session_reasons import ReasonPicker
from desk_app.ui.views.session_words import WordsBlock
from desk_app.ui.widgets.basic import button, label
from desk_app.ui.widgets.block_columns import NARROW, TABS, WIDE, BlockColumns
from desk_app.ui.widgets.esc_key import EscKey

MINUTE_MS = 20_000


class SessionPage(Page):
    """The session page."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("接待")
        self.setAccessibleName(self.title)
        self._context = context
        self.presenter = SessionPresenter(context, self)
        self.words = WordsBlock(self.presenter)
        self.person = PersonBlock(context, self.presenter)
        self.channel = ChannelBlock(context, self.presenter)
        self.questions = QuestionsBlock(self.presenter)
        self.items = ItemsBlock(self.presenter)
        self.checklist = ChecklistBlock(self.presenter)
        self.promise = PromiseBlock(self.presenter)
        reasons = ReasonPicker(context.pack, context.runner, context.romanise)
        self.end = EndPanel(self.presenter, reasons)
        self.end.cancelled.connect(self._leave_end)
        self.end.change_wanted.connect(self._change)
        self.columns = BlockColumns(
            [self.words, self.person, self.questions],
            [
                (self.tr("3 可能事项"), self.items),
                (self.tr("4 检查单"), self.checklist),
                (self.tr("5 约定"), self.promise),
            ],
            self.tr("1 听　2 问"),
        )
        self._ring = (self.words, self.items, self.checklist, self.promise, self.questions)
        self._header = SessionHeader(self._open_paper, self._end, self._turn_channel)
        self.column.addWidget(self._header)
        self.column.addWidget(self.channel)
        EscKey(self.channel, self._turn_channel)
        self._room = QStackedWidget()
        self._idle = self._make_idle()
        for part in (self._idle, self.columns, self.end):
            self._room.addWidget(part)
        self.column.addWidget(self._room, 1)
        self._header.hide()
        self.channel.hide()
        self.columns.mode_changed.connect(self._fit)
        self._fit(self.columns.mode)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._show_minutes)
        self._minute.start()
        self._keys()

    @property
    def is_ending(self) -> bool:
        """Whether the panel at the end shows."""
        return self._room.currentWidget() is self.end

    def show_session(self, state: SessionState, *, fresh: bool) -> None:
        """See ``SessionView``."""
        self._header.show_state(state)
        for block in (
            self.words, self.person, self.channel, self.questions, self.items, self.checklist,
            self.promise, self.end,
        ):  # fmt: skip
            block.show_state(state, fresh=fresh)
        if fresh:
            self._header.show()
            self.channel.hide()
            self._room.setCurrentWidget(self.columns)
            self._show_minutes()
            if not state.drafts or WORDS in state.drafts:
                self.columns.show_block(self.words)
                self.words.editor.setFocus()

    def show_suggestions(self, state: SessionState) -> None:
        """See ``SessionView``."""
        self.items.show_suggestions(state)
        self.questions.show_suggestions(state)

    def session_undone(self, entries: tuple[Entry, ...]) -> None:
        """See ``SessionView``."""
        if not entries:
            self._context.shell.toast(self.tr("这次接待里没有可以撤销的了。"))
            return
        words = entry_words(entries[0], self._context.pack)
        if len(entries) > 1:
            more = self.tr("%1 等 %2 条").replace("%2", str(len(entries)))
            words = more.replace("%1", words)
        self._context.shell.toast(self.tr("撤销了：%1").replace("%1", words))

    def session_ended(self, case: CaseState) -> None:
        """See ``SessionView``."""
        self._room.setCurrentWidget(self._idle)
        self._header.hide()
        self.channel.hide()
        shell = self._context.shell
        shell.go("today")
        words = (
            self.tr("%1 这次接待结束了，案件留着。")
            if case.is_open
            else self.tr("%1 已结束并销号。")
        )
        shell.toast(words.replace("%1", case.number), self.presenter.undo_end)

    def come_up(self) -> None:
        """Another page may have written to the case."""
        self.presenter.refresh()

    def take_focus(self) -> None:
        """The caret goes back to where it was, else to the resident's words."""
        if self.presenter.state is None:
            self._new.setFocus()
            return
        last = self.focusWidget()
        if last is not None and last is not self and last.isVisibleTo(self):
            last.setFocus()
        else:
            self.words.editor.setFocus()

    def settle(self) -> None:
        """Leaving the page keeps what is typed."""
        if self.presenter.state is not None:
            for block in (self.words, self.person, self.channel, self.questions, self.checklist):
                block.settle()

    def start(self) -> None:
        """A new session."""
        self.settle()
        self.presenter.start()

    @property
    def about(self) -> str:
        """See ``Page``."""
        return self.presenter.case_id

    def resume(self, case_id: str) -> None:
        """Go on with a case."""
        self.settle()
        self.presenter.resume(case_id)

    def take(self, item_id: str) -> None:
        """Take an item found elsewhere (导图) into the session; opens one if none is."""
        self.presenter.take(item_id)

    def _make_idle(self) -> QWidget:
        room = QWidget()
        column = QVBoxLayout(room)
        column.addStretch()
        self._idle_words: QLabel = label(
            self.tr("现在没有接待。居民坐下以后按 F2，光标就在“原话”里，边听边记。"), "second"
        )
        self._idle_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._idle_words)
        self._new = button(self.tr("新接待 F2"), self._context.shell.new_session, "primary")
        column.addWidget(self._new, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        return room

    def _keys(self) -> None:
        for key, act in (
            ("F4", self._to_checklist),
            ("F6", self._next_block),
            ("Shift+F6", self._block_before),
            ("Ctrl+P", self._open_paper),
            ("Ctrl+Return", self._end),
            ("Ctrl+Enter", self._end),
            ("Ctrl+Z", self._undo),
            ("Ctrl+L", self._turn_channel),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _next_block(self) -> None:
        self._step_block(1)

    def _block_before(self) -> None:
        self._step_block(-1)

    def _step_block(self, step: int) -> None:
        if self._room.currentWidget() is not self.columns:
            return
        here = self.focusWidget()
        place = next(
            (n for n, block in enumerate(self._ring) if here and block.isAncestorOf(here)), 0
        )
        for _ in self._ring:
            place = (place + step) % len(self._ring)
            block = self._ring[place]
            # An empty list has nothing to do in it.
            if block is self.questions and not self.questions.list.rows:
                continue
            if block is self.checklist and not self.checklist.list.rows:
                continue
            self._go_to(block)
            return

    def _go_to(self, block: QWidget) -> None:
        self.columns.show_block(block)
        if isinstance(block, (ItemsBlock, ChecklistBlock, PromiseBlock, QuestionsBlock)):
            block.take_focus()
        else:
            self.words.editor.setFocus()

    def _to_checklist(self) -> None:
        if self._room.currentWidget() is not self.columns:
            return
        if self.checklist.list.hasFocus():
            self.checklist.fold()
        else:
            self._go_to(self.checklist)

    def _turn_channel(self) -> None:
        """Ask how the case came here, or go back to the words."""
        if self.presenter.state is None or self._room.currentWidget() is not self.columns:
            return
        if self.channel.isVisibleTo(self):
            self.channel.settle()
            self.channel.hide()
            self.words.editor.setFocus()
        else:
            self.channel.show()
            self.channel.take_focus()

    def _open_paper(self) -> None:
        self.settle()
        if self.presenter.case_id:
            self._context.shell.open_paper(self.presenter.case_id)

    def _end(self) -> None:
        state = self.presenter.state
        if state is None:
            return
        self.settle()
        if self.is_ending:
            self.end.end()
        else:
            self.channel.hide()
            self._room.setCurrentWidget(self.end)
            self.end.open_for(state)

    def _leave_end(self) -> None:
        self._room.setCurrentWidget(self.columns)
        self.take_focus()

    def _undo(self) -> None:
        if self._room.currentWidget() is self.columns:
            self.presenter.undo()

    def _change(self, name: str) -> None:
        self._room.setCurrentWidget(self.columns)
        blocks = {"items": self.items, "checklist": self.checklist, "promise": self.promise}
        self._go_to(blocks.get(name, self.words))

    def _fit(self, mode: str) -> None:
        """Narrow: say less in the header, put less side by side."""
        self.person.lay_out(pairs=1 if mode == TABS else 2)
        self._header.say_less(less=mode == NARROW, with_phone=mode == WIDE)

    def _show_minutes(self) -> None:
        if self.presenter.state is not None:
            self._header.show_minutes(self.presenter.minutes)
