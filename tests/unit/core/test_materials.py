"""The one list a resident takes home, made from the lists of all chosen items."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.core.catalogue import Pack
from desk_app.core.fold import MaterialMark
from desk_app.core.kinds.case import MATERIAL_STATES
from desk_app.core.materials import MaterialList, merge_materials
from tests.helpers.small_pack import fact, item, material, need, pack

INVOICE = fact("invoice", "paper", "electronic", exclusive=True)


def merged(
    of: Pack,
    answers: dict[str, str] | None = None,
    marks: dict[str, MaterialMark] | None = None,
    extra: tuple[str, ...] = (),
) -> MaterialList:
    return merge_materials(of, list(of.items), answers or {}, marks or {}, extra)


def names(papers: MaterialList) -> list[str]:
    return [paper.material.id for paper in papers.papers]


def test_a_paper_that_two_items_want_stands_on_the_list_once() -> None:
    both = merged(pack([item("a", need("id")), item("b", need("id"), need("proof"))]))
    assert names(both) == ["id", "proof"]
    assert both.paper("id").items == ("a", "b")


def test_copies_add_up_and_an_original_only_looked_at_is_brought_once() -> None:
    paper = merged(
        pack([
            item("a", need("id", "original_check_and_copy", 1)),
            item("b", need("id", "original_check", 0)),
            item("c", need("id", "copy", 2)),
        ])
    ).paper("id")  # fmt: skip
    assert (paper.show_original, paper.originals, paper.copies) == (True, 0, 3)


def test_originals_to_hand_in_add_up_and_a_missing_number_means_one() -> None:
    one, two = need("proof", "original_submit"), need("proof", "original_submit", 2)
    paper = merged(pack([item("a", one), item("b", two)])).paper("proof")
    assert (paper.originals, paper.copies, paper.show_original) == (3, 0, False)


def test_what_staff_look_up_is_never_asked_of_the_resident() -> None:
    both = merged(pack([item("a", need("record", "system_check"), need("id"))]))
    assert names(both) == ["id"]
    assert [looked.id for looked in both.looked_up] == ["record"]


def test_a_paper_another_item_asks_for_is_asked_for_once_and_not_looked_up_too() -> None:
    both = merged(pack([item("a", need("id", "system_check")), item("b", need("id"))]))
    assert names(both) == ["id"]
    assert both.looked_up == ()


def test_an_answer_decides_which_papers_are_wanted() -> None:
    of = pack(
        [item("a", need("proxy", when="代办时", fact="agent", value="yes"))],
        facts=[fact("agent", "yes", "no")],
    )
    assert merged(of, {"agent": "yes"}).paper("proxy").need == "yes"
    assert merged(of, {"agent": "no"}).papers == ()
    assert merged(of).paper("proxy").need == "open"
    assert merged(of).paper("proxy").when == ("代办时",)


def test_a_situation_that_no_question_decides_stays_open_in_words() -> None:
    paper = merged(pack([item("a", need("proof", when="低保家庭"))])).paper("proof")
    assert (paper.need, paper.when) == ("sometimes", ("低保家庭",))


def test_a_paper_one_item_wants_for_sure_is_sure_though_another_wants_it_sometimes() -> None:
    of = pack([item("a", need("id", "copy", 1)), item("b", need("id", "copy", 5, when="代办时"))])
    paper = merged(of).paper("id")
    assert (paper.need, paper.copies, paper.when) == ("yes", 1, ())


def either_or() -> Pack:
    return pack(
        [
            item(
                "a",
                need("id"),
                need("slip", "original_submit", when="纸质", fact="invoice", value="paper"),
                need("photo", when="需要时"),
                need("e-slip", "copy", 1, when="电子", fact="invoice", value="electronic"),
            )
        ],
        facts=[INVOICE],
    )


def test_the_sides_of_an_unanswered_either_or_stand_beside_each_other() -> None:
    both = merged(either_or())
    assert names(both) == ["id", "slip", "e-slip", "photo"]
    assert {p.material.id: p.either for p in both.papers if p.either} == {
        "slip": "invoice",
        "e-slip": "invoice",
    }


def test_an_answered_either_or_leaves_one_sure_paper() -> None:
    both = merged(either_or(), {"invoice": "electronic"})
    assert names(both) == ["id", "e-slip", "photo"]
    assert (both.paper("e-slip").need, both.paper("e-slip").either) == ("yes", "")


def test_one_side_in_hand_settles_an_either_or() -> None:
    both = merged(either_or(), marks={"e-slip": MaterialMark("in_hand")})
    assert "slip" not in names(both)
    assert [p.material.id for p in both.in_hand] == ["e-slip"]


def test_a_side_in_hand_keeps_the_other_papers_of_its_own_side() -> None:
    of = pack(
        [
            item(
                "a",
                need("slip", when="纸质", fact="invoice", value="paper"),
                need("stub", when="纸质", fact="invoice", value="paper"),
                need("e-slip", when="电子", fact="invoice", value="electronic"),
            )
        ],
        facts=[INVOICE],
    )
    assert names(merged(of, marks={"slip": MaterialMark("in_hand")})) == ["slip", "stub"]


def test_no_choice_is_promised_where_one_answer_wants_two_papers() -> None:
    of = pack(
        [
            item(
                "a",
                need("slip", when="纸质", fact="invoice", value="paper"),
                need("stub", when="纸质", fact="invoice", value="paper"),
                need("e-slip", when="电子", fact="invoice", value="electronic"),
            )
        ],
        facts=[INVOICE],
    )
    both = merged(of)
    assert [(p.need, p.either) for p in both.papers] == [("open", "")] * 3


def test_a_substitute_and_a_fetcher_the_officer_chose_are_kept() -> None:
    of = pack([item("a", need("id"))], [material("temp-id")])
    mark = MaterialMark("missing", fetcher="us", substitute="temp-id")
    paper = merged(of, marks={"id": mark}).paper("id")
    assert paper.stand_in is not None
    assert (paper.stand_in.id, paper.fetcher, paper.resident_brings) == ("temp-id", "us", False)


def test_what_we_or_others_fetch_is_not_on_the_residents_list() -> None:
    of = pack(
        [item("a", need("form"), need("id"), need("letter"))],
        [material("form", fetcher="us"), material("letter", fetcher="third_party")],
    )
    both = merged(of)
    assert [p.material.id for p in both.to_bring] == ["id"]
    assert [p.material.id for p in both.fetched_for] == ["form", "letter"]


def test_a_paper_that_a_checklist_step_asked_for_joins_the_list() -> None:
    of = pack([item("a", need("id"))], [material("stub")])
    both = merged(of, extra=("stub", "id"))
    assert names(both) == ["id", "stub"]
    assert both.paper("stub").items == ()
    assert both.saving.papers_before == 1


def test_the_saving_counts_single_lists_against_the_one_list() -> None:
    of = pack([item(name, need("id"), need("book"), need(f"own-{name}")) for name in "abc"])
    both = merged(of)
    assert (both.saving.papers_before, both.saving.papers_after) == (9, 5)


def test_trips_count_each_place_once_over_all_items() -> None:
    of = pack(
        [item("a", need("proof")), item("b", need("proof"), where=("district",))],
        [material("proof", issuer="police-station")],
    )
    missing = merged(of, marks={"proof": MaterialMark("missing")}).saving
    assert (missing.trips_before, missing.trips_after) == (4, 3)
    fetched = merged(of, marks={"proof": MaterialMark("missing", fetcher="us")}).saving
    assert fetched.trips_after == 2


def test_a_paper_people_keep_at_home_costs_no_trip() -> None:
    of = pack([item("a", need("id"))], [material("id", issuer="resident")])
    assert merged(of, marks={"id": MaterialMark("missing")}).saving.trips_after == 1


def test_an_unknown_paper_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        merged(pack()).paper("nothing")


slow_machine = settings(deadline=None, max_examples=50)
ROLES = ("original_check", "original_submit", "copy", "original_check_and_copy", "system_check")
PAPERS = [f"m{n}" for n in range(5)]
needs = st.builds(
    lambda name, role, copies, value: need(
        name, role, copies, when=value, fact="invoice" if value else "", value=value
    ),
    st.sampled_from(PAPERS),
    st.sampled_from(ROLES),
    st.integers(0, 3),
    st.sampled_from(("", "paper", "electronic")),
)
packs = st.builds(
    lambda lists: pack(
        [item(f"i{n}", *rows) for n, rows in enumerate(lists)],
        [material(name) for name in PAPERS],
        [INVOICE],
    ),
    st.lists(st.lists(needs, max_size=6, unique_by=lambda row: row.material), max_size=5),
)
answers = st.sampled_from(({}, {"invoice": "paper"}, {"invoice": "electronic"}))
marks = st.dictionaries(
    st.sampled_from(PAPERS), st.builds(MaterialMark, st.sampled_from(MATERIAL_STATES))
)


@slow_machine
@given(packs, answers, marks)
def test_every_paper_stands_on_the_list_once_and_never_only_for_staff(
    of: Pack, given_answers: dict[str, str], given_marks: dict[str, MaterialMark]
) -> None:
    both = merged(of, given_answers, given_marks)
    listed = names(both)
    assert len(listed) == len(set(listed))
    asked = {
        row.material for i in of.items.values() for row in i.materials if row.role != "system_check"
    }
    assert set(listed) <= asked
    assert not {looked.id for looked in both.looked_up} & set(listed)


@slow_machine
@given(packs, answers, marks)
def test_the_saving_is_never_negative(
    of: Pack, given_answers: dict[str, str], given_marks: dict[str, MaterialMark]
) -> None:
    saving = merged(of, given_answers, given_marks).saving
    assert 0 <= saving.papers_after <= saving.papers_before
    assert 0 <= saving.trips_after <= saving.trips_before


@slow_machine
@given(packs, answers)
def test_copies_and_originals_are_the_sum_over_the_single_lists(
    of: Pack, given_answers: dict[str, str]
) -> None:
    both = merged(of, given_answers)
    alone = [merge_materials(of, [name], given_answers, {}) for name in of.items]
    for paper in both.papers:
        rows = [p for one in alone for p in one.papers if p.material.id == paper.material.id]
        same = [row for row in rows if row.need == paper.need]
        assert paper.copies == sum(row.copies for row in same)
        assert paper.originals == sum(row.originals for row in same)
        assert paper.show_original == any(row.show_original for row in same)


@slow_machine
@given(packs, answers, marks)
def test_the_order_in_which_items_were_chosen_changes_no_count(
    of: Pack, given_answers: dict[str, str], given_marks: dict[str, MaterialMark]
) -> None:
    orders = list(permutations(of.items))[:6]
    seen = {
        frozenset(
            (p.material.id, p.need, p.originals, p.copies, p.either)
            for p in merge_materials(of, order, given_answers, given_marks).papers
        )
        for order in orders
    }
    assert len(seen) <= 1


@slow_machine
@given(packs, answers, marks)
def test_an_either_or_always_offers_at_least_two_sides_and_none_is_in_hand(
    of: Pack, given_answers: dict[str, str], given_marks: dict[str, MaterialMark]
) -> None:
    both = merged(of, given_answers, given_marks)
    sides = [paper for paper in both.papers if paper.either]
    assert len(sides) != 1
    assert len({paper.side for paper in sides}) == len(sides)
    assert not any(paper.in_hand for paper in sides)
