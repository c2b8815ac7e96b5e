"""Content packs made from the starter forms: copied, edited, signed."""

from __future__ import annotations

import shutil
from pathlib import Path

from desk_app.bootstrap.publish import make_key_file, sign_folder
from desk_app.system.paths import AppPaths, find_paths
from tests.helpers.starter import FORMS


class Publisher:
    """Somebody with a key who edits copies of the starter forms in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = folder / "publisher.pem"
        self.id = make_key_file(self.key)
        self.public = Path(f"{self.key}.pub").read_bytes()

    def forms(self, version: str, *edits: tuple[str, str, str], valid_from: str = "") -> Path:
        """A copy of the starter forms as ``version``.

        Args:
            edits: (file, old text, new text), the first place where it stands.
        """
        folder = self.folder / f"forms-{version}"
        shutil.copytree(FORMS, folder)
        for file, old, new in (
            ("pack.yaml", "version: '2026.1'", f"version: '{version}'"),
            ("pack.yaml", "valid_from:", f"valid_from: {valid_from}"),
            *edits,
        ):
            text = (folder / file).read_text("utf-8")
            assert old in text, f"{file} has no {old!r}"
            (folder / file).write_text(text.replace(old, new, 1), "utf-8")
        return folder

    def pack(self, version: str, *edits: tuple[str, str, str], valid_from: str = "") -> bytes:
        """Such a copy, signed."""
        out = self.folder / f"{version}.pack"
        sign_folder(self.forms(version, *edits, valid_from=valid_from), self.key, out)
        return out.read_bytes()


def data_folder(folder: Path) -> AppPaths:
    """The folders of a desk below ``folder``."""
    return find_paths(folder / "data")
