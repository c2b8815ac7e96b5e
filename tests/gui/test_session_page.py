"""The session page as a person works it: keys, chips, lines, layouts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desk_app.content.finder import Finder
from desk_app.core.fold import CaseState
from desk_app.core.suggestion import Suggestions
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.widgets.block_columns import NARROW, TABS, WIDE
from desk_app.ui.widgets.chip_list import ChipList
from tests.helpers.gui import OpenWindow, clipped, nameless, open_window, outside, shown
from tests.helpers.starter import starter_finder
from tests.helpers.typing_in import commit_text, compose_text

OUTPATIENT = "medical.reimburse-outpatient"
WORDS = "去外地看病，自己垫了钱，发票和明细对不上"
CONTROL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@dataclass
class CountingFinder:
    """The real finder; notes what it was asked."""

    finder: Finder
    asked: list[str] = field(default_factory=list)

    def suggest(self, text: str, limit: int = 5) -> Suggestions:
        """See ``ItemFinder``."""
        self.asked.append(text)
        return self.finder.suggest(text, limit)


@dataclass
class At:
    """A session at hand."""

    desk: OpenWindow
    page: SessionPage
    finder: CountingFinder

    @property
    def case(self) -> CaseState:
        """The case as it is stored."""
        self.desk.settle()
        return self.desk.store.case(self.page.presenter.case_id)

    @property
    def state(self) -> SessionState:
        """What the page shows."""
        state = self.page.presenter.state
        assert state is not None
        return state

    def items(self) -> list[str]:
        """Ids of the chosen items."""
        return [item.item for item in self.case.items]

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(focus(), key, modifier)
        self.desk.settle()

    def write(self, text: str) -> None:
        """Commit text where the focus is."""
        commit_text(focus(), text)
        self.desk.settle()

    def choose(self, *items: str) -> None:
        """Take items as the finder's rows do."""
        for item in items:
            self.page.presenter.choose(item)
        self.desk.settle()

    def rows(self, rows: ChipList, begin: str) -> list[str]:
        """Ids of the rows that begin so."""
        return [row.id for row in rows.rows if row.id.startswith(begin)]

    def row_text(self, rows: ChipList, row_id: str) -> str:
        """Everything a row says."""
        return next(row.spoken for row in rows.rows if row.id == row_id)


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[At]:
    assert qtbot
    finder = CountingFinder(starter_finder())
    with open_window(tmp_path, finder=finder) as desk:
        page = desk.window.page("session")
        assert isinstance(page, SessionPage)
        desk.context.shell.new_session()
        desk.wait(lambda: page.words.editor.hasFocus(), "the caret in 原话")
        yield At(desk, page, finder)


def test_committed_words_are_looked_for_once_and_composing_is_not(at: At) -> None:
    editor = at.page.words.editor
    compose_text(editor, "wai di")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(editor, key)
    compose_text(editor, "wai di kan bing")
    assert at.finder.asked == []
    editor.clear()
    commit_text(editor, WORDS)
    at.desk.wait(lambda: bool(at.page.items.list.rows), "suggestions")
    at.desk.settle()
    assert at.finder.asked == [WORDS]


def test_enter_while_composing_in_the_search_box_takes_nothing(at: At) -> None:
    at.key(Qt.Key.Key_F6)
    search = at.page.items.search
    assert search.hasFocus()
    commit_text(search, "报销")
    compose_text(search, "bao")
    at.key(Qt.Key.Key_Return)
    assert at.items() == []
    compose_text(search, "")
    at.key(Qt.Key.Key_Return)
    at.desk.wait(lambda: len(at.items()) == 1, "the first item")
    assert search.text() == ""


def test_enter_while_composing_in_a_short_line_goes_nowhere(at: At) -> None:
    line = at.page.person.title
    line.setFocus()
    compose_text(line, "chen")
    at.key(Qt.Key.Key_Return)
    assert line.hasFocus()
    compose_text(line, "")
    at.write("陈阿姨")
    at.key(Qt.Key.Key_Return)
    assert not line.hasFocus()
    assert at.case.fields["resident_title"] == "陈阿姨"


