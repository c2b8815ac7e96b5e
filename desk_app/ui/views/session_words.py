"""Block 1, 听: the resident's own words, what blocks, what is needed, who it is about."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desk_app.core.masking import mask_id_number, mask_name, mask_phone
from desk_app.services.identity import id_number_hint, phone_hint
from desk_app.ui.presenters.session_presenter import SessionPresenter, SessionState
from desk_app.ui.widgets.basic import Card, FlowLayout, button, chip, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingEditor, KeepingLine
from desk_app.ui.widgets.masked import MaskedValue

MASKS = {"resident_name": mask_name, "phone": mask_phone, "id_number": mask_id_number}


class WordsBlock(Card):
    """Words, barrier, needs, person.

    Signals:
        reveal_requested(str): the person wants to see a masked field.
    """

    reveal_requested = Signal(str)

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("1  听　居民的原话"))
        self.setAccessibleName(self.tr("听：居民的原话"))
        self.editor = KeepingEditor(
            self.tr("居民的原话"),
            self.tr("边听边记，照居民自己的话写。不用整理，停下来就已经存好。"),
        )
        self.editor.setMinimumHeight(self.fontMetrics().height() * 5)
        self.editor.typed.connect(presenter.type_words)
        self.editor.settled.connect(presenter.settle_words)
        self.body.addWidget(self.editor, 1)
        self.barrier = ChoiceRow(
            self.tr("卡在哪"),
            [
                ("material", self.tr("材料")),
                ("policy", self.tr("政策")),
                ("departments", self.tr("多部门")),
                ("system", self.tr("系统")),
                ("attitude", self.tr("态度")),
                ("other", self.tr("其他")),
            ],
            keys=True,
        )
        self.barrier.chosen.connect(lambda value: presenter.set_field("barrier", value))
        self.body.addWidget(self.barrier)
        self.body.addLayout(self._needs())
        self.body.addWidget(self._person())

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the state; text being typed is only replaced for another case."""
        fields = state.case.fields
        if fresh:
            if state.draft is not None:
                self.editor.restore(state.draft.text, state.draft.cursor)
            else:
                self.editor.restore(fields.get("words", ""))
        self.barrier.show_value(fields.get("barrier", ""))
        for need, made in self._need_chips.items():
            made.setChecked(need in state.case.needs)
        self._title.restore(fields.get("resident_title", ""))
        for name, line in self._lines.items():
            value = fields.get(name, "")
            self._masked[name].show_masked(value)
            line.setVisible(not value)
            if fresh or value:
                line.restore("")
        self._edit.setVisible(any(fields.get(name) for name in self._lines))

    def reveal(self, name: str, value: str) -> None:
        """Show a field in full for a moment."""
        self._masked[name].reveal(value)

    def _needs(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(self.tr("需要"), "second", wrap=False))
        room = QWidget()
        flow = FlowLayout(6)
        room.setLayout(flow)
        self._need_chips = {}
        for need, words in (
            ("hearing", self.tr("听力不便")),
            ("escort", self.tr("陪同")),
            ("home_visit", self.tr("上门")),
            ("large_print", self.tr("大字")),
            ("video", self.tr("视频")),
        ):
            made = chip(words, partial(self._presenter.set_need, need))
            self._need_chips[need] = made
            flow.addWidget(made)
        row.addWidget(room, 1)
        return row

    def _person(self) -> QWidget:
        room = QWidget()
        grid = QGridLayout(room)
        grid.setContentsMargins(0, 0, 0, 0)
        self._title = KeepingLine(self.tr("称呼"), self.tr("怎么称呼，如 陈阿姨（可以不填）"))
        self._title.settled.connect(lambda text: self._presenter.set_field("resident_title", text))
        grid.addWidget(self._title, 0, 0)
        self._lines: dict[str, KeepingLine] = {}
        self._masked: dict[str, MaskedValue] = {}
        self._hint = label("", "muted")
        for place, (name, words) in enumerate(
            (
                ("resident_name", self.tr("姓名（可以不填）")),
                ("phone", self.tr("电话（可以不填）")),
                ("id_number", self.tr("证件号（可以不填）")),
            ),
            start=1,
        ):
            line = KeepingLine(words, words)
            line.settled.connect(partial(self._keep, name))
            masked = MaskedValue(words.partition("（")[0], MASKS[name])
            masked.reveal_requested.connect(partial(self.reveal_requested.emit, name))
            self._lines[name], self._masked[name] = line, masked
            grid.addWidget(line, place // 2, place % 2)
            grid.addWidget(masked, place // 2, place % 2)
        self._edit = button(self.tr("改姓名、电话、证件号"), self._edit_person, "quiet")
        grid.addWidget(self._hint, 2, 0)
        grid.addWidget(self._edit, 2, 1)
        return room

    def _keep(self, name: str, text: str) -> None:
        if not text.strip():
            return
        hints = {"phone": phone_hint, "id_number": id_number_hint}
        self._hint.setText(hints[name](text) if name in hints else "")
        self._presenter.set_field(name, text.strip())

    def _edit_person(self) -> None:
        for name, line in self._lines.items():
            self._masked[name].hide()
            line.show()
        self._lines["resident_name"].setFocus()
