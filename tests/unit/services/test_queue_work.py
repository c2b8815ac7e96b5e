"""Working in the queue: what is written, what is refused at once, what waits for the centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError, UserFacingError
from desk_app.core.exchange import Row
from desk_app.services.queue_work import QueueWork
from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.factories import OPENED
from tests.helpers.factories import Desk as Colleague
from tests.helpers.fakes import FakeClock


@dataclass
class Street:
    """A joined desk, a colleague at another one, and a centre that numbers what it is given."""

    store: SqlSyncStore
    clock: FakeClock
    colleague: Colleague = field(default_factory=lambda: Colleague("w2desk0000"))
    seq: int = 0

    @property
    def work(self) -> QueueWork:
        return QueueWork(self.store, "小李", self.clock)

    def case(self) -> str:
        return self.store.open_case("小李", dict(OPENED)).case_id

    def number(self) -> None:
        """The centre takes in everything this desk has sent."""
        for entry in self.store.outbox():
            self._row(Row(0, entry.id, self.now, "entry", entry.case_id, entry.sha256, entry))

    def from_colleague(self, new: NewEntry, author: str = "小王") -> str:
        entry = self.colleague.write(new, author)
        self._row(Row(0, entry.id, self.now, "entry", entry.case_id, entry.sha256, entry))
        return entry.id

    def offered_from_elsewhere(self, to: str = "") -> None:
        notice = {"ref": "x9desk0000-a-7", "number": "BCS-1", "from_centre": "west", "by": "老周",
                  "to": to, "why": "搬家了", "summary": "低保", "from_name": "西街道"}  # fmt: skip
        self._row(Row(0, "offer:x9desk0000-a-7", self.now, "offer", "case-there", notice=notice))

    def holder(self, case_id: str) -> str:
        return self.store.queue_row(case_id).state.holder

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    def _row(self, row: Row) -> None:
        self.seq += 1
        fields = {name: getattr(row, name) for name in Row.__dataclass_fields__}
        self.store.apply([Row(**(fields | {"seq": self.seq}))], self.seq)


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """A joined desk."""
    clock = FakeClock()
    store = SqlSyncStore.open(tmp_path / "store.db", b"k" * 32, clock, lambda _: (), create=True)
    store.join("hub0", "east", "东街道", "epoch1")
    yield Street(store, clock)
    store.close()


def test_a_case_goes_round_from_hand_to_hand(street: Street) -> None:
    case_id = street.case()
    street.work.refer(case_id, "要民政的同事接")
    street.number()
    assert street.store.queue_row(case_id).state.waiting
    state = street.work.claim(case_id, 24)
    assert state.timeline[-1].kind == "case.claimed"
    street.number()
    assert street.holder(case_id) == "小李"
    street.work.renew(case_id, 72)
    street.work.escalate(case_id, "卡在银行")
    street.work.release(case_id, "我休假")
    street.number()
    row = street.store.queue_row(case_id)
    assert (row.state.holder, row.state.waiting, row.state.escalated_by) == ("", True, "小李")
    assert street.store.without_effect(case_id) == {}


def test_offline_one_step_follows_the_other_and_all_take_effect(street: Street) -> None:
    case_id = street.case()
    street.work.refer(case_id, "要接")
    street.work.claim(case_id)
    street.work.renew(case_id, 72)
    street.work.offer(case_id, "小王", "我去医院")
    street.work.answer(
        case_id, street.store.case(case_id).timeline[-1].id, accept=False, why="不去了"
    )
    street.work.release(case_id, "回来再说")
    assert street.store.queue_row(case_id).state.holder == ""  # the centre has said nothing yet
    street.number()
    assert street.store.without_effect(case_id) == {}
    assert street.store.queue_row(case_id).state.fence == 2


def test_what_a_colleague_holds_cannot_be_taken(street: Street) -> None:
    case_id = street.case()
    street.number()
    street.from_colleague(NewEntry(case_id, "case.claimed", {"fence": 0}))
    before = street.store.case(case_id)
    for attempt in (
        lambda: street.work.claim(case_id),
        lambda: street.work.renew(case_id, 4),
        lambda: street.work.release(case_id, "给我"),
        lambda: street.work.refer(case_id, "给我"),
        lambda: street.work.offer(case_id, "小张", "给他"),
    ):
        with pytest.raises(UserFacingError, match="现在办不了"):
            attempt()
    assert street.store.case(case_id) == before
    street.work.escalate(case_id, "等了三天")  # asking for help is always possible


def test_a_lease_that_ran_out_frees_the_case(street: Street) -> None:
    case_id = street.case()
    street.number()
    street.from_colleague(NewEntry(case_id, "case.claimed", {"fence": 0, "hours": 2}))
    street.clock.advance(hours=2, minutes=1)
    with pytest.raises(UserFacingError):
        street.work.renew(case_id)
    street.work.claim(case_id)
    street.number()
    assert street.holder(case_id) == "小李"


def test_a_clock_that_runs_behind_does_not_say_who_holds(street: Street) -> None:
    case_id = street.case()
    street.number()
    street.from_colleague(NewEntry(case_id, "case.claimed", {"fence": 0, "hours": 2}))
    street.clock.advance(hours=3)
    street.from_colleague(NewEntry(case_id, "case.escalated", {"why": "超时"}))
    street.clock.advance(days=-4000)  # the battery is flat
    street.work.claim(case_id)  # the centre's own clock was past the lease already


def test_a_hand_over_takes_two(street: Street) -> None:
    case_id = street.case()
    street.number()
    offer = street.from_colleague(
        NewEntry(case_id, "handover.offered", {"fence": 0, "to": "小李", "why": "在你那边"})
    )
    with pytest.raises(UserFacingError):
        street.work.answer(case_id, "w2desk0000-incarnation00-99", accept=True)
    with pytest.raises(BadInputError, match="为什么"):
        street.work.answer(case_id, offer, accept=False, why=" ")
    street.work.answer(case_id, offer, accept=True)
    street.number()
    assert street.holder(case_id) == "小李"


def test_what_is_offered_to_another_person_is_not_mine_to_answer(street: Street) -> None:
    case_id = street.case()
    street.number()
    offer = street.from_colleague(
        NewEntry(case_id, "handover.offered", {"fence": 0, "to": "小张", "why": "懂残联"})
    )
    with pytest.raises(UserFacingError, match="不是移交给这个人的"):
        street.work.answer(case_id, offer, accept=True)


def test_an_offer_of_another_centre_is_answered_unseen(street: Street) -> None:
    street.offered_from_elsewhere()
    state = street.work.answer("case-there", "x9desk0000-a-7", accept=True)
    assert [entry.kind for entry in state.timeline] == ["handover.answered"]
    (entry,) = street.store.outbox()
    assert (entry.case_id, entry.kind) == ("case-there", "handover.answered")
    with pytest.raises(UserFacingError):
        street.work.answer("case-there", "x9desk0000-a-8", accept=True)


def test_an_offer_for_somebody_there_is_not_mine(street: Street) -> None:
    street.offered_from_elsewhere(to="小张")
    with pytest.raises(UserFacingError, match="不是移交给这个人的"):
        street.work.answer("case-there", "x9desk0000-a-7", accept=True)


@pytest.mark.parametrize("hours", [0, -1, 73, 10**9])
def test_a_lease_has_its_bounds(street: Street, hours: int) -> None:
    with pytest.raises(BadInputError):
        street.work.claim(street.case(), hours)


def test_to_another_centre_needs_words_for_it(street: Street) -> None:
    case_id = street.case()
    with pytest.raises(BadInputError):
        street.work.offer(case_id, "", "搬家了", "west", " ")
    with pytest.raises(BadInputError, match="本中心"):
        street.work.refer(case_id, "搬家了", "east", "低保")
    street.work.offer(case_id, "", "搬家了", "west", "低保，材料齐了")
    assert street.store.case(case_id).timeline[-1].body["to_centre"] == "west"


def test_without_a_centre_it_says_so(tmp_path: Path) -> None:
    store = SqlSyncStore.open(
        tmp_path / "alone.db", b"k" * 32, FakeClock(), lambda _: (), create=True
    )
    case_id = store.open_case("小李", dict(OPENED)).case_id
    with pytest.raises(UserFacingError, match="没有加入中心"):
        QueueWork(store, "小李", FakeClock()).claim(case_id)
    assert len(store.case(case_id).timeline) == 1
    store.close()


def test_a_practice_case_stays_out_of_it(street: Street) -> None:
    new = NewEntry("practice-case", "case.opened", {**OPENED, "number": "BCS-0", "practice": True})
    street.store.append("小李", [new])
    with pytest.raises(UserFacingError, match="演练"):
        street.work.refer("practice-case", "试试")


def test_two_cases_of_one_person_are_linked_and_unlinked(street: Street) -> None:
    one, two = street.case(), street.case()
    assert street.work.link(one, two, "身份证一样").same_person == (two,)
    assert street.store.case(two).same_person == (one,)
    count = len(street.store.outbox())
    street.work.link(two, one)  # said already
    assert len(street.store.outbox()) == count
    assert street.work.unlink(one, two, "同名不同人").same_person == ()
    assert street.store.case(two).same_person == ()
    with pytest.raises(BadInputError):
        street.work.link(one, one)