def test_digits_mark_materials_and_go_on_to_the_next(at: At) -> None:
    at.choose(OUTPATIENT)
    at.key(Qt.Key.Key_F4)
    rows = at.page.checklist.list
    papers = at.rows(rows, "paper:")
    assert rows.current == papers[0]
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_4):
        at.key(key)
    states = [at.case.materials[paper.removeprefix("paper:")].state for paper in papers[:3]]
    assert states == ["in_hand", "missing", "asking"]
    assert rows.current == papers[3]
    at.key(Qt.Key.Key_Up)
    at.key(Qt.Key.Key_0)
    assert at.case.materials[papers[2].removeprefix("paper:")].state == "unseen"
    at.key(Qt.Key.Key_9)
    rest = [at.case.materials[paper.removeprefix("paper:")].state for paper in papers]
    assert rest == ["in_hand", "missing", *["in_hand"] * (len(papers) - 2)]


def test_not_applicable_asks_for_a_reason_in_its_row(at: At) -> None:
    at.choose(OUTPATIENT)
    at.key(Qt.Key.Key_F4)
    rows = at.page.checklist.list
    first = rows.current.removeprefix("paper:")
    at.key(Qt.Key.Key_3)
    assert rows.prompt.hasFocus()
    at.key(Qt.Key.Key_Escape)
    assert at.desk.window.page_name == "session"  # Esc closed the line and went no further
    assert rows.hasFocus()
    assert first not in at.case.materials
    at.key(Qt.Key.Key_3)
    at.write("孩子没有身份证")
    at.key(Qt.Key.Key_Return)
    mark = at.case.materials[first]
    assert (mark.state, mark.note) == ("not_applicable", "孩子没有身份证")
    assert rows.hasFocus()
    assert at.desk.store.drafts() == []


def test_who_fetches_and_what_stands_in_are_chips_of_the_current_row(at: At) -> None:
    at.choose(OUTPATIENT)
    at.key(Qt.Key.Key_F4)
    rows = at.page.checklist.list
    paper = rows.current
    for _ in range(6):  # past the four states, to 我们
        at.key(Qt.Key.Key_Right)
    chip = rows.current_chip()
    assert chip is not None
    assert chip.value == "fetcher:us"
    at.key(Qt.Key.Key_Space)
    assert at.case.materials[paper.removeprefix("paper:")].fetcher == "us"
    assert "我们去拿" in at.row_text(rows, paper)


def test_a_checklist_starts_with_one_key_and_keeps_answers_through_a_change(at: At) -> None:
    at.choose(OUTPATIENT)
    rows = at.page.checklist.list
    offer = at.rows(rows, "offer:")[0]
    rows.setFocus()
    rows.select(offer)
    at.key(Qt.Key.Key_1)
    sop = offer.removeprefix("offer:")
    assert list(at.case.definitions) == [sop]
    steps = at.rows(rows, "step:")
    assert "未看" in at.row_text(rows, steps[0])
    branching = next(s for s in at.desk.pack.sops[sop].steps if _jumps(at, sop, s.id))
    row = f"step:{sop}/{branching.id}"
    for step in at.desk.pack.sops[sop].steps:
        if step.id == branching.id:
            break
        at.page.checklist.list.pressed.emit(f"step:{sop}/{step.id}", "state:done")
    at.desk.settle()
    before = at.rows(rows, "step:")
    jump = next(b for b in branching.branches if b.action == "goto_step")
    rows.pressed.emit(row, f"answer:{jump.answer}")
    at.desk.settle()
    assert "完成" in at.row_text(rows, row)
    after = at.rows(rows, "step:")
    assert len(after) < len(before)
    folded = at.rows(rows, "skipped:")
    assert len(folded) == 1
    rows.pressed.emit(row, f"answer:{jump.answer}")  # the same answer again opens the step
    at.desk.settle()
    assert at.rows(rows, "step:") == before
    assert "完成" in at.row_text(rows, before[0])


