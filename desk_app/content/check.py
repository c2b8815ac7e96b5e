"""``desk-app content check``: reads a pack folder and says everything that is wrong with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from desk_app.content.check_dates import find_unchecked
from desk_app.content.crosscheck import cross_check
from desk_app.content.forms import pack_files, read_forms, stray_files
from desk_app.content.report import KIND_NAMES, CheckReport, Problem, in_order
from desk_app.content.words import check_words


def check_pack(folder: Path, today: date | None = None) -> CheckReport:
    """Check every form in ``folder``. Never raises for what the forms say.

    Args:
        folder: a folder with the shape of ``forms/``.
        today: the day against which checks are too old; None = the machine's date.
    """
    day = today if today is not None else date.today()
    try:
        files = pack_files(folder)
    except OSError as error:
        text = f"读不出来：{error.strerror or '没有权限'}。"
        name = Path(error.filename).name if error.filename else "pack.yaml"
        return CheckReport(folder, (Problem(name, 1, text),), (), {})
    forms, problems = read_forms(files)
    problems.extend(stray_files(folder))
    problems.extend(cross_check(forms, day))
    known = forms.ids("items") | forms.ids("events")
    problems.extend(Problem(*found) for found in check_words(folder, known))
    unchecked = sorted(find_unchecked(forms, day), key=lambda u: (u.file, u.line))
    counts = {kind: len(forms.of(kind)) for kind in KIND_NAMES if forms.of(kind)}
    return CheckReport(folder, in_order(problems), tuple(unchecked), counts)
