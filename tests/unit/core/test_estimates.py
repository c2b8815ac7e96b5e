"""The estimates a case keeps: what they say, and whether they still hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk_app.core import calculators, estimates
from desk_app.core.calculators import CALCULATORS
from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.estimates import Check, Estimate, check_again, summary_of
from desk_app.core.fold import fold
from desk_app.core.kept_comparisons import comparisons
from desk_app.core.kinds.kind import Json
from tests.helpers.factories import Desk

VALUES = {"standard": 1_600_00, "people": 2, "income": 1_250_40}
BODY: dict[str, Json] = {
    "calculator": "dibao_gap",
    "version": 1,
    "title": "低保补差",
    "inputs": dict(VALUES),
    "results": {"gap": 1_950_00},
    "summary": "每月补差 1,950.00 元",
}


def folded(*bodies: dict[str, Json]) -> tuple[Estimate, ...]:
    desk = Desk()
    entries = [desk.write(NewEntry("c1", "estimate.made", body)) for body in bodies]
    return estimates.estimates(fold("c1", entries))


def test_the_summary_says_the_main_results_and_no_others() -> None:
    outcome = CALCULATORS["dibao_gap"].run(VALUES)
    assert summary_of(outcome) == "每月补差 1,950.00 元"
    stacked = {"total": 100_000_00, "first_share": 8000, "second_share": 9500}
    outcome = CALCULATORS["stacked_reimbursement"].run(stacked)
    assert summary_of(outcome) == "居民自付 1,000.00 元，合起来报销 99%"


def test_an_estimate_keeps_its_inputs_and_still_comes_to_the_same() -> None:
    (kept,) = folded(BODY)
    assert kept.inputs == VALUES
    assert kept.results == {"gap": 1_950_00}
    assert check_again(kept, {}) == Check(known=True, same_formula=True, same_results=True)


def test_an_estimate_of_another_formula_is_known_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    (kept,) = folded(BODY)
    newer = replace(CALCULATORS["dibao_gap"], version=2)
    table = {**CALCULATORS, "dibao_gap": newer}
    monkeypatch.setattr(estimates, "CALCULATORS", table)
    assert calculators.CALCULATORS["dibao_gap"].version == 1
    assert check_again(kept, {}) == Check(known=True, same_formula=False, same_results=True)


def test_an_estimate_that_todays_formula_refuses_or_does_not_know_stays_readable() -> None:
    other, foreign = folded(
        {**BODY, "inputs": {"people": 2}}, {**BODY, "calculator": "of_the_future"}
    )
    assert check_again(other, {}) == Check(known=True, same_formula=True, same_results=False)
    assert check_again(foreign, {}) == Check(known=False)
    assert foreign.summary == "每月补差 1,950.00 元"


@pytest.mark.parametrize("inputs", [{"people": 2.5}, {"people": [2]}, {"people": True}])
def test_an_estimate_holds_whole_numbers_and_words_only(inputs: dict[str, Json]) -> None:
    with pytest.raises(BadInputError, match="测算的数字不对"):
        Desk().write(NewEntry("c1", "estimate.made", {**BODY, "inputs": inputs}))


def test_comparisons_keep_both_sides_as_they_were_typed() -> None:
    body: dict[str, Json] = {"invoice": "ＣＴ 12", "details": "CT平扫 12", "difference": 0,
                             "summary": "都是 12.00 元", "renamed": {"CT平扫": "CT"}}  # fmt: skip
    (kept,) = comparisons(fold("c1", [Desk().write(NewEntry("c1", "invoice.compared", body))]))
    assert (kept.invoice, kept.details) == ("ＣＴ 12", "CT平扫 12")
    assert kept.renamed == {"CT平扫": "CT"}
    assert kept.code == ""
