"""The total order of entries when a clock runs ahead of the centre's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desk_app.core.entries import MAX_AHEAD_MS, Entry, NewEntry, fingerprint
from desk_app.core.fold import fold
from tests.helpers.factories import Desk

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CASE = "case000000000001"


def _name(desk: Desk, value: str) -> Entry:
    return desk.write(NewEntry(CASE, "field.set", {"name": "resident_name", "value": value}))


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def test_a_clock_ten_years_ahead_loses_to_what_came_ten_minutes_later() -> None:
    ahead = _name(Desk("aheadahead", NOON + timedelta(days=3650)), "王伟")
    later = _name(Desk("rightright", NOON + timedelta(minutes=10)), "王玮")
    known = replace(ahead, received=_ms(NOON))

    assert fold(CASE, [known, later]).fields["resident_name"] == "王玮"
    assert fold(CASE, [later, known]) == fold(CASE, [known, later])


def test_it_wins_no_longer_than_five_minutes() -> None:
    ahead = replace(
        _name(Desk("aheadahead", NOON + timedelta(days=3650)), "王伟"), received=_ms(NOON)
    )
    soon = _name(Desk("rightright", NOON + timedelta(minutes=3)), "王玮")

    assert fold(CASE, [ahead, soon]).fields["resident_name"] == "王伟"
    assert ahead.effective_ms == _ms(NOON) + MAX_AHEAD_MS


def test_entries_of_a_clock_ahead_keep_their_own_order() -> None:
    desk = Desk("aheadahead", NOON + timedelta(days=3650))
    notes = [
        replace(desk.write(NewEntry(CASE, "note.added", {"text": str(n)})), received=_ms(NOON))
        for n in range(5)
    ]
    assert [note.text for note in fold(CASE, reversed(notes)).notes] == ["0", "1", "2", "3", "4"]


def test_what_the_centre_says_is_no_part_of_the_fingerprint() -> None:
    entry = _name(Desk(), "王伟")
    assert fingerprint(replace(entry, received=_ms(NOON))) == entry.sha256
