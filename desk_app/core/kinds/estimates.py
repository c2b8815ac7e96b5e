"""Kinds of the window's sums: what a calculator came to, and an invoice beside its details."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Json, Kind


def _is_values(value: Json) -> bool:
    """Whether it maps names to whole numbers or texts, as calculators take and give them."""
    return isinstance(value, Mapping) and all(
        isinstance(one, (int, str)) and not isinstance(one, bool) for one in value.values()
    )


def _is_estimate(body: Body) -> bool:
    return _is_values(body["inputs"]) and _is_values(body["results"])


def _check_estimate(body: Body) -> None:
    if not _is_estimate(body):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "测算的数字不对，没有写入。"))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "estimate.made": Kind(
            {
                "calculator": str,
                "version": int,
                "title": str,
                "inputs": dict,
                "results": dict,
                "summary": str,
            },
            check=_check_estimate,
            fits=_is_estimate,
        ),
        "invoice.compared": Kind(
            {"invoice": str, "details": str, "difference": int, "summary": str},
            {"renamed": dict, "code": str},
        ),
    }
)
"""``invoice.compared`` keeps both sides as they were typed; ``difference`` is in fen."""
