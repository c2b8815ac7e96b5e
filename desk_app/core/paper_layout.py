"""The layout of a paper as the content pack writes it, and the closed vocabulary it may fill in.

A layout names *data*; what a datum says of a case, ``services.paper_data`` knows. A layout that
names anything else is refused when the pack is checked, so that a centre changes its papers
without code and no paper ever shows a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

BLOCK_KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "head": (("text",), ()),
        "text": (("text",), ("small", "rows")),
        "fields": (("fields",), ()),
        "list": (("data",), ()),
        "table": (("data", "columns"), ("rows",)),
        "choices": (("options",), ("label", "data")),
        "lines": (("rows",), ("label",)),
        "sign": (("boxes",), ()),
        "stamp": ((), ("text",)),
        "paste": (("label", "rows"), ()),
        "page": ((), ()),
    }
)
"""Kind of block → keys it must have, keys it may have. Every block may also have ``when``."""

SIZES = ("formal", "large")
AUDIENCES = ("resident", "office")
ABOUT = ("consent", "advance", "return", "request", "visit", "filing")

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""A datum inside a sentence: ``{addressee}``."""


@dataclass(frozen=True, slots=True)
class Datum:
    """Something that a paper can say of a case.

    Attributes:
        words: what it is, in words: named on screen where it is missing.
        shape: text | list | table.
        columns: of a table, with what each is.
    """

    words: str
    shape: str = "text"
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayoutField:
    """A label with what stands behind it; no ``data`` = always written by hand.

    ``half``: two such fields share a row.
    """

    label: str
    data: str = ""
    half: bool = False


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """A column; no ``data`` = written by hand. ``width``: its share of the whole width."""

    label: str
    data: str = ""
    width: int = 1


@dataclass(frozen=True, slots=True)
class LayoutBox:
    """A place for a signature of 80 by 20 mm; ``fingerprint``: with a box for 按指印."""

    label: str
    fingerprint: bool = False


