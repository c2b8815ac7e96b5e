"""案件: all cases, found by anything one remembers of them."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout

from desk_app.core.masking import mask_name
from desk_app.core.ports import CaseRow
from desk_app.ui.context import UiContext
from desk_app.ui.models.rows import Row
from desk_app.ui.presenters.time_words import due_words, time_words
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import button, chip, label
from desk_app.ui.widgets.editor import KeepingLine
from desk_app.ui.widgets.row_list import RowList

SHOWN = 200
PAUSE_MS = 150


class CasesPage(Page):
    """The list of cases."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("案件")
        self.setAccessibleName(self.title)
        self._context = context
        self.column.addWidget(label(self.title, "title"))
        row = QHBoxLayout()
        self.search = KeepingLine(
            self.tr("找案件"), self.tr("姓名、拼音首字母、两个字的词、案件号、电话或证件末几位")
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.come_up)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(self._open_first)
        self._only_open = chip(self.tr("只看没办完的"), lambda _: self.come_up())
        row.addWidget(self.search, 1)
        row.addWidget(self._only_open)
        row.addWidget(button(self.tr("新接待 F2"), context.shell.new_session, "primary"))
        self.column.addLayout(row)
        self._count = label("", "second")
        self.column.addWidget(self._count)
        self.list = RowList(self.tr("案件，回车打开"), lines=20)
        self.list.pick_on_click()
        self.list.picked.connect(lambda case_id: context.shell.open_case(case_id))
        self.column.addWidget(self.list, 1)

    def come_up(self) -> None:
        """Read the list, as searched for."""
        query, only_open = self.search.text().strip(), self._only_open.isChecked()
        store = self._context.store

        def read() -> tuple[str, list[CaseRow], int]:
            if query:
                found = [row for row in store.search(query, SHOWN) if row.is_open or not only_open]
                return query, found, len(found)
            return (
                "",
                store.cases(only_open=only_open, limit=SHOWN),
                store.count_cases(only_open=only_open),
            )

        self._context.runner.store(read, self._show)

    def take_focus(self) -> None:
        """Type to find."""
        self.search.setFocus()

    def _show(self, found: tuple[str, list[CaseRow], int]) -> None:
        query, rows, count = found
        if query != self.search.text().strip():
            return
        self.list.put([self._row(row) for row in rows])
        if not rows:
            words = self.tr("没有找到。") if query else self.tr("还没有案件。按 F2 开始接待。")
        elif count > len(rows):
            words = self.tr("一共 %1 件，显示最近的 %2 件；写几个字可以找到其余的。")
            words = words.replace("%1", str(count)).replace("%2", str(len(rows)))
        else:
            words = self.tr("%1 件").replace("%1", str(count))
        self._count.setText(words)

    def _row(self, row: CaseRow) -> Row:
        now, pack = self._context.clock.now(), self._context.pack
        status = pack.label("stage", row.stage) if row.is_open else self.tr("已办结")
        due = f"　{due_words(row.next_due, now.date(), pack.calendars)}" if row.next_due else ""
        conflict = self.tr("　有冲突") if row.conflicts else ""
        who = mask_name(row.resident) or self.tr("未留姓名")
        title = row.title or self.tr("还没选事项")
        when, here = time_words(row.updated_at, now), self.tr("本机")
        about = f"{row.number}　{status}{due}{conflict}　{when}　{here}"
        return Row(row.case_id, f"{who}　{title}\n      {about}")

    def _open_first(self) -> None:
        first = next((row.id for row in self.list.rows if row.id), "")
        if first:
            self._context.shell.open_case(first)
