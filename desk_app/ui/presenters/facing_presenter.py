"""居民屏: what the resident may see, one thing at a time.

It shows what the paper to take home says, and the resident's own words: the types of the paper hold
no ID number, no diagnosis, no other person, so none of them can come up here by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desk_app.core.fold import CaseState
from desk_app.core.sheet import MaterialSheet, SheetChoice, SheetPaper, phone_lines
from desk_app.services.paper import EXPLANATION, MATERIAL_SHEET, make_sheet, window_facts
from desk_app.ui.presenters.ports import Services

MOST_LINES = 4
"""Lines of one block: what a tired eye takes in at once, two metres away."""

MOST_WORDS = 120
"""The resident's own words are cut here: they know them."""


@dataclass(frozen=True, slots=True)
class Block:
    """One thing to look at; ``place`` says which of how many."""

    head: str
    lines: tuple[str, ...]
    place: str = ""


class FacingView(Protocol):
    """What the presenter asks of the screen."""

    def show_block(self, block: Block) -> None:
        """Show one block."""

    def show_calm(self) -> None:
        """Show the calm page: nothing of anyone."""

    def close_screen(self) -> None:
        """Put the screen away."""


class FacingPresenter:
    """What the resident's screen knows and does."""

    def __init__(self, services: Services, view: FacingView) -> None:
        self._services = services
        self._view = view
        self._blocks: tuple[Block, ...] = ()
        self._place = 0
        self._case_id = ""
        self._is_on = False

    def toggle(self, case_id: str) -> None:
        """Show a case; if it shows already, blank the screen. Without a case it stays blank."""
        if self._is_on or not case_id:
            self._is_on = False
            self._view.show_calm()
            return
        self._is_on, self._case_id, self._place = True, case_id, 0
        self._services.runner.store(lambda: self._read(case_id), self._show)

    def turn(self, step: int) -> None:
        """The next block, or the one before; after the last comes the first."""
        if self._is_on and self._blocks:
            self._place = (self._place + step) % len(self._blocks)
            self._view.show_block(self._blocks[self._place])

    def close(self) -> None:
        """Put the screen away, for instance because its monitor is gone."""
        self._is_on, self._blocks = False, ()
        self._view.close_screen()

    def _read(self, case_id: str) -> tuple[Block, ...]:
        services = self._services
        case = services.store.case(case_id)
        facts = window_facts(services.store, services.casework.author, services.clock)
        paper = EXPLANATION if _is_refused(case) else MATERIAL_SHEET
        sheet = make_sheet(services.casework.pack_of(case), case, paper, facts)
        return facing_blocks(case.fields.get("words", ""), sheet)

    def _show(self, blocks: tuple[Block, ...]) -> None:
        self._blocks = blocks
        if not self._is_on:
            return
        if blocks:
            self._view.show_block(blocks[0])
        else:
            self._is_on = False
            self._view.show_calm()


def facing_blocks(words: str, sheet: MaterialSheet) -> tuple[Block, ...]:
    """Everything the resident may see of a case, in the order of the talk."""
    said = words.strip()
    said = f"{said[:MOST_WORDS]}……" if len(said) > MOST_WORDS else said
    phones = phone_lines(sheet.window_phone)
    parts: tuple[tuple[str, Sequence[str]], ...] = (
        ("您说的", (said,) if said else ()),
        ("我们来办", sheet.items),
        *((head, (text,)) for head, text in sheet.explanation if text),
        ("请您带来", [_paper(paper) for paper in sheet.to_bring]),
        ("我们替您去拿", [paper.plain_name for paper in sheet.by_us]),
        ("说好了", [f"{p.who}：{p.what}　{p.when}前" for p in sheet.promises]),
        ("有事打这个电话", (*phones, f"找{sheet.officer}") if phones else ()),
    )
    blocks = [
        Block(head, tuple(lines[at : at + MOST_LINES]))
        for head, lines in parts
        for at in range(0, len(lines), MOST_LINES)
    ]
    count = len(blocks)
    return tuple(
        Block(block.head, block.lines, f"{number} / {count}")
        for number, block in enumerate(blocks, 1)
    )


def _paper(paper: SheetPaper | SheetChoice) -> str:
    if isinstance(paper, SheetChoice):
        return "　或者　".join(one.plain_name for one in paper.papers)
    return f"{paper.plain_name}（{paper.form}）" if paper.form else paper.plain_name


def _is_refused(case: CaseState) -> bool:
    return case.closing is not None and case.closing.outcome == "infeasible"
