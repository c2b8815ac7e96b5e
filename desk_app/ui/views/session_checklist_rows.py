"""The checklist as rows: materials, steps, what an answer set off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject

from desk_app.core.catalogue import Pack, Step
from desk_app.core.checklist import Effect, Walk, WalkedStep
from desk_app.core.materials import MaterialList, MergedPaper
from desk_app.services.paper import form_in_words
from desk_app.ui.widgets.chip_row import Chip, ChipGroup, ChipRow

MARKS = {
    "unseen": "○", "in_progress": "◐", "asking": "?", "missing": "!", "done": "✓", "in_hand": "✓",
    "not_applicable": "–",
}  # fmt: skip
TONES = {
    "asking": "info", "missing": "warn", "done": "ok", "in_hand": "ok", "in_progress": "info",
    "not_applicable": "info",
}  # fmt: skip
KIND_SIGNS = {
    "ask": "?", "check": "◎", "do": "▶", "call": "☎", "print": "□", "decide": "◇", "record": "※",
}  # fmt: skip

PAPER, STEP, OFFER, FETCHER, INSTEAD, ANSWER, STATE = (
    "paper:", "step:", "offer:", "fetcher:", "instead:", "answer:", "state:",
)  # fmt: skip
MORE_PAPERS, SKIPPED = "more-papers", "skipped:"
START = "start"


class ChecklistRows(QObject):
    """Makes the rows.

    Args:
        parent: owner; the texts are translated in this class's own context.
    """

    def __init__(self, parent: QObject, pack: Pack) -> None:
        super().__init__(parent)
        self._pack = pack
        self._step_words = {
            "done": self.tr("完成"), "in_progress": self.tr("进行中"),
            "missing": self.tr("缺材料"), "not_applicable": self.tr("不适用"),
            "unseen": self.tr("未看"),
        }  # fmt: skip
        self._paper_words = {
            "in_hand": self.tr("有"), "missing": self.tr("缺"),
            "not_applicable": self.tr("不适用"), "asking": self.tr("问清"),
        }  # fmt: skip
        self._kinds = {
            "ask": self.tr("问"), "check": self.tr("查"), "do": self.tr("办"),
            "call": self.tr("联系"), "print": self.tr("打印"), "decide": self.tr("判断"),
            "record": self.tr("记"),
        }  # fmt: skip

    def use(self, pack: Pack) -> None:
        """Name things as the pack of the case in hand does."""
        self._pack = pack

    def papers(self, merged: MaterialList, *, every: bool) -> list[ChipRow]:
        """The materials; those that hang on open questions are folded unless ``every``."""
        if not merged.papers:
            return []
        sure = [p for p in merged.papers if p.need == "yes" or p.mark.state != "unseen"]
        rest = [p for p in merged.papers if p not in sure]
        have = sum(p.in_hand for p in sure)
        lack = sum(p.mark.state == "missing" for p in sure)
        head = self.tr("材料 %1 样　有 %2　缺 %3")
        for mark, count in (("%1", len(sure)), ("%2", have), ("%3", lack)):
            head = head.replace(mark, str(count))
        rows = [ChipRow("", head)]
        rows += [self._paper(paper) for paper in (*sure, *(rest if every else ()))]
        if rest:
            words = (
                self.tr("收起看情况的 %1 样")
                if every
                else self.tr("还有 %1 样要看情况（左边问清了会自己进来）")
            )
            words = words.replace("%1", str(len(rest)))
            rows.append(ChipRow(MORE_PAPERS, words, mark="…", quiet=True))
        if merged.looked_up:
            names = "、".join(material.plain_name for material in merged.looked_up)
            words = self.tr("我们自己查，不用居民开：%1").replace("%1", names)
            rows.append(ChipRow("", "", detail=words))
        return rows

    def walk(self, walk: Walk, *, every: bool) -> list[ChipRow]:
        """The steps of a started SOP; skipped ones are folded unless ``every``."""
        total, settled = str(len(walk.steps)), str(walk.settled)
        head = self.tr("%1　完成 %2/%3").replace("%2", settled).replace("%3", total)
        rows = [ChipRow("", head.replace("%1", walk.sop.title))]
        effects: dict[str, list[Effect]] = {}
        for effect in walk.effects:
            effects.setdefault(effect.step, []).append(effect)
        current = walk.current
        for walked in walk.steps:
            is_next = current is not None and walked.step.id == current.step.id
            rows.append(
                self._step(walk.sop.id, walked, effects.get(walked.step.id, ()), is_next=is_next)
            )
        if ending := self._ending(walk):
            rows.append(ChipRow("", "", news=(ending,)))
        if walk.skipped:
            words = (
                self.tr("收起不经过的 %1 步")
                if every
                else self.tr("不经过的 %1 步（填过的都还在）")
            )
            words = words.replace("%1", str(len(walk.skipped)))
            rows.append(ChipRow(f"{SKIPPED}{walk.sop.id}", words, mark="…", quiet=True))
        if every:
            rows += [
                ChipRow("", "", detail=self.tr("不经过：%1").replace("%1", step.text))
                for step in walk.skipped
            ]
        return rows

    def offers(self, sops: Sequence[str]) -> list[ChipRow]:
        """Checklists that fit and that nobody has started."""
        rows = [ChipRow("", self.tr("合适的检查单"))] if sops else []
        for sop_id in sops:
            sop = self._pack.sops[sop_id]
            start = Chip(START, self.tr("开始"), digit="1")
            rows.append(
                ChipRow(
                    f"{OFFER}{sop_id}", sop.title, mark="▷", detail=sop.when_to_use, chips=(start,)
                )
            )
        return rows

    def _paper(self, paper: MergedPaper) -> ChipRow:
        state = paper.mark.state
        chips = tuple(
            Chip(f"{STATE}{value}", words, value == state, str(digit), TONES.get(value, ""))
            for digit, (value, words) in enumerate(self._paper_words.items(), start=1)
        )
        return ChipRow(
            f"{PAPER}{paper.material.id}",
            paper.material.plain_name,
            mark=MARKS[state],
            tone=TONES.get(state, ""),
            struck=paper.is_waived,
            quiet=paper.is_waived or (paper.need != "yes" and state == "unseen"),
            detail="　".join(self._about(paper)),
            chips=chips,
            groups=tuple(self._paper_groups(paper)),
        )

    def _about(self, paper: MergedPaper) -> list[str]:
        parts = []
        if paper.mark.note and paper.is_waived:
            parts.append(self.tr("不适用：%1").replace("%1", paper.mark.note))
        if not paper.in_hand and not paper.is_waived:
            parts.append(form_in_words(paper))
        if paper.need != "yes":
            parts.append(self.tr("看情况：%1").replace("%1", "；".join(paper.when)))
        if paper.either:
            parts.append(self.tr("几样带一样就行"))
        if paper.is_outstanding and paper.fetcher != "resident":
            parts.append(self._fetchers()[paper.fetcher])
        if paper.stand_in is not None:
            words = self.tr("用%1代替").replace("%1", paper.stand_in.plain_name)
            parts.append(words)
        if paper.material.deadline and paper.is_outstanding:
            parts.append(self.tr("注意：%1").replace("%1", paper.material.deadline))
        return [part for part in parts if part]

    def _fetchers(self) -> Mapping[str, str]:
        return {
            "resident": self.tr("居民自己拿"),
            "us": self.tr("我们去拿"),
            "third_party": self.tr("请第三方出"),
        }

    def _paper_groups(self, paper: MergedPaper) -> list[ChipGroup]:
        groups = []
        if paper.material.where_to_get:
            groups.append(
                ChipGroup(self.tr("哪里拿：%1").replace("%1", paper.material.where_to_get))
            )
        others = [s.text for s in paper.material.substitutes if s.kind != "material" and s.text]
        if others:
            groups.append(ChipGroup(self.tr("也可以：%1").replace("%1", "；".join(others))))
        groups.append(
            ChipGroup(
                self.tr("谁去拿"),
                tuple(
                    Chip(f"{FETCHER}{value}", words, value == paper.fetcher)
                    for value, words in (
                        ("resident", self.tr("居民")),
                        ("us", self.tr("我们")),
                        ("third_party", self.tr("第三方")),
                    )
                ),
            )
        )
        instead = tuple(
            Chip(
                f"{INSTEAD}{s.ref}",
                self._pack.materials[s.ref].plain_name,
                s.ref == paper.mark.substitute,
            )
            for s in paper.material.substitutes
            if s.kind == "material" and s.ref in self._pack.materials
        )
        if instead:
            groups.append(ChipGroup(self.tr("拿什么代替"), instead))
        return groups

    def _step(
        self, sop: str, walked: WalkedStep, effects: Sequence[Effect], *, is_next: bool
    ) -> ChipRow:
        step, mark = walked.step, walked.mark
        answers = tuple(
            Chip(f"{ANSWER}{branch.answer}", branch.answer, branch.answer == mark.answer)
            for branch in step.branches
        )
        states = tuple(
            Chip(
                f"{STATE}{value}",
                words,
                value == mark.state != "unseen",  # that nobody looked is no choice to show off
                digit,
                TONES.get(value, ""),
            )
            for (value, words), digit in zip(self._step_words.items(), "12340", strict=True)
        )
        groups = [ChipGroup("", states), ChipGroup(self._who(step))]
        if answers and not is_next:
            groups.insert(0, ChipGroup("", answers))
        said = []
        if mark.answer:
            said.append(self.tr("答：%1").replace("%1", mark.answer))
        if mark.note:
            said.append(mark.note)
        return ChipRow(
            f"{STEP}{sop}/{step.id}",
            step.text,
            mark=MARKS[mark.state],
            tone=TONES.get(mark.state, ""),
            tag=f"{KIND_SIGNS.get(step.kind, '')} {self._kinds.get(step.kind, step.kind)}",
            status=self._step_words[mark.state],
            struck=mark.state == "not_applicable",
            bold=is_next,
            detail="　".join(said),
            news=tuple(words for effect in effects if (words := self._effect(effect))),
            chips=answers if is_next else (),
            groups=tuple(groups),
        )

    def _who(self, step: Step) -> str:
        parts = [self._pack.label("who", step.who)]
        if step.evidence:
            parts.append(self.tr("留痕：%1").replace("%1", step.evidence))
        if not step.required:
            parts.append(self.tr("可做可不做"))
        return "　".join(parts)

    def _effect(self, effect: Effect) -> str:
        pack, target, text = self._pack, effect.target, effect.text
        words = {
            "add_material": (pack.materials, self.tr("已加进材料单：%1")),
            "add_item": (pack.items, self.tr("想一想要不要一起办：%1（在“可能事项”里勾选）")),
            "escalate": (pack.agencies, self.tr("提级给：%1")),
            "call_agency": (pack.agencies, self.tr("联系：%1")),
        }
        if effect.action in words:
            known, sentence = words[effect.action]
            name = getattr(known.get(target), "plain_name", "") or getattr(
                known.get(target), "name", ""
            )
            return sentence.replace("%1", name or text)
        if effect.action == "start_sop" and target in pack.sops:
            return self.tr("接着用检查单：%1").replace("%1", pack.sops[target].title)
        if effect.action == "stop_with_explanation":
            reason = pack.reasons.get(target)
            return self.tr("到这里为止，向居民讲清：%1").replace(
                "%1", reason.name if reason else text
            )
        return text

    def _ending(self, walk: Walk) -> str:
        if walk.ends == "loop":
            again = walk.sop.step(walk.loop_to).text
            return self.tr("回到前面再做一次：%1").replace("%1", again)
        if walk.ends == "stopped":
            return self.tr("到这里停下，在“约定”里写判断，向居民讲清楚。")
        return ""
