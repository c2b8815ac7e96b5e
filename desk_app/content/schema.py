"""What each file of the pack may hold, as JSON Schema.

The program checks packs against these schemas; ``forms/schema/`` carries the same schemas for
editors that complete and underline YAML. After a change here write them again with
``python -m desk_app.content.schema forms/schema`` (a test compares).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desk_app.content.shape import Schema
from desk_app.core.paper_layout import ABOUT, AUDIENCES, BLOCK_KEYS, SIZES
from desk_app.core.stages import CONDITIONS

SPOKEN_LIMIT = 25
"""Longest sentence, in characters, that is said aloud to an old resident in one breath."""

BUTTON_LIMIT = 12
"""Longest answer on a button, in characters."""

STAFF_LIMIT = 100
"""Longest sentence for staff, in characters."""

SCHEMA_VERSION = 1

CODED_VALUES: Mapping[str, tuple[str, ...]] = {
    "confidence": ("high", "medium", "low"),
    "origin": (
        "guide_from_public_source",
        "name_from_public_source",
        "seed_news",
        "own_knowledge",
    ),
    "role": (
        "original_check",
        "original_submit",
        "copy",
        "original_check_and_copy",
        "system_check",
    ),
    "richness": ("rich", "basic"),
    "where": ("this_centre", "district", "other"),
    "online": ("yes", "partial", "no"),
    "day_unit": ("working_day", "calendar_day"),
    "fetcher": ("resident", "us", "third_party"),
    "substitute": (
        "material",
        "e-certificate",
        "commitment",
        "inter-agency-check",
        "system-or-remote",
    ),
    "asked_of": ("resident", "staff"),
    "relation": ("often_together", "prerequisite", "alternative", "excludes", "follow_up"),
    "stage": ("receive", "triage", "coordinate", "assess", "reply"),
    "step": ("ask", "check", "do", "call", "print", "decide", "record"),
    "who": ("receiver", "lead", "director", "finance"),
    "action": (
        "goto_step",
        "add_material",
        "add_item",
        "escalate",
        "stop_with_explanation",
        "start_sop",
        "call_agency",
        "do",
        "print",
        "record",
    ),
    "severity": ("info", "minor", "major"),
}
"""Values that stand for words, by group; the pack's ``labels`` give the words."""

_ID = r"[a-z0-9]+([-.][a-z0-9]+)*"
_ID_WORDS = "只用英文小写字母、数字、连字符和点，如 id-card"
_CODE = r"[A-Z][0-9]{2}"
_CODE_WORDS = "一个大写字母加两位数字，如 M04"


def _text(title: str, limit: int = 0) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": title, "type": "string"}
    return schema | ({"maxLength": limit} if limit else {})


def _optional_text(title: str, limit: int = 0) -> dict[str, Any]:
    return _text(title, limit) | {"type": ["string", "null"]}


def _id(title: str) -> dict[str, Any]:
    return _text(title) | {"pattern": _ID, "x-pattern-words": _ID_WORDS}


def _optional_id(title: str) -> dict[str, Any]:
    return _id(title) | {"type": ["string", "null"]}


def _code(title: str) -> dict[str, Any]:
    return _text(title) | {"pattern": _CODE, "x-pattern-words": _CODE_WORDS}


def _choice(title: str, group: str) -> dict[str, Any]:
    return _text(title) | {"enum": list(CODED_VALUES[group])}


def _optional_choice(title: str, group: str) -> dict[str, Any]:
    return _optional_text(title) | {"enum": [*CODED_VALUES[group], None]}


def _date(title: str) -> dict[str, Any]:
    return _text(title) | {"format": "date"}


def _optional_date(title: str) -> dict[str, Any]:
    return _optional_text(title) | {"format": "date"}


