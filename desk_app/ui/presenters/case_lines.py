"""Lines about cases and promises, alike on every page that lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from desk_app.core.catalogue import Pack
from desk_app.core.exchange import CaseSync
from desk_app.core.masking import mask_name
from desk_app.core.ports import CaseRow, PromiseRow
from desk_app.ui.presenters.centre_words import place_words
from desk_app.ui.presenters.lines import NO_NAME, Act, Line, person_and_matter
from desk_app.ui.presenters.time_words import due_words, repeat_words, time_words


def case_line(row: CaseRow, pack: Pack, now: datetime, sync: CaseSync | None = None) -> Line:
    """A case: who and what, where it stands, when something is due.

    Args:
        sync: where it is kept; None = not said.
    """
    stage = pack.label("stage", row.stage) if row.is_open else "已办结"
    about = [row.number, stage, time_words(row.updated_at, now)]
    if sync is not None and sync.state == "local":
        about.append(place_words(sync)[0])  # without a centre all are: no need to point it out
        sync = None
    status, tone = due_status(row.next_due, now.date(), pack) if row.next_due else ("", "")
    if row.conflicts:
        sync = CaseSync("conflict", sync.unsent if sync else 0)
    place, place_tone = place_words(sync) if sync else ("", "")
    return Line(
        row.case_id, person_and_matter(row), detail="　".join(filter(None, about)),
        status=status, tone=tone, quiet=not row.is_open, place=place, place_tone=place_tone,
    )  # fmt: skip


def promise_line(row: PromiseRow, pack: Pack, today: date, acts: Sequence[Act] = ()) -> Line:
    """A promise: what, who for whom, how long there is."""
    status, tone = due_status(row.due, today, pack) if row.state == "open" else ("", "")
    mark = {"kept": "✓", "dropped": "—"}.get(row.state, "!" if tone == "danger" else "○")
    who = mask_name(row.resident) or NO_NAME
    about = [f"{row.who}负责", f"案件 {who}", row.number]
    if row.to_whom:
        about.insert(1, f"答应{row.to_whom}")
    if row.rule:
        about.insert(0, repeat_words(row.rule))
    return Line(
        join_key(row.case_id, row.promise_id), row.what, detail="　".join(about),
        status=status, mark=mark, tone="ok" if row.state == "kept" else tone,
        quiet=row.state != "open", acts=acts,
    )  # fmt: skip


def due_status(due: date, today: date, pack: Pack) -> tuple[str, str]:
    """Words and tone of a day by which something was promised; red only for what is late."""
    words = due_words(due, today, pack.calendars)
    return words, "danger" if due < today else "warn" if due == today else ""


def join_key(head: str, tail: str) -> str:
    """The id of a line that stands for something in something: a promise of a case, …"""
    return f"{head}|{tail}"


def split_key(key: str) -> tuple[str, str]:
    """Both parts of such an id."""
    head, _, tail = key.partition("|")
    return head, tail
