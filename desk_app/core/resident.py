"""What a resident may see of a case, from anywhere, by the link on the paper: pure.

Five stages in plain words and one sentence of a fixed list about what happens next. Nothing that
somebody typed is ever in it. The centre's hub computes it when it takes entries in, and a desk
shows the officer the same; only the kinds in ``SHOWING`` are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState, fold

SHOWING = frozenset(
    (
        "link.made", "link.ended", "link.next",
        "stage.entered", "case.closed", "case.reopened", "entry.withdrawn",
    )
)  # fmt: skip
"""Kinds of entries that what a resident sees follows from."""

AFTER_CLOSING_MS = 90 * 24 * 3_600_000
"""How long a link shows a closed case: 90 days."""

TAKEN_BACK = 1
"""When a link ended whose making was taken back: it never worked, and may be put back."""

CLOSED = "closed"

STAGE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "receive": ("接待受理", "我们听您说了情况，已经记下来了。"),
        "triage": ("分类处办", "我们在看这件事该走哪条路。"),
        "coordinate": ("沟通协调", "我们在和有关部门联系。"),
        "assess": ("综合研判", "几个部门在一起商量怎么办。"),
        "reply": ("答复反馈", "有答复了，我们会告诉您。"),
    }
)
"""Name and plain words of each stage, in order."""

NEXT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ask_us": "我们在办。想问情况，随时打窗口的电话。",
        "wait_call": "我们会打电话给您，请您等电话。",
        "asking": "我们正在问有关部门，您不用自己去跑。",
        "bring_papers": "请把单子上写的材料准备好，带到窗口来。",
        "come": "请到窗口来一趟。来之前请先打个电话。",
        "we_visit": "我们会上门来。来之前会先打电话和您约时间。",
        "sent_on": "已经转给能办的部门，我们会接着问。",
        CLOSED: "这件事在窗口已经办结。想问结果，请打窗口的电话。",
    }
)
"""What happens next: the only sentences that there are."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was made. ``ended``: the entry that ended it, None = it works."""

    id: str
    token: str
    made: Entry
    ended: Entry | None


@dataclass(frozen=True, slots=True)
class ShownLink:
    """What a link shows.

    Attributes:
        stage: one of ``kinds.case.STAGES``, or ``CLOSED``.
        next: a key of ``NEXT_WORDS``.
        ends: from when on it shows nothing any more, ms since 1970; 0 = no such time yet.
    """

    token: str
    stage: str
    next: str
    ends: int


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What one resident wrote to the centre online.

    Attributes:
        number: six digits, which the resident was told.
        received: ms since 1970 by the centre's clock.
        name, phone: as written; may be empty.
        is_mine: this desk took it already; no case of it has come to the centre yet.
    """

    number: str
    received: int
    words: str
    name: str
    phone: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ResidentSide:
    """What a desk knows of its centre's side for residents.

    Attributes:
        address: of its pages; empty = links lead nowhere.
        takes_inquiries: whether the form is open.
        waiting: how many inquiries wait; ``inquiries`` are the first of them, oldest first.
    """

    address: str
    takes_inquiries: bool
    waiting: int
    inquiries: tuple[Inquiry, ...]


def links(case: CaseState) -> tuple[Link, ...]:
    """The links of a case, oldest first."""
    made = case.entries_of("link.made")
    return tuple(Link(e.id, str(e.body["token"]), e, _ended(case, e)) for e in made)


def working_link(case: CaseState) -> Link | None:
    """The latest link that was not ended."""
    return next((link for link in reversed(links(case)) if link.ended is None), None)


def stage_of(case: CaseState) -> str:
    """The stage as a resident is told it: one of ``kinds.case.STAGES``, or ``CLOSED``."""
    if not case.is_open:
        return CLOSED
    return case.stage if case.stage in STAGE_WORDS else "receive"


def next_of(case: CaseState) -> str:
    """What is said of what happens next: a key of ``NEXT_WORDS``.

    What an officer chose counts as long as the case stays in the stage that he chose it for.
    """
    if not case.is_open:
        return CLOSED
    slot = case.slots.get("link_next")
    if slot is None or slot.entry.body["stage"] != case.stage:
        return "ask_us"
    chosen = str(slot.entry.body["next"])
    return chosen if chosen in NEXT_WORDS else "ask_us"


def shown_links(case_id: str, received: Sequence[tuple[Entry, int]]) -> tuple[ShownLink, ...]:
    """What the links of a case show.

    Args:
        received: entries of the case with the centre's time of receipt, ms since 1970. Kinds
            beside ``SHOWING`` are not looked at.
    """
    times = {entry.id: at for entry, at in received if entry.kind in SHOWING}
    case = fold(case_id, [entry for entry, _ in received if entry.id in times])
    over = times[case.closing.entry.id] + AFTER_CLOSING_MS if case.closing else 0
    stage, what_next = stage_of(case), next_of(case)
    in_force = {link.id: link for link in links(case)}
    found = []
    for entry in [e for e, _ in received if e.kind == "link.made" and e.is_understood]:
        link = in_force.get(entry.id)
        ended = times[link.ended.id] if link and link.ended else 0
        ends = min((end for end in (over, ended) if end), default=0) if link else TAKEN_BACK
        found.append(ShownLink(str(entry.body["token"]), stage, what_next, ends))
    return tuple(found)


def resident_url(address: str, centre: str, token: str) -> str:
    """Where a link leads: what a QR code on paper says.

    Args:
        address: of the centre's pages for residents, ``https://…``.
        centre: the centre's id, which tells nothing of the case.
    """
    return f"{address.rstrip('/')}/r/{centre}/{token}"


def spaced(number: str) -> str:
    """An inquiry's number as it is read out: ``482719`` → ``482 719``."""
    return f"{number[:3]} {number[3:]}"


def _ended(case: CaseState, made: Entry) -> Entry | None:
    slot = case.slots.get(f"link:{made.id}")
    return slot.entry if slot else None
