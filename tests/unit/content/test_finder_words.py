"""The lists of people's words: complete, about real items, free of figures, and read carefully."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from desk_app.content.pack import load_pack
from desk_app.content.words import (
    COMMON_FILE,
    FOLDER,
    OUTSIDE_FILE,
    SAME_FILE,
    Words,
    check_words,
    load_words,
)
from desk_app.core.catalogue import Pack
from desk_app.core.errors import BadInputError
from tests.bench.bench_finder import FORMS

FEWEST = 6
MOST_ITEMS_OF_A_PHRASE = 3
FIGURE = re.compile(r"\d+(?:\.\d+)?\s*[元%％块]|\d{7,}|百分之|万元")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FORMS)


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words(FORMS)


def all_phrases(words: Words) -> list[str]:
    tables = (words.phrases, words.event_phrases)
    return [said for table in tables for phrases in table.values() for said in phrases]


def test_every_item_has_phrases_that_people_say(pack: Pack, words: Words) -> None:
    poor = [i for i in pack.items if len(words.phrases.get(i, ())) < FEWEST]
    assert poor == []


def test_every_life_event_has_more_words(pack: Pack, words: Words) -> None:
    assert [e for e in pack.events if len(words.event_phrases.get(e, ())) < 2] == []


def test_the_shipped_lists_are_about_items_and_events_of_the_pack(pack: Pack) -> None:
    assert list(check_words(FORMS, {*pack.items, *pack.events})) == []


def test_phrases_promise_no_sums_and_no_phone_numbers(words: Words) -> None:
    assert [said for said in all_phrases(words) if FIGURE.search(said)] == []


def test_no_phrase_is_a_single_character_or_stands_for_many_items(words: Words) -> None:
    owners = defaultdict(set)
    for item, phrases in words.phrases.items():
        for said in phrases:
            owners[said].add(item)
    assert [said for said in owners if len(said) < 2] == []
    assert {s for s, of in owners.items() if len(of) > MOST_ITEMS_OF_A_PHRASE} == set()


def test_talk_of_other_business_is_not_among_our_phrases(pack: Pack, words: Words) -> None:
    names = {item.name for item in pack.items.values()}
    events = {said for event in pack.events.values() for said in (event.title, *event.phrases)}
    ours = {*all_phrases(words), *names, *events}
    assert [said for topic in words.outside.values() for said in topic if said in ours] == []


def test_each_group_of_one_meaning_has_words_besides_its_name(words: Words) -> None:
    groups = {group for groups in words.same.values() for group in groups}
    members = {g: {w for w, of in words.same.items() if g in of} - {g} for g in groups}
    assert len(groups) >= 100
    assert [group for group, of in members.items() if len(of) < 2] == []


def test_no_item_is_listed_twice_in_a_file() -> None:
    for path in (FORMS / FOLDER).glob("*.yaml"):
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
        assert isinstance(root, yaml.MappingNode), path.name
        keys = [key.value for key, _ in root.value]
        assert len(keys) == len(set(keys)), path.name


def test_an_unknown_item_is_named_with_its_file_and_line(tmp_path: Path, pack: Pack) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "mine.yaml").write_text("# ours\ncivil.dibo: [申请]\ncivil.dibao: []\n", "utf-8")
    found = list(check_words(tmp_path, {*pack.items, *pack.events}))
    assert [(name, line) for name, line, _ in found] == [
        (f"{FOLDER}/mine.yaml", 2),
        (f"{FOLDER}/mine.yaml", 3),
    ]
    assert "civil.dibo" in found[0][2]


@pytest.mark.parametrize("text", ["a: [", "- 一\n- 二\n", "civil.dibao: 一句\n"])
def test_a_broken_list_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "mine.yaml").write_text(text, "utf-8")
    with pytest.raises(BadInputError) as caught:
        load_words(tmp_path)
    assert caught.value.params["name"] == "mine.yaml"


def test_a_pack_without_lists_has_no_words(tmp_path: Path) -> None:
    assert all_phrases(load_words(tmp_path)) == []


def test_one_item_may_be_listed_in_several_files(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "a.yaml").write_text("civil.dibao: [吃救济]\n", "utf-8")
    (folder / "b.yaml").write_text("civil.dibao: [领救济]\n", "utf-8")
    (folder / SAME_FILE).write_text("去世: [过世, 走了]\n离开: [走了]\n", "utf-8")
    (folder / OUTSIDE_FILE).write_text("天气: [下雨吗]\n", "utf-8")
    (folder / COMMON_FILE).write_text("fillers: [请问]\n", "utf-8")
    words = load_words(tmp_path)
    assert words.phrases["civil.dibao"] == ("吃救济", "领救济")
    assert words.same == {
        "去世": ("去世",), "过世": ("去世",), "离开": ("离开",), "走了": ("去世", "离开")
    }  # fmt: skip
    assert words.outside == {"天气": ("下雨吗",)}
    assert words.fillers == ("请问",)
