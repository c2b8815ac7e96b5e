"""Attachments between desks over a real hub: after the entries, resumed after cuts, never in the
way of anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desk_app.core.attachments import AT_CENTRE, HERE, MISSING, REFUSED, attachments
from desk_app.core.exchange import HubUnreachableError
from desk_app.hub import blobs as hub_blobs
from desk_app.sync.blobs import FIRST_WAIT, Left
from desk_app.sync.http_hub import HttpHub
from desk_app.sync.hub_line import ANSWER_SECONDS, MESSAGE_BYTES
from desk_app.sync.signals import STOPPED, NudgedError, Word
from tests.helpers.factories import OPENED
from tests.helpers.file_desk import FileDesk, file_desk, picture_bytes
from tests.helpers.hub import RunningHub

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony


@pytest.fixture
def desks(hub: RunningHub, tmp_path: Path) -> Iterator[tuple[FileDesk, FileDesk]]:
    """Two desks of one centre."""
    with ExitStack() as stack:
        one, two = (stack.enter_context(file_desk(hub, tmp_path / name)) for name in ("one", "two"))
        yield one, two


@dataclass
class Broken:
    """A line that breaks at one request; ``seen``: what was asked for."""

    hub: HttpHub
    at: int
    error: type[Exception] = HubUnreachableError
    seen: list[str] = field(default_factory=list)

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None,
        body: bytes | None = None, limit: int = MESSAGE_BYTES, seconds: float = ANSWER_SECONDS,
        until: Word = STOPPED,
    ) -> bytes:  # fmt: skip
        """See ``HttpHub.ask``."""
        if len(self.seen) == self.at:
            raise self.error("cut")
        self.seen.append(method)
        return self.hub.ask(
            method, path, query=query, body=body, limit=limit, seconds=seconds, until=until
        )


def test_a_file_of_one_desk_is_read_at_another(desks: tuple[FileDesk, FileDesk]) -> None:
    one, two = desks
    case_id, content = one.open_case(), picture_bytes(1)
    digest = one.attach(case_id, content)
    assert one.carry() is Left.LATER  # the entry goes first
    assert one.files.place(digest) == HERE
    assert one.sync() is Left.NOTHING
    assert one.files.place(digest) == AT_CENTRE
    assert two.sync() is Left.NOTHING
    assert two.read(case_id) == [content]
    assert two.files.place(digest) == AT_CENTRE
    quiet = Broken(one.hub, at=0)
    assert one.carry(quiet) is Left.NOTHING  # nothing is asked twice


def test_before_it_came_the_other_desk_waits_and_then_has_it(
    desks: tuple[FileDesk, FileDesk],
) -> None:
    one, two = desks
    case_id = one.open_case()
    digest = one.attach(case_id, picture_bytes(1))
    one.round()
    assert two.sync() is Left.LATER
    assert two.files.place(digest) == MISSING
    one.carry()
    assert two.carry() is Left.LATER  # not asked again at once
    two.seconds += FIRST_WAIT
    assert two.carry() is Left.NOTHING
    assert two.files.place(digest) == AT_CENTRE


@pytest.mark.parametrize("error", [HubUnreachableError, NudgedError])
def test_cut_anywhere_it_goes_on_from_there(
    desks: tuple[FileDesk, FileDesk], error: type[Exception]
) -> None:
    one, two = desks
    case_id = one.open_case()
    for cut in range(7):
        one.attach(case_id, picture_bytes(cut))
        one.round()
        first, second = Broken(one.hub, cut, error), Broken(one.hub, 99)
        left = Left.LATER if error is HubUnreachableError else Left.NOW
        assert one.carry(first) is left
        assert one.carry(second) is Left.NOTHING
        assert (first.seen + second.seen).count("PUT") == 5
        two.round()
        first, second = Broken(two.hub, min(cut, 5), error), Broken(two.hub, 99)
        assert two.carry(first) is left
        assert two.carry(second) is Left.NOTHING
        asked_twice = 1 if cut else 0  # what the hub has is asked once a try
        assert len(first.seen + second.seen) == 6 + asked_twice
    assert two.read(case_id) == one.read(case_id) == [picture_bytes(cut) for cut in range(7)]


def test_what_is_wrong_with_one_file_holds_up_neither_entries_nor_other_files(
    desks: tuple[FileDesk, FileDesk], tmp_path: Path
) -> None:
    one, two = desks
    case_id = one.open_case()
    bad = one.attach(case_id, picture_bytes(1))
    (file,) = (tmp_path / "one" / "files").iterdir()
    sealed = bytearray(file.read_bytes())
    sealed[-1] ^= 1
    file.write_bytes(sealed)
    good = one.attach(case_id, picture_bytes(2))
    assert one.sync() is Left.LATER
    assert (one.files.place(bad), one.files.place(good)) == (HERE, AT_CENTRE)
    assert two.sync() is Left.LATER
    assert len(attachments(two.store.case(case_id))) == 2
    assert (two.files.place(bad), two.files.place(good)) == (MISSING, AT_CENTRE)
    one.attach(case_id, picture_bytes(1))  # the original puts it right
    one.seconds += FIRST_WAIT
    assert one.sync() is Left.NOTHING
    two.seconds += FIRST_WAIT
    assert two.carry() is Left.NOTHING


def test_a_full_centre_refuses_plainly_and_entries_go_on(
    desks: tuple[FileDesk, FileDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = desks
    monkeypatch.setattr(hub_blobs, "keep", partial(hub_blobs.keep, most=0))
    case_id = one.open_case()
    digest = one.attach(case_id, picture_bytes(1))
    assert one.sync() is Left.LATER
    assert one.files.place(digest) == REFUSED
    two.round()
    assert len(attachments(two.store.case(case_id))) == 1
    monkeypatch.undo()
    one.seconds += FIRST_WAIT
    assert one.carry() is Left.NOTHING
    assert one.files.place(digest) == AT_CENTRE


def test_what_was_taken_back_is_not_fetched(desks: tuple[FileDesk, FileDesk]) -> None:
    one, two = desks
    case_id = one.open_case()
    digest = one.attach(case_id, picture_bytes(1))
    (added,) = attachments(one.store.case(case_id))
    one.work.remove(case_id, added.id)
    one.sync()
    assert two.sync() is Left.NOTHING
    assert two.files.place(digest) == MISSING


def test_a_practice_case_keeps_its_files_to_itself(desks: tuple[FileDesk, FileDesk]) -> None:
    one, _ = desks
    practice: dict[str, Any] = {**OPENED, "practice": True}
    case_id = one.store.open_case("小李", practice).case_id
    digest = one.attach(case_id, picture_bytes(1))
    one.sync()
    assert one.files.place(digest) == HERE


def test_a_slow_line_lets_entries_through_between_chunks(
    desks: tuple[FileDesk, FileDesk],
) -> None:
    one, _ = desks
    case_id = one.open_case()
    digest = one.attach(case_id, picture_bytes(1))
    one.round()

    @dataclass
    class Slow:
        hub: HttpHub

        def ask(self, method: str, path: str, **rest: object) -> bytes:
            one.seconds += 60
            return self.hub.ask(method, path, **rest)  # type: ignore[arg-type]

    passes = 1
    while one.carry(Slow(one.hub)) is Left.NOW:  # type: ignore[arg-type]
        passes += 1
    assert passes == 5  # a chunk each
    assert one.files.place(digest) == AT_CENTRE
