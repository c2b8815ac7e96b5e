"""A pack file is opened whole and unchanged, or refused with one sentence."""

from __future__ import annotations

import io
import stat
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.core.errors import BadInputError
from desk_app.protocol import packs
from desk_app.protocol.packs import (
    MANIFEST,
    SIGNATURE,
    PackRefusedError,
    UntrustedPublisherError,
    check_kept,
    open_pack,
    sign_pack,
)
from desk_app.protocol.publisher import (
    PublisherKey,
    make_publisher_key,
    publisher_id,
    read_publisher_key,
)

KEY = PublisherKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
FILES = {
    "pack.yaml": b"version: '2026.10'\n",
    "items/civil.yaml": "一些事项\n".encode(),
    "README.md": b"",
}
PACKED = sign_pack(FILES, "2026.10", date(2026, 10, 1), KEY)


def trusting(key: PublisherKey = KEY) -> list[bytes]:
    return [key.public_pem]


def zipped(entries: Mapping[str, bytes], change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    """A zip such as ours, except for what ``change`` does to each entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            change(entry)
            archive.writestr(entry, content)
    return out.getvalue()


def contents(packed: bytes = PACKED) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refused(packed: bytes) -> str:
    with pytest.raises(PackRefusedError) as caught:
        open_pack(packed, trusting())
    said = str(caught.value)
    assert "没有动" in said
    assert "\n" not in said
    return said


def test_what_was_signed_comes_out_again() -> None:
    opened = open_pack(PACKED, [make_publisher_key().public_pem, *trusting()])
    assert opened.files == FILES
    assert (opened.manifest.version, opened.manifest.valid_from) == ("2026.10", "2026-10-01")
    assert opened.manifest.publisher == KEY.id == publisher_id(KEY.public_pem)
    assert check_kept(opened.manifest_bytes, opened.signature, trusting()) == opened.manifest


def test_the_same_files_and_key_give_the_same_bytes() -> None:
    other_order = dict(reversed(list(FILES.items())))
    assert sign_pack(other_order, "2026.10", date(2026, 10, 1), KEY) == PACKED


def test_any_unzipper_can_look_inside() -> None:
    assert contents()["forms/items/civil.yaml"] == FILES["items/civil.yaml"]


def test_a_key_comes_back_from_its_file_and_a_public_one_cannot_sign() -> None:
    key = make_publisher_key()
    assert read_publisher_key(key.pem).public_pem == key.public_pem
    for pem in (key.public_pem, b"", b"x" * 10_000):
        with pytest.raises(BadInputError, match="私钥"):
            read_publisher_key(pem)
    with pytest.raises(BadInputError, match="公钥"):
        open_pack(PACKED, [key.pem])


def test_somebody_elses_signature_names_the_publisher_and_how_to_trust() -> None:
    with pytest.raises(UntrustedPublisherError, match="--trust") as caught:
        open_pack(PACKED, trusting(make_publisher_key()))
    assert caught.value.publisher == KEY.id
    with pytest.raises(UntrustedPublisherError):
        open_pack(PACKED, [])


def test_a_signature_by_another_key_under_a_trusted_name_is_refused() -> None:
    forged = make_publisher_key()
    inside = contents()
    line = f"{packs.SUITE} {KEY.id} {forged.sign(inside[MANIFEST]).hex()}\n"
    said = refused(zipped({**inside, SIGNATURE: line.encode()}, lambda _: None))
    assert "签名不对" in said


def test_a_manifest_of_another_publisher_is_refused() -> None:
    other = make_publisher_key()
    inside = contents(sign_pack(FILES, "1", None, other))
    line = f"{packs.SUITE} {KEY.id} {KEY.sign(inside[MANIFEST]).hex()}\n"
    assert "对不上" in refused(zipped({**inside, SIGNATURE: line.encode()}, lambda _: None))


def test_an_unknown_suite_is_refused() -> None:
    inside = contents()
    line = inside[SIGNATURE].replace(b"ed25519-1", b"sm2-9")
    assert "签名" in refused(zipped({**inside, SIGNATURE: line}, lambda _: None))


@pytest.mark.parametrize(
    "name",
    ["../x.yaml", "/etc/x.yaml", "forms/../x.yaml", "forms/../../x.yaml", "forms/a\\b.yaml",
     "forms/C:x.yaml", "forms/con.yaml", "forms/.hidden.yaml", "forms/a/b/c/d/e.yaml",
     "forms/run.py", "forms/", "forms/x.yaml/", "x.yaml", "forms/一.yaml"],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    refused(zipped({**contents(), name: b"x"}, lambda _: None))


def test_a_file_that_the_manifest_does_not_list_is_refused() -> None:
    assert "对不上" in refused(zipped({**contents(), "forms/more.yaml": b"x"}, lambda _: None))


def test_a_missing_or_changed_file_is_refused() -> None:
    inside = contents()
    assert "README.md" in refused(zipped({**inside, "forms/README.md": b"x"}, lambda _: None))
    del inside["forms/README.md"]
    assert "对不上" in refused(zipped(inside, lambda _: None))


def test_a_link_in_the_place_of_a_file_is_refused() -> None:
    def as_link(entry: zipfile.ZipInfo) -> None:
        if entry.filename == "forms/pack.yaml":
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert "普通文件" in refused(zipped(contents(), as_link))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    out = io.BytesIO(PACKED)
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo("forms/pack.yaml", (1980, 1, 1, 0, 0, 0))
        entry.create_system, entry.external_attr = 3, 0o100644 << 16
        archive.writestr(entry, b"x")
    refused(out.getvalue())


def test_a_bomb_is_refused_without_being_blown_up() -> None:
    def squeezed(entry: zipfile.ZipInfo) -> None:
        entry.compress_type = zipfile.ZIP_DEFLATED

    bomb = zipped({**contents(), "forms/big.yaml": bytes(50_000_000)}, squeezed)
    assert len(bomb) < 200_000
    tracemalloc.start()
    assert "不压缩" in refused(bomb)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_entries_that_share_their_bytes_are_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Every entry of the listing points at one and the same four megabytes.
    big = zipped({"forms/big.yaml": bytes(4_000_000)}, lambda _: None)
    at = big.rindex(b"PK\x01\x02")
    entry, body = big[at:-22], big[:at]
    count = 100
    end = bytearray(big[-22:])
    end[8:10] = end[10:12] = count.to_bytes(2, "little")
    end[12:16] = (count * len(entry)).to_bytes(4, "little")
    read: list[object] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda _, entry: read.append(entry) or b"")
    refused(body + entry * count + bytes(end))
    assert not read


def test_too_many_or_too_large_is_refused_on_both_sides() -> None:
    many = {f"items/n{n}.yaml": b"" for n in range(packs.MAX_FILES + 1)}
    inside = {f"forms/{name}": content for name, content in many.items()}
    assert "太多" in refused(zipped({**inside, MANIFEST: b"", SIGNATURE: b""}, lambda _: None))
    with pytest.raises(BadInputError, match="个文件"):
        sign_pack(many, "1", None, KEY)
    assert "MB" in refused(bytes(packs.MAX_PACK_BYTES + 1))
    with pytest.raises(BadInputError, match="太大"):
        sign_pack({"a.yaml": bytes(packs.MAX_FILE_BYTES + 1)}, "1", None, KEY)


@pytest.mark.parametrize(
    "files",
    [{}, {"../a.yaml": b""}, {"民政.yaml": b""}, {"a.exe": b""}, {"A.yaml": b"", "a.yaml": b""},
     {"a.md": b"", "a.md/b.md": b""}],
)  # fmt: skip
def test_what_no_desk_would_accept_is_not_signed(files: dict[str, bytes]) -> None:
    with pytest.raises(BadInputError, match="没有签"):
        sign_pack(files, "1", None, KEY)


def test_a_version_must_be_a_short_word() -> None:
    for version in ("", "x" * 21, "1\n2"):
        with pytest.raises(BadInputError, match="版本号"):
            sign_pack(FILES, version, None, KEY)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """The pack with bytes changed, cut out, doubled or put in."""
    packed = bytearray(PACKED)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(packed) - 1))
        to = min(len(packed), at + draw(st.integers(1, 40)))
        how = draw(st.sampled_from(["flip", "cut", "double", "insert", "end"]))
        if how == "flip":
            packed[at] ^= 1 << draw(st.integers(0, 7))
        elif how == "cut":
            del packed[at:to]
        elif how == "double":
            packed[at:at] = packed[at:to]
        elif how == "insert":
            packed[at:at] = draw(st.binary(min_size=1, max_size=20))
        else:
            tail = len(packed) - draw(st.integers(1, min(80, len(packed))))
            packed[tail] = draw(st.integers(0, 255))
        if not packed:
            return b""
    return bytes(packed)


@settings(max_examples=400, deadline=None)
@given(mutations() | st.binary(max_size=200))
def test_mutated_bytes_give_the_same_files_or_a_clean_refusal(packed: bytes) -> None:
    if packed == PACKED:
        assert open_pack(packed, trusting()).files == FILES
    else:
        refused(packed)
