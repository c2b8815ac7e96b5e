"""From a case to the paper that the resident takes home."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desk_app.core.agenda import build_agenda
from desk_app.core.catalogue import Pack, Substitute
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState, ChosenItem, Closing, MaterialMark, Promise
from desk_app.core.kinds.kind import Json
from desk_app.core.sheet import MaterialSheet, SheetChoice, SheetPaper
from desk_app.services.paper import (
    EXPLANATION,
    MATERIAL_SHEET,
    PRINT_LATER,
    WindowFacts,
    file_name,
    make_sheet,
    sheet_name,
    unverified_contacts,
)
from tests.helpers.small_pack import agency, fact, item, material, need, pack
from tests.helpers.starter import starter_pack

WINDOW = WindowFacts(phone="12345", officer="小王", day=date(2026, 11, 23))
INVOICE = fact("invoice", "paper", "electronic", exclusive=True)


def entry(kind: str = "item.chosen", **body: Json) -> Entry:
    return Entry("d-i-1", "c", kind, 1, body, "王", "0", "2026-11-23T09:00:00+08:00", "", "", "")


def promise(what: str, due: date, state: str = "open") -> Promise:
    return Promise(what, what, "小王", due, "", state, "", entry())


def case(of: Pack, marks: dict[str, MaterialMark] | None = None, **rest: object) -> CaseState:
    chosen = tuple(ChosenItem(i.id, i.name, 1, "", entry()) for i in of.items.values())
    state = CaseState("c", number="BCS-20261123-02-K7", items=chosen, materials=marks or {})
    return replace(state, **rest)  # type: ignore[arg-type]


def sheet(of: Pack, marks: dict[str, MaterialMark] | None = None, **rest: object) -> MaterialSheet:
    return make_sheet(of, case(of, marks, **rest), MATERIAL_SHEET, WINDOW)


def only(made: MaterialSheet) -> SheetPaper:
    (paper,) = made.to_bring
    assert isinstance(paper, SheetPaper)
    return paper


MISSING = MaterialMark("missing")


def test_a_verified_office_is_printed_with_address_phone_and_hours() -> None:
    of = pack(
        [item("a", need("证明"))],
        [material("证明", issuer="派出所")],
        agencies=[agency("派出所", phone="021-11112222")],
    )
    paper = only(sheet(of, {"证明": MISSING}))
    assert (paper.where, paper.phone, paper.address) == ("派出所", "021-11112222", "某路 1 号")
    assert unverified_contacts(of, build_agenda(of, case(of, {"证明": MISSING})).materials) == ()


def test_an_invented_contact_is_never_printed_and_the_screen_is_told() -> None:
    of = pack(
        [item("a", need("证明"))],
        [material("证明", issuer="派出所")],
        agencies=[agency("派出所", sample=True, phone="021-0000-1111")],
    )
    paper = only(sheet(of, {"证明": MISSING}))
    assert (paper.where, paper.phone, paper.address, paper.hours, paper.route) == (
        "派出所", "", "", "", "",
    )  # fmt: skip
    merged = build_agenda(of, case(of, {"证明": MISSING})).materials
    assert unverified_contacts(of, merged) == ("派出所",)


def test_no_sample_contact_of_the_starter_pack_reaches_any_paper() -> None:
    of = starter_pack()
    whole = pack(of.items.values(), of.materials.values(), of.facts.values())
    whole = replace(whole, agencies=of.agencies, lines=of.lines)
    made = str(sheet(whole, {name: MISSING for name in of.materials}))
    for office in of.agencies.values():
        assert office.sample
        for secret in (office.phone, office.backup_phone, office.contact_person):
            assert not secret or secret not in made


def test_where_to_go_is_said_for_papers_that_are_missing_only() -> None:
    of = pack(
        [item("a", need("证明"))], [material("证明", issuer="派出所")], agencies=[agency("派出所")]
    )
    assert only(sheet(of)).where == ""


@pytest.mark.parametrize(
    ("role", "copies", "words"),
    [
        ("original_check", 0, "带原件，看一下就还您"),
        ("original_check_and_copy", 2, "带原件，看一下就还您，复印件 2 份"),
        ("original_submit", 1, "交原件 1 份"),
        ("copy", 3, "复印件 3 份"),
    ],
)
def test_original_and_copies_are_said_as_across_a_desk(role: str, copies: int, words: str) -> None:
    assert only(sheet(pack([item("a", need("证", role, copies))]))).form == words


def test_what_may_stand_in_is_offered_but_never_promised() -> None:
    ways = (
        Substitute("material", "户口本"),
        Substitute("material", "出生证"),
        Substitute("commitment", text="告知承诺"),
        Substitute("inter-agency-check", text="公安人口库核查"),
        Substitute("e-certificate", text="电子身份证亮证"),
    )
    of = pack(
        [item("a", need("证"))],
        [material("证", substitutes=ways), material("户口本"), material("出生证")],
    )
    words = only(sheet(of, {"证": MISSING})).instead
    assert words == (
        "先问我们，有的可以用户口本、出生证代替，或者在手机上出示电子身份证，"
        "或者签一份承诺书，或者由我们帮您查"
    )


def test_a_substitute_the_officer_chose_is_promised() -> None:
    of = pack([item("a", need("证"))], [material("户口本")])
    mark = MaterialMark("missing", substitute="户口本")
    assert only(sheet(of, {"证": mark})).instead == "可以用户口本代替"


def either_or() -> Pack:
    return pack(
        [
            item(
                "a",
                need("纸发票", when="纸质票据时", fact="invoice", value="paper"),
                need("电子发票", when="电子票据时", fact="invoice", value="electronic"),
            )
        ],
        facts=[INVOICE],
    )


def test_an_either_or_is_one_entry_that_says_when_which() -> None:
    (choice,) = sheet(either_or()).to_bring
    assert isinstance(choice, SheetChoice)
    assert [(p.plain_name, p.why) for p in choice.papers] == [
        ("纸发票", "如果是：纸质票据"),
        ("电子发票", "如果是：电子票据"),
    ]


def test_one_side_in_hand_leaves_nothing_to_bring() -> None:
    made = sheet(either_or(), {"电子发票": MaterialMark("in_hand")})
    assert (made.to_bring, made.perhaps, made.in_hand) == ((), (), ("电子发票",))


def test_a_side_left_alone_is_no_choice_but_a_paper_that_may_be_wanted() -> None:
    made = sheet(either_or(), {"纸发票": MaterialMark("not_applicable", note="没有")})
    assert made.to_bring == ()
    assert [p.plain_name for p in made.perhaps] == ["电子发票"]


def test_what_we_fetch_stands_apart_from_what_the_resident_brings() -> None:
    of = pack([item("a", need("表"), need("证"))], [material("表", fetcher="us")])
    made = sheet(of)
    assert [p.plain_name for p in made.by_us] == ["表"]
    assert only(made).plain_name == "证"


def test_open_promises_are_printed_earliest_first_and_the_one_to_print_never() -> None:
    promises = (
        promise("晚", date(2026, 12, 3)),
        promise("早", date(2026, 11, 25)),
        promise("做完了", date(2026, 11, 24), "kept"),
        promise(PRINT_LATER, date(2026, 11, 24)),
    )
    made = sheet(pack(), promises=promises)
    assert [(p.what, p.when) for p in made.promises] == [
        ("早", "11月25日 星期三"),
        ("晚", "12月3日 星期四"),
    ]


def test_a_reprint_counts_what_was_printed_before_and_not_what_was_saved() -> None:
    papers = (
        entry("paper.made", paper=MATERIAL_SHEET, how="print"),
        entry("paper.made", paper=MATERIAL_SHEET, how="pdf"),
        entry("paper.made", paper=EXPLANATION, how="print"),
    )
    assert sheet(pack(), papers=papers).reprint == 1


def test_the_resident_is_called_as_they_wish_or_by_the_surname() -> None:
    assert sheet(
        pack(), fields={"resident_title": "陈阿姨", "resident_name": "陈秀英"}
    ).addressee == ("陈阿姨")
    assert sheet(pack(), fields={"resident_name": "欧阳锋"}).addressee == "欧阳同志"
    assert sheet(pack()).addressee == ""


def test_the_paper_holds_no_number_name_or_words_of_the_resident() -> None:
    private = {
        "resident_name": "陈秀英",
        "id_number": "310106196001011012",
        "phone": "13812345678",
        "address": "某小区 3 号",
        "words": "我得了肺癌",
    }
    made = str(sheet(pack([item("a", need("证"))]), fields=private))
    for value in private.values():
        assert value not in made


def test_an_explanation_says_why_on_what_grounds_and_what_next() -> None:
    closing = Closing("infeasible", True, True, (), "超过了期限", "某办法", "区档案馆", entry())
    made = make_sheet(pack(), case(pack(), closing=closing), EXPLANATION, WINDOW)
    assert made.explanation == (
        ("为什么现在办不了", "超过了期限"),
        ("依据", "某办法"),
        ("您还可以", "区档案馆"),
    )
    assert made.to_bring == ()


def test_a_saved_file_is_called_by_the_case_number_alone() -> None:
    state = case(pack(), fields={"resident_name": "陈秀英", "resident_title": "陈阿姨"})
    assert file_name(state, sheet_name(MATERIAL_SHEET)) == "材料单-BCS-20261123-02-K7.pdf"
    assert file_name(state, sheet_name(EXPLANATION)) == "说明单-BCS-20261123-02-K7.pdf"
