"""F8: a box in which one talk is logged: whom, what was said, what next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft
from desk_app.services.coordination import NUDGE, NewCall, NextStep
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.call_presenter import FIELDS, SLOT, CallPresenter
from desk_app.ui.presenters.coordination_words import ANSWER_NAMES, CALL_WAY_NAMES, NOT_REACHED
from desk_app.ui.presenters.lines import Line
from desk_app.ui.views.line_drafts import LineDrafts
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.widgets.basic import button, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.day_edit import DayEdit
from desk_app.ui.widgets.overlay import OverlayBox
from desk_app.ui.widgets.prompt_line import CommittedLine
from desk_app.ui.widgets.side_by_side import scrolled

REACHED, MISSED, CAME = "reached", "missed", "in"


class CallBox(OverlayBox):
    """The box.

    Args:
        promises: shows 待办: a second F8.
        changed: called after something was logged.
    """

    def __init__(
        self,
        over: QWidget,
        context: UiContext,
        promises: Callable[[], object],
        changed: Callable[[], object],
    ) -> None:
        super().__init__(over, "")
        name = self.tr("记一笔：电话、当面、信息")
        self.setAccessibleName(name)
        self.presenter = CallPresenter(context, self)
        self._changed = changed
        self.top.addWidget(label(name, "head", wrap=False), 1)
        self.promises = button(self.tr("看待办 F8"), promises, "quiet")
        self.top.addWidget(self.promises)
        self.top.addWidget(self.close_button)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._make_people()
        self._make_form()
        self._column.addStretch(1)
        self.body.addWidget(scrolled(self._inside), 1)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            short_cut = QShortcut(QKeySequence(key), self)
            short_cut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short_cut.activated.connect(self._log)

    def open_for(self, case_id: str, party_id: str = "") -> None:
        """Show the box for a case (empty = none is open), and for somebody in it."""
        self._drafts.settle()
        super().open_box()
        self.line.clear()
        self._form.hide()
        self._people.show()
        self.list.put([])
        self.presenter.open(case_id, party_id)
        self.line.setFocus()

    def close_box(self) -> None:
        """Put the box away; what was typed is kept as a draft."""
        self._drafts.settle()
        super().close_box()

    def show_people(self, lines: tuple[Line, ...]) -> None:
        """See ``CallView``."""
        self.list.put(rows_of(lines))
        self.list.select_first()

    def show_form(
        self, who: Line, waiting: tuple[tuple[str, str], ...], drafts: Mapping[str, Draft]
    ) -> None:
        """See ``CallView``."""
        self._people.hide()
        self._form.show()
        self.who.setText("　".join(filter(None, (who.text, who.status, who.detail))))
        self.about.put(waiting)
        self.about.show_value(waiting[0][0] if waiting else "")
        self.answer.show_value("")
        for part in (self.about, self.answer):
            part.setVisible(bool(waiting))
        self.way.show_value("phone")
        self.reached.show_value(REACHED)
        for line in self.lines.values():
            line.clear()
        self._drafts.restore(drafts)
        self._offer_day()
        self.lines["said"].setFocus()

    def logged(self, case: CaseState) -> None:
        """See ``CallView``."""
        del case
        for name in FIELDS:
            self._drafts.forget(SLOT + name)
            self.lines[name].clear()
        if self.isVisible():
            self.close_box()
        self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes from the line into the list."""
        if event.key() == Qt.Key.Key_Down and self.line.hasFocus():
            self.list.setFocus()
        else:
            super().keyPressEvent(event)

    def _make_people(self) -> None:
        self._people = QWidget()
        column = QVBoxLayout(self._people)
        column.setContentsMargins(0, 0, 0, 0)
        self.line = CommittedLine(
            self.tr("跟谁"), self.tr("跟谁：↓ 从下面选，或写名字、拼音首字母，也可以是新的人")
        )
        self.line.textChanged.connect(self.presenter.find)
        self.line.entered.connect(lambda _: self._enter())
        self.list = ChipList(self.tr("跟谁：回车选定"))
        self.list.chosen.connect(self.presenter.choose)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self._column.addWidget(self._people)

    def _make_form(self) -> None:
        self._form = QWidget()
        column = QVBoxLayout(self._form)
        column.setContentsMargins(0, 0, 0, 0)
        self.who = label("", "head")
        self.way = ChoiceRow(
            self.tr("怎么联系"),
            [("phone", self.tr("打去电话")), (CAME, self.tr("来电")),
             *((way, words) for way, words in CALL_WAY_NAMES.items() if way != "phone")],
        )  # fmt: skip
        self.reached = ChoiceRow(
            self.tr("联系上没有"), [(REACHED, self.tr("联系上了")), (MISSED, NOT_REACHED)]
        )
        self.reached.chosen.connect(lambda _: self._offer_day())
        words = {
            "said": (self.tr("说了什么"), self.tr("说了什么、问到了什么；Ctrl+Enter 记下")),
            "next": (self.tr("下一步"), self.tr("下一步做什么，可以不写；写了就成一条约定")),
        }
        self._drafts = LineDrafts(self, self.presenter)
        self.lines: dict[str, CommittedLine] = {}
        for name in FIELDS:
            line = self.lines[name] = CommittedLine(*words[name])
            line.entered.connect(lambda _, line=line: line.focusNextChild())
            self._drafts.watch(line, SLOT + name)
        self.about = ChoiceRow(self.tr("关于哪件"))
        answers = [(key, words) for key, words in ANSWER_NAMES.items() if key != "passed_on"]
        self.answer = ChoiceRow(
            self.tr("有答复吗"), [*answers, (NUDGE, self.tr("还没有，催了一次"))]
        )
        self.due = DayEdit(self.tr("下一步哪天前"))
        last = QHBoxLayout()
        last.addWidget(label(self.tr("下一步哪天前"), "second", wrap=False))
        last.addWidget(self.due)
        last.addStretch(1)
        self.keep = button(self.tr("记下 Ctrl+Enter"), self._log, "primary")
        last.addWidget(self.keep)
        parts = (
            self.who, self.lines["said"], self.reached, self.about, self.answer,
            self.lines["next"],
        )  # fmt: skip
        for part in parts:
            column.addWidget(part)
        column.addLayout(last)
        column.addWidget(self.way)
        self._form.hide()
        self._column.addWidget(self._form)

    def _enter(self) -> None:
        self.presenter.choose(self.list.current)

    def _offer_day(self) -> None:
        self.due.show_day(self.presenter.due(reached=self.reached.value != MISSED))

    def _log(self) -> None:
        if self._form.isHidden():
            return
        way = self.way.value or "phone"
        following = NextStep(self.lines["next"].text(), self.due.day)
        self.presenter.log(
            NewCall(
                way="phone" if way == CAME else way,
                direction="in" if way == CAME else "out",
                reached=self.reached.value != MISSED,
                said=self.lines["said"].text(),
                request=self.about.value,
                answer=self.answer.value,
                following=following,
            )
        )
