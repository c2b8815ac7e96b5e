"""The end of a session: not a box on top but a panel in the page, filled in with few keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desk_app.core.basis import offered_bases
from desk_app.core.kinds.case import CLOSING_OUTCOMES
from desk_app.services.casework import Ending
from desk_app.ui.presenters.entry_words import OUTCOME_NAMES
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.views.line_drafts import LineDrafts
from desk_app.ui.views.session_reasons import ReasonPicker
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.block_columns import RIGHT_TABS
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import Chip, ChipRow
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingEditor, KeepingLine
from desk_app.ui.widgets.esc_key import EscKey

EXPLANATION, BASIS, NEXT_DOOR = "end:explanation", "end:basis", "end:next_door"
YES, NO = "yes", "no"


class EndPanel(QWidget):
    """What was written down, and how it ends.

    Signals:
        cancelled: go back to the session.
        change_wanted(str): go back to a block, to change what it holds: words | items | checklist |
            promise.
    """

    cancelled = Signal()
    change_wanted = Signal(str)

    def __init__(self, presenter: SessionPresenter, reasons: ReasonPicker) -> None:
        super().__init__()
        self._presenter = presenter
        self.setAccessibleName(self.tr("结束这次接待"))
        self.reasons = reasons
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, room)
        self._sides.setContentsMargins(0, 0, 4, 0)
        self._sides.setSpacing(12)
        top = Qt.AlignmentFlag.AlignTop
        told = QWidget()
        told_column = QVBoxLayout(told)
        told_column.setContentsMargins(0, 0, 0, 0)
        told_column.setSpacing(12)
        told_column.addWidget(self._summary_card())
        told_column.addWidget(self._reasons_card())
        self._sides.addWidget(self._form_card(), 6, top)
        self._sides.addWidget(told, 5, top)
        area.setWidget(room)
        column.addWidget(area, 1)
        column.addLayout(self._buttons())
        self._drafts = LineDrafts(self, presenter)
        self._drafts.watch(self.basis, BASIS)
        self._drafts.watch(self.next_door, NEXT_DOOR)
        EscKey(self, self.cancelled.emit)  # nothing typed is lost

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """A fresh case begins with an empty panel, or with what was being written in it."""
        if not fresh:
            return
        for line in (self.basis, self.next_door):
            line.restore("")
        draft = state.drafts.get(EXPLANATION)
        self.explanation.restore(draft.text if draft else "", draft.cursor if draft else -1)
        self._drafts.restore(state.drafts)
        self.reasons.clear()
        self.explained.show_value("")

    def open_for(self, state: SessionState) -> None:
        """Show the panel with what can be guessed already filled in."""
        case = state.case
        self.reasons.offer(state)
        given = any(paper.body.get("how") != "queue" for paper in case.papers)
        self.sheet_given.show_value(YES if given else "")
        self.outcome.show_value(_guess(state))
        self.bases.put(_basis_rows(state))
        self._said.hide()
        self._outcome_chosen()
        self.summary.put(self._summary(state))
        self.confirm.setFocus()

    def end(self) -> None:
        """End the session as filled in; what is missing is said above, and nothing is changed."""
        outcome = self.outcome.value
        missing = self._missing()
        self._said.setText(missing)
        self._said.setVisible(bool(missing))
        if missing:
            return
        self._presenter.end(
            outcome,
            Ending(
                explained=self.explained.value == YES,
                sheet_given=self.sheet_given.value == YES,
                reasons=self.reasons.codes,
                explanation=self.explanation.toPlainText().strip(),
                basis=self.basis.text().strip(),
                next_door=self.next_door.text().strip(),
            ),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow: one below the other."""
        super().resizeEvent(event)
        wide = self.width() >= RIGHT_TABS * self.fontMetrics().height()
        ways = QBoxLayout.Direction
        self._sides.setDirection(ways.LeftToRight if wide else ways.TopToBottom)

    def _summary_card(self) -> Card:
        card = Card(self.tr("我记下的是"))
        self.summary = ChipList(self.tr("我记下的是"))
        self.summary.pressed.connect(lambda row, _: self._change(row))
        self.summary.chosen.connect(self._change)
        card.body.addWidget(self.summary)
        return card

    def _form_card(self) -> Card:
        card = Card(self.tr("结束这次接待"))
        self._said = label("", "")
        self._said.setProperty("tone", "warn")
        card.body.addWidget(self._said)
        options = list(OUTCOME_NAMES.items())
        self.outcome = ChoiceRow(self.tr("结果"), options, keys=True)
        self.outcome.chosen.connect(lambda _: self._outcome_chosen())
        card.body.addWidget(self.outcome)
        self._follows = label("", "second")
        card.body.addWidget(self._follows)
        self.explanation = KeepingEditor(
            self.tr("为什么不能办"), self.tr("为什么不能办，用大白话写（必填）")
        )
        self.explanation.typed.connect(
            lambda text, cursor: self._presenter.keep_draft(EXPLANATION, text, cursor)
        )
        self.explanation.setFixedHeight(self.fontMetrics().height() * 5)
        self.basis = KeepingLine(
            self.tr("依据"), self.tr("依据：哪个文件怎么说的；没核实的条款不写（必填）")
        )
        self.next_door = KeepingLine(
            self.tr("下一步去哪里"), self.tr("居民下一步可以去哪里、找谁（必填）")
        )
        self.bases = ChipList(self.tr("事项资料里的依据：回车填上"))
        self.bases.chosen.connect(self._take_basis)
        for part in (self.explanation, self.basis, self.bases, self.next_door):
            card.body.addWidget(part)
        answers = [(YES, self.tr("是")), (NO, self.tr("否"))]
        self.explained = ChoiceRow(self.tr("结果讲清楚了"), answers)
        self.sheet_given = ChoiceRow(self.tr("单子给了"), answers)
        card.body.addWidget(self.explained)
        card.body.addWidget(self.sheet_given)
        return card

    def _reasons_card(self) -> Card:
        card = Card(self.tr("当初为什么没办成"))
        card.body.addWidget(self.reasons)
        return card

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._line = label("", "second")
        row.addWidget(self._line, 1)
        row.addWidget(button(self.tr("回去接着办 Esc"), self.cancelled.emit, "quiet"))
        self.confirm = button("", self.end, "primary")
        self.confirm.setAutoDefault(True)  # Enter confirms
        row.addWidget(self.confirm)
        return row

    def _outcome_chosen(self) -> None:
        outcome, state = self.outcome.value, self._presenter.state
        is_no = outcome == "infeasible"
        for part in (self.explanation, self.basis, self.next_door):
            part.setVisible(is_no)
        self.bases.setVisible(is_no and bool(self.bases.rows))
        self.reasons.ask(must=is_no)
        closes = outcome in CLOSING_OUTCOMES
        self.confirm.setText(
            self.tr("结束并销号 Ctrl+Enter") if closes else self.tr("结束接待 Ctrl+Enter")
        )
        self.confirm.setAccessibleName(self.confirm.text())
        open_ = state is not None and any(p.state == "open" for p in state.case.promises)
        if closes and open_:
            follows = self.tr("案件销号；还没做到的约定照样留在“待办”里。")
        elif closes:
            follows = self.tr("案件销号。")
        elif open_:
            follows = self.tr("案件留着，按约定的日子出现在“今日”。")
        else:
            follows = self.tr("案件留着。还没有约定谁在哪天联系，可以先回去约一个。")
        self._follows.setText(follows)
        name = OUTCOME_NAMES.get(outcome, "")
        minutes = self.tr("接待 %1 分").replace("%1", str(self._presenter.minutes))
        self._line.setText(f"{name}　{minutes}" if name else minutes)
        if outcome == "infeasible":
            # The row of chips keeps the focus; the editor is the next stop of Tab.
            QTimer.singleShot(0, self, self._first_gap)

    def _first_gap(self) -> None:
        if self.outcome.value == "infeasible" and self.isVisible():
            self.explanation.setFocus()

    def _take_basis(self, text: str) -> None:
        self.basis.setText(text)
        self._presenter.keep_draft(BASIS, text, len(text))
        self.next_door.setFocus()

    def _missing(self) -> str:
        if not self.outcome.value:
            return self.tr("先选一个结果，再结束。")
        if self.outcome.value != "infeasible":
            return ""
        needed = (
            (self.explanation.toPlainText(), self.tr("为什么不能办"), self.explanation),
            (self.basis.text(), self.tr("依据"), self.basis),
            (self.next_door.text(), self.tr("居民下一步去哪里"), self.next_door),
            (" ".join(self.reasons.codes), self.tr("原因码"), self.reasons.search),
        )
        gaps = [(name, part) for text, name, part in needed if not text.strip()]
        if not gaps:
            return ""
        gaps[0][1].setFocus()
        names = "、".join(name for name, _ in gaps)
        return self.tr("不能办的，还要写明：%1。写好再结束，别的都已存好。").replace("%1", names)

    def _summary(self, state: SessionState) -> list[ChipRow]:
        case, merged = state.case, state.agenda.materials
        words = " ".join(case.fields.get("words", "").split())
        items = "、".join(item.name for item in case.items)
        have = sum(paper.in_hand for paper in merged.papers)
        bring = "、".join(p.material.plain_name for p in merged.to_bring if p.need == "yes")
        promises = "；".join(f"{p.who}：{p.what}" for p in case.promises if p.state == "open")
        steps = sum(len(walk.steps) for walk in state.agenda.walks)
        settled = sum(walk.settled for walk in state.agenda.walks)
        have_words = self.tr("%1 样").replace("%1", str(have)) if have else ""
        rows = [
            ("words", self.tr("原话"), words if len(words) <= 80 else f"{words[:80]}…"),
            ("items", self.tr("事项"), items),
            ("checklist", self.tr("已有"), have_words),
            ("checklist", self.tr("还要带"), bring),
            ("checklist", self.tr("步骤"), f"{settled}/{steps}" if steps else ""),
            ("promise", self.tr("约定"), promises),
        ]
        change = (Chip("change", self.tr("改")),)
        return [
            ChipRow(f"{block}:{number}", text, tag=name, chips=change)
            for number, (block, name, text) in enumerate(rows)
            if text
        ]

    def _change(self, row: str) -> None:
        self.change_wanted.emit(row.partition(":")[0])


def _basis_rows(state: SessionState) -> list[ChipRow]:
    return [
        ChipRow(basis.text, basis.text, detail=f"事项资料：{basis.item}")
        for basis in offered_bases(state.agenda.items)
    ]


def _guess(state: SessionState) -> str:
    verdict = state.case.fields.get("verdict", "")
    if verdict == "infeasible":
        return "infeasible"
    if any(paper.need == "yes" for paper in state.agenda.materials.to_bring):
        return "come_back"
    if not state.agenda.items:
        return "talk_only"
    return "done_now" if verdict == "feasible" else "assessing"
