"""Kinds of the resident's side: the link to where a case stands, and inquiries made online."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.case import STAGES
from desk_app.core.kinds.kind import Body, Kind

NEXT_STEPS = ("ask_us", "wait_call", "asking", "bring_papers", "come", "we_visit", "sent_on")
"""What may be said of what happens next; the sentences stand in ``core.resident``."""

_TOKEN = re.compile(r"[0-9A-Za-z_-]{22,64}")
_NUMBER = re.compile(r"[0-9]{6}")


def is_token(text: str) -> bool:
    """Whether ``text`` can be a link's token: 128 random bits at least, in URL-safe base 64."""
    return _TOKEN.fullmatch(text) is not None


def is_inquiry_number(text: str) -> bool:
    """Whether ``text`` can be the number of an inquiry: six digits."""
    return _NUMBER.fullmatch(text) is not None


def _has_token(body: Body) -> bool:
    return is_token(str(body["token"]))


def _check_token(body: Body) -> None:
    if not _has_token(body):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "链接的密码不对，没有写入。"))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "link.made": Kind({"token": str}, check=_check_token, fits=_has_token),
        "link.ended": Kind({"ref": str}, {"why": str}, slot="link:{ref}"),
        "link.next": Kind(
            {"stage": str, "next": str},
            slot="link_next",
            choices={"stage": frozenset(STAGES), "next": frozenset(NEXT_STEPS)},
        ),
        "inquiry.accepted": Kind(
            {"number": str, "received": int},
            fits=lambda body: is_inquiry_number(str(body["number"])),
        ),
    }
)
