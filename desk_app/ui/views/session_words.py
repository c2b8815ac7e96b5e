"""Block 1, 听: the resident's own words, what blocks, what is needed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desk_app.services.drafting import WORDS
from desk_app.ui.presenters.entry_words import NEED_NAMES
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.widgets.basic import Card, FlowLayout, chip, clear, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingEditor

LOOK_PAUSE_MS = 150
EDITOR_LINES = 6
FIRST_NEEDS = ("hearing", "escort", "home_visit", "large_print")
"""Needs that have a chip from the start; the others are behind +."""


class WordsBlock(Card):
    """Words, barrier, needs."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("1　听　居民的原话"))
        self.setAccessibleName(self.tr("听：居民的原话"))
        self.editor = KeepingEditor(
            self.tr("居民的原话"),
            self.tr("边听边记，照居民自己的话写。不用整理，停下来就已经存好。"),
        )
        self.editor.typed.connect(self._typed)
        self.editor.settled.connect(self._settle)
        self.editor.textChanged.connect(self._look_soon)
        self.editor.cursorPositionChanged.connect(self._caret_moved)
        self.body.addWidget(self.editor, 1)
        self._fit_editor()
        self._settled = ""
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_PAUSE_MS)
        self._look.timeout.connect(self._look_now)
        self._caret = QTimer(self)
        self._caret.setSingleShot(True)
        self._caret.setInterval(LOOK_PAUSE_MS * 2)
        self._caret.timeout.connect(self._keep_caret)
        self.barrier = ChoiceRow(
            self.tr("卡在哪"),
            [
                ("material", self.tr("材料")),
                ("policy", self.tr("政策")),
                ("departments", self.tr("多部门")),
                ("system", self.tr("系统")),
                ("attitude", self.tr("态度")),
                ("other", self.tr("其他")),
            ],
            keys=True,
        )
        self.barrier.chosen.connect(partial(presenter.set_field, "barrier"))
        self.body.addWidget(self.barrier)
        self._all_needs = False
        self.needs: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.addWidget(label(self.tr("需要"), "second", wrap=False))
        room = QWidget()
        room.setAccessibleName(self.tr("需要"))
        self._flow = FlowLayout(6)
        room.setLayout(self._flow)
        row.addWidget(room, 1)
        self.body.addLayout(row)
        self._draw_needs()

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the state; text being typed is only replaced for another case."""
        fields = state.case.fields
        if fresh:
            self._restore(state)
        self.barrier.show_value(fields.get("barrier", ""))
        more = any(need not in FIRST_NEEDS for need in state.case.needs)
        if fresh or more:
            self._show_needs(every=more or (self._all_needs and not fresh))
        for need, made in self.needs.items():
            made.setChecked(need in state.case.needs)

    def changeEvent(self, event: QEvent) -> None:
        """Another size of type: the editor keeps its lines."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_editor()

    def settle(self) -> None:
        """What is typed becomes an entry."""
        self._look.stop()
        self._caret.stop()
        self.editor.settle()

    def _fit_editor(self) -> None:
        line = QFontMetrics(self.font()).lineSpacing()
        self.editor.setMinimumHeight(round(line * (EDITOR_LINES + 0.8)))

    def _restore(self, state: SessionState) -> None:
        words, draft = state.case.fields.get("words", ""), state.drafts.get(WORDS)
        self.editor.restore(words)
        self._settled = words
        if draft is not None:
            # Not through restore: the draft is no entry yet and must still become one.
            self.editor.blockSignals(True)
            self.editor.setPlainText(draft.text)
            self.editor.blockSignals(False)
            caret = self.editor.textCursor()
            caret.setPosition(min(draft.cursor, len(draft.text)))
            self.editor.setTextCursor(caret)
        self.editor.ensureCursorVisible()
        self._look.stop()
        self._caret.stop()

    def _typed(self, text: str, cursor: int) -> None:
        self._caret.stop()
        self._presenter.keep_draft(WORDS, text, cursor)

    def _settle(self, text: str) -> None:
        self._settled = text
        self._caret.stop()
        self._presenter.settle_field("words", text)

    def _caret_moved(self) -> None:
        # Only a draft has a caret of its own; text that is an entry opens at its end.
        if self.editor.toPlainText() != self._settled:
            self._caret.start()

    def _keep_caret(self) -> None:
        text = self.editor.toPlainText()
        if text != self._settled and not self.editor.is_composing:
            self._presenter.keep_draft(WORDS, text, self.editor.textCursor().position())

    def _look_soon(self) -> None:
        self._look.start()

    def _look_now(self) -> None:
        # What an input method is still composing is no part of the text yet.
        self._presenter.look_for_words(self.editor.toPlainText())

    def _show_needs(self, *, every: bool) -> None:
        if every != self._all_needs:
            self._all_needs = every
            self._draw_needs()

    def _draw_needs(self) -> None:
        clear(self._flow)
        self.needs = {}
        for need, words in NEED_NAMES.items():
            if self._all_needs or need in FIRST_NEEDS:
                made = chip(words, partial(self._presenter.set_need, need))
                self.needs[need] = made
                self._flow.addWidget(made)
        if not self._all_needs and len(NEED_NAMES) > len(FIRST_NEEDS):
            more = chip("+", lambda _: self._more())
            more.setAccessibleName(self.tr("更多需要"))
            more.setToolTip(self.tr("更多需要"))
            self._flow.addWidget(more)

    def _more(self) -> None:
        self._show_needs(every=True)
        state = self._presenter.state
        for need, made in self.needs.items():
            made.setChecked(state is not None and need in state.case.needs)
        last = list(self.needs.values())[-1]
        last.setFocus()
