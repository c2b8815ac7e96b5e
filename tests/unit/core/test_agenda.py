"""What a case still asks for, each thing once."""

from __future__ import annotations

from desk_app.core.agenda import build_agenda
from desk_app.core.catalogue import Pack, Sop
from desk_app.core.checklist import to_definition
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState, ChosenItem, MaterialMark, StepMark
from tests.helpers.small_pack import fact, item, material, need, pack, sop, step


def entry(kind: str = "item.chosen") -> Entry:
    return Entry("d-i-1", "c", kind, 1, {}, "王", "0", "2026-11-23T09:00:00+08:00", "", "", "")


def case(
    *items: str,
    answers: dict[str, str] | None = None,
    questions: dict[str, str] | None = None,
    started: tuple[Sop, ...] = (),
    steps: dict[tuple[str, str], StepMark] | None = None,
    materials: dict[str, MaterialMark] | None = None,
) -> CaseState:
    return CaseState(
        case_id="c",
        items=tuple(ChosenItem(name, name, 1, "", entry()) for name in items),
        answers=answers or {},
        questions=questions or {},
        definitions={made.id: to_definition(made) for made in started},
        steps=steps or {},
        materials=materials or {},
    )


def two_items() -> Pack:
    agent = fact("agent", "yes", "no")
    dead = fact("dead", "yes", "no")
    return pack(
        [
            item(
                "a",
                need("proxy", when="代办", fact="agent", value="yes"),
                ask=("哪家医院", "哪天"),
            ),
            item(
                "b",
                need("proxy", when="代办", fact="agent", value="yes"),
                need("cert", when="去世", fact="dead", value="yes"),
                ask=("哪天",),
            ),
        ],
        facts=[dead, agent],
    )


def test_each_question_is_asked_once_over_all_items() -> None:
    agenda = build_agenda(two_items(), case("a", "b", questions={"哪天": "上周三"}))
    assert [(q.text, q.items, q.answer) for q in agenda.questions] == [
        ("哪家医院", ("a",), ""),
        ("哪天", ("a", "b"), "上周三"),
    ]


def test_the_question_that_decides_most_papers_comes_first() -> None:
    agenda = build_agenda(two_items(), case("b", "a", answers={"dead": "no"}))
    assert [(q.fact.id, q.papers, q.items, q.answer) for q in agenda.facts] == [
        ("agent", 2, ("b", "a"), ""),
        ("dead", 1, ("b",), "no"),
    ]


def test_an_item_that_the_pack_no_longer_holds_does_not_stop_the_rest() -> None:
    agenda = build_agenda(two_items(), case("gone", "a"))
    assert [i.id for i in agenda.items] == ["a"]


def test_checklists_of_the_chosen_items_are_suggested_until_they_are_started() -> None:
    asks = sop("asks", step("s", ("x", "start_sop", "other")), items=("a",))
    other = sop("other", step("s"))
    of = pack([item("a")], sops=[asks, other])
    assert build_agenda(of, case("a")).suggested_sops == ("asks",)
    started = case("a", started=(asks,), steps={("asks", "s"): StepMark("done", "x")})
    assert build_agenda(of, started).suggested_sops == ("other",)
    assert build_agenda(of, case("a", started=(asks, other))).suggested_sops == ()


def test_what_an_answered_step_asks_for_reaches_the_list_and_the_suggestions() -> None:
    asks = sop("asks", step("s", ("x", "add_material", "stub")), step("t", ("y", "add_item", "b")))
    of = pack([item("a", need("id")), item("b")], [material("stub")], sops=[asks])
    steps = {("asks", "s"): StepMark("done", "x"), ("asks", "t"): StepMark("done", "y")}
    agenda = build_agenda(of, case("a", started=(asks,), steps=steps))
    assert [p.material.id for p in agenda.materials.papers] == ["id", "stub"]
    assert agenda.wanted_items == ("b",)
    assert [e.action for e in agenda.effects] == ["add_material", "add_item"]
    chosen = build_agenda(of, case("a", "b", started=(asks,), steps=steps))
    assert chosen.wanted_items == ()


def test_a_step_that_asks_for_something_unknown_is_passed_over() -> None:
    asks = sop(
        "asks", step("s", ("x", "add_material", "gone")), step("t", ("y", "add_item", "gone"))
    )
    steps = {("asks", "s"): StepMark("done", "x"), ("asks", "t"): StepMark("done", "y")}
    agenda = build_agenda(pack(), case(started=(asks,), steps=steps))
    assert (agenda.materials.papers, agenda.wanted_items) == ((), ())


def test_a_started_checklist_walks_as_it_was_when_it_was_started() -> None:
    old = sop("s", step("a"), step("b"))
    of = pack(sops=[sop("s", step("new"))])
    agenda = build_agenda(of, case(started=(old,), steps={("s", "a"): StepMark("done")}))
    assert [w.step.id for w in agenda.walks[0].steps] == ["a", "b"]
    assert agenda.walks[0].settled == 1


def test_marks_of_one_checklist_do_not_settle_steps_of_another() -> None:
    one, two = sop("one", step("a")), sop("two", step("a"))
    agenda = build_agenda(pack(), case(started=(one, two), steps={("one", "a"): StepMark("done")}))
    assert [walked.settled for walked in agenda.walks] == [1, 0]
