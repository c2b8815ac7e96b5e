"""Drafts live in the real store until an entry has taken their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_app.core.errors import BadInputError
from desk_app.services.drafting import WORDS, Drafting, field_slot
from desk_app.ui.context import UiContext
from tests.helpers.ui_desk import FakePrintRoom, NotedShell, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[UiContext]:
    with open_desk(tmp_path, NotedShell(), FakePrintRoom()) as context:
        yield context


def drafting(desk: UiContext, author: str = "小王") -> Drafting:
    return Drafting(desk.store, author, desk.clock)


def test_the_latest_text_and_caret_of_each_editor_are_kept(desk: UiContext) -> None:
    case = desk.casework.open_case()
    drafts = drafting(desk)
    drafts.keep(case.case_id, WORDS, "老伴", 2)
    drafts.keep(case.case_id, WORDS, "老伴走了", 1)
    drafts.keep(case.case_id, "promise:what", "回电", 0)
    found = {slot: (d.text, d.cursor) for slot, d in drafts.of_case(case.case_id).items()}
    assert found == {WORDS: ("老伴走了", 1), "promise:what": ("回电", 0)}


def test_nobody_sees_the_drafts_of_another_officer_or_another_case(desk: UiContext) -> None:
    one, other = desk.casework.open_case(), desk.casework.open_case()
    drafting(desk).keep(one.case_id, WORDS, "老伴走了", 1)
    assert drafting(desk).of_case(other.case_id) == {}
    assert drafting(desk, "小李").of_case(one.case_id) == {}


def test_a_settled_draft_goes_when_its_entry_is_there(desk: UiContext) -> None:
    case_id = desk.casework.open_case().case_id
    drafts, slot = drafting(desk), field_slot("resident_title")
    drafts.keep(case_id, slot, "陈阿姨", 3)
    case = drafts.settle(
        case_id, lambda: desk.casework.set_field(case_id, "resident_title", "陈阿姨"), slot
    )
    assert case.fields["resident_title"] == "陈阿姨"
    assert drafts.of_case(case_id) == {}


def test_a_refused_entry_leaves_its_draft(desk: UiContext) -> None:
    case_id = desk.casework.open_case().case_id
    drafts = drafting(desk)
    drafts.keep(case_id, WORDS, "坏的半个字", 1)
    with pytest.raises(BadInputError):
        drafts.settle(
            case_id, lambda: desk.casework.set_field(case_id, "words", "半个字\ud800"), WORDS
        )
    assert drafts.of_case(case_id)[WORDS].text == "坏的半个字"
