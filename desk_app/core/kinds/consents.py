"""Kinds about who agreed to what: consent of the resident or of a guardian, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind, check_day, is_day

ROLES = ("self", "guardian")
"""Who agrees: the person concerned (当事人) or who is responsible for them by law (监护人)."""

WAYS = ("in_person", "video", "paper")
"""How it was given: face to face, by remote video (亮证), by a power of attorney (委托书)."""

CAPACITIES = ("able", "unable", "unclear")
"""Whether the person can decide and understand; who is ``unable`` is spoken for by a guardian."""

MOST_WITNESSES = 4
_OPTIONAL = {"said": str, "witnesses": list, "guardian_proof": str, "sha256": str}


def _check(body: Body) -> None:
    check_day(str(body["until"]))
    for key, words in _WANTED:
        if not str(body[key]).strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "授权还缺“{missing}”，没有记下。"), missing=words
            )
    witnesses = body.get("witnesses", ())
    names = tuple(witnesses) if isinstance(witnesses, (list, tuple)) else ()
    if len(names) > MOST_WITNESSES or not all(isinstance(n, str) and n.strip() for n in names):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "在场人最多写 {most} 位，每位都要有名字，没有记下。"),
            most=MOST_WITNESSES,
        )
    if body["way"] == "video" and (len(set(names)) < 2 or not str(body.get("said", "")).strip()):
        raise BadInputError(
            QT_TRANSLATE_NOOP(
                "Errors", "视频授权要写明两名在场的工作人员，还有本人回答的原话，没有记下。"
            )
        )
    if body["role"] == "guardian" and not str(body.get("guardian_proof", "")).strip():
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "监护人授权要写明看了什么监护证明，没有记下。")
        )


_WANTED = (("by", "谁授权"), ("matter", "授权做什么"), ("shown", "出示了什么证件"))

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # What a record must hold is that of a power of attorney and of a remote consent record
        # (starter data, papers no. 5): two officers and the person's own words by video, a proof
        # of guardianship, matters one by one, an end.
        "consent.given": Kind(
            {"by": str, "role": str, "way": str, "matter": str, "shown": str, "until": str},
            _OPTIONAL,
            choices={"role": frozenset(ROLES), "way": frozenset(WAYS)},
            check=_check,
            fits=lambda body: is_day(str(body["until"])),
        ),
        "consent.ended": Kind({"ref": str, "why": str}, slot="consent:{ref}"),
        "capacity.judged": Kind(
            {"capacity": str},
            {"why": str},
            slot="capacity",
            choices={"capacity": frozenset(CAPACITIES)},
        ),
    }
)
