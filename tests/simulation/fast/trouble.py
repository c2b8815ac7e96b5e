"""What goes wrong in one schedule. Each has its own mixture, so that rare pairs meet often."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Trouble:
    """Which kinds of trouble a schedule knows.

    Attributes:
        wire: requests and answers are lost, doubled, delayed; a login page answers.
        kills: desks end between two calls of the store; the hub ends within a transaction.
        busy: the window writes while a round runs.
        clones: a copy of a store goes on as a second desk.
        put_back: a desk's disk is put back to an earlier copy.
        hub_restored: the hub goes back to a backup and says so; ``in_silence``: or does not.
        clocks: years off, and jumping.
        moves: there is a second centre, and cases go there and back.
        poison: entries that the hub must refuse.
        damage: rows are lost from a journal.
        newcomers: new desks that load whole cases first.
        months: long pauses; what was let go is erased in them.
    """

    wire: bool
    kills: bool
    busy: bool
    clones: bool
    put_back: bool
    hub_restored: bool
    in_silence: bool
    clocks: bool
    moves: bool
    poison: bool
    damage: bool
    newcomers: bool
    months: bool

    @classmethod
    def drawn(cls, dice: random.Random, always: Collection[str] = ()) -> Trouble:
        """A mixture; the more usual ones more often, those in ``always`` always."""
        chance = {"wire": 0.7, "kills": 0.5, "moves": 0.6, "months": 0.15, "damage": 0.2,
                  "in_silence": 0.25, "clones": 0.35, "put_back": 0.25}  # fmt: skip
        drawn = {f.name: dice.random() < chance.get(f.name, 0.35) for f in fields(cls)}
        return cls(**drawn | dict.fromkeys(always, True))

    @property
    def disturbs_numbers(self) -> bool:
        """Whether a digest may have something to repair without a fault of the protocol."""
        return self.clones or self.put_back or self.hub_restored or self.in_silence or self.damage
