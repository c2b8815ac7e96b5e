"""测算 of one case: calculators to choose from, the form of one, and what the case keeps."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.estimate_typing import Answer, Form
from desk_app.ui.presenters.estimates_presenter import EstimatesPresenter, EstimatesState
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.cases_page import SearchLine
from desk_app.ui.views.estimate_form import EstimateForm
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.block_columns import WIDE, BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.editor import DRAFT_PAUSE_MS


class EstimatesPage(TopicPage):
    """The page."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        self.presenter = self._presenter = EstimatesPresenter(context, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAFT_PAUSE_MS)
        self._pause.timeout.connect(self._presenter.keep_draft)
        kept = Card(self.tr("这个案件算过的"))
        self._none = label(self.tr("还没有。"), "second")
        kept.body.addWidget(self._none)
        self.kept = ChipList(self.tr("算过的，回车打开重算"))
        self.kept.chosen.connect(lambda row: self._presenter.act(row, ""))
        self.kept.pressed.connect(self._presenter.act)
        kept.body.addWidget(self.kept)
        choose = Card(self.tr("算什么"))
        self.search = SearchLine(self.tr("找测算"), self.tr("找：报销、失业、低保、截止日……"))
        self.search.textChanged.connect(self._presenter.find)
        self.search.entered.connect(lambda _: self._choose_first())
        self.search.down = self._into_list
        self.choices = ChipList(self.tr("测算，回车选用"))
        self.choices.chosen.connect(self._choose)
        choose.body.addWidget(self.search)
        choose.body.addWidget(self.choices)
        self.form = EstimateForm(self._presenter, self._begin_draft, self._enter)
        self.columns = BlockColumns(
            [kept, choose, _filler()], [(title, self.form)], self.tr("选测算")
        )
        self.short = label("", "head")
        self.columns.mode_changed.connect(lambda _: self._show_short())
        self.column.addWidget(self.short)
        self.column.addWidget(self.columns, 1)
        self._show_short()
        self._presenter.find("")

    def take_focus(self) -> None:
        """The form that is begun, else the search."""
        if self.form.fields:
            self.columns.show_block(self.form)
            self.form.take_focus()
        else:
            self.search.setFocus()

    def settle(self) -> None:
        """What is typed is kept as a draft."""
        if self._pause.isActive():
            self._pause.stop()
            self._presenter.keep_draft()

    def show_topic(self, head: TopicHead, state: EstimatesState) -> None:
        """See ``EstimatesView``."""
        self.show_head(head)
        self.kept.put(rows_of(state.lines))
        self.kept.setVisible(bool(state.lines))
        self._none.setVisible(not state.lines)
        self._presenter.take_up(state)

    def show_choices(self, lines: tuple[Line, ...]) -> None:
        """See ``EstimatesView``."""
        self.choices.put(rows_of(lines))

    def show_form(self, form: Form | None) -> None:
        """See ``EstimatesView``."""
        self._pause.stop()
        self.form.show_form(form)
        if form is None:
            self.short.clear()
            self._show_short()
        if form is not None and self.isVisible():
            self.take_focus()

    def show_answer(self, answer: Answer) -> None:
        """See ``EstimatesView``."""
        self.form.show_answer(answer)
        results = "　".join(f"{name} {words}" for name, words in answer.main)
        self.short.setText(results or answer.problem)
        self._show_short()

    def ask_for(self, name: str) -> None:
        """See ``EstimatesView``."""
        self.form.ask_for(name)

    def _show_short(self) -> None:
        """Where the form is longer than the window, what it comes to stands above it too."""
        self.short.setVisible(self.columns.mode != WIDE and bool(self.short.text()))

    def _enter(self) -> None:
        self.settle()
        self._presenter.enter()

    def _begin_draft(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _choose(self, calculator_id: str) -> None:
        self.settle()
        self.search.clear()
        self._presenter.choose(calculator_id)

    def _choose_first(self) -> None:
        first = next((row.id for row in self.choices.rows if row.id), "")
        if first:
            self._choose(first)

    def _into_list(self) -> None:
        self.choices.select_first()
        self.choices.setFocus()


def _filler() -> QWidget:
    """Takes the room that is left, so that no card is taller than what is in it."""
    room = QWidget()
    room.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return room
