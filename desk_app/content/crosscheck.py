"""Checks that need more than the shape of one file: ids, links, circles, dates, steps."""

from __future__ import annotations

from datetime import date

from desk_app.content.check_dates import check_dates
from desk_app.content.check_ids import check_ids
from desk_app.content.check_links import check_links
from desk_app.content.check_papers import check_papers
from desk_app.content.check_rows import check_rows
from desk_app.content.check_stages import check_stages
from desk_app.content.check_steps import check_steps
from desk_app.content.forms import Forms
from desk_app.content.report import Problem


def cross_check(forms: Forms, today: date) -> list[Problem]:
    """Everything that is wrong between and inside the records of a pack, unordered."""
    return [
        *check_ids(forms),
        *check_rows(forms),
        *check_links(forms),
        *check_steps(forms),
        *check_stages(forms),
        *check_papers(forms),
        *check_dates(forms, today),
    ]
