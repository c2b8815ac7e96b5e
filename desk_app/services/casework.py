"""Working a case: each method is one use case and one transaction, and returns the case after it.

A method that would change nothing writes nothing, so an impatient double click is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk_app.core.advance_ledger import advance_ledger
from desk_app.core.catalogue import Pack
from desk_app.core.checklist import check_mark, from_definition, to_definition
from desk_app.core.consents import holding
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, UserFacingError
from desk_app.core.fold import CaseState, MaterialMark, Slot, StepMark
from desk_app.core.kinds.case import CLOSING_OUTCOMES, HUMAN_ONLY_FIELDS, NEED_PREFIX, OUTCOMES
from desk_app.core.kinds.funds import KINDS as FUND_KINDS
from desk_app.core.kinds.kind import Json
from desk_app.core.materials import merge_materials
from desk_app.core.money import money_text
from desk_app.core.ports import CaseStore
from desk_app.services.case_pack import CasePacks, PackNews
from desk_app.services.promises import NOTHING_CHANGED, Promises
from desk_app.services.stages import Stages

GOES_ON: Mapping[str, str] = {
    "come_back": "coordinate", "referred": "coordinate", "assessing": "assess",
}  # fmt: skip
"""To which stage a session takes a case that stays open, as far as nothing is missing."""

ANSWERED_AT_ONCE = "有了结果，当场答复并销号"
"""Why a case that is closed passes the stages that are left, whatever they still ask for."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is said when a session or a case ends.

    Attributes:
        reasons: reason codes (原因码), the main one first.
        explanation, basis, next_door: why, on what grounds, where the resident can go next.
    """

    explained: bool = False
    sheet_given: bool = False
    reasons: tuple[str, ...] = ()
    explanation: str = ""
    basis: str = ""
    next_door: str = ""


class Casework:
    """What one officer does to cases.

    Args:
        store: the journal.
        pack: the content pack in force.
        author: the officer's name or work number, written into each entry.
        packs: the versions that cases were opened with; None = only ``pack`` is known.
        today: the day that it is here.

    Attributes:
        promises: who does what by when.
        stages: which of the five stages it is in.
    """

    def __init__(
        self,
        store: CaseStore,
        pack: Pack,
        author: str,
        packs: CasePacks | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._store = store
        self._pack = pack
        self._author = author
        self._packs = packs or CasePacks(pack)
        self._today = today
        self.promises = Promises(store, pack.calendars, author)
        self.stages = Stages(store, self._packs.of, author)

    @property
    def author(self) -> str:
        """Who is working."""
        return self._author

    def open_case(self, channel: str = "counter") -> CaseState:
        """Open a case; the author becomes its first contact officer."""
        return self._store.open_case(
            self._author,
            {
                "channel": channel,
                "pack_version": self._pack.version,
                "pack_digest": self._pack.digest,
            },
        )

    def case(self, case_id: str) -> CaseState:
        """The case as it stands. Raises BadInputError for an unknown id."""
        return self._store.case(case_id)

    def pack_of(self, case: CaseState) -> Pack:
        """The content pack this case is worked with (``CasePacks.of``)."""
        return self._packs.of(case)

    def pack_news(self, case: CaseState) -> PackNews | None:
        """What the pack in force changed for this case (``CasePacks.news``)."""
        return self._packs.news(case)

    def set_field(self, case_id: str, name: str, value: str) -> CaseState:
        """Set a field (``kinds.case.TEXT_FIELDS``, ``CHOICE_FIELDS``); empty text clears it."""
        state = self._store.case(case_id)
        if state.fields.get(name, "") == value:
            return state
        return self._set(state, "field.set", {"name": name, "value": value})

    def set_need(self, case_id: str, need: str, wanted: bool) -> CaseState:
        """Note or clear a need of the resident (hearing, escort, home_visit, large_print …)."""
        state = self._store.case(case_id)
        if (need in state.needs) == wanted:
            return state
        name = f"{NEED_PREFIX}{need}"
        body: dict[str, Json] = {"name": name, "value": "yes" if wanted else ""}
        return self._set(state, "field.set", body)

    def add_note(self, case_id: str, text: str) -> CaseState:
        """Add a note. Raises BadInputError for an empty one."""
        if not text.strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "还没有写字，没有记下。"), safe=NOTHING_CHANGED
            )
        return self._write(case_id, NewEntry(case_id, "note.added", {"text": text}))

    def correct_note(self, case_id: str, note_id: str, text: str) -> CaseState:
        """Correct a note; what it said before stays readable in the history."""
        state = self._store.case(case_id)
        if all(note.entry.id != note_id for note in state.notes):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "找不到要更正的那条记录。"), safe=NOTHING_CHANGED
            )
        body: dict[str, Json] = {"ref": note_id, "text": text}
        return self._set(state, "note.corrected", body)

    def choose_items(
        self, case_id: str, items: Sequence[str], why: Mapping[str, str] | None = None
    ) -> CaseState:
        """Take items into the case, in one transaction.

        Args:
            why: the finder's reason by item id, kept with the choice.
        """
        state = self._store.case(case_id)
        chosen = {item.item for item in state.items}
        known = self._packs.of(state).items
        entries = []
        for item_id in dict.fromkeys(items):
            item = known.get(item_id)
            if item is None:
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "事项库里没有“{item}”。"),
                    safe=NOTHING_CHANGED,
                    press=QT_TRANSLATE_NOOP("Errors", "请用 desk-app suggest 或导图查事项编号。"),
                    item=item_id[:60],
                )
            if item_id in chosen:
                continue
            body: dict[str, Json] = {"item": item_id, "name": item.name, "version": item.version}
            if why and why.get(item_id):
                body["why"] = why[item_id]
            entries.append(state.on_top("item.chosen", body))
        return self._write(case_id, *entries)

    def drop_item(self, case_id: str, item: str, why: str = "") -> CaseState:
        """Take an item out of the case again; what was answered for it is kept."""
        state = self._store.case(case_id)
        if all(chosen.item != item for chosen in state.items):
            return state
        return self._set(state, "item.dropped", {"item": item, "why": why})

    def answer_fact(self, case_id: str, fact: str, value: str) -> CaseState:
        """Answer a question with set answers; an empty value takes the answer back."""
        state = self._store.case(case_id)
        known = self._packs.of(state).facts.get(fact)
        if known is None or (value and all(value != option.value for option in known.options)):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "问题“{fact}”没有“{value}”这个答案。"),
                safe=NOTHING_CHANGED,
                fact=fact[:40],
                value=value[:20],
            )
        if state.answers.get(fact, "") == value:
            return state
        return self._set(state, "answer.given", {"fact": fact, "value": value})

    def answer_question(self, case_id: str, question: str, answer: str) -> CaseState:
        """Keep the resident's answer to a free question, in their words."""
        state = self._store.case(case_id)
        if state.questions.get(question, "") == answer:
            return state
        body: dict[str, Json] = {"question": question, "answer": answer}
        return self._set(state, "question.answered", body)

    def start_sop(self, case_id: str, sop_id: str) -> CaseState:
        """Start an SOP; its definition as of today is kept with the case."""
        state = self._store.case(case_id)
        if sop_id in state.definitions:
            return state
        sop = self._packs.of(state).sops.get(sop_id)
        if sop is None:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "没有“{sop}”这张检查单。"),
                safe=NOTHING_CHANGED,
                sop=sop_id[:60],
            )
        body: dict[str, Json] = {
            "sop": sop_id,
            "version": sop.version,
            "definition": to_definition(sop),
        }
        return self._set(state, "sop.started", body)

    def mark_step(self, case_id: str, sop_id: str, step_id: str, mark: StepMark) -> CaseState:
        """Mark a step of a started SOP.

        Raises:
            BadInputError: unknown step, 不适用 without a reason, an answer the step does not offer,
                done without the consent that it needs.
        """
        state = self._store.case(case_id)
        try:
            step = from_definition(state.definitions[sop_id]).step(step_id)
        except KeyError:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "本案没有“{sop}”的“{step}”这一步。"),
                safe=NOTHING_CHANGED,
                sop=sop_id[:60],
                step=step_id[:20],
            ) from None
        check_mark(step, mark)
        if step.consent and mark.state == "done" and not holding(state, self._today()):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这一步要先有授权，现在没有一条有效的。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP(
                    "Errors", "请在案件页的“授权”里记下：谁、怎么授权、到哪天。"
                ),
            )
        now = state.steps.get((sop_id, step_id), StepMark("unseen"))
        if (now.state, now.answer, now.note) == (mark.state, mark.answer, mark.note):
            return state
        body: dict[str, Json] = {
            "sop": sop_id,
            "step": step_id,
            "state": mark.state,
            "answer": mark.answer,
            "note": mark.note,
        }
        return self._set(state, "step.marked", body)

    def mark_material(self, case_id: str, material: str, mark: MaterialMark) -> CaseState:
        """Mark a material (有 缺 不适用 问清), who fetches it and what stands in for it."""
        return self.mark_materials(case_id, {material: mark})

    def mark_materials(self, case_id: str, marks: Mapping[str, MaterialMark]) -> CaseState:
        """Mark several materials in one transaction."""
        state = self._store.case(case_id)
        known = self._packs.of(state).materials
        entries = []
        for material, mark in marks.items():
            if material not in known:
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "材料库里没有“{material}”。"),
                    safe=NOTHING_CHANGED,
                    material=material[:60],
                )
            if mark.state == "not_applicable" and not mark.note.strip():
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "请写一句为什么不适用。"), safe=NOTHING_CHANGED
                )
            body: dict[str, Json] = {
                "material": material,
                "state": mark.state,
                "fetcher": mark.fetcher,
                "substitute": mark.substitute,
                "note": mark.note,
            }
            now = state.materials.get(material)
            if now and (now.state, now.fetcher, now.substitute, now.note) == (
                mark.state, mark.fetcher, mark.substitute, mark.note,
            ):  # fmt: skip
                continue
            entries.append(state.on_top("material.marked", body))
        return self._write(case_id, *entries)

    def mark_rest_in_hand(self, case_id: str) -> CaseState:
        """其余都有: mark every sure paper that nobody has looked at as in hand."""
        state = self._store.case(case_id)
        pack = self._packs.of(state)
        items = [c.item for c in state.items if c.item in pack.items]
        merged = merge_materials(pack, items, state.answers, state.materials)
        rest = {
            paper.material.id: MaterialMark("in_hand", fetcher=paper.mark.fetcher)
            for paper in merged.papers
            if paper.need == "yes" and paper.mark.state == "unseen"
        }
        return self.mark_materials(case_id, rest)

    def close_case(self, case_id: str, outcome: str, ending: Ending | None = None) -> CaseState:
        """Close the case (销号); it enters 答复反馈 first if it is not there yet.

        Raises:
            UserFacingError: 不能办 without basis, reason code, explanation and the next door to
                knock on, another end of what was judged so, values in conflict that a person must
                choose between, or an advance that is not wholly returned or waived. Nothing was
                changed.
        """
        state = self._store.case(case_id)
        _check_outcome(outcome)
        if state.closing is not None:
            return state
        return self._write(case_id, *self._closing(state, outcome, ending or Ending()))

    def end_session(
        self, case_id: str, outcome: str, minutes: int, ending: Ending | None = None
    ) -> CaseState:
        """The resident leaves: note how it went; outcomes that end the case close it too.

        A case that stays open goes on through its stages as far as nothing is missing.

        Args:
            minutes: how long the session took, for the measures.

        Raises:
            UserFacingError: as ``close_case``. Nothing was changed.
        """
        state = self._store.case(case_id)
        ending = ending or Ending()
        body: dict[str, Json] = {
            "outcome": outcome,
            "minutes": minutes,
            "explained": ending.explained,
            "sheet_given": ending.sheet_given,
        }
        entries = [NewEntry(case_id, "session.ended", body)]
        if outcome in CLOSING_OUTCOMES and state.closing is None:
            entries += self._closing(state, outcome, ending)
        elif state.closing is None:
            entries += self.stages.onward(state, GOES_ON.get(outcome, state.stage))
        return self._write(case_id, *entries)

    def _closing(self, state: CaseState, outcome: str, ending: Ending) -> list[NewEntry]:
        _check_answer(state, outcome, ending)
        if any(slot.needs_person for slot in state.conflicts):
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "有内容两个人填得不一样，先选定一个再结束。"),
                safe=NOTHING_CHANGED,
            )
        ledger = advance_ledger(state, self._store.centre_numbers(state.case_id))
        if ledger.balance or ledger.waiting:
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "还有 {amount} 元垫付没有收回，案件不能销号。")
                if ledger.balance
                else QT_TRANSLATE_NOOP("Errors", "垫付台账有记录等中心确认，案件还不能销号。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "请先记下返还，或者由别人审批核销。"),
                amount=money_text(ledger.balance),
            )
        if unknown := [
            code for code in ending.reasons if code not in self._packs.of(state).reasons
        ]:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "没有“{code}”这个原因码。"),
                safe=NOTHING_CHANGED,
                code=unknown[0][:10],
            )
        body: dict[str, Json] = {
            "outcome": outcome,
            "explained": ending.explained,
            "sheet_given": ending.sheet_given,
            "reasons": list(ending.reasons),
            "explanation": ending.explanation,
            "basis": ending.basis,
            "next_door": ending.next_door,
        }
        closed = state.on_top("case.closed", body)
        return [*self.stages.to_reply(state, ANSWERED_AT_ONCE), closed]

    def reopen_case(self, case_id: str, why: str) -> CaseState:
        """Open a closed case again."""
        state = self._store.case(case_id)
        if state.closing is None:
            return state
        return self._set(state, "case.reopened", {"why": why})

    def reveal(self, case_id: str, field: str, why: str) -> str:
        """A sensitive field in full; who looked and why is kept in the journal."""
        state = self._store.case(case_id)
        if field not in HUMAN_ONLY_FIELDS and field != "address":
            raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这一栏不需要揭开。"))
        self._write(case_id, NewEntry(case_id, "sensitive.revealed", {"field": field, "why": why}))
        return state.fields.get(field, "")

    def settle(self, case_id: str, slot: Slot, chosen: Entry) -> CaseState:
        """Choose one of the rival values of a slot; all of them stay in the history."""
        heads = [slot.entry, *slot.rivals]
        others: list[Json] = [entry.id for entry in heads if entry.id != slot.entry.id]
        body = {**chosen.body, "also": others}
        return self._write(case_id, NewEntry(case_id, chosen.kind, body, slot.entry.id))

    def withdraw(self, case_id: str, entry_id: str, why: str = "") -> CaseState:
        """Take an entry back (undo); it stays in the journal. Withdrawing a withdrawal is redo.

        Raises:
            UserFacingError: it stands in the advance ledger, which is only ever added to.
        """
        timeline = self._store.case(case_id).timeline
        if any(e.id == entry_id and e.kind in FUND_KINDS for e in timeline):
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "垫付台账只能往后记，记下的不能撤回。"),
                safe=NOTHING_CHANGED,
            )
        body: dict[str, Json] = {"ref": entry_id, "why": why}
        return self._write(case_id, NewEntry(case_id, "entry.withdrawn", body))

    def _set(self, state: CaseState, kind: str, body: Mapping[str, Json]) -> CaseState:
        return self._write(state.case_id, state.on_top(kind, body))

    def _write(self, case_id: str, *entries: NewEntry) -> CaseState:
        if entries:
            self._store.append(self._author, entries)
        return self._store.case(case_id)


def _check_answer(state: CaseState, outcome: str, ending: Ending) -> None:
    """A "no" is only said with its ground, its reason and where to go next."""
    if outcome != "infeasible":
        if state.fields.get("verdict") == "infeasible":
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "判断写的是“不能办”，结果却不是，没有销号。"),
                safe=NOTHING_CHANGED,
                press=QT_TRANSLATE_NOOP("Errors", "结果请选“不能办”并说明；能办的，先改判断。"),
            )
        return
    wanted = (
        (ending.explanation.strip(), "为什么"),
        (ending.basis.strip(), "依据"),
        (ending.reasons, "原因码"),
        (ending.next_door.strip(), "居民下一步可以去哪里"),
    )
    if missing := [name for given, name in wanted if not given]:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "不能办的，还要写明：{missing}。没有销号。"),
            safe=NOTHING_CHANGED,
            missing="、".join(missing),
        )


def _check_outcome(outcome: str) -> None:
    if outcome not in OUTCOMES:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "没有“{outcome}”这种结果，可以用：{known}。"),
            safe=NOTHING_CHANGED,
            outcome=outcome[:20],
            known="、".join(OUTCOMES),
        )
