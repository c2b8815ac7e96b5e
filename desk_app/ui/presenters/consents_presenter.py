"""授权 of a case: who agreed to what, what holds today, and recording another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Protocol

from desk_app.core.attachments import attachments
from desk_app.core.consents import Consent, capacity_of, consents, why_void
from desk_app.core.fold import CaseState
from desk_app.core.masking import mask_name
from desk_app.core.ports import Draft
from desk_app.core.sheet import day_in_words
from desk_app.services.consents import Consents, NewConsent
from desk_app.services.drafting import Drafting
from desk_app.ui.presenters.consent_words import ROLE_NAMES, VOID_WORDS, WAY_NAMES
from desk_app.ui.presenters.draft_keeping import DraftKeeping, row_slot
from desk_app.ui.presenters.lines import Act, Line
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.topic_presenter import TopicPresenter, TopicView

END = "end"
FIELDS = ("by", "matter", "shown", "guardian_proof", "said", "witnesses")
"""What is typed of a new consent; each has a draft of its own."""
SLOT = "consent:"
USUAL_DAYS = 180
"""A power of attorney usually holds no longer than six months (starter data, papers no. 5)."""

MOST_FILES = 6
"""The latest files of a case that are offered as what a consent rests on."""

_BETWEEN = re.compile(r"[、，,;；\s]+")


def summary(case: CaseState) -> str:
    """What the topic's button adds."""
    given = [one for one in consents(case) if not one.ended]
    return f"{len(given)} 条" if given else ""


@dataclass(frozen=True, slots=True)
class ConsentsState:
    """What the page shows.

    Attributes:
        capacity: whether the person can decide, as judged; empty = nobody looked.
        drafts: what was being typed, by slot.
        until: the last day that is offered.
        files: what may be its recording or signed paper, the latest first: SHA-256 and name.
    """

    lines: tuple[Line, ...]
    capacity: str
    drafts: Mapping[str, Draft]
    until: date
    files: tuple[tuple[str, str], ...]


class ConsentsView(TopicView[ConsentsState], Protocol):
    """What the presenter asks of the page."""

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """Open a line to write in below a consent; ``write`` takes what is written."""

    def recorded(self) -> None:
        """What was typed is an entry now."""


class ConsentsPresenter(DraftKeeping, TopicPresenter[ConsentsState]):
    """What the page knows and does."""

    def __init__(self, services: Services, view: ConsentsView) -> None:
        super().__init__(services, view)
        self._page = view
        self._work = Consents(services.store, services.casework.author)
        self._drafting = Drafting(services.store, services.casework.author, services.clock)

    def read(self, case: CaseState) -> ConsentsState:
        """See ``TopicPresenter.read``."""
        lines = tuple(self._line(one, case) for one in reversed(consents(case)))
        drafts = self._drafting.of_case(case.case_id)
        files = {file.sha256: file.name for file in reversed(attachments(case))}
        until = self.today + timedelta(days=USUAL_DAYS)
        offered = tuple(files.items())[:MOST_FILES]
        return ConsentsState(lines, capacity_of(case), drafts, until, offered)

    def record(self, new: NewConsent) -> None:
        """Record a consent; what was typed stays where it is refused."""
        give = partial(self._work.give, self.case_id, new, self.today)
        slots = [SLOT + name for name in FIELDS]
        work = partial(self._drafting.settle, self.case_id, give, *slots)
        self.write(work, "consent.given", "授权记下了。", self._page.recorded)

    def judge(self, capacity: str) -> None:
        """Record whether the person can decide."""
        work = partial(self._work.judge, self.case_id, capacity)
        self.write(work, "capacity.judged", "记下了。")

    def act(self, key: str, act: str) -> None:
        """Do what a line offers."""
        if act == END:
            self._page.ask_line(key, "为什么收回", "写一句为什么收回，回车存下")

    def end(self, key: str, why: str) -> None:
        """What was written in the line that ``ask_line`` opened."""
        if why.strip():
            end = partial(self._work.end, self.case_id, key, why)
            work = partial(self._drafting.settle, self.case_id, end, row_slot(SLOT, key))
            self.write(work, "consent.ended", "授权收回了。")

    def _line(self, one: Consent, case: CaseState) -> Line:
        void = why_void(one, case, self.today)
        who = f"{ROLE_NAMES.get(one.role, one.role)}{mask_name(one.by)}"
        until = f"到{day_in_words(one.until)}"
        about = [WAY_NAMES.get(one.way, one.way), f"出示{one.shown}", until]
        if one.witnesses:
            about.append(f"在场 {'、'.join(one.witnesses)}")
        files = [file.name for file in attachments(case) if file.sha256 == one.sha256]
        if files:
            about.append(f"凭据 {files[-1]}")
        line = Line(
            one.id, f"{who}：{one.matter}", detail="　".join(about), mark="✓", tone="ok",
            status="有效", acts=(Act(END, "收回", "1"),),
            news=(f"原话：{one.said}",) if one.said else (),
        )  # fmt: skip
        if not void:
            return line
        acts = () if one.ended else line.acts
        why = f"{VOID_WORDS[void]}：{one.ended}" if one.ended else VOID_WORDS[void]
        return replace(line, mark="—", tone="warn", status=why, acts=acts, quiet=bool(one.ended))


def names_in(text: str) -> tuple[str, ...]:
    """The names in a line, parted by whatever people part them with."""
    return tuple(name for name in _BETWEEN.split(text.strip()) if name)
