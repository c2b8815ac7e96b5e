"""The session without a window: real store and pack, a finder that answers when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pytest

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState, MaterialMark
from desk_app.core.suggestion import Suggestion, Suggestions, Why
from desk_app.services.casework import Ending
from desk_app.services.drafting import WORDS
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import (
    SessionState,
    asking,
    exclusions,
    find_reasons,
    links,
    offered,
    offered_reasons,
    reason_texts,
)
from desk_app.ui.tasks.runner import ImmediateRunner
from tests.helpers.ui_desk import FakePrintRoom, NotedShell, open_desk

OUTPATIENT, REMOTE = "medical.reimburse-outpatient", "medical.reimburse-remote"
T = TypeVar("T")


@dataclass
class NotedView:
    """Notes what it was told to show."""

    shown: list[tuple[SessionState, bool]] = field(default_factory=list)
    suggested: list[SessionState] = field(default_factory=list)
    undone: list[tuple[Entry, ...]] = field(default_factory=list)
    ended: list[CaseState] = field(default_factory=list)

    def show_session(self, state: SessionState, *, fresh: bool) -> None:
        """See ``SessionView``."""
        self.shown.append((state, fresh))

    def show_suggestions(self, state: SessionState) -> None:
        """See ``SessionView``."""
        self.suggested.append(state)

    def session_undone(self, entries: tuple[Entry, ...]) -> None:
        """See ``SessionView``."""
        self.undone.append(entries)

    def session_ended(self, case: CaseState) -> None:
        """See ``SessionView``."""
        self.ended.append(case)


@dataclass
class SlowFinder:
    """Knows what it was asked; finds the same items for everything."""

    items: tuple[str, ...] = (OUTPATIENT, REMOTE)
    asked: list[str] = field(default_factory=list)

    def suggest(self, text: str, limit: int = 5) -> Suggestions:
        """See ``ItemFinder``."""
        self.asked.append(text)
        why = (Why("words", text),)
        found = (Suggestion(item, 1.0, why, ("为什么没刷卡？",)) for item in self.items[:limit])
        return Suggestions(text, tuple(found), (), ())


class HeldRunner(ImmediateRunner):
    """Writes at once, but keeps what runs beside the store until ``release``."""

    def __init__(self) -> None:
        self.held: list[Callable[[], object]] = []

    def side(
        self, work: Callable[[], T], done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:  # fmt: skip
        """See ``Runner``."""
        del failed
        self.held.append(lambda: done(work()))


@dataclass
class Desk:
    """A presenter with everything around it."""

    presenter: SessionPresenter
    view: NotedView
    shell: NotedShell
    finder: SlowFinder
    context: UiContext

    @property
    def case(self) -> CaseState:
        """The case as it is stored."""
        return self.context.store.case(self.presenter.case_id)

    @property
    def state(self) -> SessionState:
        """What is shown."""
        state = self.presenter.state
        assert state is not None
        return state

    def again(self) -> Desk:
        """The same desk after the program was started again."""
        view = NotedView()
        return replace(self, presenter=SessionPresenter(self.context, view), view=view)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    shell, finder, view = NotedShell(), SlowFinder(), NotedView()
    with open_desk(tmp_path, shell, FakePrintRoom()) as context:
        context = replace(context, finder=finder)
        presenter = SessionPresenter(context, view)
        presenter.start()
        yield Desk(presenter, view, shell, finder, context)


def test_a_new_session_shows_an_empty_case_once(desk: Desk) -> None:
    assert [fresh for _, fresh in desk.view.shown] == [True]
    assert desk.case.number
    assert desk.shell.saves == 1


def test_typing_is_a_draft_until_the_editor_is_left_and_an_entry_then(desk: Desk) -> None:
    desk.presenter.keep_draft(WORDS, "老伴走了", 2)
    assert [(d.text, d.cursor) for d in desk.context.store.drafts()] == [("老伴走了", 2)]
    assert "words" not in desk.case.fields
    desk.presenter.settle_field("words", "老伴走了好多年")
    assert desk.case.fields["words"] == "老伴走了好多年"
    assert desk.context.store.drafts() == []


def test_drafts_of_every_line_come_back_with_their_carets(desk: Desk) -> None:
    desk.presenter.keep_draft(WORDS, "老伴走了", 2)
    desk.presenter.keep_draft("promise:what", "回电", 1)
    case_id, later = desk.presenter.case_id, desk.again()
    later.presenter.resume(case_id)
    found = {slot: (d.text, d.cursor) for slot, d in later.state.drafts.items()}
    assert found == {WORDS: ("老伴走了", 2), "promise:what": ("回电", 1)}
    assert later.finder.asked[-1] == "老伴走了"  # suggestions for the draft, not for the entry


def test_saved_is_said_only_of_what_was_committed(desk: Desk) -> None:
    before = desk.shell.saves
    desk.presenter.set_field("verdict", "")
    desk.presenter.refresh()
    assert desk.shell.saves == before
    desk.presenter.set_field("verdict", "feasible")
    assert desk.shell.saves == before + 1


def test_only_the_answer_to_the_latest_words_is_shown(desk: Desk) -> None:
    runner = HeldRunner()
    later = replace(desk, context=replace(desk.context, runner=runner)).again()
    later.presenter.resume(desk.presenter.case_id)
    later.presenter.look_for_words("外地看病")
    later.presenter.look_for_words("火化证明")
    late, latest = runner.held
    latest()
    late()
    assert [s.why[0].text for s in later.state.suggestions] == ["火化证明", "火化证明"]
    assert len(later.view.suggested) == 1


def test_the_same_words_are_looked_for_once(desk: Desk) -> None:
    desk.presenter.look_for_words("外地看病")
    desk.presenter.look_for_words("外地看病")
    assert desk.finder.asked == ["外地看病"]


def test_enter_before_the_finder_answered_takes_the_first_when_it_does(desk: Desk) -> None:
    runner = HeldRunner()
    later = replace(desk, context=replace(desk.context, runner=runner)).again()
    later.presenter.resume(desk.presenter.case_id)
    later.presenter.take_first("lxbx")
    assert later.case.items == ()
    runner.held[0]()
    assert [(taken.item, taken.why) for taken in later.case.items] == [(OUTPATIENT, "lxbx")]
    assert later.state.search.query == ""


def test_enter_with_nothing_found_takes_nothing(desk: Desk) -> None:
    desk.finder.items = ()
    desk.presenter.take_first("zzzz")
    assert desk.case.items == ()
    assert desk.state.search.answered


def test_undo_takes_back_the_whole_act_and_then_the_one_before(desk: Desk) -> None:
    desk.presenter.choose(OUTPATIENT)
    desk.presenter.mark_rest_in_hand()
    assert len(desk.case.materials) > 1
    desk.presenter.undo()
    assert desk.case.materials == {}
    assert len(desk.view.undone[0]) > 1
    desk.presenter.undo()
    assert desk.case.items == ()
    desk.presenter.undo()
    assert desk.view.undone[-1] == ()


def test_undo_leaves_the_words_to_their_editor(desk: Desk) -> None:
    desk.presenter.choose(OUTPATIENT)
    desk.presenter.settle_field("words", "外地看病")
    desk.presenter.undo()
    assert desk.case.items == ()
    assert desk.case.fields["words"] == "外地看病"


def test_a_refused_act_is_said_and_the_truth_is_drawn_again(desk: Desk) -> None:
    desk.presenter.choose(OUTPATIENT)
    drawn = len(desk.view.shown)
    desk.presenter.mark_material("id-card", MaterialMark("not_applicable"))
    assert len(desk.shell.problems) == 1
    assert len(desk.view.shown) == drawn + 1
    assert desk.case.materials == {}


def test_an_end_without_its_explanation_changes_nothing(desk: Desk) -> None:
    desk.presenter.keep_draft("end:basis", "还没写完", 4)
    with pytest.raises(Exception, match="不能办"):
        desk.presenter.end("infeasible", Ending())
    assert desk.case.is_open
    assert len(desk.context.store.drafts()) == 1
    assert desk.view.ended == []


def test_an_end_closes_the_case_drops_its_drafts_and_can_be_taken_back(desk: Desk) -> None:
    case_id = desk.presenter.case_id
    desk.presenter.keep_draft("promise:what", "没写完", 3)
    desk.presenter.end("talk_only", Ending(explained=True))
    assert [case.is_open for case in desk.view.ended] == [False]
    assert desk.presenter.state is None
    assert desk.context.store.drafts() == []
    desk.presenter.undo_end()
    assert desk.context.store.case(case_id).is_open
    assert desk.shell.asked == [("open_session", case_id)]
    kinds = [entry.kind for entry in desk.context.store.case(case_id).timeline]
    assert kinds == ["case.opened"]


def test_an_item_from_the_map_opens_a_session_when_there_is_none(desk: Desk) -> None:
    later = desk.again()
    later.presenter.take(OUTPATIENT)
    assert [i.item for i in later.case.items] == [OUTPATIENT]
    assert later.presenter.case_id != desk.presenter.case_id
    later.presenter.take(REMOTE)
    assert [i.item for i in later.case.items] == [OUTPATIENT, REMOTE]


def test_ticking_a_link_keeps_every_link_in_its_place(desk: Desk) -> None:
    desk.presenter.choose(OUTPATIENT)
    before = [link.item for link in links(desk.context.pack, desk.state)]
    assert before
    desk.presenter.choose(before[0])
    after = links(desk.context.pack, desk.state)
    assert [link.item for link in after][: len(before)] == before
    assert after[0].chosen


def test_chosen_items_are_no_suggestions_any_more(desk: Desk) -> None:
    desk.presenter.look_for_words("外地看病")
    assert [s.item for s in offered(desk.state)] == [OUTPATIENT, REMOTE]
    desk.presenter.choose(OUTPATIENT)
    assert [s.item for s in offered(desk.state)] == [REMOTE]


def test_items_that_exclude_each_other_are_told(desk: Desk) -> None:
    pack = desk.context.pack
    link = next(relation for relation in pack.relations if relation.kind == "excludes")
    desk.presenter.choose(link.source)
    assert list(exclusions(pack, desk.state, link.source)) == []
    desk.presenter.choose(link.target)
    told = list(exclusions(pack, desk.state, link.source))
    assert [(name, relation.id) for name, relation in told] == [
        (pack.items[link.target].name, link.id)
    ]


def test_few_questions_show_at_once_and_answered_ones_stay(desk: Desk) -> None:
    pack = desk.context.pack
    desk.presenter.choose(OUTPATIENT)
    desk.presenter.choose(REMOTE)
    few, all_ = asking(pack, desk.state, 5), asking(pack, desk.state, 1000)
    assert len(few.facts) + len(few.open) == 5
    assert few.folded == len(all_.facts) + len(all_.open) - 5
    last = all_.open[-1][0]
    desk.presenter.answer_question(last, "说不清")
    assert (last, "说不清") in asking(pack, desk.state, 5).open
    papers = [question.papers for question in all_.facts]
    assert papers == sorted(papers, reverse=True)


def test_the_finders_questions_are_asked_once_and_only_before_the_choice(desk: Desk) -> None:
    pack = desk.context.pack
    desk.presenter.look_for_words("外地看病")
    assert asking(pack, desk.state, 5).open == (("为什么没刷卡？", ""),)
    desk.presenter.choose(OUTPATIENT)
    assert "为什么没刷卡？" not in dict(asking(pack, desk.state, 1000).open)


def test_reasons_are_found_by_code_word_and_initials(desk: Desk) -> None:
    pack = desk.context.pack
    texts = reason_texts(pack, desk.context.romanise)
    assert find_reasons(texts, "m04")[0] == "M04"
    assert "M04" in find_reasons(texts, "材料 不一致")
    assert "M04" in find_reasons(texts, "cl")
    assert find_reasons(texts, "没有这样的原因") == ()


def test_reasons_of_the_chosen_items_come_first_those_of_the_barrier_in_front(desk: Desk) -> None:
    desk.presenter.choose(OUTPATIENT)
    desk.presenter.set_field("barrier", "material")
    codes = offered_reasons(desk.context.pack, desk.state)
    known = {b.reason for b in desk.context.pack.items[OUTPATIENT].common_blockers}
    assert codes[0].startswith("M")
    assert known <= set(codes)
