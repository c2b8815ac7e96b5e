"""Takes entries in: each gets its answer, none holds up another, nothing is taken twice.

Pure rules over a ``Ledger``; the same code runs over SQL and in the simulator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from desk_app.core.entries import Entry, canonical, check_foreign
from desk_app.core.errors import BadInputError
from desk_app.core.exchange import DIGEST_MODULUS, Answer, Row
from desk_app.core.ids import EntryId
from desk_app.core.kinds.kind import Json
from desk_app.core.queue import Offer, QueueState, advance
from desk_app.core.resident import SHOWING, shown_links
from desk_app.hub.ledger import CasePlace, Counter, Head, Known, Ledger, Taken
from desk_app.protocol.wire import MAX_DEPTH, MAX_ENTRY_BYTES, WireEntry

Transaction = Callable[[], AbstractContextManager[Ledger]]

_PLAIN = re.compile(r"[0-9a-z-]{1,40}")
"""How a centre's id is written; anything else is not looked for."""

MAX_TRIES = 5
"""How often a batch is begun again to lock the counter of one more centre that it concerns."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who brings entries: an enrolled device and its centre."""

    device: str
    centre: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a batch.

    Attributes:
        answers: one an entry, in order.
        counter: of the sender's centre after it; None where nothing had to be looked at.
    """

    answers: tuple[Answer, ...]
    counter: Counter | None


def take_in(transaction: Transaction, sender: Sender, sent: Sequence[Any], now: int) -> TakenIn:
    """Take in a batch.

    Args:
        sent: JSON values as they came, each to be a ``WireEntry``.
        now: the hub's clock, ms since 1970.
    """
    checked = [_check(value) for value in sent]  # slow work, before anything is locked
    entries = [value for value in checked if isinstance(value, Entry)]
    taken: dict[int, Answer] = {}
    counter = None
    if entries:
        taken, counter = _in_one_transaction(transaction, sender, entries, now)
    answers = (v if isinstance(v, Answer) else taken[id(v)] for v in checked)
    return TakenIn(tuple(answers), counter)


class _MoreCentresError(Exception):
    """A case or an offer concerns centres whose counters were not locked."""

    def __init__(self, centres: set[str]) -> None:
        super().__init__()
        self.centres = centres


def _in_one_transaction(
    transaction: Transaction, sender: Sender, entries: Sequence[Entry], now: int
) -> tuple[dict[int, Answer], Counter | None]:
    centres = {sender.centre, *(centre for centre in map(_to_centre, entries) if centre)}
    for _ in range(MAX_TRIES):
        try:
            with transaction() as ledger:
                batch = _Batch(ledger, sender, entries, centres, now)
                answers = {id(entry): batch.take(entry) for entry in entries}
                batch.write()
                return answers, batch.counter
        except _MoreCentresError as more:
            centres = centres | more.centres
    return {id(entry): Answer(entry.id, "deferred", code="busy") for entry in entries}, None


def _check(value: Any) -> Entry | Answer:
    """The entry that ``value`` is, or the refusal of it."""
    name = value.get("id") if isinstance(value, dict) else None
    name = name[:80] if isinstance(name, str) else ""
    if _depth(value) > MAX_DEPTH:
        return Answer(name, "rejected", code="too_deep")
    try:
        entry = WireEntry.model_validate(value).to_entry()
        EntryId.parse(entry.id)
        if len(canonical(entry.body)) > MAX_ENTRY_BYTES:
            return Answer(name, "rejected", code="too_large")
    except (ValidationError, BadInputError, ValueError, TypeError):
        return Answer(name, "rejected", code="bad_shape")
    try:
        check_foreign(entry)
    except BadInputError:
        return Answer(name, "rejected", code="bad_fingerprint")
    if entry.kind == "case.opened" and entry.body.get("practice") is True:
        return Answer(name, "rejected", code="practice")
    return entry


def _depth(value: Json) -> int:
    """How deep a JSON value is nested; stops counting just beyond the limit."""
    level: list[Json] = [value]
    depth = 0
    while level and depth <= MAX_DEPTH:
        inside: list[Json] = []
        for outer in level:
            if isinstance(outer, dict):
                inside.extend(outer.values())
            elif isinstance(outer, list):
                inside.extend(outer)
        level = inside
        depth += 1
    return depth


def _to_centre(entry: Entry) -> str:
    """The other centre that an entry asks to take its case; empty = none."""
    if entry.kind not in ("case.referred", "handover.offered"):
        return ""
    wanted = entry.body.get("to_centre", "")
    return wanted if isinstance(wanted, str) else ""


def _beside(name: EntryId, step: int) -> str:
    """Id of the entry that the same device wrote ``step`` entries later."""
    return f"{name.device}-{name.incarnation}-{name.counter + step}"


class _Batch:
    """A batch under way: everything it needs is read once, everything it did is written once."""

    def __init__(
        self,
        ledger: Ledger,
        sender: Sender,
        entries: Sequence[Entry],
        centres: set[str],
        now: int,
    ) -> None:
        self._ledger = ledger
        self._sender = sender
        self._counters = ledger.lock(set(filter(_PLAIN.fullmatch, centres)))
        self._names_of = {entry.id: EntryId.parse(entry.id) for entry in entries}
        names = self._names_of.values()
        beside = {_beside(name, step) for name in names for step in (-1, 1)}
        self._known = ledger.known({entry.id for entry in entries} | beside)
        self._places = ledger.places({entry.case_id for entry in entries})
        self._device_centres = {sender.device: sender.centre}
        if others := {name.device for name in names} - {sender.device}:
            self._device_centres.update(ledger.device_centres(others))
        self._forked: set[tuple[str, str]] = set()
        self._received = max([now, *(c.received for c in self._counters.values())])
        self._new: list[tuple[Entry, int]] = []
        self._rows: dict[str, list[Row]] = {centre: [] for centre in self._counters}
        self._touched: set[str] = set()
        self._moved: set[str] = set()
        self._heads: dict[str, Head] = {}
        wanted = {place.centre for place in self._places.values()}
        offers = (place.queue.offer for place in self._places.values())
        wanted |= {offer.to_centre for offer in offers if offer and offer.to_centre}
        if missing := wanted - set(self._counters):
            raise _MoreCentresError(missing)
        # Names are only told where another centre is concerned.
        self._names = ledger.centre_names(self._counters) if len(self._counters) > 1 else {}

    @property
    def counter(self) -> Counter:
        """The sender's centre's, after what was taken until now."""
        return self._counters[self._sender.centre]

    def take(self, entry: Entry) -> Answer:
        """Decide on one entry."""
        known = self._known.get(entry.id)
        if known is not None and known.sha256 == entry.sha256:
            seq = known.seqs.get(self._sender.centre) or self._append_entry(
                self._sender.centre, entry, "gone", known.received
            )
            return Answer(entry.id, "duplicate", seq, known.received)
        if code := self._refusal(entry, known):
            return Answer(entry.id, "rejected", code=code)
        return Answer(entry.id, "accepted", self._accept(entry), self._received)

    def write(self) -> None:
        """Write what the batch did."""
        taken = [
            Taken(entry, received, self._places[entry.case_id].centre)
            for entry, received in self._new
        ]
        self._ledger.add_entries(taken, self._sender.device)
        for case_id in sorted(self._moved):
            self._ledger.give_case(case_id, self._places[case_id].centre)
        for centre, rows in self._rows.items():
            if rows:
                self._ledger.add_rows(centre, rows)
        self._ledger.put_places({case_id: self._places[case_id] for case_id in self._touched})
        self._ledger.put_heads(self._heads)
        self._show_residents()

    def _show_residents(self) -> None:
        """What residents' links show follows from the cases as they are now."""
        new = [entry for entry, _ in self._new]
        for entry in new:
            if entry.kind == "inquiry.accepted" and entry.is_understood:
                self._ledger.settle_inquiry(self._sender.centre, str(entry.body["number"]))
        changed = self._moved | {entry.case_id for entry in new if entry.kind in SHOWING}
        made = {entry.case_id for entry in new if entry.kind == "link.made"}
        if changed - made:
            made |= self._ledger.linked(changed - made)
        for case_id in sorted(made):
            links = shown_links(case_id, self._ledger.case_entries(case_id))
            self._ledger.put_links(case_id, self._places[case_id].centre, links)

    def _refusal(self, entry: Entry, known: Known | None) -> str:
        if known is not None or self._breaks_chain(entry):
            name = self._names_of[entry.id]
            self._forked.add((name.device, name.incarnation))
            return "forked"
        place = self._places.get(entry.case_id)
        mine = self._sender.centre
        origin = self._device_centres.get(self._names_of[entry.id].device, "")
        if origin != mine and (not origin or place is None or origin not in place.past):
            return "foreign_device"
        to_centre = _to_centre(entry)
        # What another centre offered us, while the case was theirs, comes again after a restore.
        to_itself = to_centre == mine and origin == mine
        if to_centre and (to_centre not in self._counters or to_itself):
            return "no_such_centre"
        if place is None:
            return "foreign_case" if entry.kind == "handover.answered" else ""
        return self._refusal_of_case(entry, place)

    def _refusal_of_case(self, entry: Entry, place: CasePlace) -> str:
        mine = self._sender.centre
        offer = place.queue.offer
        if entry.kind == "handover.answered" and offer is not None and offer.to_centre:
            addressed = offer.to_centre == mine
            takes_back = place.centre == mine and entry.body.get("answer") == "refuse"
            return "" if addressed or takes_back else "not_addressee"
        if mine == place.centre or mine in place.past:
            return ""
        return "foreign_case"

    def _breaks_chain(self, entry: Entry) -> bool:
        """Whether another copy of its device wrote on from where this one had come."""
        name = self._names_of[entry.id]
        if (name.device, name.incarnation) in self._forked:
            return True
        before = self._known.get(_beside(name, -1))
        after = self._known.get(_beside(name, 1))
        if before is not None and before.sha256 != entry.prev:
            return True
        return after is not None and after.prev != entry.sha256

    def _accept(self, entry: Entry) -> int:
        mine = self._sender.centre
        place = self._places.get(entry.case_id) or CasePlace(mine)
        if entry.kind == "case.opened" and not place.number:
            said = str(entry.body.get("number", ""))[:40]
            place = replace(place, number=said if said.isprintable() else "")
        before = place.queue
        queue, effect = advance(before, entry, self._received)
        self._new.append((entry, self._received))
        self._places[entry.case_id] = place if queue is before else replace(place, queue=queue)
        self._touched.add(entry.case_id)
        self._known[entry.id] = Known(entry.sha256, entry.prev, self._received, {})
        seq = self._append_entry(place.centre, entry, "entry", self._received)
        if place.centre != mine:
            seq = self._append_entry(mine, entry, "gone", self._received)
        self._note_head(entry)
        self._tell_offer(entry, before, queue)
        if effect.moves_to:
            self._move(entry, effect.moves_to)
        return seq

    def _tell_offer(self, entry: Entry, before: QueueState, after: QueueState) -> None:
        """Tell the other centre of an offer made to it, and when it is off the table."""
        if before.offer == after.offer:
            return
        place = self._places[entry.case_id]
        if (gone := before.offer) is not None and gone.to_centre:
            notice = {"ref": gone.entry_id, "answer": str(entry.body.get("answer", ""))}
            self._append_notice(gone.to_centre, "settled", gone.entry_id, entry.case_id, notice)
        if (offer := after.offer) is not None and offer.to_centre:
            notice = self._offer_words(offer, place)
            self._append_notice(offer.to_centre, "offer", offer.entry_id, entry.case_id, notice)

    def _offer_words(self, offer: Offer, place: CasePlace) -> dict[str, str]:
        return {
            "ref": offer.entry_id,
            "number": place.number,
            "from_centre": place.centre,
            "from_name": self._names.get(place.centre, ""),
            "by": offer.by,
            "to": offer.to,
            "why": offer.why,
            "summary": offer.summary,
        }

    def _move(self, entry: Entry, target: str) -> None:
        """The case goes to another centre: its entries are numbered there, and leave here."""
        place = self._places[entry.case_id]
        if target == place.centre:
            return
        source = place.centre
        earlier = self._ledger.case_entries(entry.case_id)
        fresh = [pair for pair in self._new if pair[0].case_id == entry.case_id]
        for moved, received in (*earlier, *fresh):
            self._append_entry(target, moved, "entry", received)
        notice = {"to_centre": target, "to_name": self._names.get(target, "")}
        self._append_notice(source, "evict", entry.id, entry.case_id, notice)
        self._moved.add(entry.case_id)
        past = (place.past | {source}) - {target}
        self._places[entry.case_id] = replace(place, centre=target, past=past)

    def _append_entry(self, centre: str, entry: Entry, kind: str, received: int) -> int:
        seq = self._next_seq(centre)
        content = entry if kind == "entry" else None
        row = Row(seq, entry.id, received, kind, entry.case_id, entry.sha256, content)
        self._append(centre, row)
        if known := self._known.get(entry.id):  # it may come again behind in the same batch
            seqs = {**known.seqs, centre: seq}
            self._known[entry.id] = Known(known.sha256, known.prev, known.received, seqs)
        return seq

    def _append_notice(
        self, centre: str, kind: str, ref: str, case_id: str, notice: dict[str, str]
    ) -> None:
        seq, name = self._next_seq(centre), f"{kind}:{ref}"
        self._append(centre, Row(seq, name, self._received, kind, case_id, notice=notice))

    def _next_seq(self, centre: str) -> int:
        if centre not in self._counters:
            raise _MoreCentresError({centre})
        return self._counters[centre].high + 1

    def _append(self, centre: str, row: Row) -> None:
        counter = self._counters[centre]
        self._rows[centre].append(row)
        self._counters[centre] = Counter(
            high=row.seq,
            mark_sum=(counter.mark_sum + row.mark) % DIGEST_MODULUS,
            received=self._received,
            epoch=counter.epoch,
            common=counter.common,
        )

    def _note_head(self, entry: Entry) -> None:
        name = self._names_of[entry.id]
        head = self._heads.get(name.device)
        if head is None or head.incarnation != name.incarnation or head.counter < name.counter:
            self._heads[name.device] = Head(name.incarnation, name.counter, entry.sha256)
