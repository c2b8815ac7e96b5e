"""The simulator is worth something only as long as it finds what was broken on purpose."""

from __future__ import annotations

import pytest

from tests.simulation.fast.mutants import MOST, MUTANTS, Mutant, caught_by


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_rule_is_found(mutant: Mutant) -> None:
    assert caught_by(mutant) is not None, f"{mutant.__name__} lives through {MOST} schedules"
