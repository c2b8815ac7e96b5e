"""Kinds that move a case in the centre's queue.

They take effect in the order in which the centre received them (see ``core.queue``), not in the
order of the fold.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.kinds.kind import Kind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "case.referred": Kind({"why": str}, {"to_centre": str, "summary": str}),
        "case.claimed": Kind({"fence": int}, {"hours": int}),
        "lease.renewed": Kind({"fence": int, "hours": int}),
        "case.released": Kind({"fence": int, "why": str}),
        "handover.offered": Kind(
            {"fence": int, "to": str, "why": str}, {"to_centre": str, "summary": str}
        ),
        "handover.answered": Kind(
            {"ref": str, "answer": str, "why": str},
            choices={"answer": frozenset(("accept", "refuse"))},
        ),
        "case.escalated": Kind({"why": str}),
    }
)

QUEUE_KINDS = frozenset(KINDS)
