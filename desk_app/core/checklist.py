"""Walks an SOP: which steps lie on the path, what each answer sets off, what is still open.

Pure: a definition and marks in, a walk out. Marks of steps that an answer took off the path are
kept by the caller and come back when the answer changes, so going back never loses anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.core.catalogue import Branch, Confidence, Provenance, Sop, Step
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import StepMark
from desk_app.core.kinds.kind import Json

UNSEEN = StepMark("unseen")
SETTLED = frozenset(("done", "not_applicable"))


@dataclass(frozen=True, slots=True)
class WalkedStep:
    """A step on the path, with its mark and the branch its answer took (None = next in line)."""

    step: Step
    mark: StepMark
    branch: Branch | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do here."""
        return self.mark.state in SETTLED


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer sets off. ``action`` and ``target`` as in ``catalogue.Branch``."""

    step: str
    action: str
    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Walk:
    """An SOP as it stands.

    Attributes:
        steps: the path so far and ahead, as far as the answers given decide it.
        skipped: steps that the answers passed over, in definition order.
        effects: what the answers on the path set off, in path order.
        ends: why the path ends: "" (last step) | "stopped" | "handed_over" | "loop".
        loop_to: the step to be done again when ``ends`` is "loop".
    """

    sop: Sop
    steps: tuple[WalkedStep, ...]
    skipped: tuple[Step, ...]
    effects: tuple[Effect, ...]
    ends: str = ""
    loop_to: str = ""

    @property
    def current(self) -> WalkedStep | None:
        """The first step on the path that still wants something; None = all settled."""
        return next((walked for walked in self.steps if not walked.is_settled), None)

    @property
    def settled(self) -> int:
        """How many steps on the path are settled."""
        return sum(walked.is_settled for walked in self.steps)

    @property
    def missing_required(self) -> tuple[Step, ...]:
        """Required steps on the path that are not settled."""
        return tuple(w.step for w in self.steps if w.step.required and not w.is_settled)

    @property
    def is_complete(self) -> bool:
        """Whether every required step on the path is settled."""
        return not self.missing_required


def walk(sop: Sop, marks: Mapping[str, StepMark]) -> Walk:
    """Walk ``sop`` with the marks given so far (by step id). Terminates on any definition."""
    position = {step.id: index for index, step in enumerate(sop.steps)}
    path: list[WalkedStep] = []
    effects: list[Effect] = []
    ends, loop_to = "", ""
    index = 0
    visited: set[str] = set()
    while index < len(sop.steps):
        step = sop.steps[index]
        visited.add(step.id)
        mark = marks.get(step.id, UNSEEN)
        branch = _branch(step, mark)
        path.append(WalkedStep(step, mark, branch))
        index += 1
        if branch is None:
            continue
        if branch.action == "goto_step" and branch.target in position:
            if branch.target in visited:
                ends, loop_to = "loop", branch.target
                break
            index = position[branch.target]
            continue
        effects.append(Effect(step.id, branch.action, branch.target, branch.text or branch.answer))
        if branch.action in ("stop_with_explanation", "start_sop"):
            ends = "stopped" if branch.action == "stop_with_explanation" else "handed_over"
            break
    skipped = tuple(step for step in sop.steps if step.id not in visited)
    return Walk(sop, tuple(path), skipped, tuple(effects), ends, loop_to)


def _branch(step: Step, mark: StepMark) -> Branch | None:
    if mark.state == "not_applicable" or not mark.answer:
        return None
    return next((branch for branch in step.branches if branch.answer == mark.answer), None)


def check_mark(step: Step, mark: StepMark) -> None:
    """Refuse a mark that says nothing useful.

    Raises:
        BadInputError: 不适用 without a reason, or an answer the step does not offer.
    """
    if mark.state == "not_applicable" and not mark.note.strip():
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "请写一句为什么不适用。"),
            safe=QT_TRANSLATE_NOOP("Errors", "原来的记录没有变。"),
        )
    if mark.answer and all(branch.answer != mark.answer for branch in step.branches):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "这一步没有“{answer}”这个选项。"),
            safe=QT_TRANSLATE_NOOP("Errors", "原来的记录没有变。"),
            answer=mark.answer[:20],
        )


def to_definition(sop: Sop) -> dict[str, Json]:
    """``sop`` as plain data, to be kept with the case that uses it."""
    return {
        "id": sop.id,
        "title": sop.title,
        "when_to_use": sop.when_to_use,
        "version": sop.version,
        "related_items": list(sop.related_items),
        "risk_points": list(sop.risk_points),
        "source": sop.provenance.source,
        "confidence": sop.provenance.confidence.value,
        "steps": [
            {
                "id": step.id,
                "stage": step.stage,
                "text": step.text,
                "kind": step.kind,
                "who": step.who,
                "required": step.required,
                "evidence": step.evidence,
                "consent": step.consent,
                "branches": [
                    {
                        "answer": branch.answer,
                        "action": branch.action,
                        "target": branch.target,
                        "text": branch.text,
                    }
                    for branch in step.branches
                ],
            }
            for step in sop.steps
        ],
    }


def from_definition(definition: Mapping[str, Json]) -> Sop:
    """Read back what ``to_definition`` wrote, of this or any later version of the program."""
    return Sop(
        id=str(definition["id"]),
        title=str(definition["title"]),
        when_to_use=str(definition.get("when_to_use", "")),
        steps=tuple(_step(step) for step in _rows(definition.get("steps"))),
        related_items=_words(definition.get("related_items")),
        risk_points=_words(definition.get("risk_points")),
        provenance=Provenance(
            source=str(definition.get("source", "")),
            confidence=Confidence(str(definition.get("confidence", "low"))),
        ),
        version=int(str(definition.get("version", 1))),
    )


def _rows(value: Json) -> list[Mapping[str, Json]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _words(value: Json) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def _step(row: Mapping[str, Json]) -> Step:
    return Step(
        id=str(row["id"]),
        stage=str(row.get("stage", "receive")),
        text=str(row["text"]),
        kind=str(row.get("kind", "do")),
        who=str(row.get("who", "")),
        required=bool(row.get("required", False)),
        evidence=str(row.get("evidence", "")),
        branches=tuple(
            Branch(
                answer=str(branch.get("answer", "")),
                action=str(branch.get("action", "")),
                target=str(branch.get("target", "")),
                text=str(branch.get("text", "")),
            )
            for branch in _rows(row.get("branches"))
        ),
        consent=bool(row.get("consent", False)),
    )
