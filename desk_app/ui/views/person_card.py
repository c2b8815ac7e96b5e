"""Two registrations that look like one person: is it one? Both cases stay what they are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QSizePolicy

from desk_app.core.fold import CaseState
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.person_presenter import CASE, PersonPresenter
from desk_app.ui.presenters.ports import Services
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.widgets.basic import Card
from desk_app.ui.widgets.chip_list import ChipList


class PersonCard(Card):
    """The card; it shows only where there is another registration.

    Args:
        changed: called after an answer.
    """

    def __init__(self, services: Services, changed: Callable[[], object]) -> None:
        super().__init__("")
        self.presenter = PersonPresenter(services, self, changed)
        self.list = ChipList(self.tr("像是同一个人：1 是，2 不是，回车看那一件"))
        self.list.pressed.connect(self.presenter.act)
        self.list.chosen.connect(lambda key: self.presenter.act(key, CASE))
        self.list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.list)
        self.hide()

    def show_case(self, case: CaseState | None) -> None:
        """Look for other registrations of a case's person."""
        self.presenter.show_case(case)

    def show_people(self, lines: tuple[Line, ...], *, asks: bool) -> None:
        """See ``PersonView``."""
        name = self.tr("这两件像是同一个人登记的") if asks else self.tr("同一个人的案件")
        self.head.setText(name)
        self.setAccessibleName(name)
        self.list.put(rows_of(lines))
        self.setVisible(bool(lines))
        if lines and not self.list.current:
            self.list.select_first()
