"""中心: joining it, how it stands, what goes by stick, what it wants gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from desk_app.core.errors import DeskAppError
from desk_app.ui.presenters.case_lines import case_line
from desk_app.ui.presenters.centre_words import CentreFacts, read_facts, where_words
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.ports import CentreLink, Services

TRAY, QUEUE = "tray", "queue"
FACTS = ("name", "unsent", "load")
"""Lines that lead nowhere."""

LOOKED_AT = 500
"""Cases changed last among which those in conflict are looked for."""


@dataclass(frozen=True, slots=True)
class CentreState:
    """What the page shows.

    Attributes:
        able: whether this program has a way to a centre at all.
        head: the one line, as at the bottom of the window.
        advice: what that means for whoever works here.
        lines: facts, some of which lead on.
        going: how many cases wait for a person's consent to go.
    """

    able: bool
    joined: bool
    head: str
    advice: str
    lines: tuple[Line, ...] = ()
    going: int = 0


class CentreView(Protocol):
    """What the presenter asks of the page."""

    def show_centre(self, state: CentreState) -> None:
        """Draw ``state``."""

    def show_joining(self, *, busy: bool) -> None:
        """Joining has begun, or is over."""

    def say(self, error: DeskAppError) -> None:
        """What went wrong, in the page; what was typed stays."""

    def forget_ticket(self) -> None:
        """The ticket was used: it is worth nothing now."""


class CentrePresenter:
    """What the page knows and does."""

    def __init__(self, services: Services, view: CentreView) -> None:
        self._services = services
        self._view = view

    def refresh(self) -> None:
        """Count what there is."""
        self._services.runner.store(self._read, self._view.show_centre)

    def act(self, key: str) -> None:
        """Go where a line leads."""
        if key in (TRAY, QUEUE):
            self._services.shell.go(key)
        elif key not in FACTS:
            self._services.shell.open_case(key)

    def try_now(self) -> None:
        """Begin a round at once."""
        link = self._services.link
        if link is not None:
            link.centre.try_now()
            self._services.shell.toast("正在试。")

    def join(self, ticket: str, name: str) -> None:
        """Join the centre of a ticket line."""
        link, services = self._services.link, self._services
        if link is None or not ticket.strip() or not name.strip():
            return

        def joined(centre: str) -> None:
            self._view.show_joining(busy=False)
            self._view.forget_ticket()
            services.shell.saved()
            services.shell.toast(f"加入了{centre}。本机的案件会慢慢传过去，照常办就好。")
            self.refresh()

        self._view.show_joining(busy=True)
        join = partial(link.centre.join, ticket.strip(), name.strip())
        services.runner.side(join, joined, self._failed)

    def approve(self) -> None:
        """Let the held cases go: they are another centre's, and all that was written arrived."""
        link = self._services.link
        if link is None:
            return

        def gone(cases: tuple[str, ...]) -> None:
            self._services.shell.saved()
            self._services.shell.toast(f"{len(cases)} 件移走了，都在对方中心。")
            self.refresh()

        let_go = partial(link.desk.shed_ready, approved=True)
        self._services.runner.store(let_go, gone)

    def export_file(self, path: Path) -> None:
        """Write what waits into a file for a stick."""
        if (link := self._services.link) is not None:
            self._carry(partial(link.centre.export_file, path), "写好了 {count} 条，拿到中心导入。")

    def import_file(self, path: Path) -> None:
        """Take in what the centre wrote into a file."""
        if (link := self._services.link) is not None:
            self._carry(partial(link.centre.import_file, path), "收进了 {count} 条。")

    def _carry(self, work: Callable[[], int], words: str) -> None:
        def done(count: int) -> None:
            self._view.show_joining(busy=False)
            self._services.shell.saved()
            self._services.shell.toast(words.format(count=count))
            self.refresh()

        self._view.show_joining(busy=True)
        self._services.runner.side(work, done, self._failed)

    def _failed(self, error: Exception) -> None:
        self._view.show_joining(busy=False)
        if isinstance(error, DeskAppError):
            self._view.say(error)
        else:
            self._services.shell.problem(error)

    def _read(self) -> CentreState:
        link, services = self._services.link, self._services
        facts = read_facts(link)
        return CentreState(
            able=link is not None, joined=facts.joined,
            head=where_words(facts, services.clock.now()).words,
            advice=_advice(facts), lines=tuple(_lines(facts, link, services)),
            going=facts.state.hold,
        )  # fmt: skip


def _advice(facts: CentreFacts) -> str:
    if not facts.joined:
        return (
            "不加入也能用：案件、材料单、约定都在本机。"
            "加入以后，同事和别的中心能接着办，换电脑也不会丢。"
        )
    if facts.refused:
        return "本机的记录都在，可以照常办，只是传不过去。请找管理员看看这台设备的登记。"
    if facts.offline:
        return "没有网也照常办，写下的都在本机；连上以后自己会传。"
    if facts.unsent:
        return "写下的都在本机，正等着传到中心。"
    return "写下的都在本机，也都到了中心。"


def _lines(facts: CentreFacts, link: CentreLink | None, services: Services) -> list[Line]:
    if link is None or not facts.joined:
        return []
    state = facts.state
    lines = [Line("name", state.centre_name or state.centre, tag="中心", detail=state.centre)]
    if state.snapshot_upto:
        lines.append(Line("load", "正在第一次取回中心的案件，可以先办别的"))
    lines.append(Line("unsent", "等着传的记录", status=str(facts.unsent)))
    tone = "warn" if facts.tray else ""
    lines.append(Line(TRAY, "待处理：中心没有收下的", status=str(facts.tray), tone=tone))
    lines.append(Line(QUEUE, "队列：转来的、等人接的、移交的", status="F3"))
    now, pack = services.clock.now(), services.pack
    rows = [row for row in services.store.cases(limit=LOOKED_AT) if row.conflicts]
    if rows:
        lines.append(Line("", f"有冲突，两个人填得不一样　{len(rows)}", bold=True))
        lines += [case_line(row, pack, now) for row in rows]
    return lines
