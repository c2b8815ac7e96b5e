"""``desk-app case …``: work a case from a script, with the same rules as the window."""

from __future__ import annotations

from typing import Annotated

import typer

from desk_app.cli.options import JsonOption, options_of, write
from desk_app.core.agenda import build_agenda
from desk_app.core.catalogue import Pack
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState, MaterialMark, StepMark
from desk_app.core.kinds.kind import Json
from desk_app.core.masking import mask_id_number, mask_name, mask_phone
from desk_app.core.ports import CaseRow
from desk_app.services.casework import Casework, Ending

app = typer.Typer(
    help="办一件事：登记、记录、选事项、填检查单、列出、查看、结束。", no_args_is_help=True
)

CaseArgument = Annotated[str, typer.Argument(help="案件号，如 BCS-20261123-02-K7。")]

MASKS = {"resident_name": mask_name, "phone": mask_phone, "id_number": mask_id_number}


@app.command()
def new(
    context: typer.Context,
    channel: Annotated[str, typer.Option(help="来的途径，如 counter、phone、hospital_visit。")] = (
        "counter"
    ),
    words: Annotated[str, typer.Option(help="居民的原话。")] = "",
    as_json: JsonOption = False,
) -> None:
    """登记一件新的事。"""
    with options_of(context).desk() as desk:
        state = desk.casework.open_case(channel)
        if words:
            state = desk.casework.set_field(state.case_id, "words", words)
        _show(state, desk.casework.pack_of(state), as_json)


@app.command()
def note(
    context: typer.Context, case: CaseArgument, text: str, as_json: JsonOption = False
) -> None:
    """记一条。"""
    with options_of(context).desk() as desk:
        state = desk.casework.add_note(desk.store.find_case_id(case), text)
        _show(state, desk.casework.pack_of(state), as_json)


@app.command()
def choose(
    context: typer.Context, case: CaseArgument, items: list[str], as_json: JsonOption = False
) -> None:
    """选事项（可以一次选几个）。"""
    with options_of(context).desk() as desk:
        state = desk.casework.choose_items(desk.store.find_case_id(case), items)
        _show(state, desk.casework.pack_of(state), as_json)


