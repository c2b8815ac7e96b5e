"""The finder finds what people mean, measured on labelled utterances.

The floors lie a little below what was measured and guard against getting worse. They are kinder
than talk nobody has heard yet: one hand wrote these sets and the word lists. What unseen talk
gave stands in ``tests/data/finder/README.md``; ``python -m tests.bench.bench_finder`` measures.
"""

from __future__ import annotations

import pytest

from desk_app.content.words import load_words
from desk_app.core.catalogue import Pack
from tests.bench.bench_finder import (
    FORMS,
    FRESH,
    HELD_OUT,
    LABELLED,
    Result,
    ask_finder,
    bm25,
    judge,
    read_utterances,
)
from tests.helpers.starter import starter_finder, starter_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return starter_pack()


@pytest.fixture(scope="module")
def held_out() -> Result:
    return judge(ask_finder(starter_finder()), read_utterances(HELD_OUT))


@pytest.fixture(scope="module")
def labelled() -> Result:
    return judge(ask_finder(starter_finder()), read_utterances(LABELLED))


@pytest.fixture(scope="module")
def fresh() -> Result:
    asked = [said for path in FRESH for said in read_utterances(path)]
    return judge(ask_finder(starter_finder()), asked)


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("single", 0.98), ("multi", 0.95), ("out", 0.95), ("typo", 0.95), ("long", 0.9),
        ("negation", 0.9), ("pinyin", 0.9), ("initials", 0.9), ("vague", 0.95), ("name", 1.0),
    ],
)  # fmt: skip
def test_held_out_talk_is_answered_as_well_as_was_measured(
    held_out: Result, name: str, floor: float
) -> None:
    assert held_out.share(name) >= floor


@pytest.mark.parametrize(("name", "floor"), [("single", 0.98), ("multi", 0.9), ("out", 0.95)])
def test_labelled_talk_is_answered_as_well_as_was_measured(
    labelled: Result, name: str, floor: float
) -> None:
    assert labelled.share(name) >= floor


@pytest.mark.parametrize(("name", "floor"), [("single", 0.97), ("multi", 0.97), ("out", 0.93)])
def test_talk_of_many_styles_is_answered_as_well_as_was_measured(
    fresh: Result, name: str, floor: float
) -> None:
    assert fresh.share(name) >= floor


def test_the_finder_beats_plain_bm25_where_that_cannot_keep_silent(
    pack: Pack, held_out: Result
) -> None:
    plain = judge(bm25(pack, load_words(FORMS)), read_utterances(HELD_OUT))
    assert held_out.share("single") > plain.share("single")
    assert held_out.share("out") > plain.share("out") + 0.4


def test_the_labelled_sets_cover_the_items_and_share_no_sentence(pack: Pack) -> None:
    held, tuning = read_utterances(HELD_OUT), read_utterances(LABELLED)
    wanted = {item for said in (*held, *tuning) for need in said.needs for item in need}
    assert wanted <= set(pack.items)
    assert len(wanted) >= 0.95 * len(pack.items)
    assert len(held) >= 250
    assert not {said.text for said in held} & {said.text for said in tuning}
