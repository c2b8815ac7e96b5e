"""How the finder treats talk: its reasons, what is denied, odd input, and its limits."""

from __future__ import annotations

import time

import pytest

from desk_app.content.finder import Finder
from desk_app.content.words import Words, load_words
from desk_app.core.catalogue import Pack
from tests.bench.bench_finder import FORMS
from tests.helpers.starter import starter_finder, starter_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return starter_pack()


@pytest.fixture(scope="module")
def finder() -> Finder:
    return starter_finder()


def items(finder: Finder, text: str, limit: int = 5) -> list[str]:
    return [s.item for s in finder.suggest(text, limit).suggestions]


def test_what_is_denied_is_not_looked_for_and_is_said_to_be_denied(finder: Finder) -> None:
    answer = finder.suggest("不是来办医保的，是来换身份证的")
    found = [s.item for s in answer.suggestions]
    assert found[0] == "police.id-card-renew"
    assert not [item for item in found if item.startswith("medical.")]
    assert any("医保" in word for word in answer.negated)


def test_a_complaint_with_no_in_it_is_not_taken_for_a_denial(finder: Finder) -> None:
    assert "general.digital-help" in items(finder, "我不会用手机")
    assert finder.suggest("医保卡不能用了").negated == ()


@pytest.mark.parametrize(
    ("text", "found", "left_out"),
    [
        ("身份证不办了 居住证续一下", "police.residence-permit-endorse", "police.id-card-renew"),
        ("低保我办好了，想问孩子学费", "civil.edu-aid", "civil.dibao"),
        ("不是来办残疾证的是来问轮椅", "disability.device", "disability.cert-apply"),
    ],
)
def test_what_is_settled_or_denied_in_one_breath_is_left_out(
    finder: Finder, text: str, found: str, left_out: str
) -> None:
    answer = items(finder, text)
    assert found in answer
    assert left_out not in answer


@pytest.mark.parametrize("text", ["我不是本地户口，能办居住证吗", "公司不要我了", "不是说能报销吗"])
def test_a_negative_that_tells_or_asks_denies_nothing(finder: Finder, text: str) -> None:
    answer = finder.suggest(text)
    assert answer.negated == ()
    assert answer.suggestions


def test_small_talk_around_a_need_does_not_hide_it(finder: Finder) -> None:
    text = "今天天气真好，外面有卖西瓜的，我来是因为残疾证到期了，对了中午吃什么好"
    assert items(finder, text)[0] == "disability.cert-renew"
    assert items(finder, "今天天气真好，外面有卖西瓜的，中午吃什么好") == []


@pytest.mark.parametrize(
    ("word", "item"),
    [("低保", "civil.dibao"), ("残疾证", "disability.cert-apply"), ("轮椅", "disability.device")],
)
def test_a_bare_word_leads_first_to_the_item_that_is_called_so(
    finder: Finder, word: str, item: str
) -> None:
    assert items(finder, word)[0] == item


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("dbh", "civil.dibao"), ("changhuxian", "medical.ltc-apply"), ("chx", "medical.ltc-apply"),
        ("yi bao ka diu le", "medical.card-loss"), ("CANJIZHENG", "disability.cert-apply"),
    ],
)  # fmt: skip
def test_letters_are_read_as_initials_or_pinyin(finder: Finder, typed: str, item: str) -> None:
    found = finder.suggest(typed).suggestions
    assert item in [s.item for s in found]
    assert {why.kind for s in found for why in s.why} <= {"pinyin", "link"}


@pytest.mark.parametrize(
    ("wrong", "item"),
    [
        ("想问底宝", "civil.dibao"), ("常护显", "medical.ltc-apply"),
        ("丧脏费", "hrss.funeral-grant"), ("居筑正", "police.residence-permit-apply"),
    ],
)  # fmt: skip
def test_wrong_characters_are_heard_by_their_sound(finder: Finder, wrong: str, item: str) -> None:
    found = {s.item: s.why for s in finder.suggest(wrong).suggestions}
    assert item in found
    assert "pinyin" in {why.kind for why in found[item]}


