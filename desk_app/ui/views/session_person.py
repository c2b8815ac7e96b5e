"""Who it is about: each line optional, numbers looked at gently, masked while not being edited."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desk_app.core.masking import mask_id_number, mask_name, mask_phone
from desk_app.services.drafting import field_slot
from desk_app.services.identity import id_number_hint, phone_hint
from desk_app.ui.presenters.known_presenter import KnownPresenter
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.views.line_drafts import LineDrafts
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.editor import KeepingLine
from desk_app.ui.widgets.masked import MaskedValue

TITLE = "resident_title"


class PersonLine(QWidget):
    """One private value: a line while it is empty or being edited, else masked with 看 and 改.

    Signals:
        left(str): the value when the line is left, if it changed.
        edit_requested: 改 was pressed; answer with ``edit``.
        look_requested: 看 was pressed; answer with ``reveal``.
    """

    left = Signal(str)
    edit_requested = Signal()
    look_requested = Signal()

    def __init__(self, name: str, hint: str, mask: Callable[[str], str]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.line = KeepingLine(name, hint)
        self.line.settled.connect(self.left)
        self.line.editingFinished.connect(self._done)
        self.masked = MaskedValue(name, mask)
        self.masked.reveal_requested.connect(self.look_requested)
        self.change = button(
            self.tr("改"), self.edit_requested.emit, "quiet", self.tr("改%1").replace("%1", name)
        )
        row.addWidget(self.line, 1)
        row.addWidget(self.masked, 1)
        row.addWidget(self.change)
        self._value = ""
        self._cover()

    def show_value(self, value: str) -> None:
        """Show what is stored, unless the person is writing here."""
        self._value = value
        if not self.line.hasFocus():
            self.line.restore("")
            self._cover()

    def edit(self, value: str) -> None:
        """Open the line with the value in full."""
        self.line.restore(value)
        self.masked.hide()
        self.change.hide()
        self.line.show()
        self.line.setFocus()
        self.line.selectAll()

    def _done(self) -> None:
        # Left without a change: cover again. A change comes back as the stored value.
        if self._value and self.line.text() in ("", self._value):
            self._cover()

    def _cover(self) -> None:
        self.masked.show_masked(self._value)
        self.change.setVisible(bool(self._value))
        self.line.setVisible(not self._value)


class PersonBlock(Card):
    """Form of address, name, phone, ID number; and cases in which somebody like this one stands."""

    def __init__(self, services: Services, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.hide()
        self.setAccessibleName(self.tr("居民"))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self.title = KeepingLine(self.tr("称呼"), self.tr("如 陈阿姨，可以不填"))
        self.title.settled.connect(partial(self._keep, TITLE))
        self.lines = {
            "phone": PersonLine(self.tr("电话"), self.tr("可以不填"), mask_phone),
            "resident_name": PersonLine(self.tr("姓名"), self.tr("可以不填"), mask_name),
            "id_number": PersonLine(self.tr("证件号"), self.tr("可以不填"), mask_id_number),
        }
        named: list[tuple[str, QWidget]] = [(self.tr("称呼"), self.title)]
        named += [(line.line.accessibleName(), line) for line in self.lines.values()]
        self._cells = [(label(name, "second", wrap=False), widget) for name, widget in named]
        self.lay_out(pairs=2)
        self.body.addLayout(self._grid)
        self.hint = label("", "second")
        self.hint.setProperty("tone", "warn")
        self.hint.hide()
        self.body.addWidget(self.hint)
        self._known_presenter = KnownPresenter(services, self)
        self._known_head = label(self.tr("像是来过的人，回车看那一件"), "second")
        self.known = ChipList(self._known_head.text())
        self.known.chosen.connect(self._known_presenter.open)
        self.body.addWidget(self._known_head)
        self.body.addWidget(self.known)
        self.show_known(())
        self._drafts = LineDrafts(self, presenter)
        self._drafts.watch(self.title, field_slot(TITLE))
        for name, line in self.lines.items():
            self._drafts.watch(line.line, field_slot(name))
            line.left.connect(partial(self._keep, name))
            line.edit_requested.connect(partial(self._edit, name))
            line.look_requested.connect(partial(self._look, name))
        self._case = ""

    def lay_out(self, *, pairs: int) -> None:
        """Put ``pairs`` of name and line beside each other."""
        for place, (name, widget) in enumerate(self._cells):
            self._grid.addWidget(name, place // pairs, place % pairs * 2)
            self._grid.addWidget(widget, place // pairs, place % pairs * 2 + 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1 if pairs == 2 else 0)

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw what is stored; a line being written in is left alone."""
        fields = state.case.fields
        self._case = state.case.case_id
        self.title.restore(fields.get(TITLE, ""))
        for name, line in self.lines.items():
            line.show_value(fields.get(name, ""))
        if fresh:
            self.hint.hide()
            self._drafts.restore(state.drafts)
            self._take_over(state)
        self._known_presenter.show_case(state.case)

    def show_known(self, lines: tuple[Line, ...]) -> None:
        """See ``KnownView``."""
        self.known.put(rows_of(lines))
        self.known.setVisible(bool(lines))
        self._known_head.setVisible(bool(lines))

    def settle(self) -> None:
        """What is typed becomes entries."""
        self.title.settle()
        for line in self.lines.values():
            if line.line.isVisibleTo(self):
                line.line.settle()

    def _take_over(self, state: SessionState) -> None:
        # What a crash left half written becomes an entry, as if the line had been left.
        lines = {TITLE: self.title} | {name: line.line for name, line in self.lines.items()}
        for name, line in lines.items():
            if field_slot(name) in state.drafts:
                line.settle()

    def _keep(self, name: str, text: str) -> None:
        self._drafts.forget(field_slot(name))
        looks = {"phone": phone_hint, "id_number": id_number_hint}
        if (look := looks.get(name)) is not None:
            hint = look(text)
            self.hint.setText(hint)
            self.hint.setVisible(bool(hint))
        self._presenter.settle_field(name, text.strip())

    def _edit(self, name: str) -> None:
        state, case_id = self._presenter.state, self._case
        if state is not None and name in state.typed_here:
            self.lines[name].edit(state.case.fields.get(name, ""))
            return

        def opened(value: str) -> None:
            if case_id == self._case:
                self.lines[name].edit(value)

        self._presenter.reveal(name, self.tr("接待时更正"), opened)

    def _look(self, name: str) -> None:
        case_id = self._case

        def shown(value: str) -> None:
            if case_id == self._case:
                self.lines[name].masked.reveal(value)

        self._presenter.reveal(name, self.tr("接待时核对"), shown)
