"""The starter pack and its finder, read once for all tests of a run: both never change."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from desk_app.content.finder import Finder
from desk_app.content.pack import load_pack
from desk_app.content.words import load_words
from desk_app.core.catalogue import Pack

FORMS = Path(__file__).resolve().parents[2] / "forms"


@cache
def starter_pack() -> Pack:
    """The pack that the program is shipped with."""
    return load_pack(FORMS)


@cache
def starter_finder() -> Finder:
    """What finds its items."""
    return Finder(starter_pack(), load_words(FORMS))
