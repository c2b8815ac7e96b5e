"""The one box: what is typed, and what it finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.content.finder import Finder
from desk_app.content.pinyin import readings
from desk_app.content.words import load_words
from desk_app.core.catalogue import Pack
from desk_app.core.ports import CaseRow
from desk_app.services.name_match import (
    EXACT,
    FRONT,
    LETTERS_FRONT,
    LETTERS_PART,
    PART,
    NameIndex,
)
from desk_app.services.search import Command, Search
from tests.helpers.starter import FORMS, starter_finder, starter_pack

TABLE = {"重": ("zhong", "chong"), "庆": ("qing",), "医": ("yi",), "保": ("bao",), "险": ("xian",)}


def spell(text: str) -> tuple[str, ...]:
    return TABLE.get(text, ())


def found(query: str, *names: str) -> list[tuple[str, int]]:
    index = NameIndex([(name, name) for name in names], spell)
    return [(match.id, match.rank) for match in index.find(query)]


@pytest.mark.parametrize(
    ("query", "rank"),
    [
        ("医保", EXACT), ("医", FRONT), ("保", PART), ("yb", LETTERS_FRONT),
        ("yibao", LETTERS_FRONT), ("yib", LETTERS_FRONT), ("yba", LETTERS_FRONT),
        ("y b", LETTERS_FRONT), ("YB", LETTERS_FRONT), ("bao", LETTERS_PART),
    ],
)  # fmt: skip
def test_a_name_is_found_by_words_pinyin_initials_and_mixtures(query: str, rank: int) -> None:
    assert found(query, "医保") == [("医保", rank)]


@pytest.mark.parametrize("query", ["ybx", "bo", "x", "", "  ", "险", "9"])
def test_what_does_not_fit_finds_nothing(query: str) -> None:
    assert found(query, "医保") == []


def test_every_reading_of_a_character_counts() -> None:
    assert found("zq", "重庆") == found("cq", "重庆") == [("重庆", LETTERS_FRONT)]


def test_signs_in_a_name_need_not_be_typed() -> None:
    assert found("ybx", "医（保）险") == [("医（保）险", LETTERS_FRONT)]


def test_better_matches_come_first_and_shorter_names_before_longer() -> None:
    assert [name for name, _ in found("医保", "险医保", "医保险", "医保")] == [
        "医保",
        "医保险",
        "险医保",
    ]


def test_an_alias_finds_its_owner_once() -> None:
    index = NameIndex([("a", "医保"), ("a", "保险"), ("b", "险")], spell)
    assert [match.id for match in index.find("b")] == ["a"]


@settings(deadline=None)
@given(st.text(max_size=12))
def test_nothing_typed_breaks_the_box(query: str) -> None:
    for name, _ in found(query, "医（保）险", "重庆 9A", "—"):
        assert name


class Cases:
    """A store of cases, as far as searching goes."""

    def __init__(self, *rows: CaseRow) -> None:
        self._rows = rows

    def search(self, query: str, limit: int = 20) -> list[CaseRow]:
        return [row for row in self._rows if query in row.title][:limit]

    def cases(self, *, limit: int = 200) -> list[CaseRow]:
        return list(self._rows[:limit])


def row(number: str, title: str) -> CaseRow:
    return CaseRow(
        case_id=number, number=number, title=title, resident="张小芳", stage="receive", verdict="",
        is_open=True, first_contact_officer="王", opened_at="", updated_at="",
        next_due=date(2026, 11, 25), conflicts=0, entries=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return starter_pack()


COMMANDS = (Command("new", "新接待", "F2"), Command("go.map", "关联导图", "F7"))


def box(pack: Pack, *rows: CaseRow) -> Search:
    finder = starter_finder() if pack is starter_pack() else Finder(pack, load_words(FORMS))
    return Search(Cases(*rows), pack, finder, readings, COMMANDS)  # type: ignore[arg-type]


def test_what_people_call_otherwise_is_found_too(pack: Pack) -> None:
    assert "civil.dibao" in [hit.id for hit in box(pack).find("吃低保")]


def test_an_empty_box_shows_the_latest_cases_and_what_can_be_done(pack: Pack) -> None:
    hits = box(pack, row("BCS-1", "报销")).find(" ")
    assert [(hit.kind, hit.id) for hit in hits] == [
        ("case", "BCS-1"),
        ("command", "new"),
        ("command", "go.map"),
    ]


def test_one_word_finds_cases_items_events_and_checklists(pack: Pack) -> None:
    hits = box(pack, row("BCS-1", "丧葬补贴")).find("丧葬", 20)
    assert {hit.kind for hit in hits} >= {"case", "item", "sop"}
    assert next(hit for hit in hits if hit.kind == "case").id == "BCS-1"


def test_a_resident_shows_by_the_surname_only(pack: Pack) -> None:
    hits = box(pack, row("BCS-1", "报销")).find("报销")
    assert "小芳" not in str(hits)
    assert "张**" in str(hits)


def test_commands_are_found_by_their_initials(pack: Pack) -> None:
    assert box(pack).find("xjd")[0].id == "new"
    assert any(hit.id == "go.map" for hit in box(pack).find("gldt"))


def test_every_item_is_among_the_first_five_for_the_initials_of_its_name(pack: Pack) -> None:
    index = NameIndex(((i.id, i.name) for i in pack.items.values()), readings)
    lost = []
    for item in pack.items.values():
        letters = [readings(ch)[0][:1] for ch in item.name if "\u4e00" <= ch <= "\u9fff"]
        plain = all("\u4e00" <= ch <= "\u9fff" or not ch.isalnum() for ch in item.name)
        top = [match.id for match in index.find("".join(letters), 5)]
        if plain and item.id not in top:
            lost.append((item.name, "".join(letters)))
    assert lost == []


def test_a_withdrawn_item_is_not_offered(pack: Pack) -> None:
    first = next(iter(pack.items.values()))
    gone = replace(pack, items={**pack.items, first.id: replace(first, retired=True)})
    assert all(hit.id != first.id for hit in box(gone).find(first.name))
