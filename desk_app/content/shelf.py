"""The shelf of installed content packs in the data folder: which is in force, which are kept.

::

    packs/current            digests, the one to use first; a day behind one = not before that day
    packs/centre             what the centre published when it was last installed from there
    packs/trusted/<id>.pub   publishers that somebody said are to be trusted
    packs/<digest>/          forms/ and, beside it, the manifest and the signature it came with

Without ``packs/current`` the pack that came with the program is in force. Nothing is ever changed
in place: a pack is built beside the others and then given its name, and ``current`` is replaced
whole, so that a cut of the power leaves the old or the new.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.core.pack_change import version_key
from desk_app.system.durable import sync_folder, write_durably

FOLDER = "packs"
FORMS, MANIFEST, SIGNATURE = "forms", "manifest.json", "manifest.sig"
SHIPPED = "shipped"
"""Stands for the pack that came with the program where a digest is expected."""

_CURRENT, _CENTRE, _TRUSTED, _BUILDING = "current", "centre", "trusted", ".building-"
_LINE = re.compile(r"([0-9a-f]{64}|shipped)(?: (\d{4}-\d{2}-\d{2}))?")
_LEFT_OVER_S = 3600


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack on the shelf, as its manifest says. ``valid_from``: None = at once."""

    digest: str
    version: str
    valid_from: date | None
    publisher: str
    folder: Path

    @property
    def forms(self) -> Path:
        """What ``load_pack`` reads."""
        return self.folder / FORMS


@dataclass(frozen=True, slots=True)
class Wish:
    """A line of ``current``: a digest or SHIPPED, and the first day it is to be used."""

    digest: str
    not_before: date | None = None

    def is_due(self, today: date) -> bool:
        """Whether its day has come."""
        return self.not_before is None or self.not_before <= today


