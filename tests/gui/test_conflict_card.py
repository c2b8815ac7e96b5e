"""Two people set one value differently, or registered one person twice: a person chooses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.ui.theme import ThemeName
from desk_app.ui.views.case_page import CasePage
from tests.helpers.gui import clipped, nameless, outside
from tests.helpers.hands import CTRL, acts, click_chip, press, take_back, texts
from tests.helpers.street import Street, StreetDesk, open_street

ID_NUMBER = "310106194903121012"  # 沈's, made up


def rivals(street: Street, cases: dict[str, str]) -> None:
    """沈: two phone numbers; 陈: two words for where it got stuck, 小王's the later one."""
    for case, name, first, second in (
        (cases["沈"], "phone", "13911112222", "13900005678"),
        (cases["陈"], "barrier", "material", "policy"),
    ):
        base = street.store.case(case).heads.get(f"field:{name}", "")
        street.casework.set_field(case, name, first)
        street.clock.advance(minutes=5)
        street.say(case, "field.set", "小王", base=base, name=name, value=second)
    street.take()


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[StreetDesk]:
    assert qtbot
    with open_street(tmp_path, rivals) as street:
        yield street


def case_page(at: StreetDesk, surname: str) -> CasePage:
    at.desk.context.shell.open_case(at.cases[surname])
    at.desk.settle()
    page = at.desk.window.page("case")
    assert isinstance(page, CasePage)
    return page


def value(at: StreetDesk, surname: str, name: str) -> str:
    return at.desk.store.case(at.cases[surname]).fields[name]


def test_both_values_their_authors_and_times_are_there(at: StreetDesk) -> None:
    page = case_page(at, "陈")
    shown = texts(page.conflicts.list)
    assert "卡在哪：材料" in shown
    assert "卡在哪：政策" in shown
    assert f"{at.desk.casework.author}（您）" in shown
    assert "小王　" in shown
    assert "现在显示的" in shown  # an ordinary value shows the later one until somebody chooses


@pytest.mark.parametrize(("key", "chosen"), [(Qt.Key.Key_1, "material"), (Qt.Key.Key_2, "policy")])
def test_one_key_chooses(at: StreetDesk, key: Qt.Key, chosen: str) -> None:
    page = case_page(at, "陈")
    page.conflicts.list.select_first()  # from whatever row of it
    page.conflicts.list.setFocus()
    press(at.desk, key)
    case = at.desk.store.case(at.cases["陈"])
    assert case.fields["barrier"] == chosen
    assert case.conflicts == ()
    assert page.conflicts.isHidden()
    kept = [e.body["value"] for e in case.timeline if e.slot == "field:barrier"]
    assert {"material", "policy"} <= set(kept)


def test_ctrl_z_brings_both_back(at: StreetDesk) -> None:
    page = case_page(at, "陈")
    page.conflicts.list.select_first()
    page.conflicts.list.setFocus()
    press(at.desk, Qt.Key.Key_1)
    page.go_on.setFocus()
    press(at.desk, Qt.Key.Key_Z, CTRL)
    assert len(at.desk.store.case(at.cases["陈"]).conflicts) == 1
    assert page.conflicts.isVisible()
    press(at.desk, Qt.Key.Key_Z, CTRL)  # nothing more to take back
    assert len(at.desk.store.case(at.cases["陈"]).conflicts) == 1


def test_a_choice_by_mouse(at: StreetDesk) -> None:
    page = case_page(at, "陈")
    row = next(row.id for row in page.conflicts.list.rows if row.text == "卡在哪：材料")
    click_chip(at.desk, page.conflicts.list, row, "1")
    assert value(at, "陈", "barrier") == "material"


def test_identity_is_never_chosen_beforehand(at: StreetDesk) -> None:
    page = case_page(at, "沈")
    shown = texts(page.conflicts.list)
    assert "程序不替您选" in shown
    assert "现在显示的" not in shown
    rows = page.conflicts.list
    assert not any(c.chosen for n in range(len(rows.rows)) for c in rows.row_at(n).all_chips)
    page.conflicts.list.select_first()
    page.conflicts.list.setFocus()
    press(at.desk, Qt.Key.Key_Return)  # Enter is no choice
    press(at.desk, Qt.Key.Key_Space)
    assert len(at.desk.store.case(at.cases["沈"]).conflicts) == 1


