"""文书 of a case: which papers there are, what each still lacks, when it was printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from desk_app.core.fold import CaseState
from desk_app.core.sheet import day_in_words
from desk_app.services.paper import SHEET_TITLES
from desk_app.services.papers import PaperOffer, paper_offers
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.paper_making import source_of
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView

_BETWEEN = "\x1f"


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    printed = [
        entry
        for entry in case.papers
        if entry.body["how"] == "print" and entry.body["paper"] not in SHEET_TITLES
    ]
    return f"打过 {len(printed)} 张" if printed else ""


@dataclass(frozen=True, slots=True)
class PapersState:
    """What the page shows."""

    lines: tuple[Line, ...]


class PapersView(TopicView[PapersState], Protocol):
    """What the presenter asks of the page."""


class PapersPresenter(TopicPresenter[PapersState]):
    """What the page knows and does."""

    def read(self, case: CaseState) -> PapersState:
        """See ``TopicPresenter.read``."""
        layouts = tuple(self._services.pack.papers.values())
        offers = paper_offers(source_of(self._services, case), layouts)
        return PapersState(tuple(_line(offer) for offer in offers))

    def open(self, key: str) -> None:
        """Show the paper of a line as it will be printed."""
        paper, _, about = key.partition(_BETWEEN)
        self._services.shell.open_paper(self.case_id, paper, about)


def _line(offer: PaperOffer) -> Line:
    name = offer.name
    status, tone, mark = _standing(offer)
    details = [offer.layout.when_to_use]
    if offer.is_blank:
        details.append("案件里还没有，打出来是空表，手填")
    elif offer.missing:
        details.append(f"手填：{'、'.join(offer.missing)}")
    return Line(
        f"{name.paper}{_BETWEEN}{name.about}", name.title, detail="　".join(details),
        status=status, tone=tone, mark=mark,
    )  # fmt: skip


def _standing(offer: PaperOffer) -> tuple[str, str, str]:
    """Status, tone and sign of a line."""
    if offer.waits:
        return "等回中心打", "warn", "·"
    if offer.printed:
        day = day_in_words(date.fromisoformat(offer.printed[-1]))
        times = f"打过 {len(offer.printed)} 次，" if len(offer.printed) > 1 else ""
        return f"{times}{day} 打的", "ok", "✓"
    if offer.is_blank:
        return "空表", "", "—"
    if offer.missing:
        return f"还空 {len(offer.missing)} 处", "", "·"
    return "齐了", "ok", "·"