class PackShelf:
    """The shelf in one data folder. Nothing is made until something is installed.

    Every method that writes raises EnvironmentProblem when the folder cannot be written; then what
    was in force still is.
    """

    def __init__(self, data: Path) -> None:
        self._root = data / FOLDER

    def wishes(self) -> tuple[Wish, ...]:
        """What ``current`` says, the most wanted first; empty where nothing was installed."""
        try:
            text = (self._root / _CURRENT).read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return ()
        found = [_LINE.fullmatch(line) for line in text.splitlines()]
        return tuple(Wish(line[1], _day(line[2] or "")) for line in found if line)

    def in_force(self, today: date) -> str:
        """The digest to use on ``today``, or SHIPPED."""
        return next((wish.digest for wish in self.wishes() if wish.is_due(today)), SHIPPED)

    def packs(self) -> tuple[KeptPack, ...]:
        """Everything on the shelf whose manifest can be read, by version."""
        try:
            folders = sorted(self._root.iterdir())
        except OSError:
            return ()
        found = (_kept(folder) for folder in folders if re.fullmatch(r"[0-9a-f]{64}", folder.name))
        return tuple(sorted(filter(None, found), key=lambda pack: version_key(pack.version)))

    def pack(self, digest: str) -> KeptPack | None:
        """The pack with this digest; None where it is not here or its manifest is damaged."""
        return _kept(self._root / digest) if re.fullmatch(r"[0-9a-f]{64}", digest) else None

    def find(self, beginning: str) -> KeptPack:
        """The pack whose digest begins so. Raises BadInputError for none or several."""
        found = [p for p in self.packs() if beginning and p.digest.startswith(beginning.lower())]
        if len(found) == 1:
            return found[0]
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "没有装过指纹以“{digest}”开头的内容包，或者不止一个。"),
            press=QT_TRANSLATE_NOOP("Errors", "用 desk-app content packs 看装过哪些。"),
            digest=beginning[:64],
        )

    @contextmanager
    def building(
        self, files: Mapping[str, bytes], manifest: bytes, signature: bytes
    ) -> Iterator[Path]:
        """A folder with these files, on the disk but without its name; gone at the end.

        Args:
            files: bytes by name below ``forms/``; names that were checked already.
        """
        with _writing():
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._sweep()
            folder = Path(tempfile.mkdtemp(dir=self._root, prefix=_BUILDING))
        try:
            with _writing():
                whole = {f"{FORMS}/{name}": content for name, content in files.items()}
                _write_all(folder, whole | {MANIFEST: manifest, SIGNATURE: signature})
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, built: Path, digest: str) -> None:
        """Give what ``building`` made its name. Files of a pack that is here already are mended."""
        home = self._root / digest
        with _writing():
            if home.exists():
                _mend(home, built)
            else:
                os.rename(built, home)
            sync_folder(self._root)

    def use(self, digest: str, not_before: date | None, today: date) -> None:
        """From the next start on use ``digest`` (or SHIPPED), but not before a day to come."""
        wishes = [Wish(digest)]
        if not_before is not None and not_before > today:
            wishes = [Wish(digest, not_before), Wish(self.in_force(today))]
        lines = (
            f"{w.digest} {w.not_before.isoformat()}" if w.not_before else w.digest for w in wishes
        )
        with _writing():
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_durably(self._root / _CURRENT, "".join(f"{x}\n" for x in lines).encode("ascii"))

    def from_centre(self) -> str:
        """Sum of the pack file that was last installed from the centre; empty = none was."""
        try:
            return (self._root / _CENTRE).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def note_from_centre(self, digest: str) -> None:
        """Keep the sum of the pack file that was installed from the centre."""
        with _writing():
            write_durably(self._root / _CENTRE, f"{digest}\n".encode("ascii"))

    def trusted(self) -> dict[str, bytes]:
        """Public keys of the publishers trusted here, by file name without ending."""
        try:
            files = sorted((self._root / _TRUSTED).glob("*.pub"))
            return {file.stem: file.read_bytes() for file in files}
        except OSError:
            return {}

    def trust(self, publisher: str, public_key: bytes) -> None:
        """Trust a publisher from now on."""
        with _writing():
            folder = self._root / _TRUSTED
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_durably(folder / f"{publisher}.pub", public_key)

    def _sweep(self) -> None:
        # What a cut left behind; somebody else may be building right now.
        for folder in self._root.glob(f"{_BUILDING}*"):
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > _LEFT_OVER_S:
                    shutil.rmtree(folder, ignore_errors=True)


def is_whole(pack: KeptPack) -> bool:
    """Whether the files are those the manifest lists, byte for byte, and no others."""
    try:
        listed = json.loads((pack.folder / MANIFEST).read_bytes())["files"]
        sums = {str(file["name"]): file["sha256"] for file in listed}
        found = {p.relative_to(pack.forms).as_posix(): p for p in pack.forms.rglob("*")}
        found = {name: path for name, path in found.items() if not path.is_dir()}
        return found.keys() == sums.keys() and all(
            hashlib.sha256(path.read_bytes()).hexdigest() == sums[name]
            for name, path in found.items()
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _kept(folder: Path) -> KeptPack | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return KeptPack(
            digest=folder.name,
            version=str(manifest["version"]),
            valid_from=_day(str(manifest["valid_from"])),
            publisher=str(manifest["publisher"]),
            folder=folder,
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for made in {folder, *(p for p in folder.rglob("*") if p.is_dir())}:
        sync_folder(made)


def _mend(home: Path, built: Path) -> None:
    right = {path.relative_to(built): path for path in built.rglob("*") if path.is_file()}
    for path in [path for path in home.rglob("*") if not path.is_dir()]:
        if path.relative_to(home) not in right:
            path.unlink()
    for name, path in right.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        write_durably(home / name, path.read_bytes())


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "内容包写不进资料文件夹：{reason}。"),
            safe=QT_TRANSLATE_NOOP("Errors", "正在用的内容包没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请腾出空间或改权限，再装一次。"),
            reason=error.strerror or "",
        ) from error
