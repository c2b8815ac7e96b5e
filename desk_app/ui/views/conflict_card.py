"""Two people set one value differently: both, who and when, and one key to choose."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from desk_app.core.fold import CaseState
from desk_app.ui.presenters.case_lines import join_key, split_key
from desk_app.ui.presenters.conflict_lines import Conflict
from desk_app.ui.presenters.conflict_presenter import ConflictPresenter
from desk_app.ui.presenters.ports import Services
from desk_app.ui.widgets.basic import Card
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import Chip, ChipRow
from desk_app.ui.widgets.masked import SHOWN_MS

LOOK = "0"


class ConflictCard(Card):
    """The card; it shows only where there is something to choose.

    Args:
        page: on which Ctrl+Z takes the latest choice back.
        changed: called after a choice.
    """

    def __init__(self, services: Services, page: QWidget, changed: Callable[[], object]) -> None:
        super().__init__("")
        name = self.tr("两个人填得不一样，请选一个")
        self.setAccessibleName(name)
        self.head.setText(name)
        self.presenter = ConflictPresenter(services, self, changed)
        self.list = ChipList(self.tr("两个人填得不一样：数字键选，Ctrl+Z 撤销"))
        self.list.pressed.connect(lambda key, value: self._press(key, int(value)))
        self.list.digit.connect(self._press)
        self.list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.list)
        self._cover = QTimer(self)
        self._cover.setSingleShot(True)
        self._cover.setInterval(SHOWN_MS)
        self._cover.timeout.connect(self.presenter.cover)
        undo = QShortcut(QKeySequence("Ctrl+Z"), page)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self.presenter.undo)
        self.hide()

    def show_case(self, case: CaseState | None) -> None:
        """Show the conflicts of a case."""
        self.presenter.show_case(case)

    def show_conflicts(self, conflicts: tuple[Conflict, ...]) -> None:
        """See ``ConflictView``."""
        self.list.put([row for conflict in conflicts for row in self._rows(conflict)])
        self.setVisible(bool(conflicts))

    def cover_later(self) -> None:
        """See ``ConflictView``."""
        self._cover.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leaving the page covers everything at once."""
        self._cover.stop()
        self.presenter.cover()
        super().hideEvent(event)

    def _rows(self, conflict: Conflict) -> list[ChipRow]:
        rows = [ChipRow("", conflict.head, bold=True, detail=conflict.note)]
        for place, rival in enumerate(conflict.rivals, start=1):
            take = Chip(str(place), self.tr("用这个"), digit=str(place))
            rows.append(
                ChipRow(
                    join_key(conflict.slot, rival.entry_id), rival.words, detail=rival.by,
                    mark="≠", tone="warn", chips=(take,),
                    status=self.tr("现在显示的") if rival.shows else "",
                )
            )  # fmt: skip
        if conflict.field:
            look = Chip(LOOK, self.tr("看清楚，会记下来"), digit=LOOK)
            rows.append(
                ChipRow(join_key(conflict.slot, ""), self.tr("号码和姓名是遮住的"), quiet=True,
                        chips=(look,))
            )  # fmt: skip
        return rows

    def _press(self, key: str, digit: int) -> None:
        slot, _ = split_key(key)
        if digit == int(LOOK):
            self.presenter.look(slot)
        else:
            self.presenter.choose(slot, digit)
