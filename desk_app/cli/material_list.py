"""``desk-app list``: the merged material list of some items, as JSON and as the printed sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from desk_app.bootstrap.press import print_sheet
from desk_app.cli.options import options_of, write
from desk_app.core.catalogue import Pack
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.fold import MaterialMark
from desk_app.core.kinds.case import FETCHERS, MATERIAL_STATES
from desk_app.core.kinds.kind import Json
from desk_app.core.materials import MaterialList, merge_materials
from desk_app.services.paper import WindowFacts, sheet_of_list


def material_list(
    context: typer.Context,
    items: Annotated[list[str], typer.Argument(help="事项编号，3 到 5 个最合适。")],
    answers: Annotated[
        Path | None,
        typer.Option(help='JSON 文件：{"facts": {问题: 答案}, "materials": {材料: 状态}}。'),
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="把大字材料单存成这个 PDF。")] = None,
    size: Annotated[int, typer.Option(help="字号：16、18 或 22。")] = 18,
    addressee: Annotated[str, typer.Option(help="称呼，如 陈阿姨；不写就留一条线。")] = "",
    phone: Annotated[str, typer.Option(help="窗口电话。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="用 JSON 输出。")] = False,
) -> None:
    """几个事项合成一张材料单：重复的只要一次，手里有的划掉，我们能拿的不让居民跑。"""
    pack = options_of(context).content().pack
    for item in items:
        if item not in pack.items:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "事项库里没有“{item}”。"),
                press=QT_TRANSLATE_NOOP("Errors", "请用 desk-app suggest 查事项编号。"),
                item=item[:60],
            )
    facts, marks = _read_answers(answers, pack)
    merged = merge_materials(pack, items, facts, marks)
    if pdf is not None:
        window = WindowFacts(phone, "", date.today())
        names = tuple(pack.items[item].name for item in dict.fromkeys(items))
        sheet = sheet_of_list(pack, merged, names, addressee, window)
        _save(pdf, print_sheet(sheet, size).pdf)
    write(_as_json(merged), as_json, _words(merged))


def _read_answers(path: Path | None, pack: Pack) -> tuple[dict[str, str], dict[str, MaterialMark]]:
    if path is None:
        return {}, {}
    try:
        given = json.loads(path.read_text("utf-8"))
        facts = {str(k): str(v) for k, v in dict(given.get("facts", {})).items()}
        said = {str(k): v for k, v in dict(given.get("materials", {})).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "答案文件“{name}”读不懂，要 JSON 的 facts 和 materials。"),
            name=path.name,
        ) from None
    for fact, value in facts.items():
        known = pack.facts.get(fact)
        if known is None or all(option.value != value for option in known.options):
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "问题“{fact}”没有“{value}”这个答案。"),
                fact=fact[:40],
                value=value[:20],
            )
    return facts, {material: _mark(material, state, pack) for material, state in said.items()}


def _mark(material: str, said: object, pack: Pack) -> MaterialMark:
    mark = said if isinstance(said, Mapping) else {"state": said}
    state, fetcher = str(mark.get("state", "unseen")), str(mark.get("fetcher", ""))
    known = material in pack.materials and state in MATERIAL_STATES
    if not known or fetcher not in ("", *FETCHERS):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "材料“{material}”或它的状态“{state}”不对。"),
            material=material[:40],
            state=state[:20],
        )
    return MaterialMark(state, fetcher, str(mark.get("substitute", "")), str(mark.get("note", "")))


def _save(path: Path, pdf: bytes) -> None:
    try:
        path.write_bytes(pdf)
    except OSError:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "“{name}”写不进去：没有这个文件夹、不能写，或者磁盘满了。"),
            name=path.name,
        ) from None


def _as_json(merged: MaterialList) -> dict[str, Json]:
    saving = merged.saving
    return {
        "papers": [
            {
                "material": paper.material.id,
                "name": paper.material.name,
                "plain_name": paper.material.plain_name,
                "need": paper.need,
                "either": paper.either,
                "when": list(paper.when),
                "show_original": paper.show_original,
                "originals": paper.originals,
                "copies": paper.copies,
                "items": list(paper.items),
                "state": paper.mark.state,
                "fetcher": paper.fetcher,
                "issuer": paper.material.issuer,
                "where": paper.material.where_to_get,
                "deadline": paper.material.deadline,
            }
            for paper in merged.papers
        ],
        "looked_up_by_staff": [material.id for material in merged.looked_up],
        "saving": {
            "papers_before": saving.papers_before,
            "papers_after": saving.papers_after,
            "trips_before": saving.trips_before,
            "trips_after": saving.trips_after,
        },
    }


def _words(merged: MaterialList) -> str:
    marks = {"yes": "要", "open": "看情况", "sometimes": "有时要"}
    lines = [
        f"{'✓' if paper.in_hand else '□'} {paper.material.plain_name}（{marks[paper.need]}）"
        for paper in merged.papers
    ]
    saving = merged.saving
    lines.append(f"分开办 {saving.papers_before} 份，合起来 {saving.papers_after} 份")
    return "\n".join(lines)
