"""Block 4, 检查单: steps and materials, worked by arrows and digits or by chips below the list."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.core.checklist import Walk, WalkedStep
from desk_app.core.fold import MaterialMark, StepMark
from desk_app.core.materials import MergedPaper
from desk_app.services.paper import form_in_words
from desk_app.ui.models.rows import Row
from desk_app.ui.presenters.session_presenter import SessionPresenter, SessionState
from desk_app.ui.widgets.basic import Card, button, clear, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingLine
from desk_app.ui.widgets.row_list import RowList

STEP_DIGITS = {1: "done", 2: "missing", 3: "not_applicable", 4: "in_progress", 0: "unseen"}
MATERIAL_DIGITS = {1: "in_hand", 2: "missing", 3: "not_applicable", 4: "asking", 0: "unseen"}
MARKS = {
    "unseen": "○", "in_progress": "…", "asking": "?", "missing": "!", "done": "✓", "in_hand": "✓",
    "not_applicable": "—",
}  # fmt: skip


class ChecklistBlock(Card):
    """The list, and what can be said of its current row."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("4  检查单"))
        self.setAccessibleName(self.tr("检查单"))
        self._state: SessionState | None = None
        self._words = {
            "unseen": self.tr("未看"), "in_progress": self.tr("进行中"),
            "missing": self.tr("缺材料"), "done": self.tr("完成"),
            "not_applicable": self.tr("不适用"),
        }  # fmt: skip
        self._paper_words = {
            "unseen": self.tr("未看"), "in_hand": self.tr("有"), "missing": self.tr("缺"),
            "not_applicable": self.tr("不适用"), "asking": self.tr("问清"),
        }  # fmt: skip
        self.list = RowList(self.tr("检查单：按 1 2 3 4 标记，0 取消"), lines=8)
        self.list.digit.connect(self._digit)
        self.list.moved.connect(lambda _: self._show_detail())
        self.list.picked.connect(self._pick)
        self.body.addWidget(self.list, 1)
        self._detail = QWidget()
        column = QVBoxLayout(self._detail)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._about = label()
        self._states = ChoiceRow("")
        self._states.chosen.connect(self._choose_state)
        self._answers = ChoiceRow("")
        self._answers.chosen.connect(self._choose_answer)
        self._fetchers = ChoiceRow(
            self.tr("谁去拿"),
            [
                ("resident", self.tr("居民")),
                ("us", self.tr("我们")),
                ("third_party", self.tr("第三方")),
            ],
        )
        self._fetchers.chosen.connect(self._choose_fetcher)
        self._instead = ChoiceRow(self.tr("用什么代替"))
        self._instead.chosen.connect(self._choose_substitute)
        self._why = KeepingLine(self.tr("为什么不适用"), self.tr("写一句为什么不适用，回车记下"))
        self._why.settled.connect(self._not_applicable)
        for part in (self._about, self._states, self._answers, self._fetchers, self._instead):
            column.addWidget(part)
        column.addWidget(self._why)
        self.body.addWidget(self._detail)
        row = QHBoxLayout()
        self._rest = button(self.tr("其余都有"), presenter.mark_rest_in_hand)
        self._count = label("", "second")
        row.addWidget(self._count, 1)
        row.addWidget(self._rest)
        self.body.addLayout(row)
        self._offers_room = QWidget()
        self._offers = QVBoxLayout(self._offers_room)
        self._offers.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._offers_room)

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw the list, keeping the current row."""
        del fresh
        self._state = state
        rows: list[Row] = []
        for walk in state.agenda.walks:
            rows += self._walk_rows(walk)
        papers = state.agenda.materials.papers
        if papers:
            saving = state.agenda.materials.saving
            head = self.tr("材料（分开办 %1 份，合起来 %2 份）")
            head = head.replace("%1", str(saving.papers_before))
            rows.append(Row("", head.replace("%2", str(saving.papers_after)), bold=True))
            rows += [self._paper_row(paper) for paper in papers]
        if looked_up := state.agenda.materials.looked_up:
            names = "、".join(material.name for material in looked_up)
            rows.append(Row("", self.tr("这些我们自己查，不用居民开：%1").replace("%1", names)))
        self.list.put(rows)
        self.list.setVisible(bool(rows))
        self._rest.setVisible(any(p.need == "yes" and p.mark.state == "unseen" for p in papers))
        self._count.setText(self._progress(state))
        self._draw_offers(state)
        self._show_detail()

    def take_focus(self) -> None:
        """Go to the list, at the first thing still open."""
        if not self.list.current:
            self.list.select_first()
        self.list.setFocus()

    def _progress(self, state: SessionState) -> str:
        if not state.agenda.walks and not state.agenda.materials.papers:
            return self.tr("选好事项，这里会列出步骤和材料。")
        steps = sum(len(walk.steps) for walk in state.agenda.walks)
        settled = sum(walk.settled for walk in state.agenda.walks)
        text = self.tr("步骤 %1/%2").replace("%1", str(settled)).replace("%2", str(steps))
        still = len([p for p in state.agenda.materials.to_bring if p.need == "yes"])
        brought = self.tr("居民还要带 %1 样").replace("%1", str(still))
        return f"{text}　{brought}" if steps else brought

    def _walk_rows(self, walk: Walk) -> list[Row]:
        pack = self._presenter.pack
        rows = [Row("", walk.sop.title, bold=True)]
        for walked in walk.steps:
            step = walked.step
            kind = pack.label("step", step.kind)
            answer = f"（{walked.mark.answer}）" if walked.mark.answer else ""
            state = self._words[walked.mark.state]
            text = f"{MARKS[walked.mark.state]} 〔{kind}〕{step.text}{answer}　{state}"
            rows.append(
                Row(
                    f"step:{walk.sop.id}/{step.id}",
                    text,
                    struck=walked.mark.state == "not_applicable",
                )
            )
        if walk.skipped:
            words = self.tr("（按现在的回答，有 %1 步不经过；填过的都还在）")
            rows.append(Row("", words.replace("%1", str(len(walk.skipped)))))
        if walk.ends == "loop":
            rows.append(Row("", self.tr("↺ 要回到前面的步骤再做一次")))
        elif walk.ends == "handed_over":
            rows.append(Row("", self.tr("→ 转到另一张检查单")))
        elif walk.ends == "stopped":
            rows.append(Row("", self.tr("■ 到此停止，向居民说明")))
        return rows

    def _paper_row(self, paper: MergedPaper) -> Row:
        pack = self._presenter.pack
        state = self._paper_words[paper.mark.state]
        parts = [form_in_words(paper)]
        if paper.need != "yes":
            parts.append(self.tr("看情况：%1").replace("%1", "；".join(paper.when)))
        if paper.either:
            parts.append(self.tr("几样带一样就行"))
        if paper.fetcher != "resident":
            parts.append(pack.label("fetcher", paper.fetcher))
        if paper.stand_in is not None:
            parts.append(self.tr("用%1代替").replace("%1", paper.stand_in.plain_name))
        if paper.material.deadline:
            parts.append(f"！{paper.material.deadline}")
        about = "，".join(part for part in parts if part)
        text = f"{MARKS[paper.mark.state]} {paper.material.plain_name}　{state}\n      {about}"
        return Row(
            f"material:{paper.material.id}", text, struck=paper.in_hand or paper.is_waived,
            tip=f"{paper.material.name}\n{paper.material.where_to_get}\n{paper.material.notes}",
        )  # fmt: skip

    def _draw_offers(self, state: SessionState) -> None:
        clear(self._offers)
        pack = self._presenter.pack
        for sop in state.agenda.suggested_sops[:2]:
            title = self.tr("打开检查单：%1").replace("%1", pack.sops[sop].title)
            self._offers.addWidget(button(title, partial(self._presenter.start_sop, sop)))
        said = [self._effect_words(e.action, e.target, e.text) for e in state.agenda.effects]
        for words in [text for text in said if text][:4]:
            self._offers.addWidget(label(f"→ {words}", "second"))

    def _effect_words(self, action: str, target: str, text: str) -> str:
        pack = self._presenter.pack
        if action == "add_material" and target in pack.materials:
            return self.tr("已加进材料：%1").replace("%1", pack.materials[target].name)
        if action == "add_item" and target in pack.items:
            return self.tr("想一想要不要一起办：%1").replace("%1", pack.items[target].name)
        if action in ("escalate", "call_agency"):
            agency = pack.agencies.get(target)
            verb = self.tr("提级或转交：") if action == "escalate" else self.tr("联系：")
            return verb + (agency.name if agency else text)
        return text if action in ("do", "print", "record", "stop_with_explanation") else ""

    def _current(self) -> tuple[str, WalkedStep | MergedPaper] | None:
        state, current = self._state, self.list.current
        if state is None or not current:
            return None
        room, _, name = current.partition(":")
        if room == "material":
            try:
                return "", state.agenda.materials.paper(name)
            except KeyError:
                return None
        sop, _, step = name.partition("/")
        for walk in state.agenda.walks:
            for walked in walk.steps:
                if (walk.sop.id, walked.step.id) == (sop, step):
                    return sop, walked
        return None

    def _show_detail(self) -> None:
        found = self._current()
        self._detail.setVisible(found is not None)
        if found is None:
            return
        thing = found[1]
        paper = isinstance(thing, MergedPaper)
        words, digits = (
            (self._paper_words, MATERIAL_DIGITS) if paper else (self._words, STEP_DIGITS)
        )
        self._states.put([(s, f"{d} {words[s]}") for d, s in digits.items()])
        self._states.show_value(thing.mark.state)
        self._fetchers.setVisible(paper)
        self._why.setVisible(False)
        if isinstance(thing, MergedPaper):
            self._fetchers.show_value(thing.fetcher)
            options = [
                (s.ref, self._presenter.pack.materials[s.ref].plain_name)
                for s in thing.material.substitutes
                if s.kind == "material"
            ]
            self._instead.put(options)
            self._instead.setVisible(bool(options))
            self._instead.show_value(thing.mark.substitute)
            self._answers.hide()
            self._about.setText(thing.material.where_to_get)
        else:
            self._instead.hide()
            self._answers.put([(b.answer, b.answer) for b in thing.step.branches])
            self._answers.setVisible(bool(thing.step.branches))
            self._answers.show_value(thing.mark.answer)
            evidence = self.tr("留痕：%1").replace("%1", thing.step.evidence)
            who = self._presenter.pack.label("who", thing.step.who)
            self._about.setText(f"{who}　{evidence}")

    def _digit(self, row: str, digit: int) -> None:
        digits = MATERIAL_DIGITS if row.startswith("material:") else STEP_DIGITS
        if digit in digits:
            self._choose_state(digits[digit])
            if digits[digit] != "not_applicable":
                self._move_on()

    def _pick(self, row: str) -> None:
        self._digit(row, 1)

    def _move_on(self) -> None:
        ids = [row.id for row in self.list.rows if row.id]
        if self.list.current in ids[:-1]:
            self.list.select(ids[ids.index(self.list.current) + 1])

    def _choose_state(self, state: str) -> None:
        found = self._current()
        if found is None:
            return
        if state == "not_applicable":
            self._why.restore("")
            self._why.show()
            self._why.setFocus()
            return
        self._mark(state or "unseen", "")

    def _not_applicable(self, why: str) -> None:
        if why.strip():
            self._mark("not_applicable", why)
            self.list.setFocus()

    def _mark(self, state: str, note: str) -> None:
        found = self._current()
        if found is None:
            return
        sop, thing = found
        if isinstance(thing, MergedPaper):
            mark = replace(thing.mark, state=state, note=note)
            self._presenter.mark_material(thing.material.id, mark)
        else:
            answer = "" if state in ("unseen", "not_applicable") else thing.mark.answer
            self._presenter.mark_step(sop, thing.step.id, StepMark(state, answer, note))

    def _choose_answer(self, answer: str) -> None:
        found = self._current()
        if found is not None and not isinstance(found[1], MergedPaper):
            # An answer says that somebody did the step; clearing it opens the step again.
            state = "done" if answer else "in_progress"
            mark = StepMark(state, answer, found[1].mark.note if answer else "")
            self._presenter.mark_step(found[0], found[1].step.id, mark)

    def _choose_fetcher(self, fetcher: str) -> None:
        found = self._current()
        if found is not None and isinstance(found[1], MergedPaper):
            paper = found[1]
            self._presenter.mark_material(paper.material.id, replace(paper.mark, fetcher=fetcher))

    def _choose_substitute(self, material: str) -> None:
        found = self._current()
        if found is not None and isinstance(found[1], MergedPaper):
            mark: MaterialMark = replace(found[1].mark, substitute=material)
            self._presenter.mark_material(found[1].material.id, mark)
