"""The end of a session: not a box on top but a panel in the page, filled in with few keys."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desk_app.core.catalogue import Pack
from desk_app.core.entries import CLOSING_OUTCOMES
from desk_app.services.casework import Ending
from desk_app.ui.presenters.session_presenter import SessionPresenter, SessionState
from desk_app.ui.widgets.basic import Card, button, chip, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingLine

BARRIER_REASONS = {
    "material": "M", "policy": "Z", "departments": "P",
    "system": "Y", "attitude": "S", "other": "R",
}  # fmt: skip


class EndPanel(Card):
    """Outcome, reason, what was explained.

    Signals:
        cancelled: go back to the session.
    """

    cancelled = Signal()

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("结束这次接待"))
        self.setAccessibleName(self.tr("结束这次接待"))
        self.summary = label("", "second")
        self.body.addWidget(self.summary)
        self.outcome = ChoiceRow(
            self.tr("结果"),
            [
                ("done_now", self.tr("当场办成")),
                ("come_back", self.tr("材料齐后再来")),
                ("referred", self.tr("转办")),
                ("assessing", self.tr("研判")),
                ("infeasible", self.tr("不能办")),
                ("talk_only", self.tr("只是想说说")),
            ],
            keys=True,
        )
        self.outcome.chosen.connect(self._outcome_chosen)
        self.body.addWidget(self.outcome)
        self.reason = ChoiceRow(self.tr("原因"))
        self.body.addWidget(self.reason)
        self.explanation = KeepingLine(self.tr("为什么不能办"), self.tr("为什么，用大白话写"))
        self.basis = KeepingLine(self.tr("依据"), self.tr("依据（文件名；没核实的先不写条款）"))
        self.next_door = KeepingLine(self.tr("您还可以"), self.tr("下一步可以去哪里、找谁"))
        for line in (self.explanation, self.basis, self.next_door):
            self.body.addWidget(line)
        row = QHBoxLayout()
        self.explained = chip(self.tr("已讲清楚"), lambda _: None)
        self.sheet_given = chip(self.tr("单子已给"), lambda _: None)
        row.addWidget(self.explained)
        row.addWidget(self.sheet_given)
        row.addStretch()
        row.addWidget(button(self.tr("回去接着办"), self.cancelled.emit, "quiet"))
        self.confirm = button(self.tr("结束（Ctrl+回车）"), self.end, "primary")
        row.addWidget(self.confirm)
        self.body.addLayout(row)
        self.hide()

    def open_for(self, state: SessionState) -> None:
        """Show the panel with what can be guessed already filled in."""
        case, pack = state.case, self._presenter.pack
        self.reason.put(_reasons(pack, state))
        self.sheet_given.setChecked(any(e.body["how"] != "queue" for e in case.papers))
        still = any(paper.need == "yes" for paper in state.agenda.materials.to_bring)
        guess = "infeasible" if case.fields.get("verdict") == "infeasible" else ""
        guess = guess or (
            "come_back" if still else "assessing" if state.agenda.items else "talk_only"
        )
        self.outcome.show_value(guess)
        self._outcome_chosen(guess)
        items = "、".join(chosen.name for chosen in case.items) or self.tr("没有选事项")
        open_promises = sum(promise.state == "open" for promise in case.promises)
        self.summary.setText(
            self.tr("%1；约定 %2 条；%3 分钟")
            .replace("%1", items)
            .replace("%2", str(open_promises))
            .replace("%3", str(self._presenter.minutes))
        )
        self.show()
        self.confirm.setFocus()

    def end(self) -> None:
        """End the session as filled in."""
        outcome = self.outcome.value
        if not outcome:
            return
        reason = self.reason.value
        self._presenter.end(
            outcome,
            Ending(
                explained=self.explained.isChecked(),
                sheet_given=self.sheet_given.isChecked(),
                reasons=(reason,) if reason else (),
                explanation=self.explanation.text().strip(),
                basis=self.basis.text().strip(),
                next_door=self.next_door.text().strip(),
            ),
        )

    def _outcome_chosen(self, outcome: str) -> None:
        for line in (self.explanation, self.basis, self.next_door):
            line.setVisible(outcome == "infeasible")
        closes = outcome in CLOSING_OUTCOMES
        self.confirm.setText(
            self.tr("结束并销号（Ctrl+回车）") if closes else self.tr("结束，案件留着（Ctrl+回车）")
        )


def _reasons(pack: Pack, state: SessionState) -> list[tuple[str, str]]:
    """Reason codes offered: of the chosen items' known blockers, else of the barrier's category."""
    codes = dict.fromkeys(b.reason for item in state.agenda.items for b in item.common_blockers)
    letter = BARRIER_REASONS.get(state.case.fields.get("barrier", ""), "")
    ofkind = [code for code in pack.reasons if letter and code.startswith(letter)]
    offered = [code for code in (*codes, *ofkind) if not letter or code.startswith(letter)]
    return [(code, pack.reasons[code].name) for code in dict.fromkeys(offered or codes)][:6]
