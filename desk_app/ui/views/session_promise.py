"""Block 5, 约定: the second judgement, and who does what by when."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QVBoxLayout, QWidget

from desk_app.core.sheet import day_in_words
from desk_app.ui.presenters.session_presenter import SessionPresenter, SessionState
from desk_app.ui.widgets.basic import Card, button, clear, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingLine


class PromiseBlock(Card):
    """Verdict and promises."""

    def __init__(self, presenter: SessionPresenter, officer: str) -> None:
        super().__init__("")
        self._presenter = presenter
        self._officer = officer
        self.head.setText(self.tr("5  约定"))
        self.setAccessibleName(self.tr("约定"))
        self.verdict = ChoiceRow(
            self.tr("判断"),
            [
                ("feasible", self.tr("能办")),
                ("maybe_feasible", self.tr("可不可以办")),
                ("infeasible", self.tr("不能办")),
            ],
        )
        self.verdict.chosen.connect(lambda value: presenter.set_field("verdict", value))
        self.body.addWidget(self.verdict)
        self.what = KeepingLine(self.tr("要做的事"), self.tr("谁答应做什么，写完回车记下"))
        self.what.returnPressed.connect(self._keep)
        self.body.addWidget(self.what)
        row = QHBoxLayout()
        self._who = KeepingLine(self.tr("谁来做"), self.tr("谁（不填就是我）"))
        self._to = KeepingLine(self.tr("答应谁"), self.tr("答应谁"))
        self._due = QDateEdit()
        self._due.setCalendarPopup(True)
        self._due.setDisplayFormat("M月d日 ddd")
        self._due.setAccessibleName(self.tr("什么时候以前"))
        self._add = button(self.tr("记下"), self._keep)
        for part in (self._who, self._to, self._due, self._add):
            row.addWidget(part)
        self.body.addLayout(row)
        self._hint = label("", "muted")
        self.body.addWidget(self._hint)
        self._room = QWidget()
        self._list = QVBoxLayout(self._room)
        self._list.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._room)

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw verdict and promises; a fresh case gets a fresh due day."""
        self.verdict.show_value(state.case.fields.get("verdict", ""))
        if fresh:
            due = self._presenter.default_due()
            self._due.setDate(QDate(due.day.year, due.day.month, due.day.day))
            estimated = self.tr("（节假日安排还没公布，按估算）") if due.estimated else ""
            self._hint.setText(self.tr("默认五个工作日%1").replace("%1", estimated))
            self.what.restore("")
        clear(self._list)
        for promise in state.case.promises:
            if promise.state == "open":
                words = f"{day_in_words(promise.due)}前　{promise.who}：{promise.what}"
                self._list.addWidget(label(words))

    def _keep(self) -> None:
        what = self.what.text().strip()
        if not what:
            return
        day = self._due.date()
        due = date(day.year(), day.month(), day.day())
        self._presenter.promise(what, self._who.text().strip() or self._officer, due,
                                self._to.text().strip())  # fmt: skip
        for line in (self.what, self._to):
            line.clear()
            line.settle()
