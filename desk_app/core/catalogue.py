"""The content pack as the rest of the program sees it: frozen, whole and already checked.

Names follow the glossary (``item``, ``material``, ``sop``, ``relation`` …). Ids never change once a
case has used them; a withdrawn record carries ``retired`` instead of disappearing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from desk_app.core.paper_layout import PaperLayout


class Confidence(StrEnum):
    """How far a record can be trusted (see ``forms/README.md``)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from and when somebody last checked it.

    Attributes:
        source: a law, guide or news story in words; empty when nobody named one.
        last_checked: day an expert checked the record against its source; None = never.
        checked_by: who checked it (a work number or name of staff).
        valid_from: first day the record holds; None = always.
        valid_to: last day it holds; None = open.
        origin: how it came to be written: guide_from_public_source | name_from_public_source |
            seed_news | own_knowledge; empty = not said.
    """

    source: str = ""
    confidence: Confidence = Confidence.LOW
    last_checked: date | None = None
    checked_by: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    origin: str = ""

    def valid_on(self, day: date) -> bool:
        """Whether the record holds on ``day`` (both ends included)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One of the 11 lines of business (条线). ``dept_prefix``: two letters used in numbers."""

    id: str
    name: str
    short_name: str
    lead_dept: str
    dept_prefix: str = ""
    confidence: Confidence = Confidence.LOW


@dataclass(frozen=True, slots=True)
class MaterialNeed:
    """One row of an item's material list.

    Attributes:
        role: original_check | original_submit | copy | original_check_and_copy | system_check.
            ``system_check`` is looked up by staff and never asked of the resident.
        copies: paper copies to hand in (0 = none).
        optional: needed only in some situations.
        when: the situation in plain words; empty = always.
        fact: id of the Fact that decides ``when``; empty = nobody can decide it by a question.
        value: the answer of ``fact`` under which this row is needed.
    """

    material: str
    role: str
    copies: int = 0
    optional: bool = False
    when: str = ""
    fact: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Blocker:
    """A common reason why this item gets stuck."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One service that can be applied for on its own (事项).

    Attributes:
        where_handled: this_centre | district | other, in order of preference.
        online: yes | partial | no.
        statutory_days, promised_days: None = not verified; 0 = on the spot.
        day_unit: working_day | calendar_day.
        aliases: other names and words residents use, for the finder.
        richness: rich (questions, blockers and tips are written) | basic.
    """

    id: str
    name: str
    line: str
    subline: str
    who_may_apply: str
    materials: tuple[MaterialNeed, ...]
    where_handled: tuple[str, ...]
    online: str
    statutory_days: int | None
    promised_days: int | None
    day_unit: str
    out_of_scope_hint: str
    eligibility: tuple[str, ...]
    ask_first: tuple[str, ...]
    common_blockers: tuple[Blocker, ...]
    tips: tuple[str, ...]
    aliases: tuple[str, ...]
    provenance: Provenance
    version: int = 1
    retired: bool = False
    richness: str = "basic"


@dataclass(frozen=True, slots=True)
class Substitute:
    """What may stand in for a material. ``kind`` is one of the pack's substitute kinds:

    material (``ref`` names it) | e-certificate | commitment | inter-agency-check |
    system-or-remote.
    """

    kind: str
    ref: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """A paper or proof (材料), with who issues it and what may replace it.

    Attributes:
        fetcher: who normally gets it: resident | us | third_party.
        deadline: a limit on getting it, in words (e.g. 有的殡仪馆满10年不补); empty = none known.
    """

    id: str
    name: str
    plain_name: str
    issuer: str
    where_to_get: str
    substitutes: tuple[Substitute, ...]
    validity: str
    notes: str
    fetcher: str
    deadline: str
    provenance: Provenance
    version: int = 1
    retired: bool = False

    @property
    def obtainable_by_us(self) -> bool:
        """Whether the window can get it without the resident.

        True when staff make or fetch it anyway, or when the pack names an inter-agency check
        (部门协查/系统核验) as a substitute. Whether that is allowed is for the officer to say.
        """
        return self.fetcher == "us" or any(s.kind == "inter-agency-check" for s in self.substitutes)


@dataclass(frozen=True, slots=True)
class FactOption:
    """One possible answer to a Fact."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A question about the resident's situation, asked once over all chosen items.

    Attributes:
        exclusive: the options exclude one another, so while unanswered the materials that hang
            on different options are shown as 二选一 (either/or).
        asked_of: resident (said aloud) | staff (looked up, or the rule of this place).
        hint: one line for the officer: how to ask, or where to look; may be empty.
    """

    id: str
    question: str
    options: tuple[FactOption, ...]
    exclusive: bool = False
    asked_of: str = "resident"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that a life event often leads to; weight 3 = ask first, 1 = as the case may be."""

    item: str
    weight: int


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """A situation in a resident's life (生活事件) with words people use for it."""

    id: str
    title: str
    phrases: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    ask_first: tuple[str, ...]
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class Relation:
    """A directed link between two items.

    kind: often_together | prerequisite | alternative | excludes | follow_up. ``prerequisite``
    reads: ``source`` first, then ``target``. It hints and never blocks.
    """

    id: str
    source: str
    target: str
    kind: str
    reason: str
    confidence: Confidence
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class Combo:
    """A package of items taken in at once (联办套餐)."""

    id: str
    title: str
    items: tuple[str, ...]
    summary: str
    trigger_event: str
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows when a step is answered with ``answer``.

    action: goto_step | add_material | add_item | escalate | stop_with_explanation | start_sop |
    call_agency | do | print | record; ``target`` is the id that the action needs (step, material,
    item, agency, sop or reason code), empty where it needs none.
    """

    answer: str
    action: str
    target: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an SOP. kind: ask | check | do | call | print | decide | record.

    Attributes:
        consent: it is only done with a consent that holds (``core.consents``).
    """

    id: str
    stage: str
    text: str
    kind: str
    who: str
    required: bool
    evidence: str
    branches: tuple[Branch, ...]
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Sop:
    """A branching checklist (SOP检查单). No branch taken = the next step in the list."""

    id: str
    title: str
    when_to_use: str
    steps: tuple[Step, ...]
    related_items: tuple[str, ...]
    risk_points: tuple[str, ...]
    provenance: Provenance
    version: int = 1
    retired: bool = False

    def step(self, step_id: str) -> Step:
        """The step called ``step_id``. Raises KeyError."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code (原因码): why something could not be done at the counter.

    Attributes:
        severity: info | minor | major.
        common_cause_threshold: cases in one month (doubles of one resident taken out) from which
            the code counts as a common cause; a suggestion that the centre may change.
    """

    code: str
    category: str
    name: str
    advice: str
    severity: str
    common_cause_threshold: int = 0


