"""待办: every promise over all cases, the overdue ones first."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from desk_app.core.masking import mask_name
from desk_app.core.ports import PromiseRow
from desk_app.core.sheet import day_in_words
from desk_app.ui.context import UiContext
from desk_app.ui.models.rows import Row
from desk_app.ui.presenters.time_words import due_words
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.row_list import RowList


class PromisesPage(Page):
    """The list of promises."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("待办")
        self.setAccessibleName(self.title)
        self._context = context
        head = QHBoxLayout()
        head.addWidget(label(self.title, "title", wrap=False))
        head.addStretch()
        self._which = ChoiceRow("", [("open", self.tr("还没做到")), ("kept", self.tr("做到了的"))])
        self._which.show_value("open")
        self._which.chosen.connect(lambda _: self.come_up())
        head.addWidget(self._which, 1)
        self.column.addLayout(head)
        self._count = label("", "second")
        self.column.addWidget(self._count)
        self.list = RowList(self.tr("待办：空格表示做到了，回车打开案件"), lines=20)
        self.list.picked.connect(lambda row: context.shell.open_case(row.split("|")[0]))
        self.list.toggled.connect(self._keep)
        self.column.addWidget(self.list, 1)

    def come_up(self) -> None:
        """Read the promises."""
        store, state = self._context.store, self._which.value or "open"
        self._context.runner.store(lambda: store.promises(state=state), self._show)

    def take_focus(self) -> None:
        """The list."""
        self.list.select_first()
        self.list.setFocus()

    def _show(self, promises: list[PromiseRow]) -> None:
        today, calendars = self._context.clock.now().date(), self._context.pack.calendars
        rows: list[Row] = []
        day = None
        for promise in promises:
            if promise.due != day:
                day = promise.due
                left = due_words(day, today, calendars) if promise.state == "open" else ""
                rows.append(Row("", f"{day_in_words(day)}　{left}", bold=True))
            who = mask_name(promise.resident) or promise.number
            to_whom = (
                self.tr("（答应%1）").replace("%1", promise.to_whom) if promise.to_whom else ""
            )
            late = promise.state == "open" and promise.due < today
            rows.append(
                Row(
                    f"{promise.case_id}|{promise.promise_id}",
                    f"{'!' if late else '·'} {promise.who}：{promise.what}{to_whom}　{who}",
                )
            )
        self.list.put(rows)
        words = self.tr("%1 条；空格表示做到了，回车打开案件").replace("%1", str(len(promises)))
        self._count.setText(words if promises else self.tr("没有待办。"))

    def _keep(self, row: str) -> None:
        if self._which.value == "kept":
            return
        case_id, _, promise_id = row.partition("|")
        context = self._context

        def done(_: object) -> None:
            context.shell.saved()
            context.shell.toast(self.tr("记下了：做到了。"))
            self.come_up()

        context.runner.store(lambda: context.casework.keep_promise(case_id, promise_id), done)
