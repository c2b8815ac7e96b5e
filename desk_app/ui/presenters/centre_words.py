"""How it stands with the centre, in one honest line.

已到中心 is only said when the centre has numbered everything that is here; how many entries wait is
counted in the store, never remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk_app.core.exchange import CaseSync, SyncState
from desk_app.ui.presenters.ports import CentreLink, CentreStatus
from desk_app.ui.presenters.time_words import time_words

REFUSED_HERE = "refused"
"""State of a case of which the centre refused something, and nobody has dealt with it."""

LOCAL = "只在本机（没有加入中心）"
REFUSED: Mapping[str, str] = {
    "revoked": "中心停用了这台设备",
    "unknown_device": "中心不认这台设备",
    "token": "中心不认这台设备",
    "other_hub": "那边不是原来的中心，没有传",
    "other_centre": "那边不是原来的中心，没有传",
    "too_old": "程序太旧，中心不收，请更新",
    "no_key": "这台设备的登记不见了，要重新加入",
    "broken": "传的时候出了毛病，本机照常用",
}
"""Why the centre does not talk with this desk; what is here stays as it is."""

SEALED = "中心封存了这台设备"
CUT: Mapping[str, str] = {
    "captive": "连上的不是中心（像是登录网页）",
    "busy": "中心在忙，过一会儿再传",
    "untrusted": "中心的证书对不上，没有传",
    "garbage": "那边答的不是中心的话，没有收",
}
"""Why there is no answer, where more is known than that there is none."""


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """How it stands, counted just now.

    Attributes:
        unsent: entries the centre has not numbered.
        tray: refused entries that nobody has dealt with.
    """

    state: SyncState
    status: CentreStatus | None = None
    unsent: int = 0
    tray: int = 0

    @property
    def joined(self) -> bool:
        """Whether this desk belongs to a centre."""
        return bool(self.state.hub)

    @property
    def offline(self) -> bool:
        """Whether the centre does not answer."""
        return self.status is not None and self.status.state == "offline"

    @property
    def refused(self) -> bool:
        """Whether a person must look before anything is sent again."""
        return self.status is not None and self.status.state in ("refused", "sealed")


def read_facts(link: CentreLink | None) -> CentreFacts:
    """Count. On the store's thread."""
    if link is None:
        return CentreFacts(SyncState())
    state = link.desk.sync_state()
    tray = len(link.desk.tray())
    unsent = link.desk.count_outbox() if state.hub else 0
    return CentreFacts(state, link.centre.status(), unsent, tray)


@dataclass(frozen=True, slots=True)
class Where:
    """How it stands, for the status line.

    Attributes:
        tone: ``warn`` where the centre refuses this desk; being offline is nothing to worry about.
        calls: what waits for a person; empty = nothing.
    """

    words: str
    tone: str = ""
    calls: str = ""


def where_words(facts: CentreFacts, now: datetime) -> Where:
    """The line at the bottom of the window."""
    if not facts.joined:
        return Where(LOCAL)
    calls = [f"待处理 {facts.tray}"] if facts.tray else []
    if facts.state.hold:
        calls.append(f"{facts.state.hold} 件等您同意移走")
    tone = "warn" if facts.refused else ""
    return Where(_how(facts, now), tone, " · ".join(calls))


def _how(facts: CentreFacts, now: datetime) -> str:
    status, waiting = facts.status, f"{facts.unsent} 条待传" if facts.unsent else ""
    if status is None:
        return waiting
    arrived = f"已到中心 {clock_words(status.at, now)}" if status.at else ""
    if status.state == "sealed":
        return SEALED
    if status.state == "refused":
        why = REFUSED.get(status.code, f"中心不收这台设备的记录（{status.code}）")
        return " · ".join(filter(None, (why, waiting)))
    if status.state == "offline":
        why = CUT.get(status.code, "离线")
        return f"{why} · {waiting or arrived or '没有待传的'}"
    if status.state == "busy" and waiting:
        return f"正在传 · 还有 {facts.unsent} 条"
    if waiting:
        return waiting
    return arrived or "正在和中心对，没有待传的"


def clock_words(at: str, now: datetime) -> str:
    """14:32 for today, else the day too."""
    return time_words(at, now).removeprefix("今天 ")


def read_places(link: CentreLink | None, case_ids: Sequence[str]) -> Mapping[str, CaseSync]:
    """Where cases are kept, by id. On the store's thread.

    Without a centre all are here. A case of which something was refused has not arrived.
    """
    if link is None:
        return {case_id: CaseSync("local") for case_id in case_ids}
    places = link.desk.case_sync(case_ids)
    refused = Counter(item.entry.case_id for item in link.desk.tray())
    for case_id in places.keys() & refused.keys():
        if places[case_id].state == "at_centre":
            places[case_id] = CaseSync(REFUSED_HERE, refused[case_id])
    return places


def place_words(sync: CaseSync) -> tuple[str, str]:
    """Where a case is kept, and the tone of that."""
    if sync.state == "conflict":
        return "有冲突", "warn"
    if sync.state == REFUSED_HERE:
        return f"待处理 {sync.unsent}", "warn"
    if sync.state == "waiting":
        return f"待传 {sync.unsent}", "info"
    return ("已到中心", "") if sync.state == "at_centre" else ("本机", "")
