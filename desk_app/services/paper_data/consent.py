"""Who agreed to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from desk_app.core.consents import Consent
from desk_app.core.discretion import discreet
from desk_app.services.paper_data.source import PaperSource, Value, long_day


def _consent(read: Callable[[Consent], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.consent) if source.consent else ""


def _matters(source: PaperSource) -> tuple[str, ...]:
    """One by one, never 一切事宜: as agreed, else what the case is about."""
    if source.consent is None:
        return tuple(item.name for item in source.items)
    parts = source.consent.matter.replace("；", "、").replace(";", "、").split("、")
    return tuple(discreet(part.strip()) for part in parts if part.strip())


CONSENT_DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        "consent_by": _consent(lambda one: one.by),
        "consent_role": _consent(lambda one: "监护人" if one.role == "guardian" else "本人"),
        "consent_matters": _matters,
        "consent_shown": _consent(lambda one: discreet(one.shown)),
        "consent_said": _consent(lambda one: discreet(one.said)),
        "consent_day": _consent(lambda one: long_day(one.entry.time.date())),
        "consent_until": _consent(lambda one: long_day(one.until)),
        "consent_present": _consent(lambda one: "、".join(one.witnesses)),
        "guardian_proof": _consent(lambda one: discreet(one.guardian_proof)),
        "recording": _consent(lambda one: one.sha256[:12]),
    }
)
