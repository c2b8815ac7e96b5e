"""Papers filled in from the fold: what stands there, what never does, what is counted."""

from __future__ import annotations

from datetime import date

import pytest

from desk_app.core.fold import CaseState
from desk_app.core.paper_form import (
    FormChoices,
    FormFields,
    FormLines,
    FormTable,
    FormText,
    PaperForm,
)
from desk_app.core.paper_layout import VOCABULARY, LayoutBlock, LayoutColumn, LayoutField
from desk_app.services.paper import WindowFacts, reprints
from desk_app.services.paper_data import DATA
from desk_app.services.paper_data.source import PaperFacts, PaperSource, paper_source
from desk_app.services.papers import HAND, at, fill, missing, paper_offers, subjects
from desk_app.ui.presenters.paper_words import form_words
from tests.helpers.paper_cases import ID_NUMBER, Scribe, empty_case, full_case
from tests.helpers.starter import starter_pack

FACTS = PaperFacts(
    WindowFacts("021-00008888", "小李", date(2026, 11, 23)),
    office="示范街道社区事务受理服务中心",
    link="https://desk.invalid/r/c1/token",
)
PAPERS = tuple(starter_pack().papers)


def source(case: CaseState, about: str = "") -> PaperSource:
    return paper_source(starter_pack(), case, FACTS, about)


def form(paper: str, case: CaseState) -> PaperForm:
    """The paper about the latest of what it is made once for each."""
    layout, whole = starter_pack().papers[paper], source(case)
    found = subjects(layout, whole)
    return fill(layout, at(whole, found[0][0] if found else ""))


def said(paper: str, case: CaseState) -> str:
    return form_words(form(paper, case))


def value(made: PaperForm, label: str) -> str:
    fields = [f for block in made.blocks if isinstance(block, FormFields) for f in block.fields]
    return next(field.value for field in fields if field.label == label)


def test_every_datum_of_the_vocabulary_is_known_and_has_its_shape() -> None:
    assert set(DATA) == set(VOCABULARY)
    for case in (full_case(), empty_case()):
        for name, datum in VOCABULARY.items():
            answer = DATA[name](source(case))
            assert isinstance(answer, str) == (datum.shape == "text"), name
            for row in answer if datum.shape == "table" else ():
                assert set(row) <= set(datum.columns), name


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_says_an_illness_a_whole_id_number_or_a_placeholder(paper: str) -> None:
    for case in (full_case(), empty_case()):
        words = said(paper, case)
        assert not any(bad in words for bad in ("癌", ID_NUMBER, ID_NUMBER[:14], "{", "None"))


def test_the_one_time_notice_names_what_is_here_and_what_is_wanted() -> None:
    made = form("notice_once", full_case())
    assert made.blocks[0] == FormText("广先生：您这次还差 3 样东西，请照下面备齐。")
    assert value(made, "已收到") == "居民身份证（原件看过退还）；社会保障卡（原件看过退还）"
    (wanted,) = (block for block in made.blocks if isinstance(block, FormTable))
    assert [row[1] for row in wanted.rows] == [
        "费用明细清单",
        "门（急）诊病历",
        "本人银行结算账户（借记卡/存折）",
    ]
    assert value(made, "办理期限") == "20 个工作日（到 2026 年 12 月 21 日）"
    assert made.number == f"〔2026〕告知 {HAND} 号"


def test_the_places_of_sample_offices_are_left_to_be_written_by_hand() -> None:
    assert value(form("notice_once", full_case()), "办理地点") == ""


def test_an_article_nobody_verified_is_not_printed() -> None:
    words = said("reply_letter", full_case())
    assert "《某市医疗救助办法》" in words
    assert "第十二条" not in words


