"""Sentences for what the window reckoned, for the timeline of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk_app.core.catalogue import Pack

WORDS: Mapping[str, Callable[[Mapping[str, str], Pack], str]] = {
    "estimate.made": lambda b, _: f"测算《{b['title']}》（不作承诺）：{b['summary']}",
    "invoice.compared": lambda b, _: f"发票对明细：{b['summary']}",
}
