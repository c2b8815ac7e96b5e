"""可不可以办: two advisers are asked, a decision is filed, and somebody else approves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.advice import APPROVED, OPEN, filings, questions
from desk_app.core.errors import BadInputError
from desk_app.core.stages import CONDITIONS
from desk_app.services.advice import Advice
from desk_app.ui.presenters.advice_presenter import ASK, FILE
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.advice_page import AdvicePage
from desk_app.ui.views.today_page import TodayPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import acts, click_words, press, take_back, texts, write
from tests.helpers.stories import print_paper, receive, story_window, the_case, topic_page

ENTER = Qt.Key.Key_Return


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with story_window(tmp_path) as opened:
        receive(opened, "广先生", "住院要先付钱，规定是先付后报，家里只剩四千多")
        yield opened


@pytest.fixture
def page(desk: OpenWindow) -> AdvicePage:
    return show(desk)


def show(desk: OpenWindow) -> AdvicePage:
    return topic_page(desk, "advice", AdvicePage)


def fill(desk: OpenWindow, page: AdvicePage, **typed: str) -> None:
    for name, text in typed.items():
        page.lines[name].setFocus()
        write(desk, text)
    press(desk, ENTER)


def test_guang_two_are_asked_and_the_way_out_is_approved(
    desk: OpenWindow, page: AdvicePage
) -> None:
    fill(desk, page, whom="区医保中心老周", question="能不能先报后补结算单")
    fill(desk, page, whom="慈善基金会", question="能不能先垫")
    assert len(questions(the_case(desk))) == 2
    page.asked.setFocus()
    page.asked.select(questions(the_case(desk))[0].id)
    press(desk, Qt.Key.Key_1)
    assert page.lines["by"].text() == "区医保中心老周"
    write(desk, "可以先垫付再报")
    click_words(desk, page, "有条件可以办")
    page.lines["basis"].setFocus()
    press(desk, ENTER)
    first, second = questions(the_case(desk))
    assert [one.leaning for one in first.answers] == ["conditional"]
    assert second.is_open
    assert "有条件可以办。可以先垫付再报" in texts(page.asked)
    click_words(desk, page, "报备案")
    fill(desk, page, what="基金先垫付，报销到账再还", rule="先付后报", reason="家里只剩四千多")
    (filing,) = filings(the_case(desk))
    assert filing.state == OPEN
    assert acts(page.filed, filing.id) == ["1 收回"]
    assert not CONDITIONS["filings_judged"].holds(the_case(desk))
    with pytest.raises(BadInputError, match="不能自己批"):
        Advice(desk.store, "小李").judge(the_case(desk).case_id, filing.id, "yes")
    Advice(desk.store, "主任").judge(the_case(desk).case_id, filing.id, "yes")
    page = show(desk)
    assert "批了，主任" in texts(page.filed)
    assert filings(the_case(desk))[0].state == APPROVED
    form = print_paper(desk, "备案表")
    for part in ("基金先垫付，报销到账再还", "先付后报", "区医保中心老周", "主任"):
        assert part in form


def test_somebody_elses_filing_is_judged_by_keyboard(desk: OpenWindow, page: AdvicePage) -> None:
    work = Advice(desk.store, "小王")
    work.file(the_case(desk).case_id, "先办后补", "要原件", "原件在医院", "", "三天内补")
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "备案等人批：先办后补" in texts(today.tasks)
    page = show(desk)
    page.filed.select_first()
    page.filed.setFocus()
    press(desk, Qt.Key.Key_2)
    write(desk, "先去医院拿")
    press(desk, ENTER)
    assert "没批，小李，先去医院拿" in texts(page.filed)
    take_back(desk)
    page.filed.setFocus()
    press(desk, Qt.Key.Key_1)
    assert filings(the_case(desk))[0].state == APPROVED


def test_what_is_missing_stays_typed_and_comes_back(desk: OpenWindow, page: AdvicePage) -> None:
    click_words(desk, page, "报备案")
    fill(desk, page, what="先办后补")
    assert "和哪条规定不一样" in desk.window.notice.text
    assert page.lines["what"].text() == "先办后补"
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "中断在“研判”" in texts(today.drafts)
    other = desk.casework.open_case().case_id
    mine = next(row.case_id for row in desk.store.cases() if row.case_id != other)
    for case_id, form, typed in ((other, ASK, ""), (mine, FILE, "先办后补")):
        desk.context.shell.open_topic(case_id, "advice")
        desk.settle()
        assert (page.form.value, page.lines["what"].text()) == (form, typed)


@pytest.mark.parametrize("scale", [100, 175])
def test_everything_fits_and_has_a_name(desk: OpenWindow, page: AdvicePage, scale: int) -> None:
    fill(desk, page, whom="区医保中心老周", question="能不能先报后补结算单")
    Advice(desk.store, "小王").file(
        the_case(desk).case_id, "先办后补", "要原件", "在医院", "", "补"
    )
    page = show(desk)
    for words in ("记一条意见", "报备案"):
        click_words(desk, page, words)
        desk.dress(ThemeName.LIGHT, scale)
        assert clipped(page) == []
        assert nameless(page) == []
        assert outside(page) == []
