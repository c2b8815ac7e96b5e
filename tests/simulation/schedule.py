"""One schedule: a seed, a course of events, and what was found at its end."""

from __future__ import annotations

import random
import shutil
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from desk_app.core import ids
from tests.simulation.world import World, make_templates


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a schedule; ``found`` empty = nothing lost, doubled or mixed up."""

    seed: int
    typed: int
    faults: dict[str, int]
    found: list[str]
    log: list[str]


class Templates:
    """Empty stores that each world begins with."""

    def __enter__(self) -> Self:
        self.path = Path(tempfile.mkdtemp(prefix="desk-app-sim-"))
        self._secrets = ids.secrets
        make_templates(self.path)
        return self

    def __exit__(self, *_: object) -> None:
        ids.secrets = self._secrets
        shutil.rmtree(self.path, ignore_errors=True)


def run_schedule(seed: int, events: int, templates: Templates) -> Outcome:
    """Let ``events`` things happen, then calm, then look."""
    with tempfile.TemporaryDirectory(prefix="desk-app-sim-") as folder:
        world = World(Path(folder), random.Random(seed), templates.path)
        try:
            for _ in range(events):
                world.step()
            world.log.append("calm")
            world.settle()
            found = world.faults_found()
        except Exception:  # noqa: BLE001 - whatever escapes is what is looked for
            found = [traceback.format_exc()]
        finally:
            world.close()
    return Outcome(seed, len(world.typed), world.faults, found, world.log)
