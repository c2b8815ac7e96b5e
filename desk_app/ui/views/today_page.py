"""今日: what was promised, what waits, where one was interrupted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.inquiry_presenter import InquiryPresenter, InquiryState
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.today_presenter import TodayPresenter, TodayState, inquiries_call
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import ChipRow
from desk_app.ui.widgets.side_by_side import SideBySide, scrolled

LOOK_MS = 600_000
"""How often the centre is asked for inquiries while somebody looks at the page: a city's desks may
all show it all day."""


class TodayPage(Page):
    """The page a day begins with."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("今日")
        self.setAccessibleName(self.title)
        self.presenter = TodayPresenter(context, self)
        self._online = InquiryPresenter(context, self)
        self._calls: tuple[Line, ...] = ()
        self._inquiries: tuple[Line, ...] = ()
        shell = context.shell
        row = QHBoxLayout()
        row.setSpacing(12)
        self._day = label("", "title", wrap=False)
        row.addWidget(self._day)
        self.duty = button("", lambda: shell.go("duty"), "quiet")
        row.addStretch(1)
        self.find_button = button(
            self.tr("找人、找事、找命令　Ctrl+K"), shell.search, "field",
            self.tr("找人、找事、找命令（Ctrl+K）"),
        )  # fmt: skip
        self.find_button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.new = button(self.tr("新接待 F2"), shell.new_session, "primary")
        row.addWidget(self.find_button, 2)
        row.addWidget(self.new)
        self.column.addLayout(row)
        self.column.addWidget(self.duty, 0, Qt.AlignmentFlag.AlignLeft)
        self.drafts, self._drafts_card = self._list(self.tr("接着办"), self.presenter.go_on)
        self.calls, self._calls_card = self._list(self.tr("中心那边等您的"), self.presenter.follow)
        self._calls_card.hide()
        self.tasks, self._tasks_card = self._list(self.tr("等您办的"), self.presenter.open_task)
        self._tasks_card.hide()
        self.promises, promises_card = self._list(
            self.tr("今天要做到的"), self.presenter.open_promise
        )
        self._promises_head = promises_card.head
        self._calm = label("", "second")
        promises_card.body.addWidget(self._calm)
        self._later = button("", lambda: shell.go("promises"), "quiet")
        promises_card.body.addWidget(self._later)
        self.cases, cases_card = self._list(self.tr("没办完的"), self.presenter.open_case)
        self._cases_head = cases_card.head
        self.empty = label("", "second")
        cases_card.body.addWidget(self.empty)
        self.columns = SideBySide(
            [(self._drafts_card, self._calls_card, self._tasks_card, promises_card), (cases_card,)]
        )
        self.column.addWidget(scrolled(self.columns), 1)
        self._looking = QTimer(self)
        self._looking.timeout.connect(self._look_again)
        self._looking.start(LOOK_MS)

    def come_up(self) -> None:
        """Read what is due, and ask the centre for inquiries."""
        self.presenter.refresh()
        self._online.refresh()

    def take_focus(self) -> None:
        """The first thing that waits, else the button."""
        for rows in (self.drafts, self.calls, self.tasks, self.promises, self.cases):
            if rows.isVisibleTo(self) and any(row.id for row in rows.rows):
                rows.select_first()
                rows.setFocus()
                return
        self.new.setFocus()

    def show_today(self, state: TodayState) -> None:
        """See ``TodayView``."""
        waiting = not (self.drafts.rows or self.promises.rows or self.cases.rows)
        self._day.setText(self.tr("今日　%1").replace("%1", state.day))
        duty = self.tr("值班：%1").replace("%1", state.duty or self.tr("还没排"))
        self.duty.setText(duty)
        self.duty.setAccessibleName(duty)
        self.drafts.put(rows_of(state.drafts))
        self._drafts_card.setVisible(bool(state.drafts))
        self._calls = state.calls
        self._put_calls()
        self.tasks.put(rows_of(state.tasks))
        self._tasks_card.setVisible(bool(state.tasks))
        rows = rows_of(state.due)
        if state.coming:
            if rows:
                rows.append(ChipRow("", self.tr("接下来")))
            rows += rows_of(state.coming)
        self.promises.put(rows)
        self.promises.setVisible(bool(rows))
        head = self.tr("今天要做到的 %1").replace("%1", str(len(state.due)))
        self._promises_head.setText(head if state.due else self.tr("答应过的"))
        calm = (
            self.tr("今天没有到期的约定。") if state.coming else self.tr("没有答应过别人还没做的。")
        )
        self._calm.setText(calm)
        self._calm.setVisible(not state.due)
        self._later.setText(self.tr("还有 %1 条，看待办").replace("%1", str(state.more_coming)))
        self._later.setAccessibleName(self._later.text())
        self._later.setVisible(bool(state.more_coming))
        self.cases.put(rows_of(state.cases))
        self.cases.setVisible(bool(state.cases))
        self._cases_head.setText(self.tr("没办完的 %1").replace("%1", str(state.open_count)))
        more = state.open_count - len(state.cases)
        words = self.tr("没有没办完的案件。居民坐下以后按 F2，光标就在“原话”里，边听边记。")
        if more > 0:
            words = self.tr("还有 %1 件，在“案件”里。").replace("%1", str(more))
        self.empty.setText(words)
        self.empty.setVisible(more > 0 or not state.cases)
        if waiting and self.new.hasFocus():  # the rows came after the page
            self.take_focus()

    def show_inquiries(self, state: InquiryState) -> None:
        """See ``InquiryView``; what they say is read in the queue."""
        self._inquiries = inquiries_call(state.waiting)
        self._put_calls()

    def _put_calls(self) -> None:
        calls = (*self._calls, *self._inquiries)
        self.calls.put(rows_of(calls))
        self._calls_card.setVisible(bool(calls))

    def _look_again(self) -> None:
        if self.isVisible():
            self._online.refresh()

    def _list(self, name: str, chosen: Callable[[str], object]) -> tuple[ChipList, Card]:
        card, rows = Card(name), ChipList(name)
        rows.chosen.connect(chosen)
        rows.pressed.connect(lambda key, _: chosen(key))
        card.body.addWidget(rows)
        return rows, card
