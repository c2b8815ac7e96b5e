"""给居民的链接: what a resident sees from home, the link, the sentence about what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from desk_app.core.fold import CaseState
from desk_app.core.kinds.resident import NEXT_STEPS
from desk_app.core.resident import (
    CLOSED,
    NEXT_WORDS,
    STAGE_WORDS,
    Link,
    ResidentSide,
    next_of,
    stage_of,
    working_link,
)
from desk_app.services.resident import ResidentWork
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.time_words import time_words
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView

MAKE, COPY, END, SAY = "make", "copy", "end", "say"
LINK, SHOWN = "link", "shown"

NO_CENTRE = "本机没有加入中心，居民打不开链接。请按 F10 加入中心。"
NO_ADDRESS = "中心没有开通给居民看的网页，或者还没有问到中心。要用，请找管理中心的人开通。"
PRACTICE = "演练的案件不传到中心，没有链接。"


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    return "有链接" if working_link(case) else ""


@dataclass(frozen=True, slots=True)
class ResidentState:
    """What the page shows.

    Attributes:
        words: why a link leads nowhere; empty = it does lead somewhere.
        url: of the link; empty = there is none to copy.
    """

    words: str
    url: str
    lines: tuple[Line, ...]


class ResidentView(TopicView[ResidentState], Protocol):
    """What the presenter asks of the page."""

    def copy(self) -> None:
        """Put the link's address where other programs take it from."""


class ResidentPresenter(TopicPresenter[ResidentState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: ResidentView) -> None:
        super().__init__(services, view)
        self._page = view
        self._work = ResidentWork(services.store, services.casework)

    def read(self, case: CaseState) -> ResidentState:
        """See ``TopicPresenter.read``."""
        link = self._services.link
        state = link.desk.sync_state() if link else None
        centre = state.centre if state and state.hub else ""
        url = self._work.url(case, centre) if centre else ""
        words = self._nowhere(case, centre)
        lines = [*self._shown(case), *self._link(case, url, may_make=not words), *self._next(case)]
        return ResidentState(words, url, tuple(lines))

    def ask_centre(self) -> None:
        """Ask where the centre's pages are; without a network, what it said last holds."""
        link, runner = self._services.link, self._services.runner
        if link is None or link.residents is None or link.centre.status().state == "offline":
            return
        fetch = link.residents.fetch

        def remember(side: ResidentSide) -> None:
            runner.store(partial(self._work.remember, side), lambda _: self.refresh())

        def ask(joined: bool) -> None:
            if joined:
                runner.side(fetch, remember, lambda _: None)

        runner.store(lambda: bool(link.desk.sync_state().hub), ask)

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        case_id = self.case_id
        if act == MAKE:
            make = partial(self._work.make_link, case_id)
            self.write(make, "link.made", "链接做好了，传到中心后居民就能打开。")
        elif act == END:
            end = partial(self._work.end_links, case_id)
            self.write(end, "link.ended", "链接停用了，传到中心后就打不开了。")
        elif act == COPY:
            self._page.copy()
            self._services.shell.toast("网址复制好了，请只发给居民本人。")
        elif act == SAY:
            say = partial(self._work.say_next, case_id, key)
            self.write(say, "link.next", "换好了，传到中心后居民就看得到。")

    def _nowhere(self, case: CaseState, centre: str) -> str:
        """Why a link would lead nowhere; empty = it leads somewhere."""
        if case.practice:
            return PRACTICE
        if not centre:
            return NO_CENTRE
        return "" if self._work.page_address else NO_ADDRESS

    def _shown(self, case: CaseState) -> list[Line]:
        stage, what = stage_of(case), next_of(case)
        name, words = STAGE_WORDS.get(stage, ("已经办结", ""))
        return [
            Line("", "居民打开链接只看到这些，还有窗口电话", bold=True),
            Line(SHOWN, f"现在：{name}　{words}".rstrip(), detail=f"接下来：{NEXT_WORDS[what]}"),
        ]

    def _link(self, case: CaseState, url: str, *, may_make: bool) -> list[Line]:
        link = working_link(case)
        head = Line("", "链接", bold=True)
        if link is None:
            acts = (Act(MAKE, "做一个链接", "1"),) if may_make else ()
            return [head, Line(LINK, "还没有链接", detail="办结以后还能看 90 天。", acts=acts)]
        copy = (Act(COPY, "复制网址", "1"),) if url else ()
        return [head, self._working(link, url, (*copy, Act(END, "停用", "2")))]

    def _working(self, link: Link, url: str, acts: tuple[Act, ...]) -> Line:
        when = time_words(link.made.at, self._services.clock.now())
        return Line(
            LINK, "链接在用", detail=url or "网页开通以后，这里有网址。",
            status=f"{link.made.author} {when}", tone="ok", mark="✓", acts=acts,
        )  # fmt: skip

    def _next(self, case: CaseState) -> list[Line]:
        if next_of(case) == CLOSED:
            return []
        chosen = next_of(case)
        lines = [Line("", "“接下来”写哪一句？换了阶段就回到第一句", bold=True)]
        for key in NEXT_STEPS:
            if key == chosen:
                lines.append(Line(key, NEXT_WORDS[key], mark="✓", tone="ok", status="现在这句"))
            else:
                lines.append(Line(key, NEXT_WORDS[key], acts=(Act(SAY, "就写这句", "1"),)))
        return lines
