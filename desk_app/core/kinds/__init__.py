"""The kinds of entries that exist, by topic; what one topic's kinds mean, its own fold says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.kinds import (
    advice,
    attachments,
    book,
    case,
    consents,
    coordination,
    estimates,
    funds,
    queue,
    resident,
    stages,
    visits,
)
from desk_app.core.kinds.kind import Kind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        **advice.KINDS,
        **attachments.KINDS,
        **book.KINDS,
        **case.KINDS,
        **consents.KINDS,
        **coordination.KINDS,
        **estimates.KINDS,
        **funds.KINDS,
        **queue.KINDS,
        **resident.KINDS,
        **stages.KINDS,
        **visits.KINDS,
    }
)
