"""Attachments go where their case goes, over either database; other centres see nothing."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from desk_app.core.attachments import AT_CENTRE, attachments
from desk_app.sync.blobs import FIRST_WAIT, Left
from tests.helpers.file_desk import FileDesk, file_desk, picture_bytes
from tests.helpers.hub import RunningHub

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony


def give(case_id: str, before: FileDesk, after: FileDesk, centre: str) -> None:
    """One desk asks another centre, and that accepts."""
    before.queue.refer(case_id, "搬家了", centre, "两张证件")
    before.round()
    after.round()
    (offer,) = after.store.incoming_offers()
    after.queue.answer(case_id, offer.ref, accept=True)
    after.round()


def test_with_the_case_its_files_go_also_those_that_come_late(
    any_hub: RunningHub, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        east = stack.enter_context(file_desk(any_hub, tmp_path / "one", "east"))
        west = stack.enter_context(file_desk(any_hub, tmp_path / "two", "west"))
        case_id, other = east.open_case(), east.open_case()
        early = east.attach(case_id, picture_bytes(1))
        east.attach(other, picture_bytes(3))
        assert east.sync() is Left.NOTHING
        late = east.attach(case_id, picture_bytes(2))
        east.round()  # the entry is at the centre, the file is not
        give(case_id, east, west, "west")
        assert west.carry() is Left.LATER
        assert west.files.has(early)
        assert not west.files.has(late)
        assert east.sync() is Left.NOTHING  # and lets go of the case
        assert east.files.place(late) == AT_CENTRE
        west.seconds += FIRST_WAIT
        assert west.carry() is Left.NOTHING
        assert west.read(case_id) == [picture_bytes(1), picture_bytes(2)]
        third = stack.enter_context(file_desk(any_hub, tmp_path / "three", "west"))
        assert third.sync() is Left.NOTHING
        assert third.read(case_id) == west.read(case_id)
        assert len(list((tmp_path / "three" / "files").glob("*.mark"))) == 2  # nothing of the other
        # Back again: what is there is there already.
        give(case_id, west, east, "east")
        assert east.sync() is Left.NOTHING
        assert len(attachments(east.store.case(case_id))) == 2
        assert east.files.place(early) == AT_CENTRE
