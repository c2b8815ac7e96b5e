"""The calculators of the window (窗口测算器), in the order of the starter data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.calculators import medical, relief, window_work, work_benefits
from desk_app.core.calculators.base import Calculator

ORDER = (
    "stacked_reimbursement",
    "advance_ledger",
    "basic_medical",
    "serious_illness",
    "medical_aid",
    "unemployment_months",
    "unemployment_amount",
    "funeral_pension",
    "relief_threshold",
    "expenditure_poverty",
    "dibao_gap",
    "resident_wait",
    "per_capita_area",
    "claim_deadline",
    "due_date",
    "child_allowance",
    "burden_saved",
)

_FAMILIES = (medical, work_benefits, relief, window_work)
_BY_ID = {one.id: one for family in _FAMILIES for one in family.CALCULATORS}

CALCULATORS: Mapping[str, Calculator] = MappingProxyType({name: _BY_ID[name] for name in ORDER})
