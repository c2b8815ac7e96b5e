"""One case: where it stands, what was promised, and everything that happened, in plain words."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desk_app.core.masking import mask_id_number, mask_phone
from desk_app.core.ports import Draft
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.case_page_state import PRIVATE, CasePageState
from desk_app.ui.presenters.case_presenter import CasePresenter
from desk_app.ui.views.conflict_card import ConflictCard
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.views.person_card import PersonCard
from desk_app.ui.views.queue_box import QueueBox
from desk_app.ui.views.stage_strip import StripOfStages
from desk_app.ui.views.topic_row import TopicRow
from desk_app.ui.widgets.basic import Card, FlowLayout, badge, button, clear, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.editor import DRAFT_PAUSE_MS
from desk_app.ui.widgets.masked import MaskedValue
from desk_app.ui.widgets.prompt_line import CommittedLine

MASKS = {"phone": mask_phone, "id_number": mask_id_number}


class CasePage(Page):
    """The page of one case."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("案件")
        self.setAccessibleName(self.title)
        self.presenter = CasePresenter(context, self)
        self.column.addLayout(self._make_head())
        self.column.addWidget(self._make_facts())
        self.stages = StripOfStages(self, self.presenter.stage_on)
        self.column.addWidget(self.stages)
        self.topics = TopicRow(self.presenter.open_topic)
        self.column.addWidget(self.topics)
        self._words_card, self._words = Card(self.tr("居民的原话")), label("")
        self._words_card.body.addWidget(self._words)
        self.conflicts = ConflictCard(context, self, self.presenter.refresh)
        self.person, self.queue = PersonCard(context, self.presenter.refresh), QueueBox(context)
        self.ending, self._ending_card = self._list(self.tr("结果"))
        self.items, self._items_card = self._list(self.tr("事项和材料"))
        self.news = ChipList(self.tr("目录的版本：回车看新版改了什么"))
        self.news.chosen.connect(self.presenter.toggle_news)
        self.news.pressed.connect(self.presenter.toggle_news)
        self._items_card.body.insertWidget(1, self.news)
        self._saving = label("", "second")
        self._items_card.body.addWidget(self._saving)
        self.promises, self._promises_card = self._list(self.tr("约定"))
        self.papers, self._papers_card = self._list(self.tr("给过的单子"))
        self.promises.pressed.connect(self.presenter.act)
        self.ending.written.connect(lambda _, why: self.presenter.reopen(why))
        self.timeline, history = self._list(self.tr("经过"))
        self.note = CommittedLine(
            self.tr("补记一条"), self.tr("补记一条：打了电话、问到了什么……回车存下")
        )
        self.note.entered.connect(self._add_note)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAFT_PAUSE_MS)
        self._pause.timeout.connect(self._keep_note)
        self.note.textEdited.connect(self._note_edited)
        history.body.insertWidget(1, self.note)
        self.columns = BlockColumns(
            [
                self.conflicts, self.person, self._ending_card, self.queue, self._words_card,
                self._promises_card, self._items_card, self._papers_card, _filler(),
            ],
            [(self.tr("经过"), history)],
            self.tr("现在"),
        )  # fmt: skip
        self.column.addWidget(self.columns, 1)
        paper = QShortcut(QKeySequence("Ctrl+P"), self)
        paper.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paper.activated.connect(self.presenter.open_paper)

    @property
    def about(self) -> str:
        """See ``Page``."""
        return self.presenter.case_id

    def show_case(self, case_id: str) -> None:
        """Show another case."""
        self.presenter.show(case_id)

    def come_up(self) -> None:
        """Read the case."""
        self.presenter.refresh()

    def take_focus(self) -> None:
        """What one most likely does next."""
        for part in (self.go_on, self.reopen):
            if part.isVisibleTo(self):
                part.setFocus()
                return

    def at_bedside(self, on: bool) -> None:
        """See ``Page``: the way through the stages and the topics is for the office."""
        self.stages.setVisible(not on)
        self.topics.setVisible(not on)

    def write_note(self) -> None:
        """Put the caret where a note is written."""
        self.columns.show_block(self.note)
        self.note.setFocus()

    def settle(self) -> None:
        """What is being written is kept as a draft."""
        if self._pause.isActive():
            self._pause.stop()
            self._keep_note()

    def show_case_state(self, state: CasePageState) -> None:
        """See ``CaseView``."""
        self._number.setText(state.number)
        self._who.setText(state.who)
        clear(self._stage)
        self._stage.addWidget(badge(state.stage, state.tone))
        focused = self.go_on.hasFocus() or self.reopen.hasFocus()
        self.go_on.setVisible(state.is_open)
        self.reopen.setVisible(not state.is_open)
        if focused:
            self.take_focus()
        self._facts.setText("　　".join(state.facts))
        self.stages.show_strip(state.strip)
        private = dict(state.private)
        for field, room in self._private_rooms.items():
            self.private[field].show_masked(private.get(field, ""))
            room.setVisible(field in private)
        self._words.setText(state.words or self.tr("还没有记。"))
        for rows, card, lines in (
            (self.ending, self._ending_card, state.ending),
            (self.promises, self._promises_card, state.promises),
            (self.papers, self._papers_card, state.papers),
        ):
            rows.put(rows_of(lines))
            card.setVisible(bool(lines))
        self.news.put(rows_of(state.news))
        self.news.setVisible(bool(state.news))
        self.items.put(rows_of(state.items))
        for part in (self.conflicts, self.person, self.topics):
            part.show_case(self.presenter.case)
        self.queue.show_case(state.case_id)
        self._saving.setText(state.saving)
        self._saving.setVisible(bool(state.saving))
        self.timeline.put(rows_of(state.timeline))

    def restore_note(self, draft: Draft | None) -> None:
        """See ``CaseView``."""
        self._pause.stop()
        self.note.setText(draft.text if draft else "")
        if draft:
            self.note.setCursorPosition(min(draft.cursor, len(draft.text)))

    def show_revealed(self, field: str, value: str) -> None:
        """See ``CaseView``."""
        self.private[field].reveal(value)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self._number = label("", "number", wrap=False)
        self._who = label("", "title", wrap=False)
        self._stage = QHBoxLayout()
        row.addWidget(self._number)
        row.addWidget(self._who)
        row.addLayout(self._stage)
        row.addStretch(1)
        self.paper = button(self.tr("材料单"), self.presenter.open_paper)
        self.go_on = button(self.tr("接着办"), self.presenter.go_on, "primary")
        self.reopen = button(self.tr("重新打开"), self._ask_why)
        self.reopen.hide()
        for part in (self.paper, self.go_on, self.reopen):
            row.addWidget(part)
        return row

    def _make_facts(self) -> QWidget:
        room = QWidget()
        flow = FlowLayout(16)
        room.setLayout(flow)
        self._facts = label("", "second", wrap=False)
        flow.addWidget(self._facts)
        self.private: dict[str, MaskedValue] = {}
        self._private_rooms: dict[str, QWidget] = {}
        for field, name in PRIVATE:
            value = MaskedValue(name, MASKS[field])
            value.reveal_requested.connect(lambda field=field: self.presenter.reveal(field))
            part = QWidget()
            row = QHBoxLayout(part)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(label(name, "second", wrap=False))
            row.addWidget(value)
            part.hide()
            flow.addWidget(part)
            self.private[field], self._private_rooms[field] = value, part
        return room

    def _list(self, name: str) -> tuple[ChipList, Card]:
        card, rows = Card(name), ChipList(name)
        rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        card.body.addWidget(rows)
        return rows, card

    def _ask_why(self) -> None:
        first = next((row.id for row in self.ending.rows if row.id), "")
        self.columns.show_block(self._ending_card)
        self.ending.ask(first, self.tr("为什么重新打开"), self.tr("写一句为什么，回车重新打开"))

    def _note_edited(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _keep_note(self) -> None:
        if self.note.is_composing:
            self._pause.start()
        else:
            self.presenter.keep_note(self.note.text(), self.note.cursorPosition())

    def _add_note(self, text: str) -> None:
        self._pause.stop()
        self.note.clear()
        self.presenter.add_note(text)


def _filler() -> QWidget:
    """Takes the room that is left, so that no card is taller than what is in it."""
    room = QWidget()
    room.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return room
