"""Walking a branching checklist."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.core.catalogue import Sop
from desk_app.core.checklist import (
    Effect,
    Walk,
    check_mark,
    from_definition,
    to_definition,
    walk,
)
from desk_app.core.errors import BadInputError
from desk_app.core.fold import StepMark
from desk_app.core.kinds.case import STEP_STATES
from tests.helpers.small_pack import sop, step
from tests.helpers.starter import starter_pack


def done(answer: str = "") -> StepMark:
    return StepMark("done", answer)


def path(walked: Walk) -> list[str]:
    return [entry.step.id for entry in walked.steps]


FORK = sop(
    "fork",
    step("ask", ("yes", "goto_step", "deep"), ("no", "add_material", "proof")),
    step("plain"),
    step("deep", required=False),
    step("last"),
)


def test_without_answers_the_path_is_the_list() -> None:
    walked = walk(FORK, {})
    assert path(walked) == ["ask", "plain", "deep", "last"]
    assert walked.skipped == ()
    assert walked.current is not None
    assert walked.current.step.id == "ask"
    assert [s.id for s in walked.missing_required] == ["ask", "plain", "last"]


def test_an_answer_may_pass_over_steps() -> None:
    walked = walk(FORK, {"ask": done("yes")})
    assert path(walked) == ["ask", "deep", "last"]
    assert [s.id for s in walked.skipped] == ["plain"]


def test_changing_the_answer_brings_back_what_was_marked_before() -> None:
    marks = {"ask": done("no"), "plain": done()}
    assert walk(FORK, marks).settled == 2
    away = walk(FORK, {**marks, "ask": done("yes")})
    assert away.settled == 1
    assert walk(FORK, marks) == walk(FORK, {**marks, "ask": done("no")})


def test_an_answer_sets_off_what_its_branch_says() -> None:
    assert walk(FORK, {"ask": done("no")}).effects == (
        Effect("ask", "add_material", "proof", "no"),
    )
    assert walk(FORK, {"ask": done("yes")}).effects == ()


def test_a_step_that_is_not_applicable_sets_off_nothing() -> None:
    mark = StepMark("not_applicable", "no", "已经核过")
    walked = walk(FORK, {"ask": mark})
    assert walked.effects == ()
    assert walked.settled == 1


@pytest.mark.parametrize(
    ("action", "end"), [("stop_with_explanation", "stopped"), ("start_sop", "handed_over")]
)
def test_some_answers_end_the_path(action: str, end: str) -> None:
    walked = walk(sop("s", step("a", ("x", action, "other")), step("b")), {"a": done("x")})
    assert (path(walked), walked.ends) == (["a"], end)
    assert [s.id for s in walked.skipped] == ["b"]
    assert walked.is_complete


def test_going_back_to_an_earlier_step_ends_the_path_and_says_where_to_go_on() -> None:
    walked = walk(sop("s", step("a"), step("b", ("again", "goto_step", "a"))), {"b": done("again")})
    assert (path(walked), walked.ends, walked.loop_to) == (["a", "b"], "loop", "a")


def test_a_step_that_is_only_in_progress_is_not_settled() -> None:
    walked = walk(FORK, {"ask": StepMark("in_progress", "yes")})
    assert walked.settled == 0
    assert not walked.is_complete


def test_not_applicable_wants_a_reason_and_answers_must_be_offered() -> None:
    ask = FORK.step("ask")
    check_mark(ask, done("yes"))
    with pytest.raises(BadInputError):
        check_mark(ask, StepMark("not_applicable", "", "  "))
    with pytest.raises(BadInputError):
        check_mark(ask, done("maybe"))


NAMES = [f"s{n}" for n in range(6)]
ACTIONS = ("goto_step", "add_material", "stop_with_explanation", "start_sop", "do", "unheard_of")
sops = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from("xy"), st.sampled_from(ACTIONS), st.sampled_from([*NAMES, "nowhere"])
        ),
        max_size=2,
    ),
    max_size=6,
).map(
    lambda all_branches: sop("s", *(step(n, *b) for n, b in zip(NAMES, all_branches, strict=False)))
)
marks = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(StepMark, st.sampled_from(STEP_STATES), st.sampled_from(("", "x", "y", "z"))),
)


@settings(deadline=None)
@given(sops, marks)
def test_any_definition_ends_and_each_step_is_on_the_path_or_passed_over(
    made: Sop, given_marks: dict[str, StepMark]
) -> None:
    walked = walk(made, given_marks)
    on_path, skipped = path(walked), [s.id for s in walked.skipped]
    assert len(on_path) == len(set(on_path))
    assert sorted(on_path + skipped) == sorted(s.id for s in made.steps)
    if walked.ends != "loop":
        positions = [NAMES.index(name) for name in on_path]
        assert positions == sorted(positions)


@settings(deadline=None)
@given(sops, marks)
def test_a_definition_kept_with_a_case_walks_alike(
    made: Sop, given_marks: dict[str, StepMark]
) -> None:
    kept = from_definition(json.loads(json.dumps(to_definition(made))))
    assert walk(kept, given_marks).steps == walk(made, given_marks).steps


def test_every_checklist_of_the_pack_survives_being_kept() -> None:
    for made in starter_pack().sops.values():
        kept = from_definition(json.loads(json.dumps(to_definition(made))))
        assert kept.steps == made.steps
        assert (kept.id, kept.title, kept.version) == (made.id, made.title, made.version)


def test_a_definition_of_a_later_program_is_read_as_far_as_it_is_understood() -> None:
    kept = from_definition(
        {"id": "s", "title": "t", "new": 1, "steps": [{"id": "a", "text": "问", "extra": {}}, "?"]}
    )
    assert [s.text for s in kept.steps] == ["问"]