@dataclass(frozen=True, slots=True)
class LayoutBlock:
    """One part of a paper, from top to bottom.

    Attributes:
        kind: a key of ``BLOCK_KEYS``.
        text: a sentence; ``{name}`` = a datum.
        data: name of a datum.
        options: of a choice; the one that ``data`` says is ticked.
        rows: empty rows to write on at least; of a text that is one datum, where it says nothing;
            of ``paste`` the height in cm.
        small: as small as the words of a table.
        when: a datum; the block is left out where it says nothing.
    """

    kind: str
    text: str = ""
    label: str = ""
    data: str = ""
    fields: tuple[LayoutField, ...] = ()
    columns: tuple[LayoutColumn, ...] = ()
    options: tuple[str, ...] = ()
    boxes: tuple[LayoutBox, ...] = ()
    rows: int = 0
    small: bool = False
    when: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the data it fills in; empty ones where something is written by hand."""
        return (*PLACEHOLDER.findall(self.text), *(f.data for f in self.fields), self.data)


@dataclass(frozen=True, slots=True)
class PaperLayout:
    """A paper.

    Attributes:
        when_to_use: what it is for, in a sentence for staff.
        series: the word in the paper's number (〔2026〕告知 … 号); empty = no number.
        size, audience: of ``SIZES``, ``AUDIENCES``; only a resident's paper carries their link.
        about: one of ``ABOUT``: it is made once for each of these; empty = of the case as a whole.
        copies: how many and for whom, in the footer.
    """

    id: str
    title: str
    when_to_use: str
    series: str
    size: str
    audience: str
    about: str
    copies: str
    blocks: tuple[LayoutBlock, ...]

    @property
    def data(self) -> tuple[str, ...]:
        """Names of all data it fills in, each once, in order."""
        found: dict[str, None] = {}
        for block in self.blocks:
            found |= dict.fromkeys(block.names)
        found.pop("", None)
        return tuple(found)


def _table(words: str, **columns: str) -> Datum:
    return Datum(words, "table", MappingProxyType(columns))


VOCABULARY: Mapping[str, Datum] = MappingProxyType(
    {
        # whose case it is
        "addressee": Datum("居民的称呼"),
        "resident": Datum("居民姓名"),
        "sex": Datum("性别"),
        "id_tail": Datum("身份证后四位"),
        "phone": Datum("居民电话"),
        "address": Datum("住址"),
        "relation": Datum("和当事人的关系"),
        "agent": Datum("代办人"),
        "agent_id_tail": Datum("代办人身份证后四位"),
        "agent_phone": Datum("代办人电话"),
        "agent_relation": Datum("代办人和当事人的关系"),
        "words": Datum("居民原话"),
        "channel": Datum("从哪里来"),
        "stuck": Datum("卡在哪里"),
        "case_number": Datum("案件号"),
        # what is applied for
        "items": Datum("事项"),
        "item_list": Datum("事项", "list"),
        "online": Datum("网上怎么办"),
        "time_limit": Datum("办理期限"),
        "received": _table(
            "已收到的材料", no="序号", name="名称", form="份数和形式", back="是否退还",
        ),
        "received_words": Datum("已收到的材料"),
        "wanted": _table(
            "还需要的材料", no="序号", name="正式名称", plain="白话名", where="在哪里开",
            instead="可以用什么代替", form="要原件还是复印件",
        ),
        "wanted_count": Datum("还差几样"),
        # who does it
        "today": Datum("日期"),
        "officer": Datum("经办人"),
        "window_phone": Datum("窗口电话"),
        "window_place": Datum("窗口地点"),
        "window_hours": Datum("窗口时间"),
        "promises": _table("约定", who="谁", what="做什么", when="最晚"),
        # how it ended
        "verdict": Datum("能不能办"),
        "explanation": Datum("为什么"),
        "basis": Datum("依据"),
        "next_door": Datum("还可以怎么办"),
        # who agreed to what
        "consent_by": Datum("授权人"),
        "consent_role": Datum("授权人是谁"),
        "consent_matters": Datum("委托事项", "list"),
        "consent_shown": Datum("出示的证件"),
        "consent_said": Datum("本人回答的原话"),
        "consent_day": Datum("授权的日期"),
        "consent_until": Datum("授权到哪天"),
        "consent_present": Datum("在场的人"),
        "guardian_proof": Datum("监护证明"),
        "recording": Datum("录像编号"),
        # what was asked of others, and where to go
        "done": _table("联系过谁", when="时间", who="联系了谁", result="结果"),
        "request_party": Datum("承办单位"),
        "request_what": Datum("请求事项"),
        "request_due": Datum("要求回复日期"),
        "request_answer": Datum("对方的答复"),
        "stops": _table(
            "要去的地方", where="去哪里", what="去办什么", who="找谁", address="地址", how="怎么走",
            hours="几点开门", phone="电话", deadline="期限",
        ),
        # a decision beside the rules
        "opinions": _table("智囊团的意见", who="谁", leaning="倾向", said="意见和依据"),
        "filing_what": Datum("备案的决定"),
        "filing_rule": Datum("和规定不一样的地方"),
        "filing_reason": Datum("为什么这样办"),
        "filing_basis": Datum("备案的依据"),
        "filing_conditions": Datum("备案的条件"),
        "filing_by": Datum("谁报的备案"),
        "filing_day": Datum("哪天报的备案"),
        "filing_answer": Datum("备案的批复"),
        "filing_judge": Datum("谁批的备案"),
        # going to somebody
        "visit_agreed": Datum("约定的上门时间"),
        "visit_where": Datum("上门地点"),
        "visit_officer": Datum("上门的工作人员"),
        "visit_second": Datum("上门的第二名工作人员"),
        "visit_what": Datum("上门办理事项"),
        "visit_arrived": Datum("到达时间"),
        "visit_left": Datum("离开时间"),
        "visit_present": Datum("上门时在场的人"),
        "visit_badge": Datum("核对了工作证"),
        "visit_state": Datum("当事人清醒不清醒"),
        "visit_hearing": Datum("当事人听得清不清"),
        "visit_language": Datum("当事人说的话"),
        "visit_identity": Datum("上门怎么核身"),
        "visit_identity_note": Datum("上门核身说明"),
        "visit_filming": Datum("拍没拍"),
        "visit_filming_for": Datum("拍的用途"),
        "visit_kept": Datum("收下的材料"),
        "visit_shown": Datum("退还的材料"),
        "visit_done": Datum("上门办理结果"),
        "visit_rest": Datum("还没办完的"),
        "visit_said": Datum("居民意见"),
        # money of the fund
        "advance_amount": Datum("垫付金额"),
        "advance_capitals": Datum("垫付金额大写"),
        "advance_payee": Datum("收款医院"),
        "advance_bank": Datum("开户行"),
        "advance_account": Datum("对公账号"),
        "advance_purpose": Datum("垫付的理由"),
        "advance_steps": _table(
            "经办、审核、审批", step="哪一步", who="谁", answer="意见", day="日期",
        ),
        "return_amount": Datum("返还金额"),
        "return_capitals": Datum("返还金额大写"),
        "return_day": Datum("返还日期"),
        "return_by": Datum("谁返还"),
        "return_voucher": Datum("凭证号"),
    }
)  # fmt: skip
"""Every datum by its name. Names once used in a layout are for ever."""
