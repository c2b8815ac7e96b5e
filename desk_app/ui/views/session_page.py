"""接待: the twenty minutes happen here, on one page, in any order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from desk_app.core.fold import CaseState
from desk_app.core.masking import form_of_address
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.session_presenter import SessionPresenter, SessionState
from desk_app.ui.views.page import Page
from desk_app.ui.views.session_checklist import ChecklistBlock
from desk_app.ui.views.session_end import EndPanel
from desk_app.ui.views.session_items import ItemsBlock
from desk_app.ui.views.session_promise import PromiseBlock
from desk_app.ui.views.session_questions import QuestionsBlock
from desk_app.ui.views.session_words import WordsBlock
from desk_app.ui.widgets.basic import button, label

WIDE = 74
"""Widths of the letter m below which the right column becomes tabs."""


class SessionPage(Page):
    """The session page."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("接待")
        self.setAccessibleName(self.title)
        self._context = context
        self.presenter = SessionPresenter(context, self)
        self.column.addLayout(self._header())
        self.words = WordsBlock(self.presenter)
        self.questions = QuestionsBlock(self.presenter)
        self.items = ItemsBlock(self.presenter)
        self.checklist = ChecklistBlock(self.presenter)
        self.promise = PromiseBlock(self.presenter, context.casework.author)
        self.end = EndPanel(self.presenter)
        self.words.reveal_requested.connect(self._reveal)
        self.end.cancelled.connect(self._leave_end)
        self._blocks = (self.words, self.questions, self.items, self.checklist, self.promise)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(12)
        self._left = _scrolled([self.words, self.questions])
        self._columns.addWidget(self._left, 5)
        self._right: QWidget | None = None
        self._tabs: QTabWidget | None = None
        self._lay_out()
        self.column.addLayout(self._columns, 1)
        self.column.addWidget(self.end)
        self._minute = QTimer(self)
        self._minute.setInterval(20_000)
        self._minute.timeout.connect(self._show_minutes)
        self._minute.start()
        self._keys()

    def show_session(self, state: SessionState, *, fresh: bool) -> None:
        """See ``SessionView``."""
        fields = state.case.fields
        self._number.setText(state.case.number)
        self._who.setText(
            form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))
        )
        for block in self._blocks:
            block.show_state(state, fresh=fresh)
        self._show_minutes()
        if fresh:
            self.end.hide()
            self.take_focus()

    def show_suggestions(self, state: SessionState) -> None:
        """See ``SessionView``."""
        self.items.show_suggestions(state)

    def session_ended(self, case: CaseState) -> None:
        """See ``SessionView``."""
        self.end.hide()
        shell, casework, runner = self._context.shell, self._context.casework, self._context.runner
        shell.go("today")
        if case.is_open:
            shell.toast(self.tr("这次接待结束了，案件还留着。"))
            return

        def back() -> None:
            runner.store(
                lambda: casework.reopen_case(case.case_id, self.tr("撤销结束")),
                lambda again: shell.open_session(again.case_id),
            )

        shell.toast(self.tr("已结束并销号。"), back)

    def take_focus(self) -> None:
        """The caret goes to the resident's words."""
        self.words.editor.setFocus()

    def settle(self) -> None:
        """Leaving the page keeps what is typed."""
        self.words.editor.settle()

    def start(self) -> None:
        """A new session."""
        self.settle()
        self.presenter.start()

    def resume(self, case_id: str) -> None:
        """Go on with a case."""
        self.settle()
        self.presenter.resume(case_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow windows get tabs on the right."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """A larger scale makes the page narrow too."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_columns"):
            self._lay_out()

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._number = label("", "number", wrap=False)
        self._who = label("", "title", wrap=False)
        self._minutes = label("", "muted", wrap=False)
        row.addWidget(self._number)
        row.addWidget(self._who)
        row.addWidget(self._minutes)
        row.addStretch()
        row.addWidget(button(self.tr("材料单 Ctrl+P"), self._open_paper))
        row.addWidget(button(self.tr("结束 Ctrl+回车"), self._end, "primary"))
        return row

    def _keys(self) -> None:
        for key, act in (
            ("F4", self._to_checklist),
            ("F6", self._to_search),
            ("Ctrl+P", self._open_paper),
            ("Ctrl+Return", self._end),
            ("Ctrl+Enter", self._end),
            ("Ctrl+Shift+Z", self.presenter.undo),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        wide = self.width() >= WIDE * self.fontMetrics().horizontalAdvance("m")
        if self._right is not None and wide == (self._tabs is None):
            return
        old = self._right
        if wide:
            self._tabs = None
            self._right = _scrolled([self.items, self.checklist, self.promise])
        else:
            tabs = QTabWidget()
            for block, name in (
                (self.items, self.tr("事项")),
                (self.checklist, self.tr("检查单")),
                (self.promise, self.tr("约定")),
            ):
                tabs.addTab(_scrolled([block]), name)
            self._tabs = self._right = tabs
        self._columns.addWidget(self._right, 6)
        if old is not None:
            self._columns.removeWidget(old)
            old.deleteLater()
        for block in (self.items, self.checklist, self.promise):
            block.show()

    def _to_search(self) -> None:
        self._show_tab(0)
        self.items.search.setFocus()
        self.items.search.selectAll()

    def _to_checklist(self) -> None:
        self._show_tab(1)
        agenda = self.presenter.state.agenda if self.presenter.state else None
        if agenda is not None and not agenda.walks and agenda.suggested_sops:
            self.presenter.start_sop(agenda.suggested_sops[0])
        self.checklist.take_focus()

    def _show_tab(self, index: int) -> None:
        if self._tabs is not None:
            self._tabs.setCurrentIndex(index)

    def _open_paper(self) -> None:
        self.settle()
        if self.presenter.case_id:
            self._context.shell.open_paper(self.presenter.case_id)

    def _end(self) -> None:
        self.settle()
        if self.end.isVisible():
            self.end.end()
        elif self.presenter.state is not None:
            self.end.open_for(self.presenter.state)

    def _leave_end(self) -> None:
        self.end.hide()
        self.take_focus()

    def _reveal(self, field: str) -> None:
        casework, case_id = self._context.casework, self.presenter.case_id
        self._context.runner.store(
            lambda: casework.reveal(case_id, field, self.tr("接待时核对")),
            lambda value: self.words.reveal(field, value),
        )

    def _show_minutes(self) -> None:
        if self.presenter.state is not None:
            words = self.tr("接待 %1 分").replace("%1", str(self.presenter.minutes))
            self._minutes.setText(words)


def _scrolled(blocks: list[QWidget]) -> QScrollArea:
    room = QWidget()
    column = QVBoxLayout(room)
    column.setContentsMargins(0, 0, 4, 0)
    column.setSpacing(12)
    for block in blocks:
        column.addWidget(block)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(room)
    return area
