"""One case: where it stands, what was promised, and everything that happened, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desk_app.core.agenda import Agenda, build_agenda
from desk_app.core.fold import CaseState, Promise
from desk_app.core.masking import form_of_address, mask_id_number, mask_phone
from desk_app.ui.context import UiContext
from desk_app.ui.models.rows import Row
from desk_app.ui.presenters.entry_words import OUTCOME_NAMES, VALUE_NAMES, entry_words
from desk_app.ui.presenters.time_words import due_words, time_words
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, badge, button, clear, label
from desk_app.ui.widgets.editor import KeepingLine
from desk_app.ui.widgets.row_list import RowList


class CasePage(Page):
    """The page of one case."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("案件")
        self.setAccessibleName(self.title)
        self._context = context
        self._case_id = ""
        self._head = QHBoxLayout()
        self.column.addLayout(self._head)
        self._facts = label("", "second")
        self.column.addWidget(self._facts)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        room = QWidget()
        left = QVBoxLayout(room)
        left.setContentsMargins(0, 0, 4, 0)
        left.setSpacing(12)
        self._items = Card(self.tr("事项和材料"))
        self._promises = Card(self.tr("约定"))
        self._words = Card(self.tr("居民的原话"))
        for card in (self._words, self._items, self._promises):
            left.addWidget(card)
        left.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(room)
        columns.addWidget(area, 5)
        history = Card(self.tr("经过"))
        self.timeline = RowList(self.tr("经过，新的在上"), lines=20)
        history.body.addWidget(self.timeline, 1)
        self.note = KeepingLine(self.tr("补记一条"), self.tr("补记一条，回车存下"))
        self.note.returnPressed.connect(self._add_note)
        history.body.addWidget(self.note)
        columns.addWidget(history, 6)
        self.column.addLayout(columns, 1)

    def show_case(self, case_id: str) -> None:
        """Show another case."""
        self._case_id = case_id
        self.come_up()

    def come_up(self) -> None:
        """Read the case."""
        if not self._case_id:
            return
        casework, pack, case_id = self._context.casework, self._context.pack, self._case_id

        def read() -> tuple[CaseState, Agenda]:
            case = casework.case(case_id)
            return case, build_agenda(pack, case)

        self._context.runner.store(read, self._show)

    def take_focus(self) -> None:
        """The history can be read with the arrows."""
        self.timeline.select_first()
        self.timeline.setFocus()

    def _show(self, found: tuple[CaseState, Agenda]) -> None:
        case, agenda = found
        self._draw_head(case)
        now, pack = self._context.clock.now(), self._context.pack
        self._draw(self._words, [label(case.fields.get("words", "") or self.tr("没有记。"))])
        saving = agenda.materials.saving
        lines: list[QWidget] = [label(f"· {item.name}") for item in agenda.items]
        if not lines:
            lines = [label(self.tr("还没选事项。"), "second")]
        else:
            still = "、".join(
                paper.material.plain_name
                for paper in agenda.materials.to_bring
                if paper.need == "yes"
            )
            lines.append(
                label(self.tr("居民还要带：%1").replace("%1", still or self.tr("没有了")), "second")
            )
            words = self.tr("分开办要 %1 份材料，合起来 %2 份")
            words = words.replace("%1", str(saving.papers_before))
            lines.append(label(words.replace("%2", str(saving.papers_after)), "muted"))
        self._draw(self._items, lines)
        self._draw_promises(case)
        rows = []
        for entry in reversed(case.timeline):
            when = time_words(entry.at, now)
            rows.append(Row(entry.id, f"{when}　{entry.author}\n      {entry_words(entry, pack)}"))
        self.timeline.put(rows)

    def _draw_head(self, case: CaseState) -> None:
        clear(self._head)
        who = form_of_address(
            case.fields.get("resident_name", ""), case.fields.get("resident_title", "")
        )
        self._head.addWidget(label(case.number, "number", wrap=False))
        self._head.addWidget(label(who or self.tr("未留姓名"), "title", wrap=False))
        if case.closing is not None:
            outcome = OUTCOME_NAMES.get(case.closing.outcome, case.closing.outcome)
            self._head.addWidget(badge(self.tr("已办结：%1").replace("%1", outcome), "ok"))
        else:
            stage = self._context.pack.label("stage", case.stage)
            self._head.addWidget(badge(stage, "info"))
        if case.conflicts:
            self._head.addWidget(badge(self.tr("有冲突"), "danger"))
        self._head.addStretch()
        shell, case_id = self._context.shell, case.case_id
        self._head.addWidget(button(self.tr("材料单"), partial(shell.open_paper, case_id)))
        if case.is_open:
            go_on = button(self.tr("接着办"), partial(shell.open_session, case_id), "primary")
        else:
            go_on = button(self.tr("重新打开"), self._reopen)
        self._head.addWidget(go_on)
        parts = [self.tr("首问负责：%1").replace("%1", case.first_contact_officer)]
        if verdict := case.fields.get("verdict"):
            parts.append(self.tr("判断：%1").replace("%1", VALUE_NAMES.get(verdict, verdict)))
        if phone := case.fields.get("phone"):
            parts.append(self.tr("电话：%1").replace("%1", mask_phone(phone)))
        if number := case.fields.get("id_number"):
            parts.append(self.tr("证件：%1").replace("%1", mask_id_number(number)))
        parts.append(self.tr("已存本机"))
        self._facts.setText("　".join(parts))

    def _draw_promises(self, case: CaseState) -> None:
        today, calendars = self._context.clock.now().date(), self._context.pack.calendars
        lines: list[QWidget] = []
        for promise in case.promises:
            room = QWidget()
            row = QHBoxLayout(room)
            row.setContentsMargins(0, 0, 0, 0)
            done = {"kept": "✓", "dropped": "—"}.get(promise.state, "○")
            when = due_words(promise.due, today, calendars) if promise.state == "open" else ""
            row.addWidget(label(f"{done} {promise.who}：{promise.what}　{when}"), 1)
            if promise.state == "open":
                row.addWidget(button(self.tr("做到了"), partial(self._keep, promise)))
            lines.append(room)
        self._draw(self._promises, lines or [label(self.tr("没有约定。"), "second")])

    def _draw(self, card: Card, lines: list[QWidget]) -> None:
        while card.body.count() > 1:
            item = card.body.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            card.body.addWidget(line)

    def _keep(self, promise: Promise) -> None:
        casework, case_id = self._context.casework, self._case_id
        self._write(lambda: casework.keep_promise(case_id, promise.id))

    def _add_note(self) -> None:
        text = self.note.text().strip()
        if text:
            casework, case_id = self._context.casework, self._case_id
            self.note.clear()
            self.note.settle()
            self._write(lambda: casework.add_note(case_id, text))

    def _reopen(self) -> None:
        casework, case_id = self._context.casework, self._case_id
        self._write(lambda: casework.reopen_case(case_id, self.tr("居民又来了")))

    def _write(self, work: Callable[[], CaseState]) -> None:
        pack, shell = self._context.pack, self._context.shell

        def act() -> tuple[CaseState, Agenda]:
            case = work()
            return case, build_agenda(pack, case)

        def shown(found: tuple[CaseState, Agenda]) -> None:
            shell.saved()
            self._show(found)

        self._context.runner.store(act, shown)
