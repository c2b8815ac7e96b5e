"""今日: what was promised, what waits, where one was interrupted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desk_app.core.masking import mask_name
from desk_app.core.ports import CaseRow, Draft, PromiseRow
from desk_app.core.sheet import day_in_words
from desk_app.ui.context import UiContext
from desk_app.ui.models.rows import Row
from desk_app.ui.presenters.time_words import due_words, time_words
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.row_list import RowList

OPEN_SHOWN = 30


@dataclass(frozen=True, slots=True)
class TodayState:
    """What the page shows."""

    promises: list[PromiseRow]
    drafts: list[tuple[Draft, CaseRow | None]]
    open_cases: list[CaseRow]
    open_count: int


class TodayPage(Page):
    """The page a day begins with."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("今日")
        self.setAccessibleName(self.title)
        self._context = context
        row = QHBoxLayout()
        self._day = label("", "title", wrap=False)
        row.addWidget(self._day)
        row.addStretch()
        self.new = button(self.tr("新接待 F2"), context.shell.new_session, "primary")
        row.addWidget(self.new)
        self.column.addLayout(row)
        room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        self._drafts_card = Card(self.tr("接着办"))
        self.drafts = self._list(self._drafts_card, self.tr("接着办"), 3)
        self.drafts.picked.connect(lambda case_id: context.shell.open_session(case_id))
        self._promises_card = Card(self.tr("答应过的"))
        self.promises = self._list(self._promises_card, self.tr("答应过的"), 6)
        self.promises.picked.connect(lambda case_id: context.shell.open_case(case_id.split("|")[0]))
        self._calm = label(self.tr("今天没有到期的约定。"), "second")
        self._promises_card.body.addWidget(self._calm)
        self._cases_card = Card(self.tr("没办完的"))
        self.cases = self._list(self._cases_card, self.tr("没办完的"), 8)
        self.cases.picked.connect(lambda case_id: context.shell.open_case(case_id))
        self._empty = label(
            self.tr("还没有案件。居民坐下以后按 F2，光标就在“原话”里，边听边记。"), "second"
        )
        self._cases_card.body.addWidget(self._empty)
        for card in (self._drafts_card, self._promises_card, self._cases_card):
            column.addWidget(card)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(room)
        self.column.addWidget(area, 1)

    def come_up(self) -> None:
        """Read what is due."""
        context = self._context
        store, author = context.store, context.casework.author

        def read() -> TodayState:
            drafts = [
                (draft, _row_of(store.cases(limit=500), draft)) for draft in store.drafts(author)
            ]
            return TodayState(
                store.promises(),
                drafts,
                store.cases(only_open=True, limit=OPEN_SHOWN),
                store.count_cases(only_open=True),
            )

        context.runner.store(read, self._show)

    def take_focus(self) -> None:
        """The first thing that waits, else the button."""
        for rows in (self.drafts, self.promises, self.cases):
            if rows.isVisible():
                rows.select_first()
                rows.setFocus()
                return
        self.new.setFocus()

    def _list(self, card: Card, name: str, lines: int) -> RowList:
        rows = RowList(name, lines=lines)
        rows.pick_on_click()
        rows.fit_rows()
        card.body.addWidget(rows)
        return rows

    def _show(self, state: TodayState) -> None:
        now = self._context.clock.now()
        today, calendars = now.date(), self._context.pack.calendars
        self._day.setText(self.tr("今日　%1").replace("%1", day_in_words(today)))
        self.drafts.put(
            [
                Row(
                    draft.case_id,
                    self.tr("%1　%2　%3 中断在“原话”")
                    .replace("%1", row.number if row else "")
                    .replace("%2", (mask_name(row.resident) if row else "") or self.tr("未留姓名"))
                    .replace("%3", time_words(draft.saved_at, now)),
                )
                for draft, row in state.drafts
            ]
        )
        self._drafts_card.setVisible(bool(state.drafts))
        rows = []
        for promise in state.promises:
            late = promise.due < today
            mark = "!" if late else "·"
            who = mask_name(promise.resident) or promise.number
            when = due_words(promise.due, today, calendars)
            rows.append(
                Row(
                    f"{promise.case_id}|{promise.promise_id}",
                    f"{mark} {promise.what}\n      {who}　{promise.who}　{when}",
                    bold=late or promise.due == today,
                )
            )
        self.promises.put(rows)
        self.promises.setVisible(bool(rows))
        self._calm.setVisible(not rows)
        self.cases.put([self._case_row(row) for row in state.open_cases])
        self.cases.setVisible(bool(state.open_cases))
        self._empty.setVisible(not state.open_cases)
        self._cases_card.head.setText(
            self.tr("没办完的（%1）").replace("%1", str(state.open_count))
        )

    def _case_row(self, row: CaseRow) -> Row:
        now = self._context.clock.now()
        stage = self._context.pack.label("stage", row.stage)
        who = mask_name(row.resident) or self.tr("未留姓名")
        title = row.title or self.tr("还没选事项")
        return Row(
            row.case_id,
            f"{who}　{title}\n      {row.number}　{stage}　{time_words(row.updated_at, now)}",
        )


def _row_of(rows: list[CaseRow], draft: Draft) -> CaseRow | None:
    return next((row for row in rows if row.case_id == draft.case_id), None)
