"""Who may have the store's key: made once at random, then kept by slots.

``keys.json`` beside the store lists the slots and the key's id (a hash), never the key itself:

- ``keyring``: the key lies in the OS keyring under an account named after the key's id;
- ``passphrase``: the key lies in the slot, wrapped (see ``passphrase.py``).

Where slots exist, a key is only ever opened, never made anew: a lost keyring leads to a sentence
and the passphrase, never to an empty new store.
"""

from __future__ import annotations

import hashlib
import json
import secrets as randomness
from collections.abc import Callable, Mapping
from pathlib import Path

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.ports import SecretStore
from desk_app.system.durable import write_durably
from desk_app.vault.passphrase import check_strength, unwrap, wrap

KEY_BYTES = 32
FILE_NAME = "keys.json"
FORMAT = 1

Slot = Mapping[str, str | int]
AskPassphrase = Callable[[bool], str]
"""Asks a person; True = a new passphrase is being chosen."""


class KeyKeeper:
    """The key of one data folder.

    Args:
        folder: the data folder.
        keyring: the OS keyring; None where there is none that keeps secrets.
    """

    def __init__(self, folder: Path, keyring: SecretStore | None) -> None:
        self._path = folder / FILE_NAME
        self._keyring = keyring

    @property
    def exists(self) -> bool:
        """Whether a key was ever made for this folder."""
        return self._path.exists()

    @property
    def needs_passphrase(self) -> bool:
        """Whether a person must type a passphrase: to open, or to make a key without keyring."""
        if not self.exists:
            return self._keyring is None
        return self._from_keyring() is None

    def make(self, ask: AskPassphrase) -> bytes:
        """Make the key of a new folder: into the keyring, else wrapped by a new passphrase.

        Raises:
            BadInputError: passphrase too weak, or there is a key already.
            EnvironmentProblem: the keyring refuses, or the folder cannot be written.
        """
        if self.exists:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这个文件夹已经有密钥了，没有另做。"),
                safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
            )
        key = randomness.token_bytes(KEY_BYTES)
        name = key_id(key)
        if self._keyring is not None:
            self._keyring.write(name, key)
            slot: Slot = {"kind": "keyring", "account": name, "backend": self._keyring.name}
        else:
            passphrase = ask(True)
            check_strength(passphrase)
            slot = wrap(key, passphrase, name)
        self._write(name, [slot])
        return key

    def open(self, ask: AskPassphrase) -> bytes:
        """The key of this folder, from the keyring or else by passphrase.

        Raises:
            BadInputError: wrong passphrase, damaged slot file.
            EnvironmentProblem: the keyring has lost the key and no passphrase was ever set.
        """
        if (key := self._from_keyring()) is not None:
            return key
        name, slots = self._read()
        if any(slot.get("kind") == "sealed" for slot in slots):
            raise sealed_problem()
        wrapped = [slot for slot in slots if slot.get("kind") == "passphrase"]
        if not wrapped:
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP(
                    "Errors", "密钥原来存在系统密钥环里，现在取不到（没解锁、换了用户或被删了）。"
                ),
                safe=QT_TRANSLATE_NOOP("Errors", "资料还在，没有动，也没有另建空的。"),
                press=QT_TRANSLATE_NOOP(
                    "Errors", "请解锁系统密钥环再打开；换过电脑的请用备份恢复。"
                ),
            )
        passphrase = ask(False)
        key = self._unwrap_any(wrapped, passphrase, name)
        if key_id(key) != name:
            raise _damaged()
        return key

    def add_passphrase(self, key: bytes, passphrase: str) -> None:
        """Add a passphrase as a second way in (recovery), replacing an earlier one."""
        check_strength(passphrase)
        name, slots = self._read()
        kept = [slot for slot in slots if slot.get("kind") != "passphrase"]
        self._write(name, [*kept, wrap(key, passphrase, name)])

    def destroy(self) -> None:
        """Make the key unknowable: what it opened can never be opened again.

        The slots go first, so that no passphrase opens the store any more whatever comes after.
        Copies that somebody made of this folder's ``keys.json`` are beyond reach.

        Raises:
            EnvironmentProblem: the file cannot be written, or the keyring still has its part.
        """
        name, _ = self._read()
        self._write(name, [{"kind": "sealed"}])
        if self._keyring is not None:
            self._keyring.delete(name)

    def _from_keyring(self) -> bytes | None:
        if self._keyring is None or not self.exists:
            return None
        name, slots = self._read()
        if all(slot.get("kind") != "keyring" for slot in slots):
            return None
        try:
            key = self._keyring.read(name)
        except EnvironmentProblem:
            return None  # locked or gone: the passphrase is the way on
        return key if key is not None and key_id(key) == name else None

    def _unwrap_any(self, wrapped: list[Slot], passphrase: str, name: str) -> bytes:
        problem: BadInputError | None = None
        for slot in wrapped:
            try:
                return unwrap(slot, passphrase, name)
            except BadInputError as error:
                problem = error
        assert problem is not None
        raise problem

    def _read(self) -> tuple[str, list[Slot]]:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            name, slots = kept["key_id"], kept["slots"]
        except OSError as error:
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "密钥文件读不出来。"),
                safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
            ) from error
        except (ValueError, KeyError, TypeError):
            raise _damaged() from None
        if kept.get("format") != FORMAT or not isinstance(name, str) or not isinstance(slots, list):
            raise _damaged()
        return name, [slot for slot in slots if isinstance(slot, dict)]

    def _write(self, name: str, slots: list[Slot]) -> None:
        text = json.dumps({"format": FORMAT, "key_id": name, "slots": slots}, indent=1)
        try:
            write_durably(self._path, text.encode())
        except OSError as error:
            raise EnvironmentProblem(
                QT_TRANSLATE_NOOP("Errors", "密钥文件写不进去：文件夹不能写，或者磁盘满了。"),
                safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
            ) from error


def key_id(key: bytes) -> str:
    """A name for a key that does not give it away: 16 hex characters of a hash."""
    return hashlib.sha256(b"desk-app key id\0" + key).hexdigest()[:16]


def sealed_problem() -> EnvironmentProblem:
    """What is said once the centre has ordered the key destroyed."""
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "中心已远程封存这台电脑，本机资料的密钥销毁了。"),
        safe=QT_TRANSLATE_NOOP("Errors", "已传到中心的记录都在中心。"),
        press=QT_TRANSLATE_NOOP("Errors", "请和主管联系。"),
    )


def _damaged() -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "密钥文件损坏，或者是更新版本的程序写的。"),
        safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
        press=QT_TRANSLATE_NOOP("Errors", "请不要删除它；请用备份里的那一份。"),
    )