def _jumps(at: At, sop: str, step: str) -> bool:
    steps = [s.id for s in at.desk.pack.sops[sop].steps]
    branches = at.desk.pack.sops[sop].step(step).branches
    return any(
        b.action == "goto_step" and steps.index(b.target) > steps.index(step) + 1 for b in branches
    )


def test_what_an_answer_sets_off_is_said_under_it_and_done(at: At) -> None:
    sop = at.desk.pack.sops["sop.charity-advance-loop"]
    step = next(s for s in sop.steps if any(b.action == "add_material" for b in s.branches))
    branch = next(b for b in step.branches if b.action == "add_material")
    at.choose(sop.related_items[0])
    at.page.presenter.start_sop(sop.id)
    at.desk.settle()
    rows = at.page.checklist.list
    rows.pressed.emit(f"step:{sop.id}/{step.id}", f"answer:{branch.answer}")
    at.desk.settle()
    material = at.desk.pack.materials[branch.target]
    said = at.row_text(rows, f"step:{sop.id}/{step.id}")
    assert f"已加进材料单：{material.plain_name}" in said
    assert f"paper:{material.id}" in at.rows(rows, "paper:")


def test_facts_are_answered_by_digit_and_taken_back_by_the_same_digit(at: At) -> None:
    at.choose(OUTPATIENT)
    rows = at.page.questions.list
    fact = at.rows(rows, "fact:")[0]
    rows.setFocus()
    rows.select(fact)
    at.key(Qt.Key.Key_1)
    name = fact.removeprefix("fact:")
    assert at.case.answers[name] == at.desk.pack.facts[name].options[0].value
    at.key(Qt.Key.Key_1)
    assert name not in at.case.answers


def test_an_open_question_is_answered_in_its_row(at: At) -> None:
    at.choose(OUTPATIENT)
    rows = at.page.questions.list
    question = at.rows(rows, "question:")[0]
    rows.setFocus()
    rows.select(question)
    at.key(Qt.Key.Key_Return)
    at.write("说不清楚")
    at.key(Qt.Key.Key_Return)
    assert at.case.questions == {question.removeprefix("question:"): "说不清楚"}
    assert "答：说不清楚" in at.row_text(rows, question)


def test_an_odd_number_is_kept_with_a_gentle_word_and_shows_masked(at: At) -> None:
    person = at.page.person
    person.lines["id_number"].line.setFocus()
    at.write("310106196001011010")
    at.key(Qt.Key.Key_Return)
    assert at.case.fields["id_number"] == "310106196001011010"
    assert person.hint.isVisible()
    assert "310106196001011010" not in _all_text(at.desk.window)
    assert "310***********1010" in _all_text(at.desk.window)


def test_whoever_was_here_before_is_told_while_the_session_goes_on(at: At) -> None:
    """By the sound of the name, then by the end of the number; nothing of them shows in full."""
    earlier = at.page.presenter.case_id
    for name, value in (("resident_name", "陈桂英"), ("id_number", "310106196001011012")):
        at.page.presenter.settle_field(name, value)
    at.desk.settle()
    at.desk.context.shell.new_session()
    at.desk.wait(lambda: at.page.presenter.case_id != earlier, "another session")
    known = at.page.person.known
    assert not known.isVisible()
    at.page.person.lines["resident_name"].line.setFocus()
    at.write("陈贵英")
    at.key(Qt.Key.Key_Return)
    assert "名字读音一样" in at.row_text(known, earlier)
    at.page.person.lines["id_number"].line.setFocus()
    at.write("1012")
    at.key(Qt.Key.Key_Return)
    assert "证件尾号一样" in at.row_text(known, earlier)
    assert "陈桂英" not in _all_text(at.desk.window)
    known.setFocus()
    known.select_first()
    at.key(Qt.Key.Key_Return)
    assert at.desk.window.page("case").about == earlier


