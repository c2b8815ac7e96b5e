"""What the page of a case shows, as plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from desk_app.core.agenda import Agenda
from desk_app.core.catalogue import Pack
from desk_app.core.fold import CaseState, Promise
from desk_app.core.masking import form_of_address, mask_name
from desk_app.core.queue import REASONS
from desk_app.core.sheet import day_in_words
from desk_app.ui.presenters.case_lines import due_status, join_key
from desk_app.ui.presenters.entry_words import (
    NEED_NAMES,
    OUTCOME_NAMES,
    VALUE_NAMES,
    entry_words,
)
from desk_app.ui.presenters.lines import NO_ITEM, NO_NAME, Act, Line
from desk_app.ui.presenters.stage_strip import StageStrip, stage_strip
from desk_app.ui.presenters.stage_words import channel_words
from desk_app.ui.presenters.time_words import repeat_words, time_words

PRIVATE = (("phone", "电话"), ("id_number", "证件号"))
"""Values shown masked, with what they are called."""


@dataclass(frozen=True, slots=True)
class CasePageState:
    """What the page shows.

    Attributes:
        stage, tone: the word beside the name.
        facts: who is responsible, the judgement, needs.
        private: values by field, to be masked by the view before they show.
        saving: how many papers became how many.
        news: which version of the content pack the case is worked with, if not the one in force.
        ending: how the case ended; empty while it is open.
        timeline: the latest first, under heads of days.
        strip: the five stages.
    """

    case_id: str
    number: str
    who: str
    name: str
    stage: str
    tone: str
    is_open: bool
    facts: tuple[str, ...]
    private: tuple[tuple[str, str], ...]
    words: str
    items: tuple[Line, ...]
    saving: str
    promises: tuple[Line, ...]
    papers: tuple[Line, ...]
    ending: tuple[Line, ...]
    timeline: tuple[Line, ...]
    strip: StageStrip
    news: tuple[Line, ...] = ()


def case_page_state(
    case: CaseState,
    agenda: Agenda,
    pack: Pack,
    now: datetime,
    news: tuple[Line, ...] = (),
    marks: Mapping[str, str] = MappingProxyType({}),
) -> CasePageState:
    """The state of the page from the case and its agenda.

    Args:
        pack: the one that the case is worked with.
        news: see ``case_pack_lines``.
        marks: code by entry for what was written beside the one who held the case, or had no
            effect on the queue (``SyncStore.without_effect``).
    """
    fields = case.fields
    who = form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))
    if case.closing is not None:
        outcome = case.closing.outcome
        stage, tone = f"已办结：{OUTCOME_NAMES.get(outcome, outcome)}", "ok"
    else:
        stage, tone = pack.label("stage", case.stage), "info"
    return CasePageState(
        case_id=case.case_id,
        number=case.number,
        who=who or NO_NAME,
        name=mask_name(fields.get("resident_name", "")),
        stage=stage,
        tone=tone,
        is_open=case.is_open,
        facts=tuple(_facts(case, pack)),
        private=tuple((name, fields[name]) for name, _ in PRIVATE if fields.get(name)),
        words=fields.get("words", ""),
        items=tuple(_items(case, agenda, pack)),
        saving=_saving(agenda),
        promises=tuple(_promise(promise, case, pack, now) for promise in case.promises),
        papers=tuple(
            Line(entry.id, entry_words(entry, pack), detail=time_words(entry.at, now))
            for entry in reversed(case.papers)
        ),
        ending=tuple(_ending(case, pack, now)),
        timeline=tuple(_timeline(case, pack, now, marks)),
        strip=stage_strip(case, pack, now.date()),
        news=news,
    )


def _facts(case: CaseState, pack: Pack) -> list[str]:
    facts = [f"首问负责 {case.first_contact_officer}", channel_words(case, pack)]
    if verdict := case.fields.get("verdict"):
        facts.append(f"判断 {VALUE_NAMES.get(verdict, verdict)}")
    if barrier := case.fields.get("barrier"):
        facts.append(f"卡在{VALUE_NAMES.get(barrier, barrier)}")
    if case.needs:
        facts.append("需要 " + "、".join(NEED_NAMES.get(need, need) for need in case.needs))
    facts.append("已存本机")
    return facts


def _items(case: CaseState, agenda: Agenda, pack: Pack) -> list[Line]:
    lines = []
    for chosen in case.items:  # those too that the pack no longer holds
        item = pack.items.get(chosen.item)
        tag = pack.lines[item.line].short_name if item else ""
        lines.append(Line(chosen.item, chosen.name, tag=tag))
    if not lines:
        return [Line("", "", detail=NO_ITEM)]
    marks = {"in_hand": ("✓", "ok", "有"), "missing": ("!", "warn", "缺"),
             "asking": ("?", "info", "问清")}  # fmt: skip
    for paper in agenda.materials.papers:
        if paper.need == "yes" and paper.mark.state != "not_applicable":
            mark, tone, status = marks.get(paper.mark.state, ("○", "", "没看"))
            name = paper.material.plain_name
            lines.append(Line(f"paper:{paper.material.id}", name, mark=mark, tone=tone,
                              status=status))  # fmt: skip
    return lines


def _saving(agenda: Agenda) -> str:
    saving = agenda.materials.saving
    if not agenda.items:
        return ""
    if saving.papers_after == saving.papers_before:
        return f"要交 {saving.papers_before} 份材料"
    return f"分开办要交 {saving.papers_before} 份材料，合起来 {saving.papers_after} 份"


def _promise(promise: Promise, case: CaseState, pack: Pack, now: datetime) -> Line:
    is_open = promise.state == "open"
    status, tone = due_status(promise.due, now.date(), pack) if is_open else ("", "")
    mark = {"kept": "✓", "dropped": "—"}.get(promise.state, "!" if tone == "danger" else "○")
    detail = f"{promise.who}负责　{day_in_words(promise.due)}"
    if promise.rule:
        detail = f"{repeat_words(promise.rule)}　{detail}"
    if promise.told:
        detail += f"　告诉了{promise.told}"
    if promise.note:
        detail += f"　{promise.note}"
    return Line(
        join_key(case.case_id, promise.id), promise.what, detail=detail, mark=mark,
        status=status, tone="ok" if promise.state == "kept" else tone, quiet=not is_open,
        acts=(Act("keep", "做到了", "1"),) if is_open else (),
    )  # fmt: skip


def _ending(case: CaseState, pack: Pack, now: datetime) -> list[Line]:
    closing = case.closing
    if closing is None:
        return []
    reasons = "、".join(
        pack.reasons[code].name if code in pack.reasons else code for code in closing.reasons
    )
    told = "向居民讲清楚了" if closing.explained else "没有记讲清楚了没有"
    given = "，给了材料单" if closing.sheet_given else ""
    rows = (
        ("结果", OUTCOME_NAMES.get(closing.outcome, closing.outcome)),
        ("原因", reasons),
        ("说明", closing.explanation),
        ("依据", closing.basis),
        ("下一步", closing.next_door),
        ("告知", f"{told}{given}"),
        ("经办", f"{closing.entry.author}　{time_words(closing.entry.at, now)}"),
    )
    return [Line(f"ending:{name}", text, tag=name) for name, text in rows if text]


def _timeline(case: CaseState, pack: Pack, now: datetime, marks: Mapping[str, str]) -> list[Line]:
    lines: list[Line] = []
    day = None
    for entry in reversed(case.timeline):
        moment = datetime.fromisoformat(entry.at).astimezone(now.tzinfo)
        if moment.date() != day:
            day = moment.date()
            year = f"{day.year}年" if day.year != now.year else ""
            lines.append(Line("", f"{year}{day_in_words(day)}", bold=True))
        sentence = entry_words(entry, pack)
        status = entry.author
        news: tuple[str, ...] = ()
        if code := marks.get(entry.id, ""):
            said = REASONS.get(code, code)
            if code == "contribution":
                status = f"{said} · {entry.author}"
            else:
                news = (f"没有生效：{said}",)
        clock = moment.strftime("%H:%M")
        lines.append(Line(entry.id, sentence, tag=clock, status=status, news=news))
    return lines