def _whole(title: str, low: int, high: int, default: int | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": title, "type": "integer", "minimum": low, "maximum": high}
    return schema | ({} if default is None else {"default": default})


def _days(title: str) -> dict[str, Any]:
    return _whole(title, 0, 3650) | {"type": ["integer", "null"]}


def _flag(title: str, default: bool) -> dict[str, Any]:
    return {"title": title, "type": "boolean", "default": default}


def _list(title: str, inner: Schema, *, at_least: int = 0) -> dict[str, Any]:
    kinds: str | list[str] = "array" if at_least else ["array", "null"]
    schema = {"title": title, "type": kinds, "items": inner}
    return schema | ({"minItems": at_least} if at_least else {})


def _record(
    title: str, fields: Mapping[str, Schema], optional: Sequence[str] = ()
) -> dict[str, Any]:
    """A mapping in which every field must be written, save the ``optional`` ones."""
    return {
        "title": title,
        "type": "object",
        "properties": dict(fields),
        "required": [name for name in fields if name not in optional],
        "additionalProperties": False,
    }


def _words(title: str) -> dict[str, Any]:
    """A mapping of codes to the words shown for them."""
    return {"title": title, "type": "object", "additionalProperties": _text("显示的字")}


_CONFIDENCE = _choice("把握", "confidence")
_CHECKED = {
    "last_checked": _optional_date("最近核对日期"),
    "checked_by": _optional_text("核对人", 40),
}
_PROVENANCE = _record(
    "来源与核对",
    {
        "source": _optional_text("来源"),
        "confidence": _CONFIDENCE,
        "origin": _optional_choice("怎么来的", "origin"),
        **_CHECKED,
        "valid_from": _optional_date("从哪天起有效"),
        "valid_to": _optional_date("到哪天为止有效"),
    },
    optional=("source", "origin", "last_checked", "checked_by", "valid_from", "valid_to"),
)
_VERSIONED = {
    "provenance": _PROVENANCE,
    "version": _whole("版本号", 1, 10_000, default=1),
    "retired": _flag("停用", False),
}

_PACK = _record(
    "内容包说明",
    {
        "version": _text("内容包版本", 20),
        "schema_version": _whole("格式版本", 1, 1000),
        "valid_from": _optional_date("启用日期"),
        "notes": _list("说明", _text("说明")),
        "labels": {
            "title": "显示的字",
            "type": "object",
            "additionalProperties": _words("一组显示的字"),
        },
    },
)

_LINES = _record(
    "条线表",
    {
        "lines": _list(
            "条线",
            _record(
                "一条条线",
                {
                    "id": _id("编号"),
                    "name": _text("名称"),
                    "short_name": _text("简称"),
                    "dept_prefix": _text("部门字头"),
                    "lead_dept": _text("主管部门"),
                    "confidence": _CONFIDENCE,
                },
            ),
            at_least=1,
        ),
        "sublines": _words("子类"),
    },
)

_NEED = _record(
    "材料行",
    {
        "material": _id("材料编号"),
        "role": _choice("怎么收", "role"),
        "copies": _whole("份数", 0, 20),
        "optional": _flag("视情况才要", False),
        "when": _optional_text("什么情况要", 40),
        "fact": _optional_id("情况问题编号"),
        "value": _optional_id("哪个答案时要"),
    },
    optional=("optional", "when", "fact", "value"),
)

_ITEM = _record(
    "事项",
    {
        "id": _id("编号"),
        "name": _text("名称", 40),
        "subline": _id("子类"),
        "richness": _choice("资料详略", "richness"),
        "who_may_apply": _text("谁能办"),
        "materials": _list("材料", _NEED, at_least=1),
        "where_handled": _list("在哪办", _choice("在哪办", "where"), at_least=1),
        "online": _choice("能否网办", "online"),
        "statutory_days": _days("法定天数"),
        "promised_days": _days("承诺天数"),
        "day_unit": _choice("天数怎么算", "day_unit"),
        "out_of_scope_hint": _optional_text("不归这里办时怎么说", STAFF_LIMIT),
        "eligibility": _list("条件", _text("条件", 60)),
        "ask_first": _list("先问的话", _text("先问的话", SPOKEN_LIMIT)),
        "common_blockers": _list(
            "常卡在哪",
            _record("常卡在哪", {"reason": _code("原因码"), "text": _text("说明", 60)}),
        ),
        "tips": _list("提示", _text("提示", 60)),
        "aliases": _list("别的叫法", _text("别的叫法", 30)),
        **_VERSIONED,
    },
    optional=("eligibility", "ask_first", "common_blockers", "tips", "aliases", "retired"),
)

_ITEMS = _record("一条条线的事项", {"line": _id("条线"), "items": _list("事项", _ITEM, at_least=1)})

_MATERIALS = _record(
    "材料表",
    {
        "materials": _list(
            "材料",
            _record(
                "材料",
                {
                    "id": _id("编号"),
                    "name": _text("正式名称", 40),
                    "plain_name": _text("白话叫法", SPOKEN_LIMIT),
                    "issuer": _id("谁出具"),
                    "where_to_get": _text("在哪里取", 60),
                    "fetcher": _choice("由谁去取", "fetcher"),
                    "deadline": _optional_text("取的时限", 60),
                    "substitutes": _list(
                        "可代替的",
                        _record(
                            "可代替的一样东西",
                            {
                                "kind": _choice("哪一种", "substitute"),
                                "ref": _optional_id("材料编号"),
                                "text": _optional_text("说明", 60),
                            },
                            optional=("ref", "text"),
                        ),
                    ),
                    "validity": _text("有效期", 60),
                    "notes": _optional_text("备注", STAFF_LIMIT),
                    **_VERSIONED,
                },
                optional=("retired",),
            ),
            at_least=1,
        )
    },
)

_FACTS = _record(
    "情况问题表",
    {
        "facts": _list(
            "情况问题",
            _record(
                "情况问题",
                {
                    "id": _id("编号"),
                    "question": _text("问句", SPOKEN_LIMIT),
                    "asked_of": _choice("问谁", "asked_of"),
                    "hint": _optional_text("给窗口人员的提示", 60),
                    "exclusive": _flag("没答时显示二选一", False),
                    "options": _list(
                        "答案",
                        _record(
                            "一个答案",
                            {"value": _id("答案编号"), "label": _text("按钮上的字", BUTTON_LIMIT)},
                        ),
                        at_least=2,
                    ),
                },
                optional=("hint", "exclusive"),
            ),
        )
    },
)

_EVENTS = _record(
    "生活事件表",
    {
        "events": _list(
            "生活事件",
            _record(
                "生活事件",
                {
                    "id": _id("编号"),
                    "title": _text("名称", 30),
                    "phrases": _list("居民原话", _text("居民原话", 60), at_least=1),
                    "candidates": _list(
                        "候选事项",
                        _record(
                            "候选事项", {"item": _id("事项编号"), "weight": _whole("轻重", 1, 3)}
                        ),
                        at_least=1,
                    ),
                    "ask_first": _list("先问的话", _text("先问的话", SPOKEN_LIMIT)),
                    "provenance": _PROVENANCE,
                },
            ),
        )
    },
)

_RELATIONS = _record(
    "关系表",
    {
        "relations": _list(
            "关系",
            _record(
                "关系",
                {
                    "id": _id("编号"),
                    "source": _id("从哪件事"),
                    "target": _id("到哪件事"),
                    "kind": _choice("哪种关系", "relation"),
                    "reason": _text("为什么", 60),
                    "provenance": _PROVENANCE,
                },
            ),
        )
    },
)

_COMBOS = _record(
    "联办套餐表",
    {
        "combos": _list(
            "联办套餐",
            _record(
                "联办套餐",
                {
                    "id": _id("编号"),
                    "title": _text("名称", 30),
                    "items": _list("事项", _id("事项编号"), at_least=2),
                    "summary": _text("一句话说明", STAFF_LIMIT),
                    "trigger_event": _id("由哪个生活事件引出"),
                    "provenance": _PROVENANCE,
                },
            ),
        )
    },
)

_BRANCH = _record(
    "分支",
    {
        "answer": _text("选中时按钮上的字", 20),
        "action": _choice("接着做什么", "action"),
        "step": _optional_id("转到哪一步"),
        "material": _optional_id("补哪份材料"),
        "item": _optional_id("追加哪件事"),
        "agency": _optional_id("找哪家机构"),
        "sop": _optional_id("进入哪张检查单"),
        "reason": _optional_text("原因码") | {"pattern": _CODE, "x-pattern-words": _CODE_WORDS},
        "text": _optional_text("说明", 60),
    },
    optional=("step", "material", "item", "agency", "sop", "reason", "text"),
)

_SOP = _record(
    "检查单",
    {
        "id": _id("编号"),
        "title": _text("名称", 40),
        "when_to_use": _text("什么时候用", STAFF_LIMIT),
        "steps": _list(
            "步骤",
            _record(
                "步骤",
                {
                    "id": _id("编号"),
                    "stage": _choice("阶段", "stage"),
                    "text": _text("做什么", STAFF_LIMIT),
                    "kind": _choice("哪一类", "step"),
                    "who": _choice("谁来做", "who"),
                    "required": _flag("必做", True),
                    "evidence": _text("留下什么", 40),
                    "branches": _list("分支", _BRANCH),
                    "consent": _flag("先要有授权", False),
                },
                optional=("consent",),
            ),
            at_least=1,
        ),
        "related_items": _list("相关事项", _id("事项编号"), at_least=1),
        "risk_points": _list("风险点", _text("风险点", 40)),
        **_VERSIONED,
    },
    optional=("retired",),
)

_REASONS = _record(
    "原因码表",
    {
        "categories": _list(
            "类别",
            _record(
                "类别",
                {
                    "id": _text("编号"),
                    "prefix": _text("字头"),
                    "name": _text("名称"),
                    "default_direction": _text("改进方向"),
                },
            ),
            at_least=1,
        ),
        "reasons": _list(
            "原因码",
            _record(
                "原因码",
                {
                    "code": _code("编号"),
                    "category": _text("类别"),
                    "name": _text("名称", 30),
                    "advice": _text("怎么办", STAFF_LIMIT),
                    "severity": _choice("轻重", "severity"),
                    "common_cause_threshold": _whole("当月几件算共性", 1, 1000),
                },
            ),
            at_least=1,
        ),
    },
)

_AGENCIES = _record(
    "机构通讯录",
    {
        "kinds": _list("类别", _record("类别", {"id": _id("编号"), "name": _text("名称")})),
        "agencies": _list(
            "机构",
            _record(
                "机构",
                {
                    "id": _id("编号"),
                    "name": _text("名称", 40),
                    "kind": _id("类别"),
                    "sample": _flag("还是样例", True),
                    "phone": _optional_text("电话", 40),
                    "backup_phone": _optional_text("备用电话", 40),
                    "address": _optional_text("地址", 60),
                    "hours": _optional_text("开放时间", 60),
                    "route_hint": _optional_text("怎么走", 60),
                    "contact_person": _optional_text("联系人", 30),
                    "accepts": _record(
                        "怎么受理",
                        {
                            "walk_in": _flag("可上门", True),
                            "phone": _flag("可电话", True),
                            "mail": _flag("可寄送", True),
                        },
                    ),
                    "notes": _optional_text("备注", STAFF_LIMIT),
                    "last_verified": _optional_date("最近核实日期"),
                },
            ),
        ),
    },
)

_CALENDAR = _record(
    "一年的日历",
    {
        "year": _whole("年份", 2000, 2100),
        "official": _flag("照正式通知录入", False),
        "source": _text("来源"),
        "days_off": _list(
            "放假",
            _record(
                "一段假期",
                {"name": _text("名称"), "from": _date("从哪天"), "to": _date("到哪天")},
            ),
        ),
        "work_days": _list("调休上班日", _date("日期")),
        **_CHECKED,
    },
    optional=("last_checked", "checked_by"),
)

_CONDITION = _text("条件") | {"enum": list(CONDITIONS)}
_STAGES = _record(
    "五个阶段",
    {
        "stages": _list(
            "阶段",
            _record(
                "阶段",
                {
                    "id": _choice("阶段", "stage"),
                    "purpose": _text("做什么", STAFF_LIMIT),
                    "entry": _list("进来要有什么", _CONDITION),
                    "exit": _list("离开要有什么", _CONDITION),
                    "follows": _list("后面可以到哪些阶段", _choice("阶段", "stage")),
                    "days": _days("几个工作日"),
                    "days_by": _text("天数是谁定的")
                    | {"enum": ["statutory", "published", "window"]},
                    "warn_days": _whole("还剩几个工作日变黄", 0, 100),
                    "provenance": _PROVENANCE,
                },
            ),
            at_least=1,
        )
    },
)

_PAPER_BLOCK = _record(
    "一块",
    {
        "kind": _text("哪一种") | {"enum": list(BLOCK_KEYS)},
        "text": _optional_text("一句话"),
        "label": _optional_text("前面的字", 40),
        "data": _optional_text("填什么"),
        "fields": _list(
            "栏目",
            _record(
                "一栏",
                {
                    "label": _text("前面的字", 12),
                    "data": _optional_text("填什么"),
                    "half": _flag("占半行", False),
                },
                optional=("data", "half"),
            ),
        ),
        "columns": _list(
            "列",
            _record(
                "一列",
                {
                    "label": _text("列的名称", 12),
                    "data": _optional_text("填什么"),
                    "width": _whole("多宽", 1, 20, default=1),
                },
                optional=("data", "width"),
            ),
        ),
        "options": _list("选项", _text("一个选项", 60)),
        "boxes": _list(
            "签字处",
            _record(
                "一个签字处",
                {"label": _text("谁签", 18), "fingerprint": _flag("可以按指印", False)},
                optional=("fingerprint",),
            ),
        ),
        "rows": _whole("至少几行", 0, 20, default=0),
        "small": _flag("小一号字", False),
        "when": _optional_text("有了什么才印"),
    },
    optional=(
        "text", "label", "data", "fields", "columns", "options", "boxes", "rows", "small", "when",
    ),
)  # fmt: skip

_PAPER = _record(
    "一种文书",
    {
        "id": _text("编号")
        | {"pattern": "[a-z]+(_[a-z]+)*", "x-pattern-words": "小写字母和下划线"},
        "title": _text("名称", 16),
        "order": _whole("排在第几", 1, 100),
        "when_to_use": _text("什么时候用", STAFF_LIMIT),
        "series": _optional_text("文书号里的字", 4),
        "size": _text("大小") | {"enum": list(SIZES)},
        "audience": _text("给谁") | {"enum": list(AUDIENCES)},
        "about": _optional_text("每样一张") | {"enum": [*ABOUT, None]},
        "copies": _text("一式几份", 40),
        "blocks": _list("内容", _PAPER_BLOCK, at_least=1),
    },
)

SCHEMAS: Mapping[str, Schema] = {
    "pack": _PACK,
    "lines": _LINES,
    "items": _ITEMS,
    "materials": _MATERIALS,
    "facts": _FACTS,
    "events": _EVENTS,
    "relations": _RELATIONS,
    "combos": _COMBOS,
    "sop": _SOP,
    "reasons": _REASONS,
    "agencies": _AGENCIES,
    "calendar": _CALENDAR,
    "stages": _STAGES,
    "paper": _PAPER,
}
"""By the name of the schema file without ``.json``."""


def schema_texts() -> dict[str, str]:
    """The text of every file of ``forms/schema/`` by file name."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#"}
    return {
        f"{name}.json": json.dumps(head | dict(schema), ensure_ascii=False, indent=1) + "\n"
        for name, schema in SCHEMAS.items()
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    for file_name, content in schema_texts().items():
        (target / file_name).write_text(content, encoding="utf-8")
