"""One plain sentence for each kind of entry, for the timeline of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.entries import Entry
from desk_app.core.kinds.kind import Json
from desk_app.core.masking import mask_id_number, mask_name, mask_phone
from desk_app.core.sheet import day_in_words
from desk_app.services.paper import SHEET_TITLES
from desk_app.ui.presenters import (
    advice_words,
    attachment_words,
    consent_words,
    coordination_words,
    duty_words,
    estimate_words,
    fund_words,
    resident_words,
    stage_words,
    visit_words,
)
from desk_app.ui.presenters.time_words import repeat_words

FIELD_NAMES = {
    "words": "居民的原话", "resident_name": "姓名", "resident_title": "称呼", "phone": "电话",
    "id_number": "证件号", "relation": "关系", "address": "地址", "stuck_reason": "窗口卡住的原因",
    "verdict_note": "判断说明", "verdict": "判断", "barrier": "卡在哪", "channel": "来的途径",
    "stuck_at": "卡在哪个窗口", "stuck_code": "没办成的原因码", "order_number": "12345 工单号",
    "visit_place": "上门的地方", "duty": "归谁办",
}  # fmt: skip
VALUE_NAMES = {
    "feasible": "能办", "maybe_feasible": "可不可以办", "infeasible": "不能办", "material": "材料",
    "policy": "政策", "departments": "多部门", "system": "系统", "attitude": "态度",
    "other": "其他",
    **stage_words.CHANNEL_NAMES,
    "ours": "归本窗口", "outside": "不归本窗口",
}  # fmt: skip
OUTCOME_NAMES = {
    "done_now": "当场办成", "come_back": "材料齐后再来", "referred": "转办", "assessing": "研判",
    "infeasible": "不能办", "talk_only": "只是想说说",
}  # fmt: skip
STATE_NAMES = {
    "unseen": "未看", "in_progress": "进行中", "missing": "缺材料", "done": "完成",
    "not_applicable": "不适用", "in_hand": "有", "asking": "问清",
}  # fmt: skip
NEED_NAMES = {
    "hearing": "听力不便", "escort": "陪同", "home_visit": "上门", "large_print": "大字",
    "video": "视频",
}  # fmt: skip
HOW_NAMES = {"print": "打印", "pdf": "存为 PDF", "queue": "回中心再打"}
MASKED_FIELDS = {"resident_name": mask_name, "phone": mask_phone, "id_number": mask_id_number}

Words = Callable[[Mapping[str, str], Pack], str]


def paper_title(paper: str, pack: Pack) -> str:
    """What a kind of paper is called; its id where nobody knows it any more."""
    layout = pack.papers.get(paper)
    return layout.title if layout else SHEET_TITLES.get(paper, paper)


def entry_words(entry: Entry, pack: Pack) -> str:
    """What happened, in one sentence; an unknown kind is said to be kept."""
    words = _KINDS.get(entry.kind)
    if words is None or not entry.is_understood:
        return f"其他记录（{entry.kind}），已照样保留"
    return words({key: _plain(value) for key, value in entry.body.items()}, pack)


def _plain(value: Json) -> str:
    if isinstance(value, (list, tuple)):
        return "、".join(str(part) for part in value)
    return "" if isinstance(value, Mapping) else str(value)


def _more(text: str) -> str:
    return f"（{text}）" if text else ""


def _field(body: Mapping[str, str], pack: Pack) -> str:
    name, value = body["name"], body["value"]
    if name.startswith("need."):
        need = NEED_NAMES.get(name[5:], name[5:])
        return f"需要：{need}" if value else f"不需要了：{need}"
    called = FIELD_NAMES.get(name, name)
    if not value:
        return f"{called}：清空"
    if name == "stuck_code" and value in pack.reasons:
        return f"{called}：{value} {pack.reasons[value].name}"
    mask = MASKED_FIELDS.get(name)
    return f"{called}：{mask(value) if mask else VALUE_NAMES.get(value, value)}"


def _step(body: Mapping[str, str], pack: Pack) -> str:
    sop = pack.sops.get(body["sop"])
    title = sop.title if sop else body["sop"]
    said = "，".join(part for part in (body.get("answer", ""), body.get("note", "")) if part)
    state = STATE_NAMES.get(body["state"], body["state"])
    text = next((step.text for step in sop.steps if step.id == body["step"]), "") if sop else ""
    return f"检查单《{title}》：{text or body['step']} → {state}{_more(said)}"


def _material(body: Mapping[str, str], pack: Pack) -> str:
    material = pack.materials.get(body["material"])
    name = material.name if material else body["material"]
    who = pack.label("fetcher", body["fetcher"]) if body.get("fetcher") else ""
    note = body.get("note", "")
    more = "，".join(part for part in (who, note) if part)
    state = STATE_NAMES.get(body["state"], body["state"])
    return f"材料 {name}：{state}{_more(more)}"


def _answer(body: Mapping[str, str], pack: Pack) -> str:
    fact = pack.facts.get(body["fact"])
    if fact is None:
        return f"{body['fact']}：{body['value']}"
    label = next((o.label for o in fact.options if o.value == body["value"]), body["value"])
    return f"{fact.question} {label or '（收回）'}"


def _sop_title(body: Mapping[str, str], pack: Pack) -> str:
    sop = pack.sops.get(body["sop"])
    return f"打开检查单《{sop.title if sop else body['sop']}》（第 {body['version']} 版）"


def _closed(body: Mapping[str, str], _: Pack) -> str:
    said = "，".join(
        part for part in (body.get("explanation", ""), body.get("next_door", "")) if part
    )
    outcome = OUTCOME_NAMES.get(body["outcome"], body["outcome"])
    return f"销号：{outcome}{_more(said)}"


def _day(text: str) -> str:
    try:
        return day_in_words(date.fromisoformat(text))
    except ValueError:  # as it came from elsewhere
        return text


def _dropped(body: Mapping[str, str], pack: Pack) -> str:
    item = pack.items.get(body["item"])
    return f"不办了：{item.name if item else body['item']}"


_KINDS: Mapping[str, Words] = {
    "case.opened": lambda b, _: f"登记（{VALUE_NAMES.get(b['channel'], b['channel'])}）",
    "field.set": _field,
    "note.added": lambda b, _: b["text"],
    "note.corrected": lambda b, _: f"更正：{b['text']}",
    "item.chosen": lambda b, _: f"选了事项：{b['name']}" + _more(b.get("why", "")),
    "item.dropped": _dropped,
    "answer.given": _answer,
    "question.answered": lambda b, _: f"问：{b['question']} 答：{b['answer']}",
    "sop.started": _sop_title,
    "step.marked": _step,
    "material.marked": _material,
    "promise.made": lambda b, _: (
        f"约定：{b['who']}在{_day(b['due'])}前{b['what']}" + _more(repeat_words(b.get("rule", "")))
    ),
    "promise.kept": lambda b, _: (
        "做到了约定" + (f"，告诉了{b['told']}" if b.get("told") else "") + _more(b.get("note", ""))
    ),
    "promise.handed": lambda b, _: f"约定交给{b['to']}" + _more(b.get("why", "")),
    "promise.dropped": lambda b, _: f"约定不再需要：{b['why']}",
    "paper.made": lambda b, pack: (
        f"{paper_title(b['paper'], pack)}：{HOW_NAMES.get(b['how'], b['how'])}，"
        f"{b['size']} 磅，{b['pages']} 页"
    ),
    "sensitive.revealed": lambda b, _: (
        f"看了{FIELD_NAMES.get(b['field'], b['field'])}（{b['why']}）"
    ),
    "session.ended": lambda b, _: (
        f"接待结束：{OUTCOME_NAMES.get(b['outcome'], b['outcome'])}，{b['minutes']} 分钟"
    ),
    "case.closed": _closed,
    "case.reopened": lambda b, _: "重新打开" + _more(b.get("why", "")),
    "case.referred": lambda b, _: (
        (f"转给{b['to_centre']}，等对方答复" if b.get("to_centre") else "交到队列，等人接手")
        + _more(b["why"])
    ),
    "case.claimed": lambda b, _: "接手" + _more(f"{b['hours']} 小时" if b.get("hours") else ""),
    "lease.renewed": lambda b, _: f"续租 {b['hours']} 小时",
    "case.released": lambda b, _: "退回队列" + _more(b["why"]),
    "handover.offered": lambda b, _: f"请{b['to'] or b.get('to_centre', '')}接手" + _more(b["why"]),
    "handover.answered": lambda b, _: (
        ("同意接手" if b["answer"] == "accept" else "没有接手") + _more(b["why"])
    ),
    "case.escalated": lambda b, _: "提级：请主管协调" + _more(b["why"]),
    "person.linked": lambda b, _: (
        ("认出是同一个人的另一个案件" if b["same"] == "True" else "不是同一个人，分开")
        + _more(b.get("why", ""))
    ),
    **advice_words.WORDS,
    **attachment_words.WORDS,
    **consent_words.WORDS,
    **coordination_words.WORDS,
    **duty_words.WORDS,
    **estimate_words.WORDS,
    **fund_words.WORDS,
    **resident_words.WORDS,
    **stage_words.WORDS,
    **visit_words.WORDS,
}
