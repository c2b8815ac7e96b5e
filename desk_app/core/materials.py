"""Merges the material lists of the chosen items into the one list a resident takes home.

Rules:
- one row per material, however many items want it; an original that is only looked at is brought
  once, originals to hand in and copies are added up;
- a row hangs on its situation (``fact``): wanted, not wanted, or open while nobody has asked;
  rows of one exclusive fact that nobody has answered are shown as 二选一;
- what staff look up themselves (``system_check``) is never asked of the resident;
- a row may be in hand, replaced by a substitute, or fetched by us or a third party.

The saving shown ("20 → 12") follows burden_saved of the starter data (calculations, no. 17): the
base is the sum of the single lists of the same items under the same answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from desk_app.core.catalogue import Item, Material, MaterialNeed, Pack
from desk_app.core.fold import MaterialMark

NO_MARK = MaterialMark("unseen")


@dataclass(frozen=True, slots=True)
class MergedPaper:
    """One material over all chosen items.

    Attributes:
        need: "yes" | "open" (depends on a question nobody has answered) | "sometimes" (depends on
            something no question decides; said in ``when``).
        either: id of the exclusive fact that makes this row one side of an either/or; else empty.
        side: the answer to that fact under which the row is wanted; empty where ``either`` is.
        show_original: somebody looks at the original and gives it back.
        originals: originals to hand in for good, summed.
        copies: copies to hand in, summed.
        items: ids of the items that want it, in chosen order.
        when: the situations in which it is wanted, in words.
        fetcher: resident | us | third_party, after the officer's choice.
        stand_in: the material that the officer lets stand in for this one, if any.
    """

    material: Material
    need: str
    either: str
    side: str
    show_original: bool
    originals: int
    copies: int
    items: tuple[str, ...]
    when: tuple[str, ...]
    fetcher: str
    mark: MaterialMark
    stand_in: Material | None

    @property
    def in_hand(self) -> bool:
        """Whether the resident or we already have it."""
        return self.mark.state == "in_hand"

    @property
    def is_waived(self) -> bool:
        """Whether the officer said it is not applicable here."""
        return self.mark.state == "not_applicable"

    @property
    def is_outstanding(self) -> bool:
        """Whether somebody still has to get it."""
        return not self.in_hand and not self.is_waived

    @property
    def resident_brings(self) -> bool:
        """Whether the resident still has to bring it."""
        return self.is_outstanding and self.fetcher == "resident"


@dataclass(frozen=True, slots=True)
class Saving:
    """What doing the items together saves, with its base.

    Attributes:
        papers_before: sum over the items of the papers each would ask of the resident alone.
        papers_after: distinct papers the resident provides now.
        trips_before: one to each item's window, plus one to each office that issues a paper
            marked as missing, counted item by item.
        trips_after: the same, each place counted once over all items.
    """

    papers_before: int
    papers_after: int
    trips_before: int
    trips_after: int


@dataclass(frozen=True, slots=True)
class MaterialList:
    """The merged list. ``papers`` in the order the resident meets them; ``looked_up`` by staff."""

    papers: tuple[MergedPaper, ...]
    looked_up: tuple[Material, ...]
    saving: Saving

    def paper(self, material_id: str) -> MergedPaper:
        """The row of one material. Raises KeyError."""
        for paper in self.papers:
            if paper.material.id == material_id:
                return paper
        raise KeyError(material_id)

    @property
    def to_bring(self) -> tuple[MergedPaper, ...]:
        """What the resident still has to bring, either/or rows included."""
        return tuple(paper for paper in self.papers if paper.resident_brings)

    @property
    def in_hand(self) -> tuple[MergedPaper, ...]:
        """What is already here."""
        return tuple(paper for paper in self.papers if paper.in_hand)

    @property
    def fetched_for(self) -> tuple[MergedPaper, ...]:
        """What we or a third party get for the resident."""
        return tuple(p for p in self.papers if p.is_outstanding and p.fetcher != "resident")


@dataclass(frozen=True, slots=True)
class _Want:
    item: str
    row: MaterialNeed
    need: str
    either: str


def merge_materials(
    pack: Pack,
    item_ids: Sequence[str],
    answers: Mapping[str, str],
    marks: Mapping[str, MaterialMark],
    extra: Iterable[str] = (),
) -> MaterialList:
    """The merged list for ``item_ids`` (chosen order).

    Args:
        answers: value by fact id.
        marks: what is known of each material, by id.
        extra: materials that a checklist step asked for besides the items' own lists.
    """
    wants: dict[str, list[_Want]] = {}
    looked_up: dict[str, Material] = {}
    for item in (pack.items[item_id] for item_id in dict.fromkeys(item_ids)):
        for row in item.materials:
            if row.role == "system_check":
                looked_up.setdefault(row.material, pack.materials[row.material])
            elif (want := _want(pack, item, row, answers)) is not None:
                wants.setdefault(row.material, []).append(want)
    for material_id in extra:
        row = MaterialNeed(material_id, "original_check")
        wants.setdefault(material_id, [_Want("", row, "yes", "")])
    papers = _pair_up(
        _merge(pack, pack.materials[material_id], rows, marks.get(material_id, NO_MARK))
        for material_id, rows in wants.items()
    )
    for paper in papers:  # asked of the resident by another item: then it is on the list
        looked_up.pop(paper.material.id, None)
    saving = _saving(pack, item_ids, wants, papers)
    return MaterialList(_in_order(papers), tuple(looked_up.values()), saving)


def _want(pack: Pack, item: Item, row: MaterialNeed, answers: Mapping[str, str]) -> _Want | None:
    if not row.when and not row.optional:
        return _Want(item.id, row, "yes", "")
    if not row.fact:
        return _Want(item.id, row, "sometimes", "")
    answer = answers.get(row.fact, "")
    if answer == row.value:
        return _Want(item.id, row, "yes", "")
    if answer:
        return None
    return _Want(item.id, row, "open", row.fact if pack.facts[row.fact].exclusive else "")


def _merge(
    pack: Pack, material: Material, wants: Sequence[_Want], mark: MaterialMark
) -> MergedPaper:
    strongest = next(n for n in ("yes", "open", "sometimes") if any(w.need == n for w in wants))
    counted = [w for w in wants if w.need == strongest]
    roles = {w.row.role for w in counted}
    # An original_submit row without a number means the one original.
    originals = sum(max(1, w.row.copies) for w in counted if w.row.role == "original_submit")
    copied = ("copy", "original_check_and_copy")
    copies = sum(max(1, w.row.copies) for w in counted if w.row.role in copied)
    copies += sum(w.row.copies for w in counted if w.row.role == "original_check")
    sides = {(w.either, w.row.value if w.either else "") for w in counted}
    either, side = sides.pop() if len(sides) == 1 else ("", "")
    whens = (w.row.when for w in counted if w.row.when and strongest != "yes")
    return MergedPaper(
        material=material,
        need=strongest,
        either=either,
        side=side,
        show_original=bool(roles & {"original_check", "original_check_and_copy"}),
        originals=originals,
        copies=copies,
        items=tuple(dict.fromkeys(w.item for w in wants if w.item)),
        when=tuple(dict.fromkeys(whens)),
        fetcher=mark.fetcher or material.fetcher or "resident",
        mark=mark,
        stand_in=pack.materials.get(mark.substitute),
    )


def _pair_up(papers: Iterable[MergedPaper]) -> tuple[MergedPaper, ...]:
    merged = tuple(papers)
    # A side in hand settles the question: the other sides are not wanted any more.
    settled: dict[str, set[str]] = {}
    for paper in merged:
        if paper.either and paper.in_hand:
            settled.setdefault(paper.either, set()).add(paper.side)
    left = [p for p in merged if p.either not in settled or p.side in settled[p.either]]
    # "One of these is enough" is only true where each answer wants one paper, and where more than
    # one answer is left to choose from.
    sides = Counter((paper.either, paper.side) for paper in left)
    choices = Counter(either for either, _ in sides)
    crowded = {either for (either, _), papers_of_side in sides.items() if papers_of_side > 1}
    return tuple(
        replace(paper, either="", side="")
        if paper.either in crowded or paper.either in settled or choices[paper.either] == 1
        else paper
        for paper in left
    )


def _in_order(papers: Sequence[MergedPaper]) -> tuple[MergedPaper, ...]:
    # Sure papers first; the two sides of an either/or beside each other.
    rank = {"yes": 0, "open": 1, "sometimes": 2}
    first_of_pair: dict[str, int] = {}
    for index, paper in enumerate(papers):
        if paper.either:
            first_of_pair.setdefault(paper.either, index)

    def key(pair: tuple[int, MergedPaper]) -> tuple[int, int, int]:
        index, paper = pair
        return (rank[paper.need], first_of_pair.get(paper.either, index), index)

    return tuple(paper for _, paper in sorted(enumerate(papers), key=key))


def _saving(
    pack: Pack,
    item_ids: Sequence[str],
    wants: Mapping[str, Sequence[_Want]],
    papers: Sequence[MergedPaper],
) -> Saving:
    sure = {paper.material.id: paper for paper in papers if paper.need == "yes"}
    before = sum(1 for rows in wants.values() for want in rows if want.need == "yes" and want.item)
    after = sum(1 for paper in sure.values() if not paper.is_waived and paper.fetcher == "resident")
    single = 0
    together: set[str] = set()
    for item_id in dict.fromkeys(item_ids):
        places = {_window(pack.items[item_id])}
        fetched = {
            material_id
            for material_id, rows in wants.items()
            if any(want.item == item_id and want.need == "yes" for want in rows)
            and sure[material_id].mark.state == "missing"
        }
        places |= {_office(pack.materials[m]) for m in fetched}
        single += len(places - {""})
        together.add(_window(pack.items[item_id]))
    together |= {
        _office(paper.material)
        for paper in sure.values()
        if paper.resident_brings and paper.mark.state == "missing"
    }
    return Saving(before, after, single, len(together - {""}))


def _window(item: Item) -> str:
    if "this_centre" in item.where_handled or not item.where_handled:
        return "this_centre"
    return f"{item.where_handled[0]}:{item.line}"


def _office(material: Material) -> str:
    # Papers people keep at home, or that this centre hands out, cost no trip of their own.
    return "" if material.issuer in _NO_TRIP else material.issuer


_NO_TRIP = frozenset(("", "self", "resident", "general-window", "escalation-window"))
