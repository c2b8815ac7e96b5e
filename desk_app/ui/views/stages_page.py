"""阶段: the page of that topic."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.stages_presenter import (
    SLOT,
    WHY_LONGER,
    StagesPresenter,
    StagesState,
)
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.line_drafts import LineDrafts, RowDrafts
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.stage_strip import StageSteps
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, badge, button, clear, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.day_edit import DayEdit
from desk_app.ui.widgets.prompt_line import CommittedLine


class StagesPage(TopicPage):
    """Where the case is and where it may go, what the stage asks for, and how it came here."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = StagesPresenter(context, self)
        self.presenter = presenter
        self._stages = presenter
        self.steps = StageSteps()
        self.column.addWidget(self.steps)
        self.history = ChipList(self.tr("经过"))
        past = Card(self.tr("经过"))
        past.body.addWidget(self.history)
        past.body.addStretch(1)
        rest = QWidget()  # takes the room that is left, so that no card is taller than its rows
        rest.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.columns = BlockColumns(
            [self._make_ways(), self._make_now(), self._make_longer(), rest],
            [(self.tr("经过"), past)],
            self.tr("现在"),
        )
        self.column.addWidget(self.columns, 1)

    def settle(self) -> None:
        """What is being typed is kept as a draft."""
        self._drafts.settle()
        self._asked.settle()

    def take_focus(self) -> None:
        """Where the case may go."""
        self.ways.select_first()
        self.ways.setFocus()

    def show_topic(self, head: TopicHead, state: StagesState) -> None:
        """See ``TopicView``."""
        is_other = self.show_head(head)
        self.steps.show_steps(state.strip.steps)
        now = self.tr("现在：%1").replace("%1", state.name)
        self._now.head.setText(now)
        self._now.setAccessibleName(now)
        self._purpose.setText(state.purpose)
        clear(self._limit)
        if state.strip.limit:
            self._limit.addWidget(badge(state.strip.limit, state.strip.tone))
            self._limit.addStretch(1)
        self.conditions.put(rows_of(state.conditions))
        self.conditions.setVisible(bool(state.conditions))
        was_empty = not self.ways.rows
        self.ways.put(rows_of(state.ways))
        self.history.put(rows_of(state.history))
        self._asked.restore(state.drafts)
        self._longer.setVisible(state.until is not None)
        if is_other:
            self.extended()
            self._drafts.restore(state.drafts)
            if state.until is not None:
                self.until.show_day(state.until)
        if was_empty and self.ways.hasFocus():  # the rows came after the page
            self.ways.select_first()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``StagesView``."""
        self._asked.ask(key, name, hint)

    def extended(self) -> None:
        """See ``StagesView``."""
        self.why.clear()
        self._drafts.forget(WHY_LONGER)

    def _make_ways(self) -> Card:
        card = Card(self.tr("往哪里走"))
        self.ways = ChipList(self.tr("往哪里走：1 往下走或者退回"))
        self.ways.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.ways.pressed.connect(lambda key, _: self._stages.act(key))
        self.ways.chosen.connect(self._stages.act)
        self.ways.written.connect(self._stages.move)
        self._asked = RowDrafts(self.ways, self._stages, SLOT)
        card.body.addWidget(self.ways)
        return card

    def _make_now(self) -> Card:
        self._now = Card(" ")
        self._purpose = label("", "second")
        self._limit = QHBoxLayout()
        self.conditions = ChipList(self.tr("这个阶段要有的：1 记明不归本窗口"))
        self.conditions.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.conditions.pressed.connect(lambda key, _: self._stages.act(key))
        self._now.body.addWidget(self._purpose)
        self._now.body.addLayout(self._limit)
        self._now.body.addWidget(self.conditions)
        return self._now

    def _make_longer(self) -> Card:
        self._longer = Card(self.tr("来不及，延期"))
        self.until = DayEdit(self.tr("延到哪天"))
        self.why = CommittedLine(self.tr("为什么延期"), self.tr("写一句为什么延期"))
        self.why.entered.connect(lambda _: self._extend())
        self._drafts = LineDrafts(self, self._stages)
        self._drafts.watch(self.why, WHY_LONGER)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("延到"), "second", wrap=False))
        row.addWidget(self.until)
        row.addStretch(1)
        self.longer = button(self.tr("延期（回车）"), self._extend)
        row.addWidget(self.longer)
        self._longer.body.addWidget(self.why)
        self._longer.body.addLayout(row)
        return self._longer

    def _extend(self) -> None:
        self._stages.extend(self.until.day, self.why.text())
