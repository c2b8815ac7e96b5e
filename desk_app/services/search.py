"""One box for everything (Ctrl+K): cases, items, life events, checklists, commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desk_app.core.catalogue import Pack
from desk_app.core.masking import mask_name
from desk_app.core.ports import CaseRow, CaseStore, ItemFinder, Romanise
from desk_app.services.name_match import NameIndex

CASE, ITEM, EVENT, SOP, COMMAND = "case", "item", "event", "sop", "command"
MOST_OF_A_KIND = 5


@dataclass(frozen=True, slots=True)
class Command:
    """Something the window can do. ``keys``: its short cut in words, may be empty."""

    id: str
    words: str
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer.

    Attributes:
        kind: case | item | event | sop | command.
        id: of that kind.
        title: what it is; a resident's name only masked.
        about: a second line; may be empty.
    """

    kind: str
    id: str
    title: str
    about: str = ""


class Search:
    """The box. ``names`` is quick and pure; ``find`` reads the store and runs on its thread."""

    def __init__(
        self,
        store: CaseStore,
        pack: Pack,
        finder: ItemFinder,
        romanise: Romanise,
        commands: Sequence[Command] = (),
    ) -> None:
        self._store = store
        self._finder = finder
        self._pack = pack
        self._commands = {command.id: command for command in commands}
        self._index = NameIndex(_names(pack, commands), romanise)

    def warm_up(self) -> None:
        """Read out all names beforehand; a tenth of a second, for a side thread."""
        self._index.warm_up()

    def find(self, query: str, limit: int = 12) -> tuple[Hit, ...]:
        """What ``query`` may mean, best first: names that begin with it, cases, other names.

        Items that people call otherwise (吃低保) come from the finder. An empty query gives the
        latest cases and the commands.
        """
        if not query.strip():
            recent = [self._case(row) for row in self._store.cases(limit=8)]
            return (*recent, *map(self._command, self._commands))[:limit]
        ranked = self._index.find(query)
        sure = [self._hit(*_split(match.id)) for match in ranked if match.rank < 2]
        other = [self._hit(*_split(match.id)) for match in ranked if match.rank >= 2]
        cases = [self._case(row) for row in self._store.search(query, MOST_OF_A_KIND)]
        called = [self._hit(ITEM, s.item) for s in self._finder.suggest(query).suggestions]
        hits = dict.fromkeys([*sure, *cases, *other, *called])
        return tuple(_few_of_each(hits)[:limit])

    def _hit(self, kind: str, owner: str) -> Hit:
        pack = self._pack
        if kind == COMMAND:
            return self._command(owner)
        if kind == ITEM:
            item = pack.items[owner]
            return Hit(ITEM, owner, item.name, pack.lines[item.line].name)
        if kind == EVENT:
            event = pack.events[owner]
            return Hit(EVENT, owner, event.title, "；".join(event.phrases[:2]))
        return Hit(SOP, owner, pack.sops[owner].title, pack.sops[owner].when_to_use)

    def _command(self, owner: str) -> Hit:
        command = self._commands[owner]
        return Hit(COMMAND, owner, command.words, command.keys)

    def _case(self, row: CaseRow) -> Hit:
        who = mask_name(row.resident)
        return Hit(CASE, row.case_id, "　".join(filter(None, (who, row.title))), row.number)


def _names(pack: Pack, commands: Iterable[Command]) -> Iterable[tuple[str, str]]:
    for item in pack.items.values():
        if not item.retired:
            yield from ((f"{ITEM} {item.id}", name) for name in (item.name, *item.aliases))
    for event in pack.events.values():
        yield f"{EVENT} {event.id}", event.title
    for sop in pack.sops.values():
        if not sop.retired:
            yield f"{SOP} {sop.id}", sop.title
    for command in commands:
        yield f"{COMMAND} {command.id}", command.words


def _split(owner: str) -> tuple[str, str]:
    kind, _, name = owner.partition(" ")
    return kind, name


def _few_of_each(hits: Iterable[Hit]) -> list[Hit]:
    counts: dict[str, int] = {}
    kept = []
    for hit in hits:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
        if counts[hit.kind] <= MOST_OF_A_KIND:
            kept.append(hit)
    return kept
