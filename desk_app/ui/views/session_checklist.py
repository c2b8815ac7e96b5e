"""Block 4, 检查单: materials and steps, worked by arrows and digits or by their chips."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QHBoxLayout

from desk_app.core.checklist import WalkedStep
from desk_app.core.fold import MaterialMark, StepMark
from desk_app.core.materials import MergedPaper
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.views.session_checklist_rows import (
    ANSWER,
    FETCHER,
    INSTEAD,
    MORE_PAPERS,
    OFFER,
    PAPER,
    SKIPPED,
    STATE,
    STEP,
    ChecklistRows,
)
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import ChipRow

OFFERS = 3
SLOT = "waive:"
REST_KEY = 9


class ChecklistBlock(Card):
    """The list of everything to check."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self._rows = ChecklistRows(self, presenter.pack)
        self.head.setText(self.tr("4　检查单"))
        self.setAccessibleName(self.tr("检查单"))
        row = QHBoxLayout()
        self.body.removeWidget(self.head)
        self.count = label("", "second")
        self.rest = button(
            self.tr("9 其余都有"), presenter.mark_rest_in_hand, "", self.tr("没看过的材料都算有")
        )
        row.addWidget(self.head)
        row.addWidget(label("F4", "muted", wrap=False))
        row.addWidget(self.count, 1)
        row.addWidget(self.rest)
        self.body.insertLayout(0, row)
        self._said = label(self.tr("选好事项，这里会列出要带的材料和要走的步骤。"), "second")
        self.body.addWidget(self._said)
        self.list = ChipList(self.tr("检查单：上下移动，数字标记，左右选，9 其余都有"))
        self.list.pressed.connect(self._press)
        self.list.chosen.connect(self._choose)
        self.list.digit.connect(self._digit)
        self.list.written.connect(self._written)
        self.list.writing.connect(
            lambda row, text, cursor: presenter.keep_draft(SLOT + row, text, cursor)
        )
        self.body.addWidget(self.list)
        self._open: set[str] = set()

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the list, keeping the current row."""
        if fresh:
            self._open.clear()
            self._rows.use(self._presenter.pack)
        agenda = state.agenda
        rows = self._rows.papers(agenda.materials, every=MORE_PAPERS in self._open)
        # A checklist that an answer asked for comes before those the items merely have.
        for walk in agenda.walks:
            rows += self._rows.walk(walk, every=f"{SKIPPED}{walk.sop.id}" in self._open)
        rows += self._rows.offers(agenda.suggested_sops[:OFFERS])
        self.list.put(rows)
        self.list.setVisible(bool(rows))
        self._said.setVisible(not rows)
        papers = agenda.materials.papers
        self.rest.setVisible(any(p.need == "yes" and p.mark.state == "unseen" for p in papers))
        self.count.setText(self._saving(state))
        if fresh:
            self._restore(state)

    def take_focus(self) -> None:
        """Go to the first thing that nobody has looked at."""
        if not self.list.current:
            self._to_first_open()
        self.list.setFocus()

    def fold(self) -> None:
        """Show or hide everything that is folded."""
        folds = {r.id for r in self.list.rows if r.id == MORE_PAPERS or r.id.startswith(SKIPPED)}
        self._open = set() if folds <= self._open else folds
        self._redraw()

    def settle(self) -> None:
        """A reason that is being written counts."""
        self.list.settle()

    def _to_first_open(self) -> None:
        for row in self.list.rows:
            if row.id and isinstance(row, ChipRow) and row.mark in "○▷":
                self.list.select(row.id)
                return
        self.list.select_first()

    def _saving(self, state: SessionState) -> str:
        saving = state.agenda.materials.saving
        if len(state.agenda.items) < 2 or saving.papers_before <= saving.papers_after:
            return ""
        words = self.tr("分开办要交 %1 份，合起来 %2 份")
        words = words.replace("%1", str(saving.papers_before))
        return words.replace("%2", str(saving.papers_after))

    def _press(self, row: str, value: str) -> None:
        if row.startswith(OFFER):
            self._presenter.start_sop(row.removeprefix(OFFER))
            return
        found = self._find(row)
        if isinstance(found, MergedPaper):
            self._press_paper(row, found, value)
        elif found is not None:
            self._press_step(row, found, value)

    def _press_paper(self, row: str, paper: MergedPaper, value: str) -> None:
        mark = paper.mark
        if value.startswith(FETCHER):
            mark = replace(mark, fetcher=value.removeprefix(FETCHER))
        elif value.startswith(INSTEAD):
            ref = value.removeprefix(INSTEAD)
            mark = replace(mark, substitute="" if ref == mark.substitute else ref)
        else:
            state = value.removeprefix(STATE)
            if state == mark.state:  # pressed again: nobody has looked
                state = "unseen"
            if state == "not_applicable":
                self._ask_why(row)
                return
            mark = replace(mark, state=state, note="")
            self._presenter.mark_material(paper.material.id, mark)
            self.list.move_on()
            return
        self._presenter.mark_material(paper.material.id, mark)

    def _press_step(self, row: str, walked: WalkedStep, value: str) -> None:
        mark = walked.mark
        if value.startswith(ANSWER):
            answer = value.removeprefix(ANSWER)
            # An answer says that somebody did the step; the same one again opens it.
            mark = (
                StepMark("in_progress")
                if answer == mark.answer
                else StepMark("done", answer, mark.note)
            )
        else:
            state = value.removeprefix(STATE)
            if state == "not_applicable":
                self._ask_why(row)
                return
            mark = StepMark(state, "" if state == "unseen" else mark.answer)
        self._mark_step(row, mark)
        if mark.state == "done":
            self.list.move_on()

    def _mark_step(self, row: str, mark: StepMark) -> None:
        sop, _, step = row.removeprefix(STEP).partition("/")
        self._presenter.mark_step(sop, step, mark)

    def _choose(self, row: str) -> None:
        """Enter or a click beside the chips."""
        if row == MORE_PAPERS or row.startswith(SKIPPED):
            self._open ^= {row}
            self._redraw()
        elif row.startswith(OFFER):
            self._presenter.start_sop(row.removeprefix(OFFER))

    def _digit(self, row: str, digit: int) -> None:
        found = self._find(row)
        if digit == REST_KEY and self.rest.isVisibleTo(self):
            self._presenter.mark_rest_in_hand()
        elif digit == 0 and isinstance(found, MergedPaper):
            self._presenter.mark_material(
                found.material.id, replace(found.mark, state="unseen", note="")
            )

    def _ask_why(self, row: str, text: str = "", cursor: int = -1) -> None:
        name = self.tr("为什么不适用")
        self.list.ask(row, name, self.tr("写一句为什么不适用，回车记下"), text, cursor)

    def _written(self, row: str, why: str) -> None:
        found = self._find(row)
        if isinstance(found, MergedPaper):
            mark: MaterialMark = replace(found.mark, state="not_applicable", note=why)
            self._presenter.mark_material(found.material.id, mark)
        elif found is not None:
            self._mark_step(row, StepMark("not_applicable", "", why))
        self._presenter.drop_draft(SLOT + row)
        self.list.move_on()

    def _find(self, row: str) -> MergedPaper | WalkedStep | None:
        state = self._presenter.state
        if state is None:
            return None
        if row.startswith(PAPER):
            wanted = row.removeprefix(PAPER)
            papers = state.agenda.materials.papers
            return next((p for p in papers if p.material.id == wanted), None)
        sop, _, step = row.removeprefix(STEP).partition("/")
        steps = (w for walk in state.agenda.walks if walk.sop.id == sop for w in walk.steps)
        return next((walked for walked in steps if walked.step.id == step), None)

    def _restore(self, state: SessionState) -> None:
        for slot, draft in state.drafts.items():
            if slot.startswith(SLOT):
                ask = partial(self._ask_why, slot.removeprefix(SLOT))
                ask(draft.text, draft.cursor)

    def _redraw(self) -> None:
        if self._presenter.state is not None:
            self.show_state(self._presenter.state, fresh=False)
