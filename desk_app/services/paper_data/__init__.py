"""What every datum of a paper says of a case (``core.paper_layout.VOCABULARY``): pure functions.

An empty answer is a line to fill by hand; nothing is ever made up for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from desk_app.services.paper_data.advice import ADVICE_DATA
from desk_app.services.paper_data.case import CASE_DATA
from desk_app.services.paper_data.consent import CONSENT_DATA
from desk_app.services.paper_data.items import ITEM_DATA
from desk_app.services.paper_data.money import MONEY_DATA
from desk_app.services.paper_data.source import PaperSource, Value
from desk_app.services.paper_data.visit import VISIT_DATA
from desk_app.services.paper_data.work import WORK_DATA

DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        **ADVICE_DATA,
        **CASE_DATA,
        **ITEM_DATA,
        **CONSENT_DATA,
        **MONEY_DATA,
        **VISIT_DATA,
        **WORK_DATA,
    }
)
"""By the names of ``VOCABULARY``."""
