"""广先生's advance through the use cases, over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desk_app.core.advance_ledger import advance_ledger
from desk_app.core.errors import BadInputError, UserFacingError
from desk_app.services.casework import Casework
from desk_app.services.funds import Funds, NewAdvance, NewLeg
from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock
from tests.helpers.starter import starter_pack

DAY = date(2026, 11, 24)
ASKED = NewAdvance(1_200_000, "市第一医院", "工商银行", "1001234567890", "住院押金")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlSyncStore]:
    opened = SqlSyncStore.open(
        tmp_path / "store.db", bytes(range(32)), FakeClock(), lambda _: (), create=True
    )
    yield opened
    opened.close()


def by(store: SqlSyncStore, author: str) -> Funds:
    return Funds(store, author, lambda _: None)


def asked(store: SqlSyncStore) -> tuple[str, str]:
    case_id = store.open_case("小李", dict(OPENED)).case_id
    case = by(store, "小李").request(case_id, ASKED)
    return case_id, case.timeline[-1].id


def test_asked_checked_approved_paid_reimbursed_returned_closed(store: SqlSyncStore) -> None:
    case_id, ref = asked(store)
    casework = Casework(store, starter_pack(), "小李")
    by(store, "小王").judge(case_id, ref, "check", "yes")
    by(store, "老张").judge(case_id, ref, "approve", "yes")
    money = by(store, "小李")
    money.move(case_id, ref, NewLeg("paid", 1_200_000, DAY, paper="回单 0001"))
    money.move(case_id, ref, NewLeg("reimbursed", 950_000, DAY, "医保", to_return=950_000))
    for refused in (casework.close_case, lambda c, o: casework.end_session(c, o, 20)):
        with pytest.raises(UserFacingError, match=r"12,000\.00 元"):
            refused(case_id, "done_now")
    assert store.case(case_id).is_open
    case = money.move(case_id, ref, NewLeg("returned", 1_200_000, DAY))
    assert advance_ledger(case).advances[0].state == "settled"
    assert not casework.close_case(case_id, "done_now").is_open
    with pytest.raises(UserFacingError, match="重新打开"):
        money.request(case_id, ASKED)


@pytest.mark.parametrize(("who", "step"), [("小李", "check"), ("小王", "approve")])
def test_what_the_rules_do_not_let_count_is_not_written(
    store: SqlSyncStore, who: str, step: str
) -> None:
    case_id, ref = asked(store)
    before = store.case(case_id).timeline
    with pytest.raises(UserFacingError, match="没有记下"):
        by(store, who).judge(case_id, ref, step, "yes")
    with pytest.raises(UserFacingError, match="前一步"):
        by(store, who).move(case_id, ref, NewLeg("paid", 100, DAY))
    assert store.case(case_id).timeline == before


@pytest.mark.parametrize("amount", [0, -1, 10_000_000_001])
def test_amounts_out_of_this_world_are_refused(store: SqlSyncStore, amount: int) -> None:
    case_id, ref = asked(store)
    with pytest.raises(BadInputError, match="金额"):
        by(store, "小李").move(case_id, ref, NewLeg("paid", amount, DAY))


def test_the_ledger_is_only_ever_added_to(store: SqlSyncStore) -> None:
    case_id, ref = asked(store)
    with pytest.raises(UserFacingError, match="不能撤回"):
        Casework(store, starter_pack(), "小李").withdraw(case_id, ref)
