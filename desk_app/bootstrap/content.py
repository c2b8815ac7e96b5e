"""Step 6: the content pack in force, its finder, and the versions that cases were opened with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.core.errors import QT_TRANSLATE_NOOP, DeskAppError
from desk_app.system import logs
from desk_app.system.paths import cache_dir, look_for_data
from desk_app.system.resources import forms_dir

if TYPE_CHECKING:
    from desk_app.content.finder import Finder
    from desk_app.content.report import CheckReport
    from desk_app.content.shelf import KeptPack, PackShelf
    from desk_app.content.words import Words
    from desk_app.core.catalogue import Pack, Sop
    from desk_app.core.pack_change import PackChange
    from desk_app.services.case_pack import CasePacks

DAMAGED = QT_TRANSLATE_NOOP(
    "Errors",
    "装上的内容包 {version} 版用不了（损坏，或者本程序读不懂），现在用随程序来的 {shipped} 版。",
)
INSTALL_AGAIN = QT_TRANSLATE_NOOP(
    "Errors", "请把这个内容包再装一次，或者用 desk-app content use 换一个。"
)


@dataclass(frozen=True, slots=True)
class Content:
    """What the program works with.

    Attributes:
        pack, words: the pack in force and the words people use for it.
        shelf: the packs of this data folder.
        digest: what is in force by the shelf's word: a digest or ``shelf.SHIPPED``.
        problem: why the pack that came with the program stands in for the one wanted; else None.
    """

    pack: Pack
    words: Words
    shelf: PackShelf
    digest: str
    cache: Path | None
    problem: DeskAppError | None = None

    @property
    def is_installed(self) -> bool:
        """Whether the pack in force was installed, and did not come with the program."""
        return self.digest == self.pack.digest

    def finder(self) -> Finder:
        """The finder over the pack in force."""
        from desk_app.content.finder import Finder

        return Finder(self.pack, self.words)

    def case_packs(self) -> CasePacks:
        """The pack for each case."""
        from desk_app.services.case_pack import CasePacks

        return CasePacks(self.pack, Archive(self.shelf, self.cache))


class Archive:
    """Kept packs as ``services.case_pack`` asks for them."""

    def __init__(self, shelf: PackShelf, cache: Path | None) -> None:
        self._shelf, self._cache = shelf, cache

    def pack(self, digest: str) -> Pack | None:
        """The installed pack with this digest, or the one that came with the program."""
        if (kept := self._shelf.pack(digest)) is not None and (
            loaded := load_kept(kept, self._cache)
        ):
            return loaded[0]
        shipped = _load_or_none(forms_dir(), self._cache)
        return shipped[0] if shipped and shipped[0].digest == digest else None

    def changes(self, old: Pack, new: Pack, items: Iterable[str]) -> tuple[PackChange, ...]:
        """See ``content.changes.item_changes``."""
        from desk_app.content.changes import item_changes

        return item_changes(old, new, items)

    def sop_changes(self, old: Sop, new: Sop | None, pack: Pack) -> tuple[PackChange, ...]:
        """See ``content.changes.sop_changes``."""
        from desk_app.content.changes import sop_changes

        return sop_changes(old, new, pack)


def open_content(data: Path | None = None, cache: Path | None = None) -> Content:
    """The pack in force in a data folder, or else the one that came with the program.

    A damaged pack never keeps the program from starting. Where none was installed, looking for one
    costs a look for one file. Needs no store.

    Args:
        data: None = the user's own data folder; it is not made.
        cache: where what can be made again is kept; None = the user's own cache folder.

    Raises as ``content.pack.load_pack`` where the pack that came with the program cannot be used.
    """
    from desk_app.content.shelf import SHIPPED, PackShelf

    shelf = PackShelf(data or look_for_data())
    cache = cache or cache_dir()
    digest = shelf.in_force(date.today())
    kept = shelf.pack(digest)
    if kept is not None and (loaded := load_kept(kept, cache)) is not None:
        return Content(*loaded, shelf, digest, cache)
    pack, words = _load(forms_dir(), cache)
    problem = None
    if digest != SHIPPED:
        logs.note("content.fallback", pack=digest[:8])
        problem = DeskAppError(
            DAMAGED,
            safe=QT_TRANSLATE_NOOP("Errors", "已有的案件和数据都没有动。"),
            press=INSTALL_AGAIN,
            version=kept.version if kept else digest[:12],
            shipped=pack.version,
        )
    return Content(pack, words, shelf, SHIPPED, cache, problem)


def check_content(folder: Path | None, data: Path | None = None) -> CheckReport:
    """Everything that is wrong with a content pack; None = the one in force."""
    from desk_app.content.check import check_pack

    return check_pack(folder or forms_in_force(data))


def forms_in_force(data: Path | None = None) -> Path:
    """The folder of the forms in force, checked no further."""
    from desk_app.content.shelf import PackShelf

    shelf = PackShelf(data or look_for_data())
    kept = shelf.pack(shelf.in_force(date.today()))
    return kept.forms if kept is not None and kept.forms.is_dir() else forms_dir()


def load_kept(kept: KeptPack, cache: Path | None) -> tuple[Pack, Words] | None:
    """An installed pack; None when it is not byte for byte what was installed, or cannot be used.

    Args:
        cache: see ``open_content``.
    """
    from desk_app.content.shelf import is_whole

    if not is_whole(kept):
        return None
    # A cache of its own, so that two versions in use do not push each other out.
    loaded = _load_or_none(kept.forms, cache / kept.digest[:16] if cache is not None else None)
    return loaded if loaded and loaded[0].digest == kept.digest else None


def _load(forms: Path, cache: Path | None) -> tuple[Pack, Words]:
    from desk_app.content.pack import load_pack
    from desk_app.content.words import load_words

    return load_pack(forms, cache), load_words(forms)


def _load_or_none(forms: Path, cache: Path | None) -> tuple[Pack, Words] | None:
    try:
        return _load(forms, cache)
    except DeskAppError as error:
        logs.note("content.unusable", code=error.code)
        return None
