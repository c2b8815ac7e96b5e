"""Reason codes at the end of a session: those that come near, and a search over all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.core.catalogue import Pack
from desk_app.core.ports import Romanise
from desk_app.ui.presenters.ports import Runner
from desk_app.ui.presenters.session_state import (
    SessionState,
    find_reasons,
    offered_reasons,
    reason_texts,
)
from desk_app.ui.widgets.basic import label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import ChipRow
from desk_app.ui.widgets.prompt_line import CommittedLine

SHOWN = 5


class ReasonPicker(QWidget):
    """Why it got stuck at the counter. The first one picked is the main one."""

    def __init__(self, pack: Pack, runner: Runner, romanise: Romanise) -> None:
        super().__init__()
        self._pack = pack
        self._texts: Mapping[str, str] = {}
        self._index: Callable[[], None] = lambda: runner.side(
            lambda: reason_texts(pack, romanise), self._indexed
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._hint = label("", "second")
        column.addWidget(self._hint)
        self.ask(must=False)
        self.list = ChipList(self.tr("原因：空格或回车选上"))
        self.search = CommittedLine(
            self.tr("找原因"), self.tr("找原因：编号、名称或拼音首字母，回车取第一个")
        )
        self.search.textChanged.connect(lambda _: self._draw())
        self.search.entered.connect(lambda _: self._take_first())
        self.list.chosen.connect(self._turn)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self._picked: list[str] = []
        self._offered: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes picked, the main one first."""
        return tuple(self._picked)

    def ask(self, *, must: bool) -> None:
        """Say whether one has to be picked."""
        self._hint.setText(
            self.tr("不能办的要选一个；可以选几个，第一个算主要原因")
            if must
            else self.tr("可以不填，可以选几个；第一个算主要原因")
        )

    def clear(self) -> None:
        """Pick nothing."""
        self._picked = []
        self.search.clear()

    def offer(self, state: SessionState) -> None:
        """Show what comes near for this case."""
        if not self._texts:
            self._index()
        self._offered = offered_reasons(self._pack, state)
        known = state.case.fields.get("stuck_code", "")
        if not self._picked and known in self._pack.reasons:
            self._picked = [known]
        self._draw()

    def _indexed(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._draw()

    def _draw(self) -> None:
        query = self.search.text().strip()
        found = find_reasons(self._texts, query) if query else self._offered
        codes = [*self._picked, *(code for code in found if code not in self._picked)]
        rows = []
        for code in codes[: len(self._picked) + SHOWN]:
            reason, picked = self._pack.reasons[code], code in self._picked
            main = picked and self._picked[0] == code
            rows.append(
                ChipRow(
                    code,
                    f"{code}　{reason.name}",
                    mark="■" if picked else "□",
                    tone="ok" if picked else "",
                    tag=self._pack.reason_categories.get(reason.category, ""),
                    status=self.tr("主要原因") if main else "",
                )
            )
        self.list.put(rows)
        self.list.setVisible(bool(rows))

    def _take_first(self) -> None:
        ids = [row.id for row in self.list.rows if row.id and row.id not in self._picked]
        if ids and self.search.text().strip():
            self._picked.append(ids[0])
            self.search.clear()

    def _turn(self, code: str) -> None:
        if code in self._picked:
            self._picked.remove(code)
        else:
            self._picked.append(code)
        self._draw()
