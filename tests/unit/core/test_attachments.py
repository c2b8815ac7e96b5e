"""What an entry says of a file: names cleaned; nonsense refused, and without effect elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.core.attachments import attachments, chunks_of, clean_name
from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import fold
from desk_app.core.kinds import KINDS
from desk_app.core.kinds.attachments import MOST_NAME
from desk_app.core.kinds.kind import Json
from tests.helpers.factories import OPENED, Desk

BODY: dict[str, Json] = {
    "sha256": "ab" * 32, "size": 2_000, "name": "证.jpg", "media_type": "image/jpeg",
    "source": "paste",
}  # fmt: skip


def test_a_file_is_in_force_until_it_is_taken_back_and_again_after_that() -> None:
    desk = Desk()
    opened = desk.write(NewEntry("case1", "case.opened", {**OPENED, "number": "N"}))
    added = desk.write(NewEntry("case1", "attachment.added", BODY))
    gone = desk.write(NewEntry("case1", "entry.withdrawn", {"ref": added.id, "why": ""}))
    back = desk.write(NewEntry("case1", "entry.withdrawn", {"ref": gone.id, "why": ""}))
    (one,) = attachments(fold("case1", [opened, added]))
    assert (one.name, one.size, one.is_picture) == ("证.jpg", 2_000, True)
    assert attachments(fold("case1", [opened, added, gone])) == ()
    assert attachments(fold("case1", [opened, added, gone, back])) == (one,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "AB" * 32}, {"sha256": "ab" * 31}, {"sha256": "../../etc/passwd"},
        {"size": 0}, {"size": -1}, {"size": 10**12},
    ],
)  # fmt: skip
def test_what_cannot_be_a_file_is_refused_and_has_no_effect(wrong: dict[str, Json]) -> None:
    kind = KINDS["attachment.added"]
    kind.check_body(BODY)
    assert kind.understands(BODY)
    with pytest.raises(BadInputError):
        kind.check_body({**BODY, **wrong})
    assert not kind.understands({**BODY, **wrong})


@pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "x" * 201}, {"source": "stolen"}])
def test_what_nobody_writes_here_is_refused_but_read(wrong: dict[str, Json]) -> None:
    with pytest.raises(BadInputError):
        KINDS["attachment.added"].check_body({**BODY, **wrong})
    assert KINDS["attachment.added"].understands({**BODY, **wrong})


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("身份证.jpg", "身份证.jpg"),
        ("C:\\Users\\wang\\证.jpg", "证.jpg"),
        ("../../x/证.jpg", "证.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("  \n", ""),
        ("长" * 300 + ".jpeg", "长" * 195 + ".jpeg"),
    ],
)
def test_a_name_is_only_a_name(given_: str, kept: str) -> None:
    assert clean_name(given_) == kept


@given(st.text(max_size=400))
def test_any_name_fits_or_is_empty(name: str) -> None:
    kept = clean_name(name)
    assert len(kept) <= MOST_NAME
    assert not set("/\\\n\0") & set(kept)
    assert clean_name(kept) == kept


def test_chunks() -> None:
    assert [chunks_of(size, 10) for size in (1, 10, 11, 20)] == [1, 1, 2, 2]
