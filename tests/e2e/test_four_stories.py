"""The four stories through the real window, offline, with their papers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desk_app.bootstrap.demo import play_demo
from desk_app.content.pack import load_pack
from desk_app.content.stories import load_stories
from desk_app.core.story import Story
from desk_app.ui.demo_player import PlayedStory
from tests.helpers.pdf_reading import codes, fonts, words

FORMS = Path(__file__).resolve().parents[2] / "forms"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Story, PlayedStory]]:
    assert QApplication.instance() is not None or QApplication([]) is not None
    out = tmp_path_factory.mktemp("demo")
    found = {story.id: story for story in play_demo(out)}
    return {story.id: (story, found[story.id]) for story in load_stories(FORMS)}


STORIES = ["chen", "guang", "shen", "yang"]


@pytest.mark.gui
@pytest.mark.parametrize("story_id", STORIES)
def test_the_words_alone_lead_to_the_right_items(
    played: dict[str, tuple[Story, PlayedStory]], story_id: str
) -> None:
    assert played[story_id][1].missed == ()


@pytest.mark.gui
@pytest.mark.parametrize("story_id", STORIES)
def test_each_scene_and_the_paper_are_kept(
    played: dict[str, tuple[Story, PlayedStory]], story_id: str
) -> None:
    files = played[story_id][1].files
    assert [path.suffix for path in files].count(".png") == 5
    assert all(path.stat().st_size > 5_000 for path in files)


@pytest.mark.gui
@pytest.mark.parametrize("story_id", STORIES)
def test_the_paper_says_what_was_agreed_and_nothing_private(
    played: dict[str, tuple[Story, PlayedStory]], story_id: str
) -> None:
    story, told = played[story_id]
    pdf = next(path for path in told.files if path.suffix == ".pdf").read_bytes()
    text = words(pdf)
    pack = load_pack(FORMS)
    assert story.resident_title in text
    for item in story.choose:
        assert re.sub(r"\s", "", pack.items[item].name) in text
    for material, mark in story.materials.items():
        if mark.state == "in_hand":
            assert re.sub(r"\s", "", pack.materials[material].plain_name) in text
    for promise in story.promises:
        assert re.sub(r"\s", "", promise.what) in text
    assert not re.search(r"\d{17}[\dXx]", text)
    assert "肺癌" not in text
    assert "精神" not in text
    assert all(font["/FontDescriptor"] for font in fonts(pdf))


@pytest.mark.gui
@pytest.mark.parametrize("story_id", STORIES)
def test_the_code_on_the_paper_holds_the_case_number_only(
    played: dict[str, tuple[Story, PlayedStory]], story_id: str
) -> None:
    pdf = next(path for path in played[story_id][1].files if path.suffix == ".pdf").read_bytes()
    (code,) = codes(pdf)
    assert re.fullmatch(r"BCS-\d{8}-\d{2}-[0-9A-Z]{2}", code)