def test_numbers_stay_masked_until_somebody_looks_and_that_is_kept(at: StreetDesk) -> None:
    page = case_page(at, "沈")
    assert "13911112222" not in texts(page.conflicts.list)
    page.conflicts.list.select_first()
    page.conflicts.list.setFocus()
    press(at.desk, Qt.Key.Key_0)
    shown = texts(page.conflicts.list)
    assert "13911112222" in shown
    assert "13900005678" in shown
    last = at.desk.store.case(at.cases["沈"]).timeline[-1]
    assert (last.kind, last.body["field"]) == ("sensitive.revealed", "phone")
    at.desk.show_page("today")
    case_page(at, "沈")
    assert "13911112222" not in texts(page.conflicts.list)


def test_another_case_never_shows_what_was_revealed(at: StreetDesk) -> None:
    page = case_page(at, "沈")
    page.conflicts.list.select_first()
    page.conflicts.list.setFocus()
    press(at.desk, Qt.Key.Key_0)
    page.show_case(at.cases["陈"])
    at.desk.settle()
    page.show_case(at.cases["沈"])
    at.desk.settle()
    assert "13911112222" not in texts(page.conflicts.list)


def test_lists_say_where_somebody_must_choose(at: StreetDesk) -> None:
    page = at.desk.show_page("cases")
    rows = page.list  # type: ignore[attr-defined]
    assert "有冲突" in acts(rows, at.cases["沈"])
    assert "已到中心" in acts(rows, at.cases["杨"])
    at.desk.casework.add_note(at.cases["杨"], "又打了电话")
    at.desk.show_page("today")
    at.desk.show_page("cases")
    assert "待传 1" in acts(rows, at.cases["杨"])
    click_chip(at.desk, rows, at.cases["沈"], "place")
    assert at.desk.window.page_name == "case"


def test_two_registrations_of_one_person_are_a_suggestion(at: StreetDesk) -> None:
    at.desk.casework.set_field(at.cases["杨"], "id_number", ID_NUMBER)
    page = case_page(at, "杨")
    shown = texts(page.person.list)
    assert "像是同一个人：证件号一样" in shown
    assert "沈**" in shown
    assert ID_NUMBER not in shown
    page.person.list.setFocus()
    press(at.desk, Qt.Key.Key_1)
    assert at.desk.store.case(at.cases["杨"]).same_person == (at.cases["沈"],)
    assert at.desk.store.case(at.cases["沈"]).same_person == (at.cases["杨"],)
    assert "同一个人" in texts(page.person.list)
    press(at.desk, Qt.Key.Key_2)  # thought better of it
    assert at.desk.store.case(at.cases["杨"]).same_person == ()
    assert page.person.isHidden()


def test_no_is_taken_back_too(at: StreetDesk) -> None:
    at.desk.casework.set_field(at.cases["杨"], "id_number", ID_NUMBER)
    page = case_page(at, "杨")
    click_chip(at.desk, page.person.list, at.cases["沈"], "other")
    assert page.person.isHidden()
    take_back(at.desk)
    assert "像是同一个人" in texts(page.person.list)


def test_work_beside_the_holder_is_marked(at: StreetDesk) -> None:
    at.street.say(at.cases["杨"], "case.claimed", "小王", fence=0, hours=24)
    at.desk.casework.add_note(at.cases["杨"], "居民来电，我接了")
    at.street.take()
    page = case_page(at, "杨")
    row = next(r for r in page.timeline.rows if r.text == "居民来电，我接了")
    assert page.timeline.row_at(page.timeline.rows.index(row)).status.startswith("补充 · ")


@pytest.mark.parametrize("scale", [100, 175])
@pytest.mark.parametrize("look", [ThemeName.LIGHT, ThemeName.CONTRAST])
def test_nothing_is_clipped(at: StreetDesk, look: ThemeName, scale: int) -> None:
    at.desk.dress(look, scale)
    page = case_page(at, "沈")
    assert page.conflicts.isVisible()
    assert clipped(at.desk.window) == []
    assert outside(at.desk.window) == []
    assert nameless(page) == []
