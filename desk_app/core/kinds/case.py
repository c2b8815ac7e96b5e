"""Kinds of a case at the window: what was said, chosen, asked, marked, promised and decided."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.kinds.kind import Body, Kind, check_day, is_day

STAGES = ("receive", "triage", "coordinate", "assess", "reply")
STEP_STATES = ("unseen", "in_progress", "missing", "done", "not_applicable")
MATERIAL_STATES = ("in_hand", "missing", "not_applicable", "asking", "unseen")
FETCHERS = ("resident", "us", "third_party")
VERDICTS = ("feasible", "maybe_feasible", "infeasible")
BARRIERS = ("material", "policy", "departments", "system", "attitude", "other")
OUTCOMES = ("done_now", "come_back", "referred", "assessing", "infeasible", "talk_only")
CLOSING_OUTCOMES = frozenset(("done_now", "infeasible", "talk_only"))
"""Outcomes of a session that end the case too; after the others it waits for somebody."""
CHANNELS = (
    "counter",
    "walk_in",
    "phone",
    "hotline_12345",
    "online",
    "home_visit",
    "hospital_visit",
)
DUTIES = ("ours", "outside")
"""Whether the matter is this window's duty, where somebody said so."""

TEXT_FIELDS = (
    "words",
    "resident_name",
    "resident_title",
    "phone",
    "id_number",
    "relation",
    "address",
    "stuck_reason",
    "verdict_note",
    "stuck_at",
    "stuck_code",
    "order_number",
    "visit_place",
)
CHOICE_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"verdict": VERDICTS, "barrier": BARRIERS, "channel": CHANNELS, "duty": DUTIES}
)
NEED_PREFIX = "need."
HUMAN_ONLY_FIELDS = frozenset({"resident_name", "id_number", "phone", "verdict"})
"""Fields whose conflicts show both values and wait for a person (identity and outcome)."""


def _promised_days(body: Body) -> tuple[str, ...]:
    return ("due", "start", "on") if body.get("rule") else ("due",)


def _check_promise(body: Body) -> None:
    for key in _promised_days(body):
        check_day(str(body.get(key, "")))


def _check_field(body: Body) -> None:
    name, value = str(body["name"]), str(body["value"])
    if name in TEXT_FIELDS or (name.startswith(NEED_PREFIX) and value in ("yes", "")):
        return
    if name in CHOICE_FIELDS and (value == "" or value in CHOICE_FIELDS[name]):
        return
    raise BadInputError(
        QT_TRANSLATE_NOOP("Errors", "案件没有“{name}”这一栏，或者填法不对，没有写入。"),
        name=name[:40],
    )


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "case.opened": Kind(
            {"number": str, "channel": str, "pack_version": str, "pack_digest": str},
            {"practice": bool},
            choices={"channel": frozenset(CHANNELS)},
        ),
        "field.set": Kind({"name": str, "value": str}, slot="field:{name}", check=_check_field),
        "note.added": Kind({"text": str}, {"channel": str}),
        "note.corrected": Kind({"ref": str, "text": str}, slot="note:{ref}"),
        "item.chosen": Kind(
            {"item": str, "name": str, "version": int}, {"why": str}, slot="item:{item}"
        ),
        "item.dropped": Kind({"item": str}, {"why": str}, slot="item:{item}"),
        "answer.given": Kind({"fact": str, "value": str}, slot="answer:{fact}"),
        "question.answered": Kind({"question": str, "answer": str}, slot="question:{question}"),
        "sop.started": Kind({"sop": str, "version": int, "definition": dict}, slot="sop:{sop}"),
        "step.marked": Kind(
            {"sop": str, "step": str, "state": str},
            {"answer": str, "note": str},
            slot="step:{sop}/{step}",
            choices={"state": frozenset(STEP_STATES)},
        ),
        "material.marked": Kind(
            {"material": str, "state": str},
            {"fetcher": str, "substitute": str, "note": str},
            slot="material:{material}",
            choices={
                "state": frozenset(MATERIAL_STATES),
                "fetcher": frozenset((*FETCHERS, "")),
            },
        ),
        # One that comes again carries its rule (RFC 5545), the day that it began on, the day that
        # it falls on by the rule, and which one was kept before it.
        "promise.made": Kind(
            {"what": str, "who": str, "due": str},
            {"to_whom": str, "rule": str, "start": str, "on": str, "after": str},
            check=_check_promise,
            fits=lambda body: all(is_day(str(body.get(key, ""))) for key in _promised_days(body)),
        ),
        "promise.kept": Kind({"ref": str}, {"note": str, "told": str}, slot="promise:{ref}"),
        "promise.dropped": Kind({"ref": str, "why": str}, slot="promise:{ref}"),
        "promise.handed": Kind({"ref": str, "to": str}, {"why": str}, slot="promiser:{ref}"),
        # Why, where a condition is not met or the case goes back; ``unmet`` names those conditions
        # as they were then (``core.stages.CONDITIONS``).
        "stage.entered": Kind(
            {"stage": str},
            {"why": str, "unmet": list},
            slot="stage",
            choices={"stage": frozenset(STAGES)},
        ),
        "paper.made": Kind(
            {"paper": str, "sha256": str, "pages": int, "size": int, "how": str},
            {"count_before": int, "count_after": int, "about": str},
            choices={"how": frozenset(("print", "pdf", "queue"))},
        ),
        "sensitive.revealed": Kind({"field": str, "why": str}),
        "session.ended": Kind(
            {"outcome": str, "minutes": int, "explained": bool, "sheet_given": bool},
            choices={"outcome": frozenset(OUTCOMES)},
        ),
        "case.closed": Kind(
            {"outcome": str, "explained": bool, "sheet_given": bool},
            {"reasons": list, "explanation": str, "basis": str, "next_door": str},
            slot="closing",
            choices={"outcome": frozenset(OUTCOMES)},
        ),
        "case.reopened": Kind({"why": str}, slot="closing"),
        "entry.withdrawn": Kind({"ref": str}, {"why": str}),
        "person.linked": Kind({"case": str, "same": bool}, {"why": str}, slot="same:{case}"),
    }
)