@dataclass(frozen=True, slots=True)
class Agency:
    """An office. ``sample`` marks invented contact data that a centre must replace before use.

    ``walk_in``, ``by_phone``, ``by_mail``: the ways in which it takes requests.
    """

    id: str
    name: str
    kind: str
    phone: str
    address: str
    hours: str
    route_hint: str
    contact_person: str
    notes: str
    sample: bool
    last_verified: date | None
    backup_phone: str = ""
    walk_in: bool = True
    by_phone: bool = True
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class StageRule:
    """What one of the five stages asks for and how long it may take.

    Attributes:
        entry, exit: names of conditions (``core.stages.CONDITIONS``) to be met before it begins
            and before it is left.
        follows: stages that may come after it.
        days: working days from the day it was entered (0 = the same day); None = no limit.
        days_by: who set the limit: statutory | published | window (本窗口自定).
        warn_days: working days before the limit from which it is yellow.
    """

    id: str
    purpose: str = ""
    entry: tuple[str, ...] = ()
    exit: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    days: int | None = None
    days_by: str = "window"
    warn_days: int = 0
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Days of one year that differ from the plain week; Saturdays and Sundays are not listed.

    Attributes:
        official: True = as announced by the State Council; False = only the statutory days are
            known so far, and the shifted days will change.
        days_off: holidays, also where they fall on a weekend.
        work_days: Saturdays and Sundays that are worked (调休上班).
    """

    year: int
    official: bool
    source: str
    days_off: tuple[date, ...]
    work_days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """The whole content pack.

    Attributes:
        digest: sha256 over the files it was read from; a case keeps it from its opening.
        version: the pack's own version, from ``forms/pack.yaml``.
        reason_directions: by reason category, where improvement usually lies.
        labels: by group (role, online, stage, relation …) the Chinese words for coded values.
        calendars: by year.
        notes: what the pack says about itself, sentence by sentence.
        stages: rules of the five stages; empty in packs from before there were any.
        papers: layouts of the papers, in the order of the list; empty in such packs too.
    """

    version: str
    digest: str
    lines: Mapping[str, Line]
    sublines: Mapping[str, str]
    items: Mapping[str, Item]
    materials: Mapping[str, Material]
    facts: Mapping[str, Fact]
    events: Mapping[str, LifeEvent]
    relations: tuple[Relation, ...]
    combos: Mapping[str, Combo]
    sops: Mapping[str, Sop]
    reasons: Mapping[str, Reason]
    reason_categories: Mapping[str, str]
    agencies: Mapping[str, Agency]
    reason_directions: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    calendars: Mapping[int, CalendarYear] = field(default_factory=dict)
    valid_from: date | None = None
    notes: tuple[str, ...] = ()
    stages: Mapping[str, StageRule] = field(default_factory=dict)
    papers: Mapping[str, PaperLayout] = field(default_factory=dict)

    def sops_for(self, item: str) -> tuple[Sop, ...]:
        """SOPs that name ``item`` as related, in pack order."""
        return tuple(s for s in self.sops.values() if item in s.related_items and not s.retired)

    def label(self, group: str, value: str) -> str:
        """The Chinese word for a coded value; the value itself where the pack has no word."""
        return self.labels.get(group, {}).get(value, value)

    def relations_of(self, item: str) -> tuple[Relation, ...]:
        """All links that start or end at ``item``, in pack order."""
        return tuple(r for r in self.relations if item in (r.source, r.target))