@app.command()
def answer(
    context: typer.Context,
    case: CaseArgument,
    answers: Annotated[
        list[str],
        typer.Argument(
            help="一个或几个 什么=答案：问题编号=选项；field:栏目=文字；need:需要=yes；"
            "material:材料=in_hand；sop:检查单=start；step:检查单/步骤=done 或 done:答案。"
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """填检查单、材料、问题和居民情况。"""
    with options_of(context).desk() as desk:
        case_id = desk.store.find_case_id(case)
        for pair in answers:
            apply_answer(desk.casework, case_id, pair)
        state = desk.casework.case(case_id)
        _show(state, desk.casework.pack_of(state), as_json)


@app.command("list")
def list_cases(
    context: typer.Context,
    search: Annotated[str, typer.Option(help="姓名、拼音首字母、词、案件号或末几位号码。")] = "",
    only_open: Annotated[bool, typer.Option("--open", help="只看没办完的。")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: JsonOption = False,
) -> None:
    """列出案件，最近有动静的在前。"""
    with options_of(context).desk() as desk:
        rows = (
            desk.store.search(search, limit)
            if search
            else desk.store.cases(only_open=only_open, limit=limit)
        )
        rows = [row for row in rows if row.is_open or not only_open]
        write([_row(row) for row in rows], as_json, "\n".join(map(_row_words, rows)))


@app.command()
def show(context: typer.Context, case: CaseArgument, as_json: JsonOption = False) -> None:
    """看一件事现在怎么样（姓名、证件号、电话都遮住）。"""
    with options_of(context).desk() as desk:
        state = desk.casework.case(desk.store.find_case_id(case))
        _show(state, desk.casework.pack_of(state), as_json)


@app.command()
def close(
    context: typer.Context,
    case: CaseArgument,
    outcome: Annotated[str, typer.Option(help="结果，如 done_now、come_back、infeasible。")],
    explained: Annotated[bool, typer.Option("--explained", help="已向居民讲清楚。")] = False,
    sheet_given: Annotated[bool, typer.Option("--sheet-given", help="已把单子交给居民。")] = False,
    reason: Annotated[list[str] | None, typer.Option(help="原因码，可写几个。")] = None,
    explanation: Annotated[str, typer.Option(help="为什么。")] = "",
    basis: Annotated[str, typer.Option(help="依据。")] = "",
    next_door: Annotated[str, typer.Option(help="居民下一步可以去哪里。")] = "",
    as_json: JsonOption = False,
) -> None:
    """结束一件事。"""
    with options_of(context).desk() as desk:
        state = desk.casework.close_case(
            desk.store.find_case_id(case),
            outcome,
            Ending(
                explained=explained,
                sheet_given=sheet_given,
                reasons=tuple(reason or ()),
                explanation=explanation,
                basis=basis,
                next_door=next_door,
            ),
        )
        _show(state, desk.casework.pack_of(state), as_json)


def apply_answer(casework: Casework, case_id: str, pair: str) -> CaseState:
    """Apply one ``什么=答案`` of the command line. Raises BadInputError."""
    what, equals, value = pair.partition("=")
    if not equals:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{pair}”缺少等号，应当写成 什么=答案。"), pair=what[:40]
        )
    room, colon, name = what.partition(":")
    if not colon:
        return casework.answer_fact(case_id, what, value)
    if room == "field":
        return casework.set_field(case_id, name, value)
    if room == "need":
        return casework.set_need(case_id, name, value == "yes")
    if room == "material":
        state, _, note_text = value.partition(":")
        return casework.mark_material(case_id, name, MaterialMark(state, note=note_text))
    if room == "sop":
        return casework.start_sop(case_id, name)
    if room == "step":
        sop, _, step = name.partition("/")
        state, _, chosen = value.partition(":")
        not_applicable = state == "not_applicable"
        mark = StepMark(
            state, answer="" if not_applicable else chosen, note=chosen if not_applicable else ""
        )
        return casework.mark_step(case_id, sop, step, mark)
    raise BadInputError(
        QT_TRANSLATE_NOOP(
            "Errors", "不认识“{room}:”，可以用 field、need、material、sop、step 或问题编号。"
        ),
        room=room[:20],
    )


def case_as_json(state: CaseState, pack: Pack) -> dict[str, Json]:
    """A case as plain data, masked."""
    agenda = build_agenda(pack, state)
    saving = agenda.materials.saving
    return {
        "case_id": state.case_id,
        "number": state.number,
        "open": state.is_open,
        "stage": state.stage,
        "channel": state.channel,
        "first_contact_officer": state.first_contact_officer,
        "fields": {k: MASKS[k](v) if k in MASKS else v for k, v in state.fields.items()},
        "needs": list(state.needs),
        "items": [{"item": c.item, "name": c.name, "why": c.why} for c in state.items],
        "answers": dict(state.answers),
        "questions": [
            {"fact": f.fact.id, "question": f.fact.question, "answer": f.answer}
            for f in agenda.facts
        ],
        "sops": [
            {
                "sop": walked.sop.id,
                "version": walked.sop.version,
                "settled": walked.settled,
                "steps": [
                    {"step": w.step.id, "text": w.step.text, "state": w.mark.state,
                     "answer": w.mark.answer}
                    for w in walked.steps
                ],
            }
            for walked in agenda.walks
        ],
        "suggested_sops": list(agenda.suggested_sops),
        "materials": [
            {
                "material": paper.material.id,
                "name": paper.material.name,
                "need": paper.need,
                "state": paper.mark.state,
                "fetcher": paper.fetcher,
                "originals": paper.originals,
                "copies": paper.copies,
            }
            for paper in agenda.materials.papers
        ],
        "saving": {
            "papers_before": saving.papers_before,
            "papers_after": saving.papers_after,
            "trips_before": saving.trips_before,
            "trips_after": saving.trips_after,
        },
        "notes": [{"id": n.entry.id, "at": n.entry.at, "text": n.text} for n in state.notes],
        "promises": [
            {"id": p.id, "what": p.what, "who": p.who, "due": p.due.isoformat(), "state": p.state}
            for p in state.promises
        ],
        "papers": [dict(entry.body) for entry in state.papers],
        "outcome": state.closing.outcome if state.closing else "",
        "entries": len(state.timeline),
    }  # fmt: skip


def _show(state: CaseState, pack: Pack, as_json: bool) -> None:
    items = "、".join(chosen.name for chosen in state.items) or "还没选事项"
    status = "办理中" if state.is_open else "已结束"
    words = f"{state.number}  {status}\n事项：{items}"
    write(case_as_json(state, pack), as_json, words)


def _row(row: CaseRow) -> dict[str, Json]:
    return {
        "case_id": row.case_id,
        "number": row.number,
        "title": row.title,
        "resident": mask_name(row.resident),
        "stage": row.stage,
        "open": row.is_open,
        "updated_at": row.updated_at,
        "next_due": row.next_due.isoformat() if row.next_due else None,
    }


def _row_words(row: CaseRow) -> str:
    status = "办理中" if row.is_open else "已结束"
    return f"{row.number}  {status}  {mask_name(row.resident) or '未留姓名'}  {row.title}"
