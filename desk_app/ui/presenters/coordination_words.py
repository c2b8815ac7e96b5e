"""Words about working with others: what the entries say, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.kinds.kind import is_day
from desk_app.core.masking import mask_name
from desk_app.core.sheet import day_in_words

ROLE_NAMES: Mapping[str, str] = {
    "resident": "居民", "subject": "当事人", "agent": "代办人", "guardian": "监护人",
    "reporter": "反映人", "third": "其他人", "office": "单位",
}  # fmt: skip
REQUEST_WAY_NAMES: Mapping[str, str] = {
    "phone": "电话", "letter": "发函", "visit": "上门", "system": "系统里", "mail": "邮寄",
}  # fmt: skip
ANSWER_NAMES: Mapping[str, str] = {
    "yes": "能办", "no": "不能办", "partly": "办了一部分", "passed_on": "说归别处",
}  # fmt: skip
CALL_WAY_NAMES: Mapping[str, str] = {
    "phone": "电话", "talk": "当面谈", "visit": "上门、陪同", "message": "短信微信",
}  # fmt: skip
NOT_REACHED = "没联系上"


def call_way(way: str, direction: str) -> str:
    """打去电话, 来电, 当面谈 …"""
    if way == "phone":
        return "来电" if direction == "in" else "去电"
    return CALL_WAY_NAMES.get(way, way)


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text)) if is_day(text) else text


def _more(text: str) -> str:
    return f"：{text}" if text else ""


def _party(body: Mapping[str, str], _: Pack) -> str:
    role, name = body["role"], body["name"]
    shown = name if role == "office" else mask_name(name)
    about = [body.get("org", ""), body.get("relation", "")]
    more = "，".join(part for part in about if part)
    return f"{ROLE_NAMES.get(role, role)}：{shown}" + (f"（{more}）" if more else "")


def _asked(body: Mapping[str, str], _: Pack) -> str:
    way = REQUEST_WAY_NAMES.get(body["way"], body["way"])
    return f"{way}请{body.get('whom', '')}：{body['what']}（{_day(body['due'])}前答复）"


def _nudged(body: Mapping[str, str], _: Pack) -> str:
    way = REQUEST_WAY_NAMES.get(body["way"], body["way"])
    return f"催了一次（{way}）{body.get('whom', '')}{_more(body.get('said', ''))}"


def _answered(body: Mapping[str, str], _: Pack) -> str:
    answer = ANSWER_NAMES.get(body["answer"], body["answer"])
    return f"{body.get('whom', '')}答复：{answer}{_more(body.get('said', ''))}"


def _call(body: Mapping[str, str], _: Pack) -> str:
    said = body["said"] if body["reached"] == "True" else NOT_REACHED
    if body["said"] and said == NOT_REACHED:
        said = f"{NOT_REACHED}，{body['said']}"
    whom = body.get("whom", "") or mask_name(body.get("name", ""))
    return f"{call_way(body['way'], body['direction'])} {whom}{_more(said)}"


WORDS = {
    "party.added": _party,
    "party.changed": lambda b, pack: f"更正{_party(b, pack)}",
    "request.made": _asked,
    "request.nudged": _nudged,
    "request.answered": _answered,
    "request.withdrawn": lambda b, _: f"不用答复了：{b['why']}",
    "call.logged": _call,
}
WHY_NAMES: Mapping[str, str] = {
    "id_number": "证件号一样", "ending": "证件尾号一样", "phone": "电话一样", "name": "名字一样",
    "sound": "名字读音一样", "linked": "认出是同一个人",
}  # fmt: skip
"""Why somebody in another case looks like the same person (``services.people``)."""
