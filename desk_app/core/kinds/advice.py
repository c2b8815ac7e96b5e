"""Kinds about deciding what no rule foresees: advisers are asked (智囊团), decisions filed (备案).

A filing is what sop.explain-unresolvable asks for: what is decided beside the rules, from which
rule it departs, why, and under which conditions; somebody else approves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind, check_day, is_day

LEANINGS = ("yes", "conditional", "no", "elsewhere")
"""What an adviser leans to: 可以办, 有条件可以办, 不可以办, 另找路子."""

ANSWERS = ("yes", "no")


def _check_asked(body: Body) -> None:
    check_day(str(body["due"]))
    _check_words(body, (("whom", "问谁"), ("question", "问什么")))


def _check_given(body: Body) -> None:
    _check_words(body, (("by", "谁的意见"), ("said", "意见")))


def _check_filing(body: Body) -> None:
    _check_words(
        body, (("what", "决定怎么办"), ("rule", "和哪条规定不一样"), ("reason", "为什么这样办"))
    )


def _check_judged(body: Body) -> None:
    if body["answer"] == "no":
        _check_words(body, (("why", "为什么不批"),))


def _check_words(body: Body, wanted: tuple[tuple[str, str], ...]) -> None:
    for key, words in wanted:
        if not str(body.get(key, "")).strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "还缺“{missing}”，没有记下。"), missing=words
            )


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "opinion.asked": Kind(
            {"whom": str, "question": str, "due": str},
            check=_check_asked,
            fits=lambda body: is_day(str(body["due"])),
        ),
        # ``ref``: the question it answers; empty = said without being asked.
        "opinion.given": Kind(
            {"by": str, "said": str, "leaning": str},
            {"ref": str, "basis": str},
            choices={"leaning": frozenset(LEANINGS)},
            check=_check_given,
        ),
        "opinion.dropped": Kind({"ref": str, "why": str}, slot="opinion:{ref}"),
        # ``basis``: what it may rest on, with its source; ``conditions``: what was promised for it
        # (容缺: what is to be brought later and by when).
        "filing.made": Kind(
            {"what": str, "rule": str, "reason": str},
            {"basis": str, "conditions": str},
            check=_check_filing,
        ),
        "filing.judged": Kind(
            {"ref": str, "answer": str},
            {"why": str},
            slot="filing:{ref}",
            choices={"answer": frozenset(ANSWERS)},
            check=_check_judged,
        ),
        "filing.dropped": Kind({"ref": str, "why": str}, slot="filing_end:{ref}"),
    }
)