def test_a_number_of_an_earlier_session_is_only_opened_with_a_note(at: At) -> None:
    case_id = at.page.presenter.case_id
    at.page.presenter.settle_field("phone", "13812345678")
    at.desk.settle()
    at.desk.context.shell.open_session(case_id)
    at.desk.settle()
    at.page.person.lines["phone"].change.click()
    at.desk.settle()
    assert at.page.person.lines["phone"].line.text() == "13812345678"
    assert [e.body["field"] for e in at.case.timeline if e.kind == "sensitive.revealed"] == [
        "phone"
    ]


def test_undo_outside_an_editor_takes_back_the_act_inside_it_the_letters(at: At) -> None:
    at.write("外地看病")
    at.choose(OUTPATIENT)
    at.key(Qt.Key.Key_Z, CONTROL)
    assert at.page.words.editor.toPlainText() == ""
    assert len(at.items()) == 1
    at.page.checklist.list.setFocus()
    at.key(Qt.Key.Key_Z, CONTROL)
    assert at.items() == []


def test_leaving_for_another_page_keeps_text_caret_and_focus(at: At) -> None:
    at.write(WORDS)
    editor = at.page.words.editor
    caret = editor.textCursor()
    caret.setPosition(3)
    editor.setTextCursor(caret)
    at.desk.window.go("cases")
    assert at.case.fields["words"] == WORDS
    at.desk.window.go("session")
    at.desk.settle()
    assert (editor.toPlainText(), editor.textCursor().position()) == (WORDS, 3)
    assert editor.hasFocus()


def test_another_look_while_typing_changes_no_letter(at: At) -> None:
    at.write(WORDS)
    for name, scale in ((ThemeName.DARK, 175), (ThemeName.CONTRAST, 130), (ThemeName.LIGHT, 100)):
        at.desk.dress(name, scale)
        assert at.page.words.editor.toPlainText() == WORDS
        assert at.page.words.editor.hasFocus()


def test_f6_goes_round_the_blocks_and_back(at: At) -> None:
    at.choose(OUTPATIENT)
    visited = []
    for _ in range(5):
        at.key(Qt.Key.Key_F6)
        visited.append(focus())
    page = at.page
    assert visited == [
        page.items.search, page.checklist.list, page.promise.what, page.questions.list,
        page.words.editor,
    ]  # fmt: skip
    at.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert focus() is page.questions.list


def test_the_end_is_a_panel_that_esc_leaves_with_everything_kept(at: At) -> None:
    at.write(WORDS)
    at.key(Qt.Key.Key_Return, CONTROL)
    assert at.page.is_ending
    at.page.end.next_door.setText("区医保中心")
    at.key(Qt.Key.Key_Escape)
    assert not at.page.is_ending
    assert at.desk.window.page_name == "session"
    at.key(Qt.Key.Key_Return, CONTROL)
    assert at.page.end.next_door.text() == "区医保中心"


def test_cannot_be_done_wants_why_grounds_and_the_next_door_and_keeps_the_rest(at: At) -> None:
    at.page.presenter.set_field("verdict", "infeasible")
    at.desk.settle()
    at.key(Qt.Key.Key_Return, CONTROL)
    end = at.page.end
    assert end.outcome.value == "infeasible"
    at.key(Qt.Key.Key_Return, CONTROL)
    assert at.page.is_ending
    assert at.case.is_open
    assert end.explanation.hasFocus()
    at.write("政策没有这一条")
    end.basis.setText("窗口已请示")
    end.next_door.setText("区医保中心")
    at.key(Qt.Key.Key_Return, CONTROL)
    assert at.case.is_open
    assert end.reasons.search.hasFocus()  # the reason code is missing still
    end.reasons.search.setText("Z03")
    at.key(Qt.Key.Key_Return)
    case_id = at.page.presenter.case_id
    at.key(Qt.Key.Key_Return, CONTROL)
    at.desk.wait(lambda: at.desk.window.page_name == "today", "today")
    closing = at.desk.store.case(case_id).closing
    assert closing is not None
    assert (closing.explanation, closing.basis, closing.next_door) == (
        "政策没有这一条", "窗口已请示", "区医保中心",
    )  # fmt: skip