def test_the_reply_says_who_was_asked_and_ticks_the_conclusion() -> None:
    made = form("reply_letter", full_case())
    (done,) = (block for block in made.blocks if isinstance(block, FormTable))
    assert ("2026年11月23日", "区医保中心（电话）", "张老师说可以先垫付再报") in done.rows
    ticked = [
        text
        for block in made.blocks
        if isinstance(block, FormChoices)
        for text, is_ticked in block.options
        if is_ticked
    ]
    assert ticked == ["部分能办"]


def test_money_stands_in_figures_and_in_capitals() -> None:
    approval = form("fund_approval", full_case())
    assert value(approval, "金额") == "￥32,500.50 元"
    assert value(approval, "大写") == "叁万贰仟伍佰元伍角整"
    assert value(approval, "对公账号") == "6222020000000000001"
    assert value(approval, "理由") == "因病住院费，付不起"
    (steps,) = (block for block in approval.blocks if isinstance(block, FormTable))
    assert [row[1] for row in steps.rows] == ["小李", "小王", "老张"]
    receipt = form("return_receipt", full_case())
    assert (value(receipt, "金额"), value(receipt, "大写")) == ("￥9,500.00 元", "玖仟伍佰元整")


def test_a_power_of_attorney_lists_matters_one_by_one_and_when_it_ends() -> None:
    words = said("power_of_attorney", full_case())
    assert "代交报销材料\n代领结算单" in words
    assert "到哪天止：2027年5月22日" in words
    assert "身份证：后四位 4410" in words


def test_only_papers_of_the_resident_carry_the_link() -> None:
    carry = {paper for paper in PAPERS if form(paper, full_case()).link}
    assert carry == {
        "notice_once", "acceptance_receipt", "intake_receipt", "reply_letter", "route_sheet",
    }  # fmt: skip


def test_a_paper_is_offered_once_for_each_that_it_is_about() -> None:
    scribe = Scribe()
    for name in ("甲单位", "乙单位"):
        party = scribe.write("party.added", {"role": "office", "name": name})
        asked = {"party": party, "what": "请查档", "way": "letter"}
        scribe.write("request.made", {**asked, "asked": "2026-11-23", "due": "2026-11-30"})
    slip = starter_pack().papers["referral_slip"]
    offers = paper_offers(source(scribe.case), [slip])
    assert [offer.name.title for offer in offers] == ["转办单（乙单位）", "转办单（甲单位）"]
    (blank,) = paper_offers(source(empty_case()), [slip])
    assert blank.is_blank


def test_reprints_are_counted_for_each_paper_and_each_that_it_is_about() -> None:
    scribe = Scribe()
    made = {"sha256": "0", "pages": 1, "size": 16, "count_before": 0, "count_after": 0}
    for paper, about, how in (
        ("referral_slip", "one", "print"),
        ("referral_slip", "one", "pdf"),
        ("referral_slip", "two", "print"),
        ("notice_once", "", "print"),
    ):
        scribe.write("paper.made", {**made, "paper": paper, "how": how, "about": about})
    case = scribe.case
    assert reprints(case, "referral_slip", "one") == 1
    assert reprints(case, "notice_once") == 1
    assert reprints(case, "reply_letter") == 0


def test_what_is_missing_is_named_in_words_and_becomes_a_line_to_write_on() -> None:
    layout = starter_pack().papers["reply_letter"]
    assert "居民原话" in missing(layout, source(empty_case()))
    made = fill(layout, source(empty_case()))
    assert FormLines("", 2) in made.blocks
    assert made.blocks[0] == FormText(f"{HAND}：")


def test_a_block_is_left_out_where_its_datum_says_nothing() -> None:
    assert "容缺受理" in said("acceptance_receipt", full_case())
    assert "容缺受理" not in said("acceptance_receipt", empty_case())


def test_a_layout_block_knows_the_names_it_fills_in() -> None:
    block = LayoutBlock(
        "fields", "{addressee}", fields=(LayoutField("", "items"),), columns=(LayoutColumn("x"),)
    )
    assert block.names == ("addressee", "items", "")
