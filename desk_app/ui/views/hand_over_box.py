"""To whom a case goes: a colleague or another centre, why, and what they may read first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from desk_app.ui.presenters.queue_presenter import HandOver
from desk_app.ui.widgets.basic import Card, FlowLayout, button, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.esc_key import EscKey
from desk_app.ui.widgets.prompt_line import CommittedLine

HERE, THERE = "here", "there"

Send = Callable[[str, str, str, str, str], object]
"""Called with case, officer, why, centre and summary."""


class HandOverBox(Card):
    """The box. It shows only while a case is being handed over.

    Signals:
        closed: sent, or thought better of.

    Args:
        send: hands the case over.
    """

    closed = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("移交"))
        self.head.setText(self.tr("移交给谁"))
        self._send = send
        self._case_id = ""
        self._has_names = self._has_centres = False
        self._about = label("", "second")
        self.body.addWidget(self._about)
        self.where = ChoiceRow("", [(HERE, self.tr("本中心同事")), (THERE, self.tr("别的中心"))])
        self.where.setAccessibleName(self.tr("移交到哪里"))
        self.where.chosen.connect(self._where_chosen)
        self.body.addWidget(self.where)
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(12)
        self._names: dict[QLineEdit, QLabel] = {}
        self.centre = self._line(self.tr("中心编号"), self.tr("对方中心的编号，问对方要"))
        self.centres = ChoiceRow(self.tr("中心"))
        self.centres.chosen.connect(self.centre.setText)
        self.to = self._line(self.tr("姓名或工号"), self.tr("空着就是那边谁都可以接"))
        self.names = ChoiceRow(self.tr("同事"))
        self.names.chosen.connect(self.to.setText)
        self.why = self._line(self.tr("为什么"), self.tr("写一句为什么移交，对方看得到"))
        self.summary = self._line(
            self.tr("事情一句话"), self.tr("对方答应以前只看得到这一句，不写姓名和号码")
        )
        self.body.addWidget(self.centres)
        self.body.addWidget(self.names)
        self.body.addLayout(self._form)
        room, flow = QWidget(), FlowLayout(8)
        room.setLayout(flow)
        self.send_button = button(self.tr("移交 Ctrl+Enter"), self._go, "primary")
        flow.addWidget(self.send_button)
        flow.addWidget(button(self.tr("算了 Esc"), self.close_box, "quiet"))
        self.body.addWidget(room)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            short_cut = QShortcut(QKeySequence(key), self)
            short_cut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short_cut.activated.connect(self._go)
        EscKey(self, self.close_box)
        self.hide()

    def open_for(self, box: HandOver) -> None:
        """Begin with a case; what was half written for another one is dropped."""
        if box.case_id != self._case_id:
            for line in (self.centre, self.to, self.why, self.summary):
                line.clear()
        self._case_id = box.case_id
        self._about.setText(box.about)
        self._has_names, self._has_centres = bool(box.colleagues), bool(box.centres)
        self.names.put([(name, name) for name in box.colleagues])
        self.centres.put([(number, name or number) for number, name in box.centres])
        self.where.show_value(THERE if self.centre.text() else HERE)
        self._show_parts()
        self.show()
        (self.names if box.colleagues else self.to).setFocus()

    def close_box(self) -> None:
        """Put the box away; what stands in it is still there when the same case is taken again."""
        self.hide()
        self.closed.emit()

    def _line(self, name: str, hint: str) -> CommittedLine:
        line, shown = CommittedLine(name, hint), label(name, "second", wrap=False)
        shown.setBuddy(line)
        line.entered.connect(lambda _: self.focusNextChild())
        row = len(self._names)
        self._form.addWidget(shown, row, 0)
        self._form.addWidget(line, row, 1)
        self._names[line] = shown
        return line

    def _where_chosen(self, value: str) -> None:
        if not value:  # one of the two always holds
            self.where.show_value(HERE)
        self._show_parts()

    def _show_parts(self) -> None:
        there = self.where.value == THERE
        self.names.setVisible(not there and self._has_names)
        self.centres.setVisible(there and self._has_centres)
        for line in (self.centre, self.summary):
            line.setVisible(there)
            self._names[line].setVisible(there)

    def _go(self) -> None:
        there = self.where.value == THERE
        needed: list[QLineEdit] = [self.why]
        if there:
            needed = [self.centre, self.why, self.summary]
        for line in needed:
            if not line.text().strip():
                line.setFocus()
                return
        centre = self.centre.text().strip() if there else ""
        summary = self.summary.text().strip() if there else ""
        to, why = self.to.text().strip(), self.why.text().strip()
        self._send(self._case_id, to, why, centre, summary)
        self._case_id = ""
        self.close_box()