@pytest.mark.parametrize("letters", ["hello world", "abc", "qwertyuiop"])
def test_letters_that_are_no_pinyin_find_nothing(finder: Finder, letters: str) -> None:
    assert items(finder, letters) == []


def test_linked_items_only_fill_places_and_say_with_what_they_are_linked(finder: Finder) -> None:
    found = finder.suggest("敬老卡").suggestions
    linked = [s for s in found if s.why[0].kind == "link"]
    assert found[0].item == "civil.old-age-card"
    assert linked
    assert found[-len(linked) :] == tuple(linked)


def test_every_suggestion_says_why_and_asks_two_questions_at_most(finder: Finder) -> None:
    for text in ("老伴去世了", "医宝报消", "changhuxian", "yljz", "申请低保", "残疾证到期"):
        for suggestion in finder.suggest(text, 8).suggestions:
            assert suggestion.why, text
            assert all(why.text for why in suggestion.why)
            assert len(suggestion.questions) <= 2


def test_the_best_comes_first_and_none_twice(finder: Finder) -> None:
    answer = finder.suggest("老伴走了，医保卡里的钱怎么取，户口要销，还要领丧葬费", 8)
    scores = [s.score for s in answer.suggestions]
    found = [s.item for s in answer.suggestions]
    assert scores == sorted(scores, reverse=True)
    assert len(found) == len(set(found))


def test_the_event_behind_the_words_is_named(finder: Finder) -> None:
    assert "event.spouse-died" in finder.suggest("老伴去世").events


@pytest.mark.parametrize(("asked", "most"), [(5, 5), (8, 8), (50, 8), (1, 1), (0, 0), (-3, 0)])
def test_no_more_items_than_asked_for_and_never_more_than_eight(
    finder: Finder, asked: int, most: int
) -> None:
    assert len(items(finder, "家里困难，老人瘫痪，孩子上学，医保，低保，残疾证", asked)) <= most


def test_the_same_talk_gets_the_same_answer(finder: Finder, pack: Pack) -> None:
    again = Finder(pack, load_words(FORMS))
    for text in ("孩子刚出生", "档案不知道在哪", "社包卡补办"):
        assert finder.suggest(text) == finder.suggest(text) == again.suggest(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "   \n\t", "。，！？…", "😀🎉", "\u0378\ue000\U0010ffff", "\ud800", "\x00\x1b[31m",
        "1", "(((", "𠮷𪚥", "ＡＢＣ", "\u202e\u200b", "%s{}{0}\\",
    ],
)  # fmt: skip
def test_odd_input_is_answered_with_silence(finder: Finder, text: str) -> None:
    assert finder.suggest(text).suggestions == ()


@pytest.mark.parametrize(
    "text",
    ["医保报销" * 25_000, "啊，" * 50_000, "x" * 100_000, "不是" * 50_000, "😀" * 100_000],
    ids=["words", "clauses", "letters", "denials", "emoji"],
)
def test_a_hundred_thousand_characters_take_no_longer_than_a_blink(
    finder: Finder, text: str
) -> None:
    start = time.perf_counter()
    finder.suggest(text, 8)
    assert time.perf_counter() - start < 0.5


def test_a_need_at_the_end_of_a_talk_that_is_cut_is_still_heard(finder: Finder) -> None:
    long = "我跟你说啊" * 3_000 + "，我要补办社保卡"
    assert "hrss.ss-card-apply" in items(finder, long)


def test_a_word_is_read_as_the_one_it_stands_for(pack: Pack) -> None:
    same = {word: ("低保",) for word in ("低保", "最低生活保障", "吃皇粮")}
    assert "civil.dibao" in items(Finder(pack, Words({}, {}, same, {}, ())), "吃皇粮申请")
    assert "civil.dibao" not in items(Finder(pack, Words({}, {}, {}, {}, ())), "吃皇粮申请")
