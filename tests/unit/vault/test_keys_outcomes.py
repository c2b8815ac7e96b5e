"""Who gets the key, and what happens when keyring or passphrase fail: a table of outcomes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desk_app.core.errors import BadInputError, DeskAppError, EnvironmentProblem
from desk_app.vault import passphrase as passphrases
from desk_app.vault.key_keeper import FILE_NAME, KeyKeeper, key_id
from desk_app.vault.passphrase import check_strength, unwrap, wrap
from tests.helpers.fakes import FakeSecretStore

SHIPPED = (passphrases.MEMORY_KIB, passphrases.ROUNDS)
GOOD, OTHER = "一句只有我知道的话", "another-long-passphrase"


def never(_new: bool) -> str:
    raise AssertionError("nobody should have been asked")


def test_a_keyring_keeps_the_key_and_nobody_is_asked(tmp_path: Path) -> None:
    keyring = FakeSecretStore()
    key = KeyKeeper(tmp_path, keyring).make(never)
    assert len(key) == 32
    again = KeyKeeper(tmp_path, keyring)
    assert not again.needs_passphrase
    assert again.open(never) == key
    assert key.hex() not in (tmp_path / FILE_NAME).read_text()


def test_without_a_keyring_a_passphrase_wraps_the_key(tmp_path: Path) -> None:
    key = KeyKeeper(tmp_path, None).make(lambda new: GOOD if new else "")
    again = KeyKeeper(tmp_path, None)
    assert again.needs_passphrase
    assert again.open(lambda _: GOOD) == key
    kept = (tmp_path / FILE_NAME).read_bytes()
    assert key not in kept
    assert key.hex().encode() not in kept
    assert GOOD.encode() not in kept
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("said", ["", OTHER, GOOD + " ", GOOD[:-1]])
def test_a_wrong_passphrase_is_refused_and_changes_nothing(tmp_path: Path, said: str) -> None:
    KeyKeeper(tmp_path, None).make(lambda _: GOOD)
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(BadInputError):
        KeyKeeper(tmp_path, None).open(lambda _: said)
    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("trouble", ["deleted", "changed", "broken", "absent"])
def test_a_lost_keyring_leads_to_the_passphrase_or_to_a_sentence(
    tmp_path: Path, trouble: str
) -> None:
    keyring: FakeSecretStore | None = FakeSecretStore()
    assert keyring is not None
    key = KeyKeeper(tmp_path, keyring).make(never)
    KeyKeeper(tmp_path, keyring).add_passphrase(key, GOOD)
    if trouble == "deleted":
        keyring.kept.clear()
    elif trouble == "changed":
        keyring.kept[key_id(key)] = b"x" * 32
    elif trouble == "broken":
        keyring.broken = True
    else:
        keyring = None
    keeper = KeyKeeper(tmp_path, keyring)
    assert keeper.needs_passphrase
    assert keeper.open(lambda _: GOOD) == key


def test_a_lost_keyring_without_passphrase_makes_no_new_key(tmp_path: Path) -> None:
    keyring = FakeSecretStore()
    KeyKeeper(tmp_path, keyring).make(never)
    keyring.kept.clear()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(EnvironmentProblem, match="没有另建"):
        KeyKeeper(tmp_path, keyring).open(never)
    with pytest.raises(BadInputError):
        KeyKeeper(tmp_path, keyring).make(never)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_keyring_that_refuses_leaves_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem):
        KeyKeeper(tmp_path, FakeSecretStore(broken=True)).make(never)
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"[]", b'{"format": 2, "key_id": "x", "slots": []}', b"\xff\xfe\x00",
        b'{"format": 1, "key_id": 7, "slots": []}', b'{"format": 1, "key_id": "x", "slots": 1}',
    ],
)  # fmt: skip
def test_a_damaged_key_file_is_said_and_left_alone(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    with pytest.raises(DeskAppError):
        KeyKeeper(tmp_path, None).open(lambda _: GOOD)
    assert (tmp_path / FILE_NAME).read_bytes() == damage


def test_a_forged_slot_cannot_ask_for_all_the_memory(tmp_path: Path) -> None:
    key = KeyKeeper(tmp_path, None).make(lambda _: GOOD)
    slots = json.loads((tmp_path / FILE_NAME).read_text())["slots"]
    for change in ({"memory_kib": 2**31}, {"rounds": 10**9}, {"suite": 9}, {"salt": "zz"}):
        with pytest.raises(BadInputError):
            unwrap({**slots[0], **change}, GOOD, key_id(key))


@pytest.mark.parametrize(
    ("words", "strong"),
    [
        ("短", False), ("123456", False), ("aaaaaaaaaaaaaaaa", False), ("elevenchars", False),
        ("twelve-chars", True), ("五个汉字啊", False), ("六个汉字足够", True),
        ("一一一一一一一", False),
    ],
)  # fmt: skip
def test_only_a_strong_passphrase_is_taken(words: str, strong: bool) -> None:
    if strong:
        check_strength(words)
    else:
        with pytest.raises(BadInputError):
            check_strength(words)


def test_two_wrappings_of_one_key_have_nothing_in_common() -> None:
    one, other = (wrap(b"k" * 32, GOOD, "id") for _ in range(2))
    assert one["salt"] != other["salt"]
    assert one["wrapped"] != other["wrapped"]
    assert unwrap(one, GOOD, "id") == unwrap(other, GOOD, "id") == b"k" * 32
    with pytest.raises(BadInputError):
        unwrap(one, GOOD, "another id")


def test_the_cost_shipped_is_at_least_what_the_notes_ask_for() -> None:
    memory_kib, rounds = SHIPPED
    assert memory_kib >= 64 * 1024
    assert rounds >= 3
