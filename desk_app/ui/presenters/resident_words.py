"""Sentences for the timeline about the resident's side of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk_app.core.catalogue import Pack
from desk_app.core.resident import NEXT_WORDS, spaced

WORDS: Mapping[str, Callable[[Mapping[str, str], Pack], str]] = {
    "link.made": lambda _, __: "做了给居民的链接",
    "link.ended": lambda _, __: "停用了给居民的链接",
    "link.next": lambda b, _: f"告诉居民接下来：{NEXT_WORDS.get(b['next'], b['next'])}",
    "inquiry.accepted": lambda b, _: f"接了网上留言 {spaced(b['number'])}",
}
