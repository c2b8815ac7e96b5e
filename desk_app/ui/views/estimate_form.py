"""The form of one calculator: a field for each figure, and what they come to, at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desk_app.core.calculators.base import Input, Unit
from desk_app.core.calculators.typed import UNIT_WORDS
from desk_app.core.estimates import NO_PROMISE
from desk_app.ui.presenters.estimate_typing import Answer, Form
from desk_app.ui.presenters.estimates_presenter import EstimatesPresenter, confidence_words
from desk_app.ui.widgets.basic import Card, FlowLayout, badge, button, clear, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.prompt_line import CommittedLine

EXAMPLES = {Unit.MONTHS: "6年3个月", Unit.DATE: "2026-12-01", Unit.BASIS_POINTS: "80"}


class EstimateForm(Card):
    """The form.

    Args:
        edited: called after each change, to keep a draft.
        entered: called for Enter in a field, and for the button that says so.
    """

    def __init__(
        self,
        presenter: EstimatesPresenter,
        edited: Callable[[], object],
        entered: Callable[[], object],
    ) -> None:
        super().__init__("")
        self._presenter = presenter
        self._edited = edited
        self._entered = entered
        self.head.setText(self.tr("测算"))
        self.fields: dict[str, CommittedLine | ChoiceRow] = {}
        self._empty = label(self.tr("从旁边选一个要算的。"), "second")
        self.body.addWidget(self._empty)
        self._news = label("", "second")
        self.body.addWidget(self._news)
        self._room = QWidget()
        self._grid = QGridLayout(self._room)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.body.addWidget(self._room)
        self.problem = label("", "second")
        self.body.addWidget(self.problem)
        figures = QWidget()
        self._figures = FlowLayout(24)
        figures.setLayout(self._figures)
        self.body.addWidget(figures)
        self._results = QVBoxLayout()
        self.body.addLayout(self._results)
        self._vow = label(NO_PROMISE, "head")
        self.body.addWidget(self._vow)
        row = QHBoxLayout()
        self.keep = button(self.tr("记入案件（回车）"), entered, "primary")
        self.empty = button(self.tr("清空"), presenter.clear)
        self.remember = button(
            self.tr("记住本地口径"), presenter.keep_standards, "",
            self.tr("记住填好的本地口径，下次自动带出"),
        )  # fmt: skip
        for part in (self.keep, self.empty, self.remember):
            row.addWidget(part)
        row.addStretch(1)
        self.body.addLayout(row)
        self._basis = label("", "second")
        self.body.addWidget(self._basis)
        self.show_form(None)

    def show_form(self, form: Form | None) -> None:
        """See ``EstimatesView``."""
        self._empty.setVisible(form is None)
        for part in (self._room, self._vow, self.keep, self.empty, self._basis):
            part.setVisible(form is not None)
        self.remember.hide()
        clear(self._grid)
        clear(self._figures)
        clear(self._results)
        self.problem.hide()
        self.fields = {}
        self._news.setVisible(form is not None and bool(form.news))
        if form is None:
            self.head.setText(self.tr("测算"))
            return
        calculator = form.calculator
        self.head.setText(calculator.title)
        self.setAccessibleName(calculator.title)
        self._news.setText(form.news)
        for row, one in enumerate(calculator.inputs):
            self._add_field(row, one, form.typed.get(one.name, ""))
        self._basis.setText(
            "\n".join(
                (
                    self.tr("怎么算：%1").replace("%1", calculator.formula),
                    self.tr("取整：%1").replace("%1", calculator.rounding),
                    confidence_words(calculator),
                    self.tr("依据：%1").replace("%1", calculator.source),
                    *calculator.notes,
                )
            )
        )

    def show_answer(self, answer: Answer) -> None:
        """See ``EstimatesView``."""
        clear(self._figures)
        clear(self._results)
        for name, words in answer.main:
            self._figures.addWidget(_figure(name, words))
        if answer.more:
            self._results.addWidget(label("　".join(f"{n} {w}" for n, w in answer.more)))
        self.remember.setVisible(answer.new_standards)
        for remark in answer.remarks:
            self._results.addWidget(label(remark))
        self.problem.setVisible(bool(answer.problem))
        self.problem.setText(answer.problem if answer.waiting else f"！ {answer.problem}")

    def ask_for(self, name: str) -> None:
        """Put the caret into a field, and the field into sight."""
        field = self.fields.get(name)
        if field is None:
            return
        field.setFocus(Qt.FocusReason.TabFocusReason)
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(field)

    def take_focus(self) -> None:
        """The first field."""
        self.ask_for(next(iter(self.fields), ""))

    def _add_field(self, row: int, one: Input, typed: str) -> None:
        name = (
            one.label
            if one.required or one.default
            else self.tr("%1（可空）").replace("%1", one.label)
        )
        named = label(name, wrap=True)
        self._grid.addWidget(named, row, 0)
        if one.local:
            self._grid.addWidget(badge(self.tr("本地口径"), "warn"), row, 3)
        if one.unit is Unit.CHOICE:
            choice = ChoiceRow("", one.options)
            choice.setAccessibleName(one.label)
            choice.show_value(typed)
            choice.setToolTip(one.note)
            choice.chosen.connect(partial(self._changed, one.name))
            self._grid.addWidget(choice, row, 1, 1, 2)
            self.fields[one.name] = choice
            return
        example = self.tr("例如 %1").replace("%1", EXAMPLES.get(one.unit, ""))
        line = CommittedLine(
            f"{one.label} {UNIT_WORDS.get(one.unit, '')}".strip(),
            one.note or (example if one.unit in EXAMPLES else ""),
        )
        line.setToolTip(one.note)
        line.setText(typed)
        line.textChanged.connect(partial(self._changed, one.name))
        line.entered.connect(lambda _: self._entered())
        self._grid.addWidget(line, row, 1)
        unit = UNIT_WORDS.get(one.unit, "")
        self._grid.addWidget(label(unit, wrap=False), row, 2)
        self.fields[one.name] = line

    def _changed(self, name: str, text: str) -> None:
        self._presenter.type(name, text)
        self._edited()


def _figure(name: str, words: str) -> QWidget:
    figure = QWidget()
    row = QHBoxLayout(figure)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label(name, "second", wrap=False))
    row.addWidget(label(words, "figure", wrap=False))
    return figure
