"""值班: who is on duty, two weeks at a time, and the panel of advisers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from desk_app.core.centre_book import Adviser
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.duty_presenter import WHOLE, DutyPresenter, DutyState
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.prompt_line import CommittedLine
from desk_app.ui.widgets.side_by_side import SideBySide, scrolled


class DutyPage(Page):
    """The page."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("值班")
        self.setAccessibleName(self.title)
        self.presenter = DutyPresenter(context, self)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(self.title, "title", wrap=False))
        self._week = label("", "second")
        head.addWidget(self._week, 1)
        self.before = button(self.tr("‹ 上一周"), lambda: self.presenter.turn(-1), "quiet")
        self.now = button(self.tr("这一周"), self.presenter.show_now, "quiet")
        self.after = button(self.tr("下一周 ›"), lambda: self.presenter.turn(1), "quiet")
        for part in (self.before, self.now, self.after):
            head.addWidget(part)
        self.column.addLayout(head)
        self.list = ChipList(self.tr("值班：回车写谁值班，1 全天，2 上午，3 下午，4 没有人"))
        self.list.pressed.connect(self.presenter.act)
        self.list.chosen.connect(lambda key: self.presenter.act(key, WHOLE))
        self.list.written.connect(self.presenter.written)
        self.again = button(self.tr("下一周照这一周排"), self.presenter.repeat)
        days = Card(self.tr("两周"))
        days.body.addWidget(self.list)
        days.body.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.columns = SideBySide([(days,), (self._make_panel(),)])
        self.column.addWidget(scrolled(self.columns), 1)
        for key, weeks in (("PgUp", -1), ("PgDown", 1)):
            turn = QShortcut(QKeySequence(key), self)
            turn.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            turn.activated.connect(lambda weeks=weeks: self.presenter.turn(weeks))

    def come_up(self) -> None:
        """Read the book."""
        self.presenter.refresh()

    def take_focus(self) -> None:
        """The days."""
        self.list.select_first()
        self.list.setFocus()

    def settle(self) -> None:
        """A name that is being written is kept."""
        self.list.settle()

    def show_duty(self, state: DutyState) -> None:
        """See ``DutyView``."""
        fresh = not self.list.rows
        self._week.setText(state.week)
        self.list.put(rows_of(state.days))
        self.panel.put(rows_of(state.advisers))
        self.panel.setVisible(bool(state.advisers))
        self._nobody.setVisible(not state.advisers)
        if fresh and self.isVisible():
            self.take_focus()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``DutyView``."""
        self.list.ask(key, name, hint)

    def recorded(self) -> None:
        """See ``DutyView``."""
        for line in self.lines.values():
            line.clear()

    def _make_panel(self) -> Card:
        card = Card(self.tr("智囊团"))
        self._nobody = label(self.tr("还没有写谁在智囊团里。"), "second")
        self.panel = ChipList(self.tr("智囊团：1 不在了"))
        self.panel.pressed.connect(self.presenter.act)
        card.body.addWidget(self._nobody)
        card.body.addWidget(self.panel)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self.lines: dict[str, CommittedLine] = {}
        words = {
            "name": (self.tr("姓名"), self.tr("谁，哪个部门")),
            "field": (self.tr("问什么"), self.tr("熟悉哪一块：医保、户籍、法律……")),
            "phone": (self.tr("电话"), self.tr("可以不填")),
        }
        for row, (name, (called, hint)) in enumerate(words.items()):
            line = self.lines[name] = CommittedLine(called, hint)
            line.entered.connect(lambda _: self._add())
            grid.addWidget(label(called, "second", wrap=False), row, 0)
            grid.addWidget(line, row, 1)
        card.body.addLayout(grid)
        self.add = button(self.tr("加上（回车）"), self._add)
        card.body.addWidget(self.add, 0, Qt.AlignmentFlag.AlignRight)
        return card

    def _add(self) -> None:
        typed = {name: line.text() for name, line in self.lines.items()}
        self.presenter.add(Adviser(typed["name"], typed["field"], typed["phone"]))
