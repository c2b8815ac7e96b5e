"""Cases made up for tests: the same for the same seed, nobody's real data."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from desk_app.core.clock import HybridClock
from desk_app.core.entries import Entry, NewEntry, seal
from desk_app.core.ids import EntryId, case_number
from tests.helpers.fakes import A_MONDAY

OPENED = {"channel": "counter", "pack_version": "test", "pack_digest": "0" * 64}
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林郑曾单仇"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红玲"
TALK = (
    "老伴走了，火化证明丢了", "医保报销跑了三趟没办成", "户口本上的名字写错了一个字",
    "孩子在外地住院，要办异地备案", "想问低保怎么申请", "公证处说材料不够", "房产证上少了一个人",
    "退休年龄和档案对不上", "残疾证到期了要换", "居住证积分怎么算",
)  # fmt: skip
BATCH = 200


class TakesEntries(Protocol):
    """A store, as far as filling it goes."""

    def insert_foreign(self, entries: list[Entry]) -> int:
        """See ``SqlCaseStore.insert_foreign``."""


class Desk:
    """A made-up device that writes entries of its own chain.

    Args:
        device: its id, 10 characters.
        start: the time of its first entry; each later one is a minute after.
    """

    def __init__(self, device: str = "k7desk0000", start: datetime = A_MONDAY) -> None:
        self.device = device
        self._clock = HybridClock(device)
        self._now = start
        self._counter = 0
        self._prev = ""

    def write(self, new: NewEntry, author: str = "小李") -> Entry:
        """The next entry of this device."""
        self._counter += 1
        self._now += timedelta(minutes=1)
        entry = seal(
            new,
            entry_id=str(EntryId(self.device, "incarnation00", self._counter)),
            author=author,
            hlc=self._clock.tick(self._now),
            now=self._now,
            prev=self._prev,
        )
        self._prev = entry.sha256
        return entry

    @property
    def day(self) -> datetime:
        """The time of its latest entry."""
        return self._now


def person(dice: random.Random) -> dict[str, str]:
    """Name, phone and ID number of a made-up resident; the numbers are not valid ones."""
    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2))))
    return {
        "resident_name": name,
        "phone": f"100{dice.randrange(10**8):08d}",
        "id_number": f"000000{dice.randrange(10**12):012d}",
    }


def case_entries(desk: Desk, dice: random.Random, sequence: int) -> Iterator[Entry]:
    """The entries of one made-up case: opened, words, person, an item, sometimes a promise."""
    case_id = f"{dice.getrandbits(80):020x}"
    number = case_number(desk.day.date(), sequence, desk.device)
    yield desk.write(NewEntry(case_id, "case.opened", {**OPENED, "number": number}))
    fields = {"words": f"{dice.choice(TALK)}，{dice.choice(TALK)}", **person(dice)}
    for name, value in fields.items():
        yield desk.write(NewEntry(case_id, "field.set", {"name": name, "value": value}))
    body = {"item": f"item-{dice.randrange(200)}", "name": dice.choice(TALK)[:6], "version": 1}
    yield desk.write(NewEntry(case_id, "item.chosen", body))
    if dice.random() < 0.2:
        due = (desk.day + timedelta(days=dice.randrange(30))).date().isoformat()
        promise = {"what": "打电话问结果", "who": "小李", "due": due}
        yield desk.write(NewEntry(case_id, "promise.made", promise))


def fill_store(store: TakesEntries, cases: int, seed: int = 1) -> None:
    """Put ``cases`` made-up cases into ``store``, in batches."""
    dice, desk = random.Random(seed), Desk()
    batch: list[Entry] = []
    for count in range(1, cases + 1):
        batch.extend(case_entries(desk, dice, count))
        if count % BATCH == 0 or count == cases:
            store.insert_foreign(batch)
            batch = []
