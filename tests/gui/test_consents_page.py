"""授权 of a case: by keyboard alone, what is refused stays typed, at every size."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk_app.core.consents import consents, holding
from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.kinds.kind import Json
from desk_app.services.consents import Consents, NewConsent
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.consents_page import ConsentsPage
from tests.helpers.fakes import A_MONDAY
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import click_words, press, texts
from tests.helpers.typing_in import commit_text

TODAY = A_MONDAY.date()
TYPED = {"by": "杨志明", "matter": "参加居民医保", "shown": "身份证", "said": "愿意"}


def case_of(desk: OpenWindow) -> str:
    (row,) = desk.store.search("杨志明")
    return row.case_id


@pytest.fixture
def page(desk: OpenWindow) -> ConsentsPage:
    """The page, reached by its button on the case's own page."""
    desk.context.shell.open_case(case_of(desk))
    desk.settle()
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    case_page.topics.buttons["consents"].click()
    desk.settle()
    found = desk.window.page("consents")
    assert isinstance(found, ConsentsPage)
    assert desk.window.page_name == "consents"
    return found


def type_in(desk: OpenWindow, page: ConsentsPage) -> None:
    """Fill the lines that show, in their order, by keyboard."""
    page.take_focus()
    for words in TYPED.values():
        commit_text(desk.window.focusWidget(), words)
        QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)


def test_a_consent_face_to_face_is_written_by_keyboard(
    desk: OpenWindow, page: ConsentsPage
) -> None:
    type_in(desk, page)
    press(desk, Qt.Key.Key_Return)
    case = desk.store.case(case_of(desk))
    (one,) = holding(case, TODAY)
    assert (one.by, one.matter, one.role, one.way) == (
        "杨志明",
        "参加居民医保",
        "self",
        "in_person",
    )
    assert (one.until - TODAY).days == 180
    assert texts(page.list).startswith("本人杨**：参加居民医保\n有效")
    assert [line.text() for line in page.lines.values()] == [""] * 6
    press(desk, Qt.Key.Key_Escape)
    back = desk.window.page("case")
    assert isinstance(back, CasePage)
    assert back.topics.buttons["consents"].text() == "授权　1 条"


def test_a_consent_rests_on_a_file_of_the_case_and_on_no_other(
    desk: OpenWindow, page: ConsentsPage
) -> None:
    case_id, digest = case_of(desk), "cd" * 32
    new = NewConsent("杨志明", "self", "in_person", "参加居民医保", "身份证", TODAY, "愿意")
    with pytest.raises(BadInputError, match="凭据不在本案的附件里"):
        Consents(desk.store, "小李").give(case_id, replace(new, sha256=digest), TODAY)
    assert consents(desk.store.case(case_id)) == ()
    file: dict[str, Json] = {
        "sha256": digest, "size": 9, "name": "委托书.jpg", "media_type": "image/jpeg",
        "source": "scan",
    }  # fmt: skip
    desk.store.append("小李", [NewEntry(case_id, "attachment.added", file)])
    page.come_up()
    desk.settle()
    click_words(desk, page.file, "委托书.jpg")
    type_in(desk, page)
    press(desk, Qt.Key.Key_Return)
    (one,) = holding(desk.store.case(case_id), TODAY)
    assert one.sha256 == digest
    assert "凭据 委托书.jpg" in texts(page.list)
    assert page.file.value == ""


def test_a_video_without_two_officers_is_refused_and_stays_typed(
    desk: OpenWindow, page: ConsentsPage
) -> None:
    click_words(desk, page.way, "视频亮证")
    type_in(desk, page)
    press(desk, Qt.Key.Key_Return)
    assert consents(desk.store.case(case_of(desk))) == ()
    assert "两名" in desk.window.notice.text
    assert page.lines["by"].text() == "杨志明"


def test_who_cannot_decide_needs_a_guardian(desk: OpenWindow, page: ConsentsPage) -> None:
    type_in(desk, page)
    press(desk, Qt.Key.Key_Return)
    click_words(desk, page.capacity, "不能")
    (row,) = page.list.rows
    assert row.status == "本人不能拿主意，要监护人授权"
    assert not page.lines["guardian_proof"].isVisible()
    click_words(desk, page.role, "监护人")
    assert page.lines["guardian_proof"].isVisible()


def test_what_is_being_typed_is_there_again_after_another_case(
    desk: OpenWindow, page: ConsentsPage
) -> None:
    commit_text(page.lines["matter"], "参加居民医保")
    (other,) = desk.store.search("沈淑珍")
    desk.context.shell.open_topic(other.case_id, "consents")
    desk.settle()
    assert page.lines["matter"].text() == ""
    desk.context.shell.open_topic(case_of(desk), "consents")
    desk.settle()
    assert page.lines["matter"].text() == "参加居民医保"


@pytest.mark.parametrize("scale", [100, 175])
def test_everything_fits_and_has_a_name(desk: OpenWindow, page: ConsentsPage, scale: int) -> None:
    type_in(desk, page)
    press(desk, Qt.Key.Key_Return)
    desk.dress(ThemeName.LIGHT, scale)
    assert nameless(page) == []
    assert clipped(page) == []
    assert outside(page) == []


def test_today_goes_on_where_one_was_interrupted(desk: OpenWindow, page: ConsentsPage) -> None:
    commit_text(page.lines["matter"], "参加居民医保")
    today = desk.show_page("today")
    (row,) = [row for row in today.drafts.rows if "授权" in row.detail]  # type: ignore[attr-defined]
    today.drafts.chosen.emit(row.id)  # type: ignore[attr-defined]
    desk.settle()
    assert desk.window.page_name == "consents"
    assert page.lines["matter"].text() == "参加居民医保"
