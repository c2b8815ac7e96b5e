"""Which version of the content pack a case is worked with, and what a newer one changed.

A case keeps the version it was opened with: what was promised to a resident does not change under
the officer's hands. Its items, papers, questions and checklists are those of its own version as
long as that version is on the shelf. How an office is reached, which days are holidays and which
reason codes there are is always taken from the pack in force: there the newest is the right one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from desk_app.core.catalogue import Fact, Pack, Sop
from desk_app.core.checklist import from_definition
from desk_app.core.fold import CaseState
from desk_app.core.pack_change import PackChange, told_once, version_key


class PackArchive(Protocol):
    """The versions that are kept, and how they are compared."""

    def pack(self, digest: str) -> Pack | None:
        """A kept pack; None where there is none that can be read. Slow the first time."""

    def changes(self, old: Pack, new: Pack, items: Iterable[str]) -> tuple[PackChange, ...]:
        """What differs for ``items``."""

    def sop_changes(self, old: Sop, new: Sop | None, pack: Pack) -> tuple[PackChange, ...]:
        """What differs in one checklist."""


class NoArchive:
    """Keeps nothing: the pack in force is the only one."""

    def pack(self, digest: str) -> Pack | None:
        """See ``PackArchive``."""
        del digest
        return None

    def changes(self, old: Pack, new: Pack, items: Iterable[str]) -> tuple[PackChange, ...]:
        """See ``PackArchive``."""
        del old, new, items
        return ()

    def sop_changes(self, old: Sop, new: Sop | None, pack: Pack) -> tuple[PackChange, ...]:
        """See ``PackArchive``."""
        del old, new, pack
        return ()


@dataclass(frozen=True, slots=True)
class PackNews:
    """How the version of a case differs from the one in force.

    Attributes:
        version: the case's own.
        now: the one in force.
        kept: whether the case's own version is here, so that the case is worked with it.
        changes: each difference once, with the names of the items it concerns.
    """

    version: str
    now: str
    kept: bool
    changes: tuple[tuple[PackChange, tuple[str, ...]], ...]

    @property
    def is_newer(self) -> bool:
        """Whether the one in force is the later version, and not one gone back to."""
        return version_key(self.now) >= version_key(self.version)


class CasePacks:
    """The pack for each case.

    Args:
        current: the pack in force.
    """

    def __init__(self, current: Pack, archive: PackArchive | None = None) -> None:
        self._current = current
        self._archive: PackArchive = archive or NoArchive()
        self._own: dict[str, Pack | None] = {}
        self._blended: dict[str, Pack] = {}

    def of(self, case: CaseState) -> Pack:
        """The pack to work a case with. Reads from the disk the first time a version is met."""
        own = self._own_pack(case)
        if own is None:
            return self._current
        if case.pack_digest not in self._blended:
            self._blended[case.pack_digest] = blend(own, self._current)
        return self._blended[case.pack_digest]

    def news(self, case: CaseState) -> PackNews | None:
        """What to say of the versions of an open case; None = nothing."""
        if not case.is_open or case.pack_digest in ("", self._current.digest):
            return None
        own = self._own_pack(case)
        frozen = {name: from_definition(given) for name, given in case.definitions.items()}
        chosen = [item.item for item in case.items]
        if own is not None:
            kept = replace(own, sops={**own.sops, **frozen})
            found = [*self._archive.changes(kept, self._current, chosen)]
        else:
            found = [change for item in case.items for change in self._outdated(case, item.item)]
        told = {sop for item in chosen for sop in _of_item(self._current, item, frozen)}
        for sop_id, sop in frozen.items():
            if own is None or sop_id not in told:
                now = self._current.sops.get(sop_id)
                found += self._archive.sop_changes(sop, now, self._current)
        if not found and own is not None:
            return None
        return PackNews(case.pack_version, self._current.version, own is not None, told_once(found))

    def _own_pack(self, case: CaseState) -> Pack | None:
        digest = case.pack_digest
        if digest in ("", self._current.digest):
            return None
        if digest not in self._own:
            self._own[digest] = self._archive.pack(digest)
        return self._own[digest]

    def _outdated(self, case: CaseState, item_id: str) -> Iterable[PackChange]:
        # All that is left of the old version: the name and number that were kept with the choice.
        chosen = next(item for item in case.items if item.item == item_id)
        now = self._current.items.get(item_id)
        before = f"{chosen.name}（第 {chosen.version} 版）"
        if now is None or now.retired:
            yield PackChange(item_id, chosen.name, "事项", before, "")
        elif (chosen.name, chosen.version) != (now.name, now.version):
            after = f"{now.name}（第 {now.version} 版）"
            yield PackChange(item_id, now.name, "事项", before, after)


def blend(own: Pack, current: Pack) -> Pack:
    """A case's own pack, with what only the pack in force has or what must be of today."""
    return replace(
        current,
        version=own.version,
        digest=own.digest,
        items={**current.items, **own.items},
        materials={**current.materials, **own.materials},
        facts={**current.facts, **_facts(own, current)},
        sops={**current.sops, **own.sops},
        lines={**own.lines, **current.lines},
        sublines={**own.sublines, **current.sublines},
        agencies={**own.agencies, **current.agencies},
        reasons={**own.reasons, **current.reasons},
    )


def _facts(own: Pack, current: Pack) -> Mapping[str, Fact]:
    # An item taken in later may hang on an answer that the own version did not offer yet.
    facts = dict(own.facts)
    for fact_id, now in current.facts.items():
        if (kept := facts.get(fact_id)) is not None:
            known = {option.value for option in kept.options}
            more = tuple(option for option in now.options if option.value not in known)
            facts[fact_id] = replace(kept, options=(*kept.options, *more)) if more else kept
    return facts


def _of_item(current: Pack, item: str, frozen: Mapping[str, Sop]) -> set[str]:
    of_now = {sop.id for sop in current.sops_for(item)}
    return of_now | {sop_id for sop_id, sop in frozen.items() if item in sop.related_items}