def test_the_toast_after_the_end_brings_the_session_back(at: At) -> None:
    case_id = at.page.presenter.case_id
    at.key(Qt.Key.Key_Return, CONTROL)
    at.key(Qt.Key.Key_Return)
    at.desk.wait(lambda: at.desk.window.page_name == "today", "today")
    assert not at.desk.store.case(case_id).is_open  # 只是想说说: nothing was chosen
    _button(at.desk.window.toasts, "撤销").click()
    at.desk.wait(lambda: at.page.presenter.case_id == case_id, "the session again")
    assert at.case.is_open
    assert at.desk.window.page_name == "session"


def test_a_promise_has_a_day_in_five_working_days_unless_told_otherwise(at: At) -> None:
    promise = at.page.promise
    promise.take_focus()
    at.write("向医保中心核对")
    at.key(Qt.Key.Key_Return)
    made = at.case.promises[0]
    assert (made.what, made.who) == ("向医保中心核对", "小李")
    assert made.due.isoformat() == "2026-11-30"
    assert promise.what.text() == ""
    assert at.rows(promise.list, made.id)


@pytest.mark.parametrize(
    ("scale", "mode"), [(100, WIDE), (130, TABS), (150, NARROW), (175, NARROW)]
)
def test_nothing_is_clipped_nameless_or_sticks_out_at_any_scale(
    at: At, scale: int, mode: str
) -> None:
    at.write(WORDS)
    at.page.presenter.settle_field("resident_title", "陈阿姨")
    at.page.presenter.settle_field("phone", "13812345678")
    at.page.presenter.settle_field("id_number", "310106196001011012")
    at.page.presenter.set_need("hearing", wanted=True)
    at.choose(OUTPATIENT, "medical.reimburse-remote", "medical.aid")
    at.page.presenter.start_sop(at.state.agenda.suggested_sops[0])
    at.desk.dress(ThemeName.LIGHT, scale)
    assert at.page.columns.mode == mode
    blocks = (at.page.words, at.page.person, at.page.questions, at.page.items,
              at.page.checklist, at.page.promise)  # fmt: skip
    for block in blocks:
        at.page.columns.show_block(block)
        at.desk.settle()
        assert clipped(at.page) == []
        assert outside(at.page) == []
        for area in at.page.findChildren(QScrollArea):
            inner = area.widget()
            assert inner is not None
            assert not area.isVisible() or inner.width() <= area.viewport().width()
    at.key(Qt.Key.Key_Return, CONTROL)
    at.page.end.outcome.show_value("infeasible")
    at.desk.settle()
    assert clipped(at.page) == []
    assert outside(at.page) == []
    assert nameless(at.page) == []


def test_a_long_list_of_rows_costs_less_than_a_frame_to_draw_again(at: At) -> None:
    at.choose(OUTPATIENT, "medical.reimburse-remote", "medical.aid", "civil.low-income")
    for sop in at.state.agenda.suggested_sops[:2]:
        at.page.presenter.start_sop(sop)
    at.desk.settle()
    widgets = len(shown(at.page))
    for sop in at.state.agenda.suggested_sops[:1]:
        at.page.presenter.start_sop(sop)
    at.desk.settle()
    assert len(at.page.checklist.list.rows) > 30
    assert len(shown(at.page)) == widgets  # rows are painted; none of them is a widget


def _button(root: QWidget, words: str) -> QPushButton:
    return next(b for b in root.findChildren(QPushButton) if words in b.text())


def _all_text(root: QWidget) -> str:
    parts = []
    for widget in shown(root):
        for name in ("text", "toPlainText"):
            if callable(read := getattr(widget, name, None)):
                parts.append(str(read()))
        if isinstance(widget, ChipList):
            parts += [row.spoken for row in widget.rows]
    return "\n".join(parts)
